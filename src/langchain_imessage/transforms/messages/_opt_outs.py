"""Opt-outs: people and words that are to be in no example; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from langchain_imessage.text import is_unspaced, words_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Key = tuple[str, str]


class Never:
    """Who and what has been opted out of.

    Args:
        entries: Names, addresses, words, phrases.
        key: Gives the kind and key of an address, None for what is none.
    """

    def __init__(
        self, entries: Iterable[str], key: Callable[[str], Key | None]
    ) -> None:
        self._key = key
        self._keys: set[Key] = set()
        self._phrases: dict[str, list[tuple[str, ...]]] = {}
        self._parts: list[str] = []
        for entry in filter(str.strip, entries):
            self._add(entry.strip())

    def __bool__(self) -> bool:
        return bool(self._keys or self._phrases or self._parts)

    @override
    def __repr__(self) -> str:
        phrases = sum(map(len, self._phrases.values()))
        return f"{type(self).__name__}({len(self._keys) + phrases + len(self._parts)})"

    def _add(self, entry: str) -> None:
        key = self._key(entry)
        words = words_in(entry)
        if key:
            self._keys.add(key)
        elif not words or any(map(is_unspaced, words)):
            self._parts.append(entry.casefold())
        else:
            self._phrases.setdefault(words[0], []).append(words)

    def is_person(self, people: Iterable[str]) -> bool:
        """Tell whether one of these has opted out: by address, or by words of the name."""
        if not self:
            return False
        return any(self._is_one(person) for person in people)

    def is_in(self, text: str) -> bool:
        """Tell whether a text has one of the words or phrases."""
        words = words_in(text)
        if any(
            words[place : place + len(phrase)] == phrase
            for first in self._phrases.keys() & set(words)
            for phrase in self._phrases[first]
            for place, word in enumerate(words)
            if word == first
        ):
            return True
        folded = text.casefold() if self._parts else ""
        return any(part in folded for part in self._parts)

    def has(self, keys: Iterable[Key]) -> bool:
        """Tell whether one of the addresses found is opted out of."""
        return not self._keys.isdisjoint(keys)

    def _is_one(self, person: str) -> bool:
        return self._key(person) in self._keys or self.is_in(person)
