"""The `message_summary_info` of a row → its edit history and what was unsent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_imessage.decoding._attributed_body import (
    body_text,
    without_placeholders,
)
from langchain_imessage.decoding._plists import PLIST_ERRORS, load_plist
from langchain_imessage.errors import DecodeError
from langchain_imessage.records import Edit
from langchain_imessage.timestamps import NANOSECONDS, datetime_from_apple
from langchain_imessage.typedstream import salvage_text

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryInfo:
    """The history of a message.

    Attributes:
        versions: Every version of every edited part, by part, oldest first; the last of
            each part is the current one.
        retracted: The parts that were unsent.
    """

    versions: tuple[tuple[Edit, ...], ...] = ()
    retracted: tuple[int, ...] = ()

    @property
    def earlier(self) -> tuple[Edit, ...]:
        """All versions but each part's current one."""
        return tuple(edit for part in self.versions for edit in part[:-1])

    @property
    def current_text(self) -> str:
        """What the edited parts say today."""
        return "".join(part[-1].text for part in self.versions)


def parse_summary_info(blob: bytes) -> SummaryInfo:
    """Decode a message's summary.

    Args:
        blob: A property list, binary or XML.

    Returns:
        Its history; empty where the message was never edited.

    Raises:
        DecodeError: If the blob is no property list of the expected shape.
    """
    summary = load_plist(blob)
    try:
        return _history(summary)
    except PLIST_ERRORS as error:
        raise DecodeError(f"no readable summary: {type(error).__name__}") from error


def _history(summary: Any) -> SummaryInfo:
    edited = {int(part): items for part, items in summary.get("ec", {}).items()}
    return SummaryInfo(
        versions=tuple(
            tuple(_version(part, item) for item in edited[part])
            for part in sorted(edited)
            if edited[part]
        ),
        retracted=tuple(int(part) for part in summary.get("rp", ())),
    )


def _version(part: int, item: dict[str, Any]) -> Edit:
    blob = item.get("t", b"")
    if not isinstance(blob, bytes):  # a number would ask for as many
        raise TypeError
    try:
        text = body_text(blob)
    except DecodeError:
        text = salvage_text(blob) or ""
    return Edit(
        part=part, text=without_placeholders(text), edited_at=_moment(item.get("d"))
    )


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime_from_apple(int(seconds * NANOSECONDS))
