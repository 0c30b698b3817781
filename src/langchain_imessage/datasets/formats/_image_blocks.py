"""Blocks of a message's content → words, or OpenAI's blocks where a sink takes images.

Owns which images a sink gets and what stands for the others. No file of this machine is
named or read.
"""

from __future__ import annotations

import re
from typing import Any

from langchain_imessage.datasets.formats._limits import (
    IMAGE_TYPES,
    MAX_IMAGE_BYTES,
)
from langchain_imessage.transforms.messages._content import lines_of

IMAGE = "[image]"
"""What stands for an image that a sink does not take."""

_BASE64 = re.compile(r"data:([\w/.+-]+);base64,")


def flattened(blocks: Any, room: int) -> str | list[dict[str, Any]]:
    """Return blocks as words, or as OpenAI's blocks if there are images to keep.

    Args:
        blocks: A message's content that is not a text.
        room: How many images may be kept.
    """
    parts: list[dict[str, Any]] = []
    for block in blocks:
        text, url = _read(block)
        if url is not None and room > 0 and _acceptable(url):
            parts.append({"type": "image_url", "image_url": {"url": url}})
            room -= 1
        elif url is not None or text:
            parts += text_block(IMAGE if url is not None else text)
    if any(part["type"] == "image_url" for part in parts):
        return parts
    return lines_of(parts)


def joined(first: Any, second: Any) -> Any:
    """Return two contents as one, on lines of their own."""
    if isinstance(first, str) and isinstance(second, str):
        return f"{first}\n{second}"
    return [*_blocks(first), *_blocks(second)]


def labelled(name: str, content: Any) -> Any:
    """Return a content behind the name of who says it."""
    if isinstance(content, str):
        return f"{name}: {content}"
    first, *others = content
    if first["type"] == "text":
        return [*text_block(f"{name}: {first['text']}"), *others]
    return [*text_block(f"{name}:"), *content]


def text_block(text: str) -> list[dict[str, Any]]:
    """Return a text as a list of one block."""
    return [{"type": "text", "text": text}]


def _blocks(content: Any) -> list[dict[str, Any]]:
    return text_block(content) if isinstance(content, str) else content


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
