"""Names and addresses as people type them → who in a conversation is meant; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from langchain_imessage.addresses import (
    LEAST_DIGITS,
    fits,
    national_digits,
    normalize,
    parse_address,
)
from langchain_imessage.text import name_words, text_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_imessage.records import Chat

_ASIDE = "(["
"""Opens what tells two people of one name apart: "Ann Lee (+14155550101)"."""


@dataclass(frozen=True, slots=True, repr=False)
class WantedPeople:
    """Some people, by their names or addresses.

    Attributes:
        addresses: Their canonical addresses.
        ends: The last digits of those that are numbers.
        names: The keys of their names, as they are shown.
        words: The words of names without anything in brackets: everybody's who has the
            name, whatever tells them apart.
    """

    addresses: frozenset[str]
    ends: frozenset[str]
    names: frozenset[str]
    words: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, people: Iterable[str]) -> Self:
        """Take names and addresses apart, in any spelling."""
        typed = [one for one in people if one.strip()]
        keys = {
            address.key
            for address in map(parse_address, typed)
            if address.kind != "word"
        }
        return cls(
            addresses=frozenset((*keys, *map(normalize, typed))),
            ends=frozenset(filter(None, map(_end, keys))),
            names=frozenset(map(text_key, typed)),
            words=frozenset(
                name_words(one) for one in typed if not _is_any_in(_ASIDE, one)
            ),
        )

    def is_in(self, chat: Chat) -> bool:
        """Return whether one of them takes part in a conversation."""
        return any(map(self.is_address, chat.handles)) or any(
            map(self.is_name, chat.participants)
        )

    def is_address(self, written: str) -> bool:
        """Return whether an address is one of theirs.

        A number without its country is everybody's whose number ends so.
        """
        key = normalize(written)
        if key in self.addresses:
            return True
        return _end(key) in self.ends and any(
            fits(key, wanted) for wanted in self.addresses
        )

    def is_name(self, name: str) -> bool:
        """Return whether a name is one of theirs."""
        return text_key(name) in self.names or name_words(name) in self.words


def _is_any_in(chars: str, text: str) -> bool:
    return any(char in text for char in chars)


def _end(key: str) -> str:
    digits = national_digits(key)[-LEAST_DIGITS:]
    return digits if len(digits) == LEAST_DIGITS else ""
