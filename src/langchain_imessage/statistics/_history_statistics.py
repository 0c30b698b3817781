"""A history → its figures: who, when, how much, how fast it was answered.

Counts conversations as they are read, and holds none of them. Those who show
the figures decide what of them.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from statistics import median
from typing import TYPE_CHECKING, Final

from langchain_imessage.arguments import ZONE, check_arguments, or_none
from langchain_imessage.chatdb import ChatDatabase
from langchain_imessage.text import find_words
from langchain_imessage.timestamps import local_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from os import PathLike
    from typing import Unpack

    from langchain_imessage.chatdb import ReadKeywords
    from langchain_imessage.records import Chat, Conversation, Message

ANSWER_WITHIN: Final = timedelta(hours=12)
"""What comes later begins a new exchange rather than answers: people sleep in between."""

_HOURS: Final = 24
_WEEKDAYS: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonStatistics:
    """What was exchanged with one person.

    Attributes:
        name: What they are called.
        received: Messages they wrote, in groups too.
        sent: Messages the owner wrote to them alone.
        words: Words in what they wrote.
        first: The first message they wrote; None without a time.
        last: The last one.
        their_answer: Seconds after which they answer the owner, the median; None if they
            never did. In conversations of two only: in a group nobody is asked alone.
        own_answer: Seconds after which the owner answers them, likewise.
    """

    name: str = field(repr=False)
    received: int = 0
    sent: int = 0
    words: int = 0
    first: datetime | None = None
    last: datetime | None = None
    their_answer: float | None = None
    own_answer: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthStatistics:
    """How much was written in a month.

    Attributes:
        month: Its first day.
        own: Messages of the owner.
        others: Messages of everybody else.
    """

    month: date
    own: int = 0
    others: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryStatistics:
    """The figures of a history; its repr shows counts only.

    Attributes:
        conversations: How many have messages.
        groups: How many of them are groups.
        messages: How many messages there are.
        own: How many of them the owner wrote.
        words: Words in all of them.
        own_words: Words in the owner's.
        first: When the first one was sent, in the figures' time zone.
        last: When the last one was.
        days: On how many days something was written.
        their_answer: Seconds after which others answer the owner, the median.
        own_answer: Seconds after which the owner answers, likewise.
        people: Who wrote, the most first.
        hours: Messages by weekday, Monday first, and hour of the day.
        months: The months with messages, in order.

    Example:
        >>> from langchain_imessage.testing import write_sample
        >>> found = history_statistics(write_sample("history.db"))
        >>> len(found.people), len(found.months)
        (2, 1)
    """

    conversations: int = 0
    groups: int = 0
    messages: int = 0
    own: int = 0
    words: int = 0
    own_words: int = 0
    first: datetime | None = None
    last: datetime | None = None
    days: int = 0
    their_answer: float | None = None
    own_answer: float | None = None
    people: tuple[PersonStatistics, ...] = field(default=(), repr=False)
    hours: tuple[tuple[int, ...], ...] = field(default=(), repr=False)
    months: tuple[MonthStatistics, ...] = field(default=(), repr=False)


@check_arguments(time_zone=or_none(ZONE))
def history_statistics(
    source: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    *,
    time_zone: tzinfo | None = None,
    **options: Unpack[ReadKeywords],
) -> HistoryStatistics:
    """Count who wrote, when, how much, and how fast it was answered.

    Args:
        source: A database, an iPhone backup, or several; None for this Mac's own.
        time_zone: That of days and hours; None for the computer's own.
        **options: What to read: the fields of `chatdb.ReadOptions`.

    Returns:
        The figures.

    Raises:
        DatabaseError: If the database cannot be read.

    Example:
        >>> from langchain_imessage.testing import write_sample
        >>> found = history_statistics(write_sample("chat.db"))
        >>> found.messages, found.words, len(found.people)
        (65, 349, 2)
    """
    with ChatDatabase(source, **options) as database:
        counts = _MessageCounts(time_zone)
        for conversation in database.conversations():
            counts.add(conversation)
    return counts.statistics()


@dataclass(slots=True)
class _Person:
    """What is counted of a person."""

    name: str = ""
    received: int = 0
    sent: int = 0
    words: int = 0
    first: datetime | None = None
    last: datetime | None = None
    theirs: array[float] = field(default_factory=lambda: array("d"))
    own: array[float] = field(default_factory=lambda: array("d"))

    def write(self, moment: datetime | None, words: int) -> None:
        """Count a message of theirs."""
        self.received += 1
        self.words += words
        if moment is not None:
            self.first = min(self.first or moment, moment)
            self.last = max(self.last or moment, moment)

    def statistics(self) -> PersonStatistics:
        """Return the figures."""
        return PersonStatistics(
            name=self.name,
            received=self.received,
            sent=self.sent,
            words=self.words,
            first=self.first,
            last=self.last,
            their_answer=_median(self.theirs),
            own_answer=_median(self.own),
        )


class _MessageCounts:
    """What is counted of a history."""

    def __init__(self, time_zone: tzinfo | None) -> None:
        self._zone = time_zone
        self._people: dict[str, _Person] = {}
        self._totals: Counter[str] = Counter()
        self._hours = [[0] * _HOURS for _ in range(_WEEKDAYS)]
        self._days: Counter[tuple[date, bool]] = Counter()
        self._first: datetime | None = None
        self._last: datetime | None = None

    def add(self, conversation: Conversation) -> None:
        """Count a conversation."""
        chat = conversation.chat
        self._totals["conversations"] += 1
        self._totals["groups"] += chat.is_group
        partner = self._partner(chat)
        before: Message | None = None
        for message in conversation.messages:
            self._count(message, partner)
            if partner and before and before.is_from_me != message.is_from_me:
                _count_answer(partner, before, message)
            before = message

    def _partner(self, chat: Chat) -> _Person | None:
        """Return the other one in a conversation of two."""
        if chat.is_group or chat.is_self or len(chat.persons) != 1:
            return None
        return self._person(chat.persons[0], chat.participants[0])

    def _person(self, key: str, name: str) -> _Person:
        person = self._people.setdefault(key, _Person())
        person.name = person.name or name
        return person

    def _count(self, message: Message, partner: _Person | None) -> None:
        words = sum(1 for _ in find_words(message.text))
        moment = self._local(message.sent_at)
        self._totals["messages"] += 1
        self._totals["words"] += words
        if message.is_from_me:
            self._totals["own"] += 1
            self._totals["own words"] += words
            if partner:
                partner.sent += 1
        elif key := message.person or message.sender:
            self._person(key, message.sender or key).write(moment, words)
        if moment is not None:
            self._hours[moment.weekday()][moment.hour] += 1
            self._days[moment.date(), message.is_from_me] += 1
            self._first = min(self._first or moment, moment)
            self._last = max(self._last or moment, moment)

    def _local(self, moment: datetime | None) -> datetime | None:
        return moment and local_time(moment, self._zone)

    def statistics(self) -> HistoryStatistics:
        """Return the figures."""
        wrote = [p for p in self._people.values() if p.received or p.sent]
        wrote.sort(key=lambda person: -(person.received + person.sent))
        return HistoryStatistics(
            conversations=self._totals["conversations"],
            groups=self._totals["groups"],
            messages=self._totals["messages"],
            own=self._totals["own"],
            words=self._totals["words"],
            own_words=self._totals["own words"],
            first=self._first,
            last=self._last,
            days=len({day for day, _ in self._days}),
            their_answer=_median(t for person in wrote for t in person.theirs),
            own_answer=_median(t for person in wrote for t in person.own),
            people=tuple(person.statistics() for person in wrote),
            hours=tuple(map(tuple, self._hours)),
            months=tuple(self._months()),
        )

    def _months(self) -> list[MonthStatistics]:
        months: dict[date, list[int]] = {}
        for (day, is_own), count in sorted(self._days.items()):
            months.setdefault(day.replace(day=1), [0, 0])[is_own] += count
        return [
            MonthStatistics(month=month, own=own, others=others)
            for month, (others, own) in months.items()
        ]


def _count_answer(partner: _Person, before: Message, message: Message) -> None:
    if before.sent_at is None or message.sent_at is None:
        return
    pause = message.sent_at - before.sent_at
    if timedelta(0) <= pause < ANSWER_WITHIN:
        times = partner.own if message.is_from_me else partner.theirs
        times.append(pause.total_seconds())


def _median(seconds: Iterable[float]) -> float | None:
    found = sorted(seconds)
    return median(found) if found else None
