"""Entries → Markdown, in which nothing anybody wrote is markup.

Pure. CommonMark; a day is a heading, a message a paragraph, what it answers a quotation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from langchain_imessage.terminal import safe_line, safe_text
from langchain_imessage.timestamps import written_day
from langchain_imessage.transcripts._entry_types import ShownFile
from langchain_imessage.transcripts._wording import (
    piece_text,
    reaction_groups,
    summary_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_imessage.transcripts._entry_types import (
        TranscriptEntry,
        TranscriptHead,
    )

_MARKUP: Final = re.compile(r"[\\`*_\[\]<~$&]")
"""What can be markup anywhere; `&` begins an entity, `<` a tag."""

_BLOCK: Final = re.compile(r"^(\s*)([-+=:#>|]|\d+[.)])", re.MULTILINE)
"""What can be a list, a rule, a heading, a quotation or a table at the start of a line."""


def markdown(head: TranscriptHead, entries: Iterable[TranscriptEntry]) -> Iterator[str]:
    """Yield a transcript as Markdown, a piece at a time.

    Args:
        head: What it begins with.
        entries: Its entries.
    """
    yield f"# {_line(head.title)}\n\n{_line(summary_of(head))}\n"
    day = None
    for entry in entries:
        if entry.sent_at and entry.sent_at.date() != day:
            day = entry.sent_at.date()
            yield f"\n## {written_day(day)}\n"
        yield "".join(f"\n{block}\n" for block in _blocks(entry))


def escaped(text: str) -> str:
    r"""Return a text as Markdown that shows it as it is.

    Example:
        >>> print(escaped("*not* bold\n1. no list"))
        \*not\* bold\
        1\. no list
    """
    plain = _MARKUP.sub(r"\\\g<0>", safe_text(text).strip("\n"))
    lines = _BLOCK.sub(_escaped_block, plain).split("\n")
    # Blanks at the start would be code, and an empty line would end the paragraph.
    return "\\\n".join(line.strip() or "&nbsp;" for line in lines)


def _escaped_block(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2][:-1]}\\{found[2][-1]}"


def _line(text: str) -> str:
    return escaped(safe_line(text))


def _blocks(entry: TranscriptEntry) -> Iterator[str]:
    time = f"{entry.sent_at:%H:%M}" if entry.sent_at else "no time"
    if entry.is_event:
        yield f"*{time} {_line(entry.sender)} {_line(entry.text)}*"
        return
    yield f"**{_line(entry.sender)}** {time}"
    if entry.quotation:
        who = f"{_line(entry.quotation.sender)}: " if entry.quotation.sender else ""
        yield f"> {who}{_line(entry.quotation.text or 'a message')}"
    yield from map(_piece, entry.pieces)
    for emoji, people in reaction_groups(entry.reactions):
        yield f"{_line(emoji)} {_line(', '.join(people))}"
    for edit in entry.edits:
        yield f"*Edited; before:* {_line(edit.text)}"


def _piece(piece: object) -> str:
    text = escaped(piece_text(piece))
    if not isinstance(piece, ShownFile) or not piece.copy:
        return text
    link = f"[{text}](<{quote(piece.copy)}>)"
    return f"!{link}" if piece.attachment.kind in {"image", "sticker"} else link
