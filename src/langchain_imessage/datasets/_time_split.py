"""An index of rows → which are for training, and which to validate with.

Owns the cut: the latest segments by the calendar, across all conversations, are held out,
whole. A row that shares a message or its very words with training is not held out but left
out, so that validation measures what is new. Proves its result before it returns it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from math import isnan
from typing import TYPE_CHECKING, Any, TypeAlias

from langchain_imessage.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from langchain_imessage.datasets._row_index import Index
    from langchain_imessage.datasets.formats._specs import Sink

Validation: TypeAlias = float | timedelta | datetime
"""A share of the segments, how long before the last one began, or since when."""


_MARKS: dict[str, Callable[[Index, int], Iterable[int]]] = {
    "line": lambda index, place: (index.digests[place],),
    "segment": lambda index, place: (index.segments[place],),
    "message": lambda index, place: index.ids(place),
}
"""What may not occur on both sides."""


class Side(IntEnum):
    """Where a row goes."""

    TRAIN = 0
    VALIDATION = 1
    NEITHER = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """Where each row goes, and how that was decided.

    Attributes:
        sides: A `Side` for each row.
        report: The manifest's `split`.
        left_out: Answers on neither side, by reason.
        note: Why there is no validation though it was asked for; None where there is.
    """

    sides: bytearray
    report: dict[str, Any]
    left_out: dict[str, int]
    note: str | None = None


def divide(index: Index, validation: Validation, sink: Sink) -> Division:
    """Divide rows by time.

    Args:
        index: The rows.
        validation: What to hold out; 0 for nothing.
        sink: Says how many rows each side needs.

    Returns:
        The division. Rows without a time are for training. Where either side would be
        too small, all rows are.
    """
    cutoff = _cutoff(index, validation)
    sides = bytearray(len(index))
    left_out: Counter[str] = Counter()
    if cutoff is not None:
        _hold_out(index, cutoff, sides, left_out)
    counts = Counter(sides)
    too_few = (
        counts[Side.VALIDATION] < sink.min_validation
        or counts[Side.TRAIN] < sink.min_examples
    )
    note = None
    if too_few:
        sides, cutoff, left_out = bytearray(len(index)), None, Counter()
        note = "Too few segments at different times to hold any out for validation"
    return Division(
        sides=sides,
        report=_report(index, sides, cutoff, validation),
        left_out=dict(left_out),
        note=note if validation else None,
    )


def check_validation(validation: Validation) -> None:
    """Refuse what cannot be held out.

    Raises:
        ValueError: If a share is not from 0 to below 1, a duration is not positive, or a
            moment has no zone.
    """
    if isinstance(validation, datetime):
        if validation.tzinfo is None:
            raise ValueError("The moment validation begins at needs a time zone")
    elif isinstance(validation, timedelta):
        if validation <= timedelta():
            raise ValueError("The time held out for validation must be positive")
    elif not 0 <= validation < 1:
        raise ValueError("The share held out for validation must be from 0 to below 1")


def _cutoff(index: Index, validation: Validation) -> float | None:
    """Return the moment from which on segments are held out; None to hold out none."""
    if isinstance(validation, datetime):
        return validation.timestamp()
    seen: set[int] = set()
    starts = [s for s in _starts(index, seen) if not isnan(s)]
    if not validation or not starts:
        return None
    if isinstance(validation, timedelta):
        return max(starts) - validation.total_seconds()
    starts.sort()
    cutoff = starts[-max(1, round(len(starts) * validation))]
    if cutoff > starts[0]:
        return cutoff
    return next((start for start in starts if start > cutoff), None)


def _starts(index: Index, seen: set[int]) -> Iterator[float]:
    for start, segment in zip(index.first, index.segments, strict=True):
        if segment not in seen:
            seen.add(segment)
            yield start


def _hold_out(
    index: Index, cutoff: float, sides: bytearray, left_out: Counter[str]
) -> None:
    for place, (first, last) in enumerate(zip(index.first, index.last, strict=True)):
        if last >= cutoff:  # which NaN is not
            sides[place] = Side.VALIDATION
            if first < cutoff:
                sides[place] = Side.NEITHER
                left_out["on both sides of the division"] += index.answers[place]
    shared = {kind: _shared(index, sides, kind) for kind in _MARKS}
    for place, side in enumerate(sides):
        if side == Side.VALIDATION and any(
            not shared[kind].isdisjoint(marks(index, place))
            for kind, marks in _MARKS.items()
        ):
            sides[place] = Side.NEITHER
            left_out["in training, too"] += index.answers[place]


def _shared(index: Index, sides: bytearray, kind: str) -> set[int]:
    """Return what occurs on both sides."""
    marks = _MARKS[kind]
    held_out: set[int] = set()
    for place in _places(sides, Side.VALIDATION):
        held_out.update(marks(index, place))
    shared: set[int] = set()
    for place in _places(sides, Side.TRAIN):
        shared.update(held_out.intersection(marks(index, place)))
    return shared


def _places(sides: bytearray, wanted: Side) -> Iterator[int]:
    return (place for place, side in enumerate(sides) if side == wanted)


def _report(
    index: Index, sides: bytearray, cutoff: float | None, validation: Validation
) -> dict[str, Any]:
    shared = {kind: len(_shared(index, sides, kind)) for kind in _MARKS}
    if any(shared.values()):
        raise ExportError("The division of the examples is not clean; please report it")
    train = [f for f, s in zip(index.last, sides, strict=True) if s == Side.TRAIN]
    held = [f for f, s in zip(index.first, sides, strict=True) if s == Side.VALIDATION]
    return {
        "share": validation if isinstance(validation, int | float) else None,
        "cutoff": None if cutoff is None else _iso(cutoff),
        "train_last": _iso(max((f for f in train if not isnan(f)), default=None)),
        "validation_first": _iso(min(held, default=None)),
        "shared_messages": shared["message"],
        "shared_segments": shared["segment"],
    }


def _iso(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
