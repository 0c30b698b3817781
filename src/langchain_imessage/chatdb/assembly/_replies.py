"""Finds what a reply, or a reaction, is to among the messages of its conversation; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.chatdb.assembly._guids import as_spelled, with_guids
from langchain_imessage.chatdb.assembly._record_copies import (
    DETAILS,
    REPLY,
    REPLY_TO,
    with_value,
)
from langchain_imessage.records import Reply

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from langchain_imessage.records import Message


def with_quotes(messages: Sequence[Message], places: Collection[int]) -> list[Message]:
    """Add to each reply the words of the bubble it answers.

    Args:
        messages: A conversation.
        places: Where in it a reply can be.

    Returns:
        The messages, in the same order.
    """
    replies = [
        (place, details, reply)
        for place in places
        if (details := messages[place].details) and (reply := details.reply)
    ]
    found = list(messages)
    if not replies:
        return found
    answers = {reply.guid for _, _, reply in replies}
    answered = {m.guid: m for m in with_guids(messages, answers)}
    if len(answered) < len(answers):
        spelled = as_spelled(answers - answered.keys(), messages)
        written = {*spelled.values()}
        by_guid = {m.guid: m for m in with_guids(messages, written)}
        answered |= {str(one): by_guid[guid] for one, guid in spelled.items()}
    # Kept, since many may answer one long message.
    quotations: dict[tuple[str, int], Reply] = {}
    for place, details, reply in replies:
        if target := answered.get(reply.guid):
            key = reply.guid, reply.part
            if key not in quotations:
                quotations[key] = _with_words(reply, target)
            quotation = quotations[key]
            quoting = with_value(details, REPLY, quotation)
            message = with_value(found[place], DETAILS, quoting)
            guid = quotation.guid if message.reply_to else None
            if message.reply_to != guid:  # it is written in other letters
                message = with_value(message, REPLY_TO, guid)
            found[place] = message
    return found


def _with_words(reply: Reply, target: Message) -> Reply:
    """Return a reply with the words of the bubble it answers."""
    said = ""
    if target.details and target.details.parts:
        texts = (p.text for p in target.details.parts if p.number == reply.part)
        said = next(texts, "").strip()
    elif not reply.part:  # its only bubble, of words only
        said = target.text.strip()
    said = said or target.text
    return Reply(guid=target.guid or reply.guid, part=reply.part, text=said or None)
