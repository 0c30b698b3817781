"""A session's messages → turns: who speaks and what a sink may see of it.

Owns the reading of LangChain messages. Only role, words, images where the sink takes them,
weight and name get through: whatever else a message holds ends here. The tokens and the
ids a turn carries are for counting and for telling examples apart; no row has them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_imessage.datasets.formats._specs import (
    CHAT_ROLES,
    IMAGE_TYPES,
    MAX_IMAGE_BYTES,
)
from langchain_imessage.errors import ExportError
from langchain_imessage.transforms.messages._content import lines_of, text_of
from langchain_imessage.transforms.messages._speakers import name_field, role_of
from langchain_imessage.transforms.messages._verdicts import verdicts_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Sequence

    from langchain_core.messages import BaseMessage

    from langchain_imessage.datasets.formats._specs import Sink

IMAGE = "[image]"
"""What stands for an image that a sink does not take."""

_BASE64 = re.compile(r"data:([\w/.+-]+);base64,")


class Turn(NamedTuple):
    """One message of an example.

    A tuple because a million are made.

    Attributes:
        role: system, user or assistant.
        content: Its words; a list of OpenAI's blocks where there are images among them.
        weight: How much an answer counts; None where nobody said.
        name: Who speaks, in letters a sink takes; "" where it does not matter.
        ids: Of the messages it was made of, hashed.
        tokens: How many it has.
        verdict: What others thought of an answer: above 0 liked, below 0 disliked.
    """

    role: str
    content: str | list[dict[str, Any]]
    weight: float | None = None
    name: str = ""
    ids: tuple[int, ...] = ()
    tokens: int = 0
    verdict: int = 0

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show the role and the size, never words or people."""
        return f"Turn(role={self.role!r}, tokens={self.tokens})"


def turns_of(
    messages: Sequence[BaseMessage],
    sink: Sink,
    count: Callable[[str, str, str], int],
    *,
    line: int,
    left_out: Counter[str],
) -> list[Turn]:
    """Make messages turns.

    Empty messages are left out, and neighbours of one role become one turn.

    Args:
        messages: The messages of an example.
        sink: Who they are for.
        count: Counts the tokens of a message by role, content and name.
        line: The example's number, for errors.
        left_out: Where answers without words are counted.

    Raises:
        ExportError: If a message is of a kind no example can hold.
    """
    turns: list[Turn] = []
    images = 0
    for message in messages:
        role = _role(message, line)
        content: Any = message.content
        if not isinstance(content, str):
            content = _content(content, sink.images - images if role == "user" else 0)
            images += _count_images(content)
        if not content or (isinstance(content, str) and not content.strip()):
            left_out["empty"] += role == "assistant"
            continue
        name = message.name if role == "user" and message.name else ""
        if name and not sink.names:  # there is no other place for it
            content, name = _named(content, name), ""
        kwargs = message.additional_kwargs
        weight = kwargs.get("weight") if role == "assistant" else None
        ids = _ids(kwargs.get("ids"), message.id)
        reactions = kwargs.get("reactions")
        verdict = (
            sum(verdicts_of(reactions)) if reactions and role == "assistant" else 0
        )
        if turns and turns[-1].role == role:
            before = turns.pop()
            earlier = before.content
            if before.name != name:  # a field can name one speaker only
                earlier, content = _named(earlier, before.name), _named(content, name)
                name = ""
            content = _joined_content(earlier, content)
            weight = _lower(before.weight, weight)
            ids = before.ids + ids
            verdict += before.verdict
        words = content if isinstance(content, str) else text_of(content)
        tokens = count(role, words, name and name_field(name))
        turns.append(Turn(role, content, weight, name, ids, tokens, verdict))
    return [
        turn._replace(name=name_field(turn.name)) if turn.name else turn
        for turn in turns
    ]


def _named(content: Any, name: str) -> Any:
    """Return a content whose text begins with who says it."""
    if not name:
        return content
    if isinstance(content, str):
        return f"{name}: {content}"
    return [*_text_block(f"{name}: "), *content]


def _role(message: BaseMessage, line: int) -> str:
    role = role_of(message)
    if role in CHAT_ROLES:
        return role
    kind_name = type(message).__name__
    raise ExportError(
        f"Example {line} holds a {kind_name}, which nobody says", line=line
    )


def _ids(merged: Any, own: str | None) -> tuple[int, ...]:
    if merged:
        return tuple(map(hash, merged))
    return (hash(own),) if own else ()


def _lower(first: float | None, second: float | None) -> float | None:
    """Return the weight of two answers that become one: what is not to be learned stays so."""
    given = [weight for weight in (first, second) if weight is not None]
    return min(given, default=None)


def _joined_content(first: Any, second: Any) -> Any:
    if isinstance(first, str) and isinstance(second, str):
        return f"{first}\n{second}"
    return [*_blocks(first), *_blocks(second)]


def _blocks(content: Any) -> list[dict[str, Any]]:
    return _text_block(content) if isinstance(content, str) else content


def _text_block(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text}]


def _content(blocks: Any, room: int) -> str | list[dict[str, Any]]:
    """Flatten blocks to words, or to OpenAI's blocks if there are images to keep."""
    parts: list[dict[str, Any]] = []
    for block in blocks:
        text, url = _read(block)
        if url is not None and room > 0 and _acceptable(url):
            parts.append({"type": "image_url", "image_url": {"url": url}})
            room -= 1
        elif url is not None or text:
            parts += _text_block(IMAGE if url is not None else text)
    if any(part["type"] == "image_url" for part in parts):
        return parts
    return lines_of(parts)


def _read(block: Any) -> tuple[str, str | None]:
    """Return a block's words, and the address of its image."""
    if isinstance(block, str):
        return block, None
    kind = block.get("type")
    if kind == "image":
        data = block.get("base64")
        inline = f"data:{block.get('mime_type')};base64,{data}"
        return "", inline if data else str(block.get("url") or "")
    if kind == "image_url":
        image = block.get("image_url")
        return "", str(image.get("url") if isinstance(image, dict) else image)
    return str(block.get("text") or ""), None


def _acceptable(url: str) -> bool:
    """Return whether an image is of a kind and size that is taken."""
    inline = _BASE64.match(url)
    if not inline:
        # Not a path of this machine, nor anything else only it could read.
        return url.startswith("https://")
    size = (len(url) - inline.end()) * 3 // 4
    return inline[1] in IMAGE_TYPES and size <= MAX_IMAGE_BYTES


def _count_images(content: Any) -> int:
    if isinstance(content, str):
        return 0
    return sum(block["type"] == "image_url" for block in content)
