"""Entries → rows of CSV as RFC 4180 describes it, safe to open in a spreadsheet.

Pure. A spreadsheet takes a field that begins like a formula for one, and runs it.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

from langchain_imessage.transcripts._entry_types import ShownFile
from langchain_imessage.transcripts._wording import reaction_groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_imessage.transcripts._entry_types import (
        TranscriptEntry,
        TranscriptHead,
    )

CSV_COLUMNS: Final = (
    "conversation",
    "kind",
    "sent_at",
    "sender",
    "address",
    "is_from_me",
    "text",
    "attachments",
    "reactions",
    "reply_to",
    "edits",
    "service",
    "id",
)
"""In this order; `kind` is "message" or "event", `sent_at` is ISO 8601 with its offset."""

_FORMULA: Final = re.compile(r"\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
"""How a formula begins, also in full-width letters: OWASP's list."""

_LATER: Final = r"(?<=[;\t\r\n])(?=[^\S\t\r\n]*[%s])"
_LATER_FORMULA: Final = re.compile(_LATER % "=@\uff1d\uff20")
_LATER_SIGN: Final = re.compile(_LATER % "+\\-\uff0b\uff0d")
"""Where one begins for a spreadsheet whose fields end at a semicolon or a tab, as Excel's
do in much of Europe: the quotes around a field are then none, and its lines are rows."""

_CALL: Final = re.compile(r"\||\w\(")
"""Without one, what begins with a plus or a minus runs nothing: it is a list's, or a face's."""

_UNSTORABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What commands a terminal in which somebody reads the table, and halves of characters."""


def csv_heading() -> str:
    """Return the line with the names of the columns."""
    return _row(CSV_COLUMNS)


def csv_rows(head: TranscriptHead, entries: Iterable[TranscriptEntry]) -> Iterator[str]:
    """Yield a transcript's rows, each with its line end.

    Args:
        head: What it begins with.
        entries: Its entries.
    """
    for entry in entries:
        yield _row(
            (
                head.title,
                "event" if entry.is_event else "message",
                entry.sent_at.isoformat() if entry.sent_at else "",
                entry.sender,
                entry.address or "",
                "true" if entry.is_own else "false",
                entry.text,
                "; ".join(_files(entry)),
                "; ".join(_reactions(entry)),
                entry.reply_to or "",
                str(len(entry.edits) or ""),
                entry.service or "",
                entry.guid or "",
            )
        )


def harmless(field: str) -> str:
    """Return a field that no spreadsheet takes for a formula: with an apostrophe.

    Example:
        >>> harmless("=1+1"), harmless("1 + 1")
        ("'=1+1", '1 + 1')
        >>> harmless("see;=1+1 ;-)")
        "see;'=1+1 ;-)"
    """
    is_formula = _FORMULA.match(field)
    field = _LATER_FORMULA.sub("'", field)
    if _CALL.search(field):
        field = _LATER_SIGN.sub("'", field)
    return f"'{field}" if is_formula else field


def _row(fields: Iterable[str]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(
        harmless(_UNSTORABLE.sub("\ufffd", field)) for field in fields
    )
    return line.getvalue()


def _files(entry: TranscriptEntry) -> Iterator[str]:
    for piece in entry.pieces:
        if isinstance(piece, ShownFile):
            yield piece.copy or piece.attachment.name or piece.label


def _reactions(entry: TranscriptEntry) -> Iterator[str]:
    for emoji, people in reaction_groups(entry.reactions):
        yield f"{emoji} {', '.join(people)}"
