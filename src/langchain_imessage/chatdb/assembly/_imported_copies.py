"""Leaves out messages that were imported a second time under another guid; pure.

Moving to a new phone, or a sync that went wrong, can store a history twice. The copies
have other guids, but the conversation, sender, words and exact date of the first.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from operator import eq, itemgetter
from typing import TYPE_CHECKING

from langchain_imessage.text import normal_text

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from langchain_imessage.chatdb.assembly._reactions import Tapback
    from langchain_imessage.records import Details, Message


def find_copies(messages: Sequence[Message]) -> dict[int, Message]:
    """Return the messages that were there before, by the place of each copy.

    Args:
        messages: A conversation, in order of time.
    """
    dates = [*map(itemgetter(2), messages)]
    if True not in map(eq, dates, islice(dates, 1, None)):
        return {}  # nearly always: no two have the same date
    first: dict[Hashable, Message] = {}
    copies: dict[int, Message] = {}
    for place, message in enumerate(messages):
        if not message.text or not message.date:
            continue
        words = normal_text(message.text)
        key = (message.date, message.is_from_me, message.person, words)
        before = first.setdefault(key, message)
        if before is not message and before.guid != message.guid:
            copies[place] = before
    return copies


def originals(
    messages: Sequence[Message], copies: Mapping[int, Message]
) -> dict[str | int, str | int]:
    """Return by guid or ROWID of each copy: that of the message it is one of."""
    return {
        messages[place].guid or messages[place].rowid: original.guid or original.rowid
        for place, original in copies.items()
    }


def retarget_replies(
    messages: Iterable[Message], kept: Mapping[str | int, str | int]
) -> list[Message]:
    """Return messages, those that answer one that was left out answering the one kept."""
    return [
        message._replace(reply_to=target, details=_answering(message.details, target))
        if message.reply_to and isinstance(target := kept.get(message.reply_to), str)
        else message
        for message in messages
    ]


def _answering(details: Details | None, target: str) -> Details | None:
    if details is None or details.reply is None:
        return details
    return details._replace(reply=replace(details.reply, guid=target))


def retarget(
    tapbacks: Iterable[Tapback], kept: Mapping[str | int, str | int]
) -> list[Tapback]:
    """Return reactions, those on a message that was left out moved to the one kept."""
    return [
        replace(tapback, target=kept[tapback.target])
        if tapback.target in kept
        else tapback
        for tapback in tapbacks
    ]
