"""Finds the messages that are tapbacks and edits in words, for phones that know no better.

A sentence is one only if what it is about was said before: people write such sentences
themselves, and then they are words like others. Pure.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.chatdb.assembly._reactions import Tapback
from langchain_imessage.decoding._compatibility_sentences import (
    TextTapback,
    parse_text_edit,
    parse_text_tapback,
    quotes,
)
from langchain_imessage.records import (
    Details,
    Edit,
    Message,
    Reaction,
    Reason,
    Reply,
)
from langchain_imessage.text import text_key
from langchain_imessage.timestamps import apple_from_datetime, place_in_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from langchain_imessage.timestamps import Place

_LOOK_BACK = 1000
"""Messages: how far above itself a sentence may quote. People react to what they see."""

_EDITABLE_MESSAGES, _EDITABLE_FOR = 50, timedelta(hours=1)
"""How far back an edit may reach. Messages allows a quarter of an hour; sentences by SMS
can be late."""

_ALIKE = 0.5
"""Share of letter pairs two versions of a message have in common at least."""


class Sentences(NamedTuple):
    """What the sentences of a conversation do.

    Attributes:
        tapbacks: By position of the message that is one: the tapback, or None where what
            it sits on is no message of ours.
        edits: By position of the message that is one: the position of what it edits.
        edited: By position of what was edited: the message as it is now.
    """

    tapbacks: dict[int, Tapback | None]
    edits: dict[int, int]
    edited: dict[int, Message]

    def mark(self, messages: Sequence[Message]) -> list[Message]:
        """Return the messages as they are now, the sentences marked as what they are."""
        return [
            _as_reaction(message, self.tapbacks[place])
            if place in self.tapbacks
            else _as_edit(message, messages[self.edits[place]])
            if place in self.edits
            else self.edited.get(place, message)
            for place, message in enumerate(messages)
        ]

    def remove(self, messages: Sequence[Message]) -> list[Message]:
        """Return the messages as they are now, without the sentences."""
        return [
            self.edited.get(place, message)
            for place, message in enumerate(messages)
            if place not in self.tapbacks and place not in self.edits
        ]


def find_sentences(
    messages: Sequence[Message], places: Iterable[int], first_attachment: Place | None
) -> Sentences:
    """Find the messages that are tapbacks or edits in words.

    Args:
        messages: A conversation, in order.
        places: Where among them such a message can be.
        first_attachment: Where its first attachment stands: "Loved an image" means
            nothing before there was one.
    """
    found = Sentences({}, {}, {})
    for position in places:
        message = messages[position]
        if tapback := parse_text_tapback(message.text):
            _add_tapback(found, tapback, messages, position, first_attachment)
        elif words := parse_text_edit(message.text):
            _add_edit(found, words, messages, position)
    return found


def _add_tapback(
    found: Sentences,
    tapback: TextTapback,
    messages: Sequence[Message],
    position: int,
    first_attachment: Place | None,
) -> None:
    message = messages[position]
    if tapback.quoted is None:
        place = place_in_time(message.sent_at, message.rowid)
        if first_attachment is not None and first_attachment <= place:
            found.tapbacks[position] = None
        return
    for earlier in _earlier(position, _LOOK_BACK):
        target = found.edited.get(earlier, messages[earlier])
        if _is_quoted(tapback.quoted, target):
            found.tapbacks[position] = _as_tapback(tapback, message, target)
            return


def _add_edit(
    found: Sentences, words: str, messages: Sequence[Message], position: int
) -> None:
    message = messages[position]
    for earlier in _earlier(position, _EDITABLE_MESSAGES):
        target = found.edited.get(earlier, messages[earlier])
        if earlier in found.edits or not _is_editable(target, message):
            continue
        if quotes(words, target.text):
            found.edits[position] = earlier
            return
        if _are_alike(target.text, words):
            before = Edit(part=0, text=target.text, edited_at=target.sent_at)
            edits = (*target.edits, before)
            found.edited[earlier] = target._replace(text=words, edits=edits)
            found.edits[position] = earlier
            return


def _earlier(position: int, most: int) -> range:
    return range(position - 1, max(-1, position - 1 - most), -1)


def _is_quoted(quoted: str, target: Message) -> bool:
    """Return whether a message says, or said before it was edited, what is quoted."""
    return quotes(quoted, target.text) or any(
        quotes(quoted, edit.text) for edit in target.edits
    )


def _is_editable(target: Message, message: Message) -> bool:
    """Return whether a message may be one that another is an edit of."""
    if target.is_from_me != message.is_from_me or not target.text:
        return False
    if (target.person or target.sender) != (message.person or message.sender):
        return False
    if target.details and target.details.parts:
        return False  # nothing says which of its bubbles
    if target.sent_at is None or message.sent_at is None:
        return True
    return message.sent_at - target.sent_at <= _EDITABLE_FOR


def _are_alike(before: str, after: str) -> bool:
    """Return whether one text may be another version of the other."""
    before, after = text_key(before), text_key(after)
    if after.startswith(before):
        return True
    if not len(after) / 4 <= len(before) <= len(after) * 4:
        return False
    common = Counter(_pairs(before)) & Counter(_pairs(after))
    return 2 * common.total() >= _ALIKE * (len(before) + len(after) - 2)


def _pairs(text: str) -> Iterator[str]:
    return map("".join, pairwise(text))


def _as_tapback(tapback: TextTapback, message: Message, target: Message) -> Tapback:
    time = apple_from_datetime(message.sent_at) if message.sent_at else 0
    reaction = Reaction(
        kind=tapback.kind,
        emoji=tapback.emoji,
        sender=message.sender,
        is_from_me=message.is_from_me,
        sent_at=message.sent_at,
        person=message.person,
    )
    return Tapback(
        order=(time, message.rowid),
        target=target.guid or target.rowid,
        is_removal=tapback.removed,
        reaction=reaction,
    )


def _as_reaction(message: Message, tapback: Tapback | None) -> Message:
    """Return a sentence that is a tapback as what a tapback's own row would be."""
    reply = Reply(guid=str(tapback.target)) if tapback else None
    reaction = tapback.reaction if tapback else None
    details = Details(reaction=reaction, reply=reply, reason=Reason.REACTION)
    return message._replace(text="", details=details)


def _as_edit(message: Message, target: Message) -> Message:
    reply = Reply(guid=target.guid) if target.guid else None
    details = Details(reply=reply, reason=Reason.EDIT)
    return message._replace(text="", details=details)
