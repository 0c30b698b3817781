"""Conversations as transcripts: pages, Markdown, plain text, and CSV for spreadsheets.

This file only names what is public, and imports it when it is first asked for (PEP 562).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.lazy_names import lazy_names

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

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "_write_transcripts": (
            "TranscriptExport",
            "TranscriptFormat",
            "stream_transcripts",
            "write_transcripts",
        )
    },
)
