"""Recognises notes to oneself, and makes each of them one message; pure.

Messages stores a note twice, once as sent and once as received; some exist only as one of
them, and the other may come minutes later and under another address of the owner's.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from dataclasses import replace
from datetime import timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.text import text_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from langchain_imessage.chatdb.assembly._reactions import Tapback
    from langchain_imessage.records import Message

DUPLICATE_WITHIN = timedelta(seconds=10)
"""How far apart the two rows of one note are where they are the proof that it is one."""

LATE_WITHIN = timedelta(minutes=30)
"""The same where the conversation is known to be with oneself."""

_WORDLESS = ""


class Notes(NamedTuple):
    """Notes to oneself.

    Attributes:
        messages: Each once, all from the owner.
        kept: By guid or ROWID of a duplicate that was dropped: that of the one kept.
    """

    messages: list[Message]
    kept: Mapping[str | int, str | int]


def is_self_chat(messages: Sequence[Message], own_wordless: Iterable[datetime]) -> bool:
    """Return whether the owner has written everything in a conversation.

    Args:
        messages: A conversation with an address that is said to be the owner's, which is
            no proof: an account's addresses have named strangers before.
        own_wordless: When the owner sent rows without words: the sent copy of a note is
            sometimes stored empty.

    Returns:
        Whether each message that was received was sent at about the same time, too.
    """
    own = [
        (m.sent_at, text_key(text))
        for m in messages
        if m.is_from_me and m.sent_at
        for text in _versions(m)
    ]
    own += [(moment, _WORDLESS) for moment in own_wordless]
    own.sort()
    return all(
        message.is_from_me
        or not {*map(text_key, _versions(message)), _WORDLESS}.isdisjoint(
            _sent_around(own, message.sent_at)
        )
        for message in messages
    )


def as_notes(messages: Sequence[Message]) -> Notes:
    """Drop the duplicates of notes to oneself, and make the others the owner's.

    Args:
        messages: A conversation of the owner with themselves, oldest first.

    Returns:
        The notes: of a sent and a received one of the same words and pictures, not half
        an hour apart, the one that was sent, in its last version. Words that one of them
        had before it was edited count, for an edit reaches not always both.
    """
    sent: defaultdict[object, deque[Message]] = defaultdict(deque)
    for message in messages:
        if message.is_from_me and message.sent_at:
            for text in _versions(message):
                sent[_signature(message, text)].append(message)
    notes: list[Message] = []
    kept: dict[str | int, str | int] = {}
    edited: dict[int, Message] = {}
    taken: set[int] = set()
    for message in messages:
        twin = None if message.is_from_me else _take(sent, taken, message)
        if twin is not None:
            kept[message.guid or message.rowid] = twin.guid or twin.rowid
            if len(message.edits) > len(twin.edits):
                edited[twin.rowid] = twin._replace(
                    text=message.text, edits=message.edits
                )
        elif message.is_from_me:
            notes.append(message)
        else:
            notes.append(
                message._replace(sender=None, is_from_me=True, handle=None, person=None)
            )
    return Notes([edited.get(note.rowid, note) for note in notes], kept)


def as_own(tapback: Tapback, kept: Mapping[str | int, str | int]) -> Tapback:
    """Make a reaction to a note the owner's, on the one of its rows that was kept."""
    reaction = replace(tapback.reaction, sender=None, is_from_me=True, person=None)
    target = kept.get(tapback.target, tapback.target)
    return replace(tapback, target=target, reaction=reaction)


def _take(
    sent: Mapping[object, deque[Message]], taken: set[int], message: Message
) -> Message | None:
    """Take the first note that was sent around the time a message was received."""
    for text in _versions(message):
        candidates = sent.get(_signature(message, text))
        if not candidates or message.sent_at is None:
            continue
        while candidates and (
            candidates[0].rowid in taken or _gap(candidates[0], message) < -LATE_WITHIN
        ):
            candidates.popleft()
        if candidates and _gap(candidates[0], message) <= LATE_WITHIN:
            taken.add(candidates[0].rowid)
            return candidates.popleft()
    return None


def _versions(message: Message) -> list[str]:
    """Return what a message says, and said before it was edited, each text once."""
    return list(dict.fromkeys([message.text, *(edit.text for edit in message.edits)]))


def _gap(note: Message, message: Message) -> timedelta:
    if note.sent_at is None or message.sent_at is None:
        return timedelta.max
    return note.sent_at - message.sent_at


def _signature(message: Message, text: str) -> object:
    """Return what is equal for the two rows of one note: its words and its pictures."""
    details = message.details
    files = (
        [(file.kind, file.name, file.size) for file in details.attachments]
        if (details)
        else []
    )
    return text_key(text), tuple(files)


def _sent_around(
    own: Sequence[tuple[datetime, str]], moment: datetime | None
) -> list[str]:
    if moment is None:
        return []
    first = bisect_left(own, moment - DUPLICATE_WITHIN, key=itemgetter(0))
    last = bisect_right(own, moment + DUPLICATE_WITHIN, key=itemgetter(0))
    return [text for _, text in own[first:last]]
