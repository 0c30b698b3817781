"""Marks of messages: numbers that differ where what a message looks like differs; pure.

A recent message has a mark of its own. The older ones of a conversation are divided into
shares, and a share has the sum of the marks of those that are more than words (edited,
reacted to, a poll, ...), and of the rows that were no message but may become one. Words
alone never change without becoming more than words.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from langchain_imessage.chatdb.sync._cursor import ChatMarks, Cursor
from langchain_imessage.timestamps import place_in_time

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence
    from datetime import datetime

    from langchain_imessage.chatdb.sync._cursor import Anchors
    from langchain_imessage.records import (
        Conversation,
        Details,
        GroupEvent,
        Message,
    )

_WithEvents: TypeAlias = "tuple[Message, Sequence[GroupEvent]]"
"""A message, and the events before it."""

SOURCE_BITS = 40
"""ROWIDs of a second database follow behind 2**40, of a third behind 2 * 2**40, ..."""

RECENT = 1024
"""Rows whose messages are compared one by one: most changes are to recent ones."""

_SHARE = 256
"""Older messages to one sum: so many may come again for one that changed."""

_MASK = 2**32 - 1
_NOT_DELIVERED = 0x5BD1E995
"""The mark of a row that was no message: any other number than a message's."""


@dataclass(slots=True, kw_only=True)
class MarkCollector:
    """Collects the marks of a pass.

    Attributes:
        recent_from: By database, the ROWID behind which messages are recent.
        recent: By ROWID, the recent messages, which are marked when a cursor is asked for,
            or their marks.
        chats: The marks of each conversation.
    """

    recent_from: tuple[int, ...]
    recent: dict[int, _WithEvents | int] = field(default_factory=dict)
    chats: list[ChatMarks] = field(default_factory=list)

    def add(self, marked: MarkedConversation) -> None:
        """Add a conversation that was read."""
        recent = marked.recent(self.recent_from)
        # Content is marked now: it may be large, and its reader may change it.
        self.recent |= {
            rowid: one if one[0].content is None else mark_of_recent(*one)
            for rowid, one in recent.items()
        }
        shares = _shares(len(marked.conversation.messages) - len(recent))
        rowids = marked.conversation.chat.rowids
        sums = marked.sums(shares, self.recent_from, recent)
        self.chats.append(ChatMarks(rowids=rowids, shares=shares, sums=sums))

    def cursor(self, anchors: Iterable[Anchors]) -> Cursor:
        """Return the cursor of the pass, when it is whole."""
        return Cursor(
            anchors=tuple(anchors),
            recent_from=self.recent_from,
            recent={
                rowid: one if isinstance(one, int) else mark_of_recent(*one)
                for rowid, one in self.recent.items()
            },
            chats=tuple(self.chats),
        )


class MarkedConversation:
    """A conversation, and the marks of what is in it.

    Args:
        conversation: As a full reading delivers it.
        left_out: ROWIDs of its rows that are no message, but may become one.
        noted: The places of all its messages that may be more than words, or recent.
    """

    def __init__(
        self,
        conversation: Conversation,
        left_out: Iterable[int],
        noted: Iterable[int],
    ) -> None:
        self.conversation = conversation
        self.events = _events_by_message(conversation)
        self._left_out = tuple(left_out)
        self._noted = frozenset(noted)

    def recent(self, recent_from: Sequence[int]) -> dict[int, _WithEvents]:
        """Return the recent messages by ROWID, each with the events before it."""
        messages = self.conversation.messages
        return {
            rowid: (messages[place], self.events.get(place, ()))
            for place in self._noted
            if is_behind(rowid := messages[place].rowid, recent_from)
        }

    def sums(
        self, shares: int, recent_from: Sequence[int], recent: Container[int]
    ) -> dict[int, int]:
        """Return the sums of the older messages' marks, by share.

        Args:
            shares: How many there are.
            recent_from: By database, the ROWID behind which messages are recent.
            recent: ROWIDs of the recent messages.
        """
        marks = {
            rowid: _NOT_DELIVERED
            for rowid in self._left_out
            if not is_behind(rowid, recent_from)
        }
        messages = self.conversation.messages
        for place in self._noted.union(self.events):
            message = messages[place]
            if message.rowid not in recent and (
                place in self.events or _is_more_than_words(message)
            ):
                marks[message.rowid] = _mark(message, self.events.get(place, ()))
        sums: dict[int, int] = {}
        for rowid, mark in marks.items():
            share = share_of(rowid, shares)
            sums[share] = (sums.get(share, 0) + (mark ^ _mixed(rowid))) & _MASK
        return {share: total for share, total in sums.items() if total}


