"""What is wanted of a database: which conversations, which messages, since when; pure.

A `Cursor` is where a reading ended. ROWIDs grow with each row, but an edit changes an old
one, and a rebuilt database numbers all anew: a cursor says enough to notice each.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Self, TypeAlias

from langchain_imessage.chatdb.people._matching import WantedPeople
from langchain_imessage.text import text_key
from langchain_imessage.timestamps import apple_from_datetime

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import datetime

    from langchain_imessage.records import Chat

ChatFilter: TypeAlias = "Collection[str] | Callable[[Chat], bool]"
"""Which chats are wanted: their titles, people, addresses, identifiers or guids; a test."""

_WHOLE_TIME = (-(2**63), 2**63 - 1)
"""All moments SQLite can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a reading ended.

    Attributes:
        rowid: The highest there was.
        guid: That row's; another one there now means that rows were numbered anew.
        date: The newest message's, in nanoseconds since 2001.
        edited: The newest edit's that was read.
    """

    rowid: int
    guid: str | None
    date: int
    edited: int

    def __str__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Write it as text, to be kept anywhere."""
        return json.dumps(asdict(self))

    def with_edit(self, time: int) -> Cursor:
        """Give the cursor behind an edit, too."""
        return replace(self, edited=max(self.edited, time))

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Read what `str` has written.

        Raises:
            ValueError: If the text is no cursor.
        """
        try:
            found = json.loads(text)
            guid = found["guid"]
            return cls(
                rowid=int(found["rowid"]),
                guid=None if guid is None else str(guid),
                date=int(found["date"]),
                edited=int(found["edited"]),
            )
        except (LookupError, TypeError, ValueError) as error:
            raise ValueError("`since` is no cursor of an earlier reading") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which messages are wanted.

    Attributes:
        after: First moment, in nanoseconds since 2001.
        before: First moment no longer wanted.
        services: In lower case; empty for all.
        since: Where an earlier reading ended.
        is_renumbered: Whether the rows have other numbers than they had then.
    """

    after: int | None = None
    before: int | None = None
    services: tuple[str, ...] = ()
    since: Cursor | None = None
    is_renumbered: bool = False

    def __bool__(self) -> bool:
        """Tell whether some messages are not wanted."""
        return self != ALL

    def conditions(
        self, time: str, edited: str, service: str
    ) -> list[tuple[str, tuple[object, ...]]]:
        """Say it in SQL: conditions that are never NULL, with what is bound in each.

        Args:
            time: An expression for a message's time, in nanoseconds since 2001.
            edited: One for that of its latest edit, or 0.
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
        if self.since and self.is_renumbered:
            values = (self.since.date, self.since.edited)
            found.append((f"({time} > ? OR {edited} > ?)", values))
        elif self.since:
            values = (self.since.rowid, self.since.edited)
            found.append((f"(m.ROWID > ? OR {edited} > ?)", values))
        return found


ALL = Wanted()
"""Nothing is left out."""


def wanted(
    *,
    after: datetime | None,
    before: datetime | None,
    services: Iterable[str] | None,
    since: str | None,
) -> Wanted:
    """Bring what a caller says to what a database stores.

    Raises:
        ValueError: If a moment has no time zone, or `since` is no cursor.
    """
    names = [services] if isinstance(services, str) else services or ()
    return Wanted(
        after=None if after is None else apple_from_datetime(after),
        before=None if before is None else apple_from_datetime(before),
        services=tuple(name.lower() for name in names),
        since=Cursor.parse(since) if since else None,
    )


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


def unmatched(
    kind: type[HasPerson | ChatNamed], names: Collection[str], chats: Iterable[Chat]
) -> int:
    """Count the names that no conversation answers to.

    Args:
        kind: The test the names are for.
        names: One or some.
        chats: All conversations.
    """
    tests = [kind.of([name]) for name in _distinct(names)]
    for chat in chats:
        tests = [test for test in tests if not test(chat)]
    return len(tests)


@dataclass(frozen=True, slots=True, repr=False)
class HasPerson:
    """A test: whether one of some people is in a conversation."""

    people: WantedPeople

    @classmethod
    def of(cls, people: Collection[str]) -> Self:
        """Make the test of names or addresses."""
        return cls(WantedPeople.of(_distinct(people)))

    def __call__(self, chat: Chat) -> bool:
        """Test a conversation."""
        return self.people.is_in(chat)


@dataclass(frozen=True, slots=True, repr=False)
class ChatNamed:
    """A test: whether a conversation answers to one of some names."""

    names: frozenset[str]
    people: WantedPeople

    @classmethod
    def of(cls, chats: Collection[str]) -> Self:
        """Make the test of titles, identifiers, guids, or the other person's names."""
        names = _distinct(chats)
        keys = filter(None, map(text_key, names))
        return cls(frozenset(keys), WantedPeople.of(names))

    def __call__(self, chat: Chat) -> bool:
        """Test a conversation."""
        given = (chat.name or "", *chat.guids, *chat.identifiers)
        if not self.names.isdisjoint(map(text_key, given)):
            return True
        return not chat.is_group and self.people.is_in(chat)


def _distinct(names: Collection[str]) -> frozenset[str]:
    return frozenset([names] if isinstance(names, str) else names)
