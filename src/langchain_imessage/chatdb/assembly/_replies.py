"""Finds what a reply, or a reaction, is to among the messages of its conversation; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    answered = {m.guid: m for m in messages if m.guid in answers}
    # Kept, since many may answer one long message.
    quotations: dict[tuple[str, int], Reply] = {}
    for place, details, reply in replies:
        if target := answered.get(reply.guid):
            key = reply.guid, reply.part
            if key not in quotations:
                quotations[key] = _with_words(reply, target)
            quoting = details._replace(reply=quotations[key])
            found[place] = found[place]._replace(details=quoting)
    return found


def _with_words(reply: Reply, target: Message) -> Reply:
    """Return a reply with the words of the bubble it answers."""
    texts = (part.text for part in target.parts if part.number == reply.part)
    said = next(texts, "").strip() or target.text or None
    return Reply(guid=reply.guid, part=reply.part, text=said)