def mark_of_recent(message: Message, events: Sequence[GroupEvent]) -> int:
    """Return the mark of a recent message: it tells its delivery, too."""
    return zlib.crc32(_delivery(message).encode(), _mark(message, events))


def _mark(message: Message, events: Sequence[GroupEvent]) -> int:
    """Return a number that differs where a message, or what is before it, does."""
    look = "".join(_forms(message))
    mark = zlib.crc32(look.encode("utf-8", "surrogatepass"))
    if events:
        mark = zlib.crc32(repr([event.rowid for event in events]).encode(), mark)
    return mark


def is_behind(rowid: int, edges: Sequence[int]) -> bool:
    """Return whether a row is behind the edge of its database, or its database is new."""
    source = rowid >> SOURCE_BITS
    return not 0 <= source < len(edges) or rowid > edges[source]


def share_of(rowid: int, shares: int) -> int:
    """Return the share of a conversation that an older message is in."""
    return _mixed(rowid) >> 8 & shares - 1


def _shares(messages: int) -> int:
    """Return a power of two, so that no share has many more messages than `_SHARE`."""
    return int(1 << (messages // _SHARE).bit_length())


def _mixed(rowid: int) -> int:
    return rowid * 2_654_435_761 & _MASK


def _events_by_message(conversation: Conversation) -> dict[int, list[GroupEvent]]:
    """Return the events before each message, by its place; the last has those behind."""
    found: dict[int, list[GroupEvent]] = {}
    messages = conversation.messages
    if not conversation.events or not messages:
        return found
    order = [place_in_time(m.sent_at, m.rowid) for m in messages]
    for event in conversation.events:
        happened = place_in_time(event.sent_at, event.rowid)
        place = min(bisect_right(order, happened), len(messages) - 1)
        found.setdefault(place, []).append(event)
    return found


def _forms(message: Message) -> list[str]:
    """Return what a message looks like: what may change once it was delivered."""
    found = [message.text]
    for one in message.reactions:
        moment = _number(one.sent_at)
        found.append(f"{one.kind}{one.emoji}{one.part}{one.sender}{moment}")
    if message.content is not None:
        found.append(str(message.content))
    if message.edits:
        found += [f"{e.part}{e.edited_at}{e.text}" for e in message.edits]
    if (details := message.details) and _may_change(details):
        found.append(_form(details))
    return found


def _form(details: Details) -> str:
    files = "".join([f"{a.guid}{a.transcription}" for a in details.attachments])
    links = [(link.url, link.title) for link in details.links]
    app, reply = details.app, details.reply
    form = (
        f"{files}{links}{details.unsent_parts}{app and app.text}{reply and reply.text}"
    )
    for option in details.poll.options if details.poll else ():
        form += str((option.text, option.creator, option.voters))
    return form


def _number(moment: datetime | None) -> int:
    """Return a moment as a number, which is made in a tenth of the time of a text."""
    return int(moment.timestamp() * 1e6) if moment else 0


def _is_more_than_words(message: Message) -> bool:
    details = message.details
    return bool(
        message.edits
        or message.reactions
        or message.content is not None
        or (details and _may_change(details))
    )


def _may_change(details: Details) -> bool:
    """Return whether a message can look different later though it was not edited."""
    # parts, app, poll, reply, unsent parts; a preview of a link comes after its message
    return bool(
        details[0]
        or details[6]
        or details[7]
        or details[8]
        or details[9]
        or any(link.text is None for link in details[3])
    )


def _delivery(message: Message) -> str:
    played_at = message.details.played_at if message.details else None
    return f"{_number(message.delivered_at)} {_number(message.read_at)} {_number(played_at)}"
