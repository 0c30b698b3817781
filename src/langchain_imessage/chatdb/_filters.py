"""What is wanted of a database: which conversations, which messages; pure."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeAlias

from langchain_imessage.chatdb.people._matching import WantedPeople
from langchain_imessage.text import text_key
from langchain_imessage.timestamps import apple_from_datetime, datetime_from_apple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import datetime

    from langchain_imessage.records import Chat

ChatFilter: TypeAlias = "Collection[str] | Callable[[Chat], bool]"
"""Which chats are wanted: their titles, people, addresses, identifiers or guids; a test."""

_ROUNDED = 1000
"""Nanoseconds: how far from a datetime the times are at most that read as it."""

_WHOLE_TIME = (-(2**63), 2**63 - 1)
"""All moments SQLite can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which messages are wanted.

    Attributes:
        after: First moment, in nanoseconds since 2001.
        before: First moment no longer wanted.
        services: In lower case; empty for all.
    """

    after: int | None = None
    before: int | None = None
    services: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Return whether some messages are not wanted."""
        return self != ALL

    def conditions(
        self, time: str, service: str
    ) -> list[tuple[str, tuple[object, ...]]]:
        """Return the filters as SQL conditions, never NULL, with the values bound in each.

        Args:
            time: An expression for a message's time, in nanoseconds since 2001.
            service: One for what it went over, or NULL.
        """
        found: list[tuple[str, tuple[object, ...]]] = []
        if self.after is not None or self.before is not None:
            first, last = _WHOLE_TIME
            first = first if self.after is None else self.after
            last = last if self.before is None else self.before - 1
            found.append((f"{time} BETWEEN ? AND ?", (first, last)))
        if self.services:
            marks = ", ".join("?" * len(self.services))
            found.append((f"lower(ifnull({service}, '')) IN ({marks})", self.services))
        return found


ALL = Wanted()
"""Nothing is left out."""


def wanted(
    *,
    after: datetime | None,
    before: datetime | None,
    services: Iterable[str] | None,
) -> Wanted:
    """Bring what a caller says to what a database stores.

    Raises:
        ValueError: If a moment has no time zone.
    """
    names = [services] if isinstance(services, str) else services or ()
    return Wanted(
        after=None if after is None else _first_at(after),
        before=None if before is None else _first_at(before),
        services=tuple(name.lower() for name in names),
    )


def _first_at(moment: datetime) -> int:
    """Return the first time a column can hold that reads as a moment, or as a later one.

    What is stored is finer than a datetime: the times around one read as the same.
    """
    nearest = apple_from_datetime(moment)
    times = range(nearest - _ROUNDED, nearest + _ROUNDED)
    first = times[0] + bisect_left(times, moment, key=datetime_from_apple)
    return min(max(first, _WHOLE_TIME[0] + 1), _WHOLE_TIME[1])


def chat_test(
    chats: ChatFilter | None,
    *,
    people: Collection[str] | None,
    groups: bool | None,
) -> Callable[[Chat], bool]:
    """Make one test of all that is said about conversations.

    Args:
        chats: Which ones; of two people's, also by the other person.
        people: Who has to be in them: any of these, by name or address.
        groups: Only groups, or none; None for both.
    """
    tests: list[Callable[[Chat], bool]] = []
    if groups is not None:
        tests.append(lambda chat: chat.is_group == groups)
    if people is not None:
        tests.append(HasPerson.of(people))
    if callable(chats):
        tests.append(chats)
    elif chats is not None:
        tests.append(ChatNamed.of(chats))
    return lambda chat: all(test(chat) for test in tests)


@dataclass(frozen=True, slots=True, repr=False)
class HasPerson:
    """A test: whether one of some people is in a conversation."""

    people: WantedPeople

    @classmethod
    def of(cls, people: Collection[str]) -> Self:
        """Make the test of names or addresses."""
        return cls(WantedPeople.of(distinct_names(people)))

    def __call__(self, chat: Chat) -> bool:
        """Test a conversation."""
        return self.people.is_in(chat)


@dataclass(frozen=True, slots=True, repr=False)
class ChatNamed:
    """A test: whether a conversation answers to one of some names.

    Example:
        >>> from langchain_imessage.records import Chat
        >>> ChatNamed.of(["trip"])(Chat(rowids=(1,), name="Trip", is_group=True))
        True
    """

    names: frozenset[str]
    people: WantedPeople

    @classmethod
    def of(cls, chats: Collection[str]) -> Self:
        """Make the test of titles, identifiers, guids, or the other person's names.

        Args:
            chats: What the conversations may be called.
        """
        names = distinct_names(chats)
        keys = filter(None, map(text_key, names))
        return cls(frozenset(keys), WantedPeople.of(names))

    def __call__(self, chat: Chat) -> bool:
        """Test a conversation."""
        given = (chat.name or "", *chat.guids, *chat.identifiers)
        if not self.names.isdisjoint(map(text_key, given)):
            return True
        return not chat.is_group and self.people.is_in(chat)


def distinct_names(names: Collection[str]) -> frozenset[str]:
    """Return names as a set; one text is one name."""
    return frozenset([names] if isinstance(names, str) else names)
