"""Entries → lines of plain text, in the form chat exports have: `[time] name: words`.

What a line says further is indented: at the margin it could pass for a message of its own.
Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from langchain_imessage.terminal import safe_line, safe_text
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

_INDENT: Final = "    "


def plain_text(
    head: TranscriptHead, entries: Iterable[TranscriptEntry]
) -> Iterator[str]:
    """Yield a transcript as plain text, a piece at a time.

    Args:
        head: What it begins with.
        entries: Its entries.
    """
    title = safe_line(head.title)
    yield f"{title}\n{'=' * min(len(title), 72)}\n{safe_line(summary_of(head))}\n\n"
    for entry in entries:
        yield "\n".join(_lines(entry)) + "\n"


def _lines(entry: TranscriptEntry) -> Iterator[str]:
    time = f"{entry.sent_at:%Y-%m-%d %H:%M:%S}" if entry.sent_at else "no time"
    head = f"[{time}] {'* ' if entry.is_event else ''}{safe_line(entry.sender)}"
    words = [line for piece in entry.pieces for line in _piece_lines(piece)] or [""]
    yield f"{head}{' ' if entry.is_event else ': '}{words[0]}"
    yield from (_INDENT + line for line in _further(entry, words[1:]))


def _piece_lines(piece: object) -> list[str]:
    text = piece_text(piece)
    if isinstance(piece, ShownFile) and piece.copy:
        text += f" <{piece.copy}>"
    return safe_text(text).splitlines()


def _further(entry: TranscriptEntry, words: Iterable[str]) -> Iterator[str]:
    yield from words
    if entry.quotation:
        who = f"{safe_line(entry.quotation.sender)}: " if entry.quotation.sender else ""
        yield f"(in reply to {who}{safe_line(entry.quotation.text or 'a message')})"
    for emoji, people in reaction_groups(entry.reactions):
        yield f"({emoji} {safe_line(', '.join(people))})"
    for edit in entry.edits:
        yield f"(edited; before: {safe_line(edit.text)})"
