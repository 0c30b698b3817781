"""What a message is made of: its text, and the bubbles that were merged into it; pure.

Owns how content blocks become text. The text flatteners differ in how they join blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, HumanMessage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_core.messages import BaseMessage


def is_ai(message: BaseMessage) -> bool:
    """Return whether a message is the AI's."""
    kind = type(message)  # isinstance takes five times as long: it asks an ABC
    if kind is HumanMessage:
        return False
    return kind is AIMessage or isinstance(message, AIMessage)


def is_human(message: BaseMessage) -> bool:
    """Return whether a message is a user's."""
    kind = type(message)
    if kind is AIMessage:
        return False
    return kind is HumanMessage or isinstance(message, HumanMessage)


def text_of(content: Any) -> str:
    """Return the text of a content, its blocks' texts run together.

    That is what LangChain's `BaseMessage.text` does. Blocks of another kind have no text.
    """
    return content if isinstance(content, str) else "".join(_texts(content))


def lines_of(content: Any, *, other: str = "") -> str:
    """Return the text of a content, a line for each block.

    Args:
        content: Text, or content blocks.
        other: The line of a block that has no text, as of an image; "" for none.
    """
    return content if isinstance(content, str) else "\n".join(_texts(content, other))


def strict_text_of(content: Any) -> str:
    """Return the text of a content as `text_of`, and refuse what is not text.

    Raises:
        ValueError: If the content is no list, or the text of a block no string.
    """
    if not isinstance(content, list):
        raise _not_text(content)
    texts = [
        block.get("text") or "" if isinstance(block, dict) else block
        for block in content
    ]
    for text in texts:
        if not isinstance(text, str):
            raise _not_text(text)
    return "".join(texts)


def _texts(content: Any, other: str = "") -> Iterator[str]:
    for block in content if isinstance(content, list) else ():
        text = block.get("text") if isinstance(block, dict) else block
        if isinstance(text, str):
            yield text
        elif other and isinstance(block, dict):
            yield other


def _not_text(content: object) -> ValueError:
    return ValueError(
        "Chat Loaders only support messages with content type string, "
        f"got {type(content).__name__}"
    )


def ids_of(message: BaseMessage) -> list[Any]:
    """Return the ids of the messages one was merged from, else its own if it has one."""
    ids = message.additional_kwargs.get("ids")
    if isinstance(ids, list) and ids:
        return ids
    return [] if message.id is None else [message.id]


def bubbles_in(messages: Iterable[BaseMessage]) -> int:
    """Count the messages that some were merged from.

    A merged message without ids counts as one.
    """
    count = 0
    for message in messages:
        ids = message.additional_kwargs.get("ids")
        count += len(ids) if ids and isinstance(ids, list) else 1
    return count
