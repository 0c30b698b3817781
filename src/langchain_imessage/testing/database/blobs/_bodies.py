"""Texts → `attributedBody`, archived as Messages does; writes no row and no file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.decoding._attributed_body import TRANSCRIPTION, TRANSFER
from langchain_imessage.decoding._text_marks import (
    EFFECT,
    EFFECTS,
    LINK,
    MENTION,
    STYLES,
)
from langchain_imessage.typedstream import (
    PART,
    URL,
    AttributedString,
    Run,
    Value,
    dumps,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SLOT = "\ufffc"
"""What stands for an attachment in a text."""


def archive_body(
    text: str,
    *,
    transfers: Sequence[str] = (),
    transcriptions: Mapping[str, str | None] | None = None,
    mentions: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    styles: Mapping[str, str] | None = None,
    mutable: bool = True,
) -> bytes:
    """Archive a text as Messages does.

    Args:
        text: Its words. Each U+FFFC is a bubble of its own: an attachment.
        transfers: Guids of the attachments, in order; made up where there are too few.
        transcriptions: What voice messages say, by guid.
        mentions: Names in the text that are mentions, with the address of each.
        links: Pieces of the text that are links, with where each leads.
        styles: Pieces of the text that are set in a style, with its name: bold, shake, ...
        mutable: Which of the two classes to archive it as; Messages uses either.

    Returns:
        The blob.

    Example:
        >>> from langchain_imessage.typedstream import plain_text
        >>> plain_text(archive_body("see you at eight"))
        'see you at eight'
    """
    guids = iter(transfers)
    said = transcriptions or {}
    marks: dict[str, dict[str, Value]] = {
        **{name: {MENTION: address} for name, address in (mentions or {}).items()},
        **{shown: {LINK: URL(relative=url)} for shown, url in (links or {}).items()},
        **{piece: _style(name) for piece, name in (styles or {}).items()},
    }
    runs: list[Run] = []
    for part, bubble in enumerate(filter(None, re.split(f"({SLOT})", text))):
        for piece in _pieces(bubble, marks):
            attributes: dict[str, Value] = {PART: part, **marks.get(piece, {})}
            if bubble == SLOT:
                attributes[TRANSFER] = guid = next(guids, f"at_{part}")
                if said.get(guid):
                    attributes[TRANSCRIPTION] = said[guid]
            runs.append(Run(length=units(piece), attributes=attributes))
    return dumps(AttributedString(text=text, runs=tuple(runs)), mutable=mutable)


def units(text: str) -> int:
    """Count UTF-16 code units: Messages measures texts in these."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _style(name: str) -> dict[str, Value]:
    for attribute, kind in STYLES.items():
        if kind == name:
            return {attribute: 1}
    return {EFFECT: {kind: number for number, kind in EFFECTS.items()}[name]}


def _pieces(bubble: str, marks: Mapping[str, object]) -> Iterator[str]:
    """Cut a bubble where a mark begins or ends."""
    if not marks:
        return iter([bubble])
    marked = "|".join(map(re.escape, sorted(marks, key=len, reverse=True)))
    return filter(None, re.split(f"({marked})", bubble))
