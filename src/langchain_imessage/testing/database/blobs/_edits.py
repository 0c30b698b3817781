"""What an edit or an unsending leaves behind: the summary, and a body with gaps."""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from langchain_imessage.testing.database.blobs._bodies import archive_body, units
from langchain_imessage.timestamps import NANOSECONDS, apple_from_datetime
from langchain_imessage.typedstream import PART, AttributedString, Run, dumps, loads

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

Parts: TypeAlias = "dict[int, tuple[str, tuple[Run, ...]]]"
"""Text and runs of each bubble, by its number."""


def split_body(blob: bytes) -> Parts:
    """Split a body into its bubbles."""
    body = cast("AttributedString", loads(blob))
    parts: Parts = {}
    for (piece, attributes), run in zip(body.slices(), body.runs, strict=True):
        number = cast("int", attributes[PART])
        text, runs = parts.get(number, ("", ()))
        parts[number] = text + piece, (*runs, run)
    return parts


def edit_summary(
    parts: Parts, part: int, versions: Iterable[tuple[str, datetime]]
) -> bytes:
    """Write the summary of a message one bubble of which was edited."""
    history = [
        {"t": archive_body(text), "d": apple_from_datetime(moment) / NANOSECONDS}
        for text, moment in versions
    ]
    summary = {"ust": True, "ec": {f"{part}": history}, "ep": [part]}
    return plist({**summary, "otr": _ranges(parts)})


def unsend_summary(parts: Parts, gone: Iterable[int]) -> bytes:
    """Write the summary of a message some bubbles of which were taken back."""
    return plist({"ust": True, "rp": sorted(gone), "otr": _ranges(parts)})


def _ranges(parts: Parts) -> dict[str, Any]:
    """Return where in the original each bubble was, in UTF-16 units."""
    ranges: dict[str, Any] = {}
    start = 0
    for part, (text, _) in parts.items():
        ranges[str(part)] = {"lo": start, "le": units(text)}
        start += units(text)
    return ranges


def rejoin(parts: Parts) -> bytes:
    """Archive what is left of a body; the bubbles keep their numbers."""
    text = "".join(text for text, _ in parts.values())
    runs = tuple(run for _, runs in parts.values() for run in runs)
    return dumps(AttributedString(text=text, runs=runs))


def plist(summary: dict[str, Any]) -> bytes:
    """Write a binary property list."""
    return plistlib.dumps(summary, fmt=plistlib.FMT_BINARY)
