"""Opt-outs: people and words that are to be in no example; pure.

Where it is uncertain whether somebody is meant, they are: leaving out too much harms
nobody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from typing_extensions import override

from langchain_imessage.addresses import (
    LEAST_DIGITS,
    fits,
    national_digits,
    parse_address,
)
from langchain_imessage.text import (
    fold,
    is_unspaced,
    name_words,
    without_accents,
    words_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Words = tuple[str, ...]

_AS_VOWELS = re.compile("([aou])e")
"""How an umlaut is written where there is none on the keyboard."""

_LONG_NAME = 5
"""Letters of a word of a name in which these are likely to be one."""


class OptOuts:
    """Who and what has been opted out of.

    Args:
        entries: Names, addresses, words, phrases: each is tried as all of these.
        addresses: Whether an entry can be an address; else each is only words.
    """

    def __init__(self, entries: Iterable[str], *, addresses: bool = True) -> None:
        self._addresses: set[str] = set()
        self._numbers: defaultdict[str, set[str]] = defaultdict(set)
        self._names: list[Words] = []
        self._phrases: defaultdict[str, list[Words]] = defaultdict(list)
        self._parts: list[str] = []
        for entry in filter(str.strip, entries):
            self._add(entry.strip(), may_be_address=addresses)

    def __bool__(self) -> bool:
        return bool(self._addresses or self._phrases or self._parts)

    @override
    def __repr__(self) -> str:
        phrases = sum(map(len, self._phrases.values()))
        return f"{type(self).__name__}({phrases + len(self._parts)})"

    def _add(self, entry: str, *, may_be_address: bool) -> None:
        address = parse_address(entry)
        if may_be_address and address.kind != "word":
            self._addresses.add(address.key)
            end = national_digits(address.key)[-LEAST_DIGITS:]
            self._numbers[end].add(address.key)
        words = words_in(entry)
        if not words or any(map(is_unspaced, words)):
            self._parts.append(fold(entry))
        else:
            self._phrases[words[0]].append(words)
        if words and address.kind == "word":
            self._names.append(_name(entry))

    def is_person(self, people: Iterable[str]) -> bool:
        """Return whether one of these has opted out, by their address or their name.

        Args:
            people: Names and addresses, in any spelling.
        """
        return bool(self) and any(map(self._is_one, people))

    def is_in(self, text: str) -> bool:
        """Return whether a text has one of the words or phrases."""
        words = words_in(text)
        if any(
            words[place : place + len(phrase)] == phrase
            for first in self._phrases.keys() & set(words)
            for phrase in self._phrases[first]
            for place, word in enumerate(words)
            if word == first
        ):
            return True
        folded = fold(text) if self._parts else ""
        return any(part in folded for part in self._parts)

    def has_address(self, addresses: Iterable[str]) -> bool:
        """Return whether one of these addresses has been opted out of.

        Args:
            addresses: In any spelling; a number without its country is everybody's whose
                number ends so.
        """
        return bool(self._addresses) and any(map(self._is_address, addresses))

    def _is_one(self, person: str) -> bool:
        if parse_address(person).kind != "word":
            return self._is_address(person)
        words = _name(person)
        return self.is_in(person) or any(_is_named(words, name) for name in self._names)

    def _is_address(self, written: str) -> bool:
        key = parse_address(written).key
        end = national_digits(key)[-LEAST_DIGITS:]
        return key in self._addresses or any(
            fits(key, number) for number in self._numbers.get(end, ())
        )


def _name(written: str) -> Words:
    """Return the words of a name; accents are left out in haste, or written as vowels."""
    return tuple(map(_plain_word, name_words(written)))


def _plain_word(word: str) -> str:
    """Return what is equal for Müller, Muller and Mueller; but Joe is not Jo."""
    bare = without_accents(word)
    return _AS_VOWELS.sub(r"\1", bare) if len(bare) >= _LONG_NAME else bare


def _is_named(words: Sequence[str], wanted: Sequence[str]) -> bool:
    """Return whether a name on a card can be the one somebody has opted out under.

    "Ann Smith" is Ann Marie Smith, Ann M. Smith and A. Smith, and the other way round; a
    first name is everybody's who has it, but "Ann" on a card is not every Ann's.
    """
    if set(wanted) <= set(words):
        return True
    if min(len(words), len(wanted)) == 1:
        return False
    return set(words) <= set(wanted) or (
        _is_word(words[0], wanted[0]) and _is_word(words[-1], wanted[-1])
    )


def _is_word(one: str, other: str) -> bool:
    """Return whether two words are equal, or one is the other's initial."""
    if 1 in {len(one), len(other)}:
        return one[:1] == other[:1]
    return one == other
