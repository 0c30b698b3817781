"""The `message_summary_info` of a row → its edit history and what was unsent.

What was unsent is in no version here, whether it was edited before or not. One odd part,
version or date costs itself only; no version is read twice, however often it is listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from langchain_imessage.decoding._attributed_body import (
    body_text,
    without_placeholders,
)
from langchain_imessage.decoding.archives._keyed_archives import load_archive
from langchain_imessage.decoding.archives._plists import learning_plists
from langchain_imessage.errors import DecodeError
from langchain_imessage.records import Edit, Translation
from langchain_imessage.timestamps import (
    LARGEST_DATE,
    NANOSECONDS,
    datetime_from_apple,
)
from langchain_imessage.typedstream import salvage_text

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

_PARTS = range(2**31)
"""The numbers a part can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryInfo:
    """The history of a message.

    Attributes:
        versions: Every version of every edited part that was not unsent, by part, oldest
            first; the last of each part is the current one.
        retracted: The parts that were unsent.
        translations: Other parts in other languages.
        originals: The parts it was sent with; empty where that is not known.
    """

    versions: tuple[tuple[Edit, ...], ...] = ()
    retracted: tuple[int, ...] = ()
    translations: tuple[Translation, ...] = ()
    originals: tuple[int, ...] = ()

    @property
    def is_unsent(self) -> bool:
        """Whether all of it was unsent."""
        if self.versions or not self.retracted:
            return False
        return set(self.originals) <= set(self.retracted)

    @property
    def earlier(self) -> tuple[Edit, ...]:
        """All versions but each part's current one."""
        return tuple(edit for part in self.versions for edit in part[:-1])

    @property
    def current(self) -> tuple[Edit, ...]:
        """The current version of each edited part."""
        return tuple(part[-1] for part in self.versions)


def parse_summary_info(blob: bytes) -> SummaryInfo:
    """Decode a message's summary.

    Args:
        blob: A property list, binary or XML.

    Returns:
        Its history; empty where the message was never edited.

    Raises:
        DecodeError: If the blob is no property list of the expected shape.
    """
    summary = _SUMMARIES.load(blob)
    if not isinstance(summary, dict):
        raise DecodeError("no readable summary: it is no dictionary")
    edited, ranges, archive = map(summary.get, ("ec", "otr", "tmp"))
    retracted: tuple[int, ...] = ()
    if "rp" in summary:
        retracted = tuple(dict.fromkeys(_numbers(summary["rp"])))
    gone = frozenset(retracted)
    parts: dict[int, Any] = {}
    if isinstance(edited, dict):
        for name, items in edited.items():
            part = _number(name)
            if part is not None and part not in gone:
                parts[part] = items
    texts: dict[int, str] = {}
    versions = [
        _in_order(_versions(part, parts[part], texts)) for part in sorted(parts)
    ]
    translations = _translations(archive) if archive else ()
    return SummaryInfo(
        versions=tuple(filter(None, versions)),
        retracted=retracted,
        translations=tuple([t for t in translations if t.part not in gone]),
        originals=tuple([n for n in map(_number, ranges) if n is not None])
        if isinstance(ranges, dict)
        else (),
    )


class _Fields:
    """Some fields, and the numbers of parts, under which they are listed."""

    def __init__(self, *names: str) -> None:
        self._names = frozenset(names)

    def __contains__(self, name: Hashable) -> bool:
        return name in self._names or _is_part(name)


@lru_cache(maxsize=256, typed=True)
def _is_part(name: Hashable) -> bool:
    """Return whether a field's name is the number of a part; most lists have the same."""
    return _number(name) is not None


_SUMMARIES = learning_plists(_Fields("ec", "rp", "otr", "tmp", "t", "d"))
_TRANSLATION_FIELDS = _Fields("translatedText", "translationLanguage", "sourceLanguage")


def _translations(blob: Any) -> Iterator[Translation]:
    """Yield the translations in an archive; what cannot be read holds none."""
    try:
        archive = load_archive(blob, _TRANSLATION_FIELDS) if blob else None
    except (DecodeError, TypeError):
        return
    for name, items in archive.items() if isinstance(archive, dict) else ():
        part = _number(name)
        for item in items if isinstance(items, list) and part is not None else ():
            text = item.get("translatedText") if isinstance(item, dict) else None
            if part is not None and isinstance(text, str) and text:
                yield Translation(
                    part=part,
                    text=without_placeholders(text),
                    language=_language(item.get("translationLanguage")),
                    source_language=_language(item.get("sourceLanguage")),
                )


def _language(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _numbers(values: Any) -> Iterator[int]:
    """Yield the part numbers in a list.

    Raises:
        DecodeError: If some are none: then nobody can tell what was unsent.
    """
    if not isinstance(values, list):
        raise DecodeError("no readable summary: what was unsent is no list")
    for value in values:
        number = _number(value)
        if number is None:
            raise DecodeError("no readable summary: what was unsent is no part")
        yield number


def _number(value: Any) -> int | None:
    """Return a part's number, written as a number or as its digits."""
    if isinstance(value, str) and len(value) <= len(str(_PARTS.stop)):
        value = int(value) if value.isdecimal() else None
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and value in _PARTS else None


def _versions(part: int, items: Any, texts: dict[int, str]) -> list[Edit]:
    """Return the versions in a list, each once.

    Args:
        part: The part they are of.
        items: The list.
        texts: What has been read of this summary, by the identity of the blob. Versions
            that say the same share one blob, and then one text.
    """
    found: list[Edit] = []
    if not isinstance(items, list):
        return found
    for item in {id(item): item for item in items}.values():
        blob = item.get("t", b"") if isinstance(item, dict) else None
        if not isinstance(blob, bytes):
            continue
        text = texts.get(id(blob))
        if text is None:
            texts[id(blob)] = text = _text(blob)
        found.append(Edit(part=part, text=text, edited_at=_moment(item.get("d"))))
    return found


def _in_order(versions: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return versions as listed, which is oldest first; by their dates if it is not."""
    listed = tuple(versions)
    dates = [edit.edited_at for edit in listed if edit.edited_at]
    if len(dates) < len(listed) or dates == sorted(dates):
        return listed
    return tuple(
        edit for _, edit in sorted(zip(dates, listed, strict=True), key=itemgetter(0))
    )


def _text(blob: bytes) -> str:
    try:
        return body_text(blob)
    except DecodeError:
        return without_placeholders(salvage_text(blob) or "")


def _moment(seconds: Any) -> datetime | None:
    """Return when a version was written; None where that is no date."""
    if isinstance(seconds, datetime):
        return seconds.replace(tzinfo=UTC)
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return None
    if not abs(seconds) <= LARGEST_DATE / NANOSECONDS:  # nor is NaN
        return None
    return datetime_from_apple(int(seconds * NANOSECONDS))
