"""Texts → `attributedBody`, archived as Messages does; writes no row and no file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.typedstream import PART, AttributedString, Run, Value, dumps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SLOT = "\ufffc"
"""What stands for an attachment in a text."""

_TRANSFER = "__kIMFileTransferGUIDAttributeName"
_MENTION = "__kIMMentionConfirmedMention"


def archive_body(
    text: str,
    *,
    transfers: Sequence[str] = (),
    mentions: Mapping[str, str] | None = None,
    mutable: bool = True,
) -> bytes:
    """Archive a text as Messages does.

    Args:
        text: Its words. Each U+FFFC is a bubble of its own: an attachment.
        transfers: Guids of the attachments, in order; made up where there are too few.
        mentions: Names in the text that are mentions, with the address of each.
        mutable: Which of the two classes to archive it as; Messages uses either.

    Returns:
        The blob.

    Example:
        >>> from langchain_imessage.typedstream import plain_text
        >>> plain_text(archive_body("see you at eight"))
        'see you at eight'
    """
    guids = iter(transfers)
    runs: list[Run] = []
    for part, bubble in enumerate(filter(None, re.split(f"({SLOT})", text))):
        for piece, address in _pieces(bubble, mentions or {}):
            attributes: dict[str, Value] = {PART: part}
            if bubble == SLOT:
                attributes[_TRANSFER] = next(guids, f"at_{part}")
            if address is not None:
                attributes[_MENTION] = address
            runs.append(Run(length=units(piece), attributes=attributes))
    return dumps(AttributedString(text=text, runs=tuple(runs)), mutable=mutable)


def units(text: str) -> int:
    """Count UTF-16 code units: Messages measures texts in these."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _pieces(
    bubble: str, mentions: Mapping[str, str]
) -> Iterator[tuple[str, str | None]]:
    """Cut a bubble where a mention begins or ends."""
    if not mentions:
        yield bubble, None
        return
    names = "|".join(map(re.escape, mentions))
    for piece in filter(None, re.split(f"({names})", bubble)):
        yield piece, mentions.get(piece)
