"""Conversations as transcripts: pages, Markdown, plain text, and CSV for spreadsheets.

This file only names what is public, and imports it when it is first asked for (PEP 562).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_imessage.transcripts._write_transcripts import (
        TranscriptExport,
        TranscriptFormat,
        stream_transcripts,
        write_transcripts,
    )

__all__ = [
    "TranscriptExport",
    "TranscriptFormat",
    "stream_transcripts",
    "write_transcripts",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from langchain_imessage.transcripts import _write_transcripts  # noqa: PLC0415

    return getattr(_write_transcripts, name)


def __dir__() -> list[str]:
    return sorted(__all__)
