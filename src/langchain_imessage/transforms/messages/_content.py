"""What a message is made of: its words, and the bubbles that were merged into it; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, HumanMessage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_core.messages import BaseMessage


def is_ai(message: BaseMessage) -> bool:
    """Tell whether a message is the AI's."""
    kind = type(message)  # isinstance takes five times as long: it asks an ABC
    if kind is HumanMessage:
        return False
    return kind is AIMessage or isinstance(message, AIMessage)


def is_human(message: BaseMessage) -> bool:
    """Tell whether a message is a user's."""
    kind = type(message)
    if kind is AIMessage:
        return False
    return kind is HumanMessage or isinstance(message, HumanMessage)


def text_of(content: Any) -> str:
    """Give the words of a content; blocks of another kind have none."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    texts = (
        block.get("text") if isinstance(block, dict) else block for block in content
    )
    return "".join(text for text in texts if isinstance(text, str))


def ids_of(message: BaseMessage) -> list[Any]:
    """Give the ids of the messages one was merged from; else its own, if it has one."""
    ids = message.additional_kwargs.get("ids")
    if isinstance(ids, list) and ids:
        return ids
    return [] if message.id is None else [message.id]


def bubbles_in(messages: Iterable[BaseMessage]) -> int:
    """Count the messages that some were merged from.

    A merged message that has no ids counts as one: nothing in it says better.
    """
    count = 0
    for message in messages:
        ids = message.additional_kwargs.get("ids")
        count += len(ids) if ids and isinstance(ids, list) else 1
    return count
