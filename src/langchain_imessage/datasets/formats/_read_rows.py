"""A line of any sink's file → who says what in it.

Owns the reading of rows that may be anybody's: whatever is not as expected is left out of
the reading, and nothing is refused. Checking rows is the validation's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_imessage.transforms.messages._content import lines_of
from langchain_imessage.transforms.messages._speakers import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator

_IMAGE = "[image]"


class Said(NamedTuple):
    """One message of a row.

    Attributes:
        role: system, user, assistant, or whatever the row calls it.
        text: Its words, and a word for each picture.
        name: Who speaks, where the row says so.
        is_trained: False for an answer of weight 0.
        is_preferred: True for the better answer of a pair.
        is_rejected: True for the worse answer of a pair.
        blocks: What the text was made from, if it was a list.
    """

    role: str
    text: str
    name: str = ""
    is_trained: bool = True
    is_preferred: bool = False
    is_rejected: bool = False
    blocks: Any = None

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show the role and the size, never words or people."""
        return f"Said(role={self.role!r}, characters={len(self.text)})"


def said_in(row: Any) -> list[Said]:
    """Read a row.

    Args:
        row: What a line of a sink's file holds: `messages`, `conversations`, a pair of
            answers, or a prompt and its completion.

    Returns:
        What is said in it, in order; nothing if it is none of these.

    Example:
        >>> [said.role for said in said_in({"conversations": [{"from": "gpt", "value": "Hi"}]})]
        ['assistant']
    """
    if not isinstance(row, dict):
        return []
    given = row.get("input")
    context = given.get("messages") if isinstance(given, dict) else None
    return [
        *_messages(row.get("system"), "system"),
        *_instruction(row.get("systemInstruction")),
        *_messages(
            row.get("messages") or row.get("conversations") or row.get("contents"),
            "user",
        ),
        *_messages(context or row.get("prompt"), "user"),
        *_messages(row.get("completion"), "assistant"),
        *(
            said._replace(is_preferred=True)
            for said in _messages(
                row.get("preferred_output") or row.get("chosen"), "assistant"
            )
        ),
        *(
            said._replace(is_rejected=True)
            for said in _messages(
                row.get("non_preferred_output") or row.get("rejected"), "assistant"
            )
        ),
    ]


def images_in(content: Any) -> int:
    """Return how many images are among the blocks of a content."""
    if not isinstance(content, list):
        return 0
    return sum(isinstance(b, dict) and b.get("type") == "image_url" for b in content)


def _instruction(value: Any) -> Iterator[Said]:
    """Read Gemini's system message, which need not say its role."""
    if isinstance(value, dict):
        yield _message({**value, "role": "system"})


def _messages(value: Any, role: str) -> Iterator[Said]:
    """Read a list of messages, or a text that is one."""
    for message in value if isinstance(value, list) else [value]:
        if isinstance(message, str):
            yield Said(role, message)
        elif isinstance(message, dict):
            yield _message(message)


def _message(message: dict[str, Any]) -> Said:
    role = str(message.get("role") or message.get("from") or "unknown")
    content = message.get("content")
    content = message.get("parts") if content is None else content
    return Said(
        role=ROLES.get(role, role),
        text=lines_of(
            message.get("value") if content is None else content, other=_IMAGE
        ),
        name=str(message.get("name") or ""),
        is_trained=message.get("weight") != 0,
        blocks=content if isinstance(content, list) else None,
    )
