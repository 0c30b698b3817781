"""Texts → `attributedBody`, archived as Messages does."""

from __future__ import annotations

from langchain_imessage.typedstream import PART, AttributedString, Run, Value, dumps

SLOT = "\ufffc"
"""What stands for an attachment in a text."""

_TRANSFER = "__kIMFileTransferGUIDAttributeName"


def archive_body(text: str, *, mutable: bool = True) -> bytes:
    """Archive a text as Messages does.

    Args:
        text: Its words. Each U+FFFC is a bubble of its own: an attachment.
        mutable: Which of the two classes to archive it as; Messages uses either.

    Returns:
        The blob.

    Example:
        >>> from langchain_imessage.typedstream import plain_text
        >>> plain_text(archive_body("see you at eight"))
        'see you at eight'
    """
    runs: list[Run] = []
    for piece in _bubbles(text):
        attributes: dict[str, Value] = {PART: len(runs)}
        if piece == SLOT:
            attributes[_TRANSFER] = f"at_{len(runs)}"
        runs.append(Run(length=_units(piece), attributes=attributes))
    return dumps(AttributedString(text=text, runs=tuple(runs)), mutable=mutable)


def _bubbles(text: str) -> list[str]:
    pieces = text.replace(SLOT, f"\0{SLOT}\0").split("\0") if SLOT in text else [text]
    return [piece for piece in pieces if piece]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
