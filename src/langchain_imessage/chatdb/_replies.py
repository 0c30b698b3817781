"""Finds what a reply, or a reaction, is to among the messages of its conversation; pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_imessage.records import Details, Message, Reply


def with_quotes(messages: Sequence[Message]) -> list[Message]:
    """Give each reply the words of the bubble it answers.

    Args:
        messages: A conversation.

    Returns:
        The messages, in the same order.
    """
    answers = {
        message.details.reply.guid
        for message in messages
        if message.details and message.details.reply
    }
    if not answers:
        return list(messages)
    answered: dict[str | None, Message] = {
        m.guid: m for m in messages if m.guid in answers
    }
    return [
        _with_quote(message, message.details, answered) if message.details else message
        for message in messages
    ]


def _with_quote(
    message: Message, details: Details, answered: dict[str | None, Message]
) -> Message:
    target = answered.get(details.reply.guid) if details.reply else None
    if details.reply is None or target is None:
        return message
    reply = replace(details.reply, text=_quoted(details.reply, target))
    return message._replace(details=replace(details, reply=reply))


def _quoted(reply: Reply, target: Message) -> str | None:
    texts = (part.text for part in target.parts if part.number == reply.part)
    return next(texts, "").strip() or target.text or None
