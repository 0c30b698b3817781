"""An index of rows → which are for training, and which to validate with.

Owns the cut: the segments whose last message is the latest, across all conversations, are
held out, whole. One that says again what is in training is trained on rather than held out,
so that validation measures what is new and no answer is lost. Proves its result before it
returns it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from itertools import repeat
from math import isnan
from typing import TYPE_CHECKING, Any, TypeAlias

from langchain_imessage.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from langchain_imessage.datasets._row_index import Index
    from langchain_imessage.datasets.formats._specs import Sink

Validation: TypeAlias = float | timedelta | datetime
"""A share of the segments, how long before the last one ended, or since when."""


class Side(IntEnum):
    """Where a row goes."""

    TRAIN = 0
    VALIDATION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """Where each row goes, and how that was decided.

    Attributes:
        sides: A `Side` for each row.
        report: The manifest's `split`.
        note: Why there is no validation though it was asked for; None where there is.
    """

    sides: bytearray
    report: dict[str, Any]
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
    held_out, cutoff = _latest(_ends(index), validation)
    held_out, repeated = _without_repeated(index, held_out)
    sides = _sides(index, held_out)
    counts = Counter(sides)
    too_few = (
        counts[Side.VALIDATION] < sink.min_validation
        or counts[Side.TRAIN] < sink.min_examples
    )
    note = None
    if too_few:
        sides, cutoff, repeated = bytearray(len(index)), None, 0
        note = "Too few segments at different times to hold any out for validation"
    return Division(
        sides=sides,
        report={**_report(index, sides, cutoff, validation), "repeated": repeated},
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


def _ends(index: Index, sides: bytearray | None = None) -> dict[int, float]:
    """Return when the last message of each segment was sent, in order of the rows.

    Args:
        index: The rows.
        sides: Where each row goes: then of the segments that are held out alone.
    """
    ends: dict[int, float] = {}
    wanted = repeat(Side.VALIDATION) if sides is None else sides
    for segment, last, side in zip(index.segments, index.last, wanted, strict=False):
        if side == Side.VALIDATION:
            known = ends.get(segment)
            ends[segment] = last if known is None else max(known, last)
    return ends


def _latest(
    ends: dict[int, float], validation: Validation
) -> tuple[set[int], float | None]:
    """Return the segments to hold out, and the moment that decided; None for none."""
    timed = ends
    if any(map(isnan, ends.values())):
        timed = {segment: end for segment, end in ends.items() if not isnan(end)}
    if not validation or not timed:
        return set(), None
    if isinstance(validation, datetime):
        cutoff = validation.timestamp()
    elif isinstance(validation, timedelta):
        cutoff = max(timed.values()) - validation.total_seconds()
    else:
        # So many and no more, also where many end at the same moment.
        ranked = sorted(timed, key=timed.__getitem__)
        held_out = ranked[-max(1, round(len(ranked) * validation)) :]
        return {*held_out}, timed[held_out[0]]
    return {segment for segment, end in timed.items() if end >= cutoff}, cutoff


def _without_repeated(index: Index, held_out: Collection[int]) -> tuple[set[int], int]:
    """Return to training each segment that shares a mark with it, until none does."""
    kept = {*held_out}
    if not kept:
        return kept, 0
    by_mark: defaultdict[int, set[int]] = defaultdict(set)
    rows: defaultdict[int, list[int]] = defaultdict(list)
    for place, segment in enumerate(index.segments):
        if segment in kept:
            rows[segment].append(place)
            for mark in _marks(index, place):
                by_mark[mark].add(segment)
    trained = (p for p, segment in enumerate(index.segments) if segment not in held_out)
    for place in trained:
        waiting = [place]
        while waiting:
            for mark in _marks(index, waiting.pop()):
                for segment in by_mark.pop(mark, set()) & kept:
                    kept.discard(segment)
                    waiting += rows[segment]
    return kept, len(held_out) - len(kept)


def _marks(index: Index, place: int) -> Iterator[int]:
    """Yield what may not be on both sides: the line, and what is in it."""
    yield index.digests[place]
    yield from index.marks(place)


def _sides(index: Index, held_out: Collection[int]) -> bytearray:
    return bytearray(
        Side.VALIDATION if segment in held_out else Side.TRAIN
        for segment in index.segments
    )


def _report(
    index: Index, sides: bytearray, cutoff: float | None, validation: Validation
) -> dict[str, Any]:
    segments = _shared(sides, lambda place: (index.segments[place],))
    marks = _shared(sides, lambda place: _marks(index, place))
    if segments or marks:
        raise ExportError("The division of the examples is not clean; please report it")
    held = _ends(index, sides).values()
    train = (last for last, s in zip(index.last, sides, strict=True) if s == Side.TRAIN)
    return {
        "share": validation if isinstance(validation, int | float) else None,
        "cutoff": None if cutoff is None else _iso(cutoff),
        "train_last": _iso(max((f for f in train if not isnan(f)), default=None)),
        "validation_first": _iso(min(held, default=None)),
        "shared_messages": marks,
        "shared_segments": segments,
    }


def _shared(sides: bytearray, marks: Callable[[int], Iterable[int]]) -> int:
    """Count what occurs on both sides."""
    held_out = {
        m for p, s in enumerate(sides) if s == Side.VALIDATION for m in marks(p)
    }
    shared = {
        mark
        for place, side in enumerate(sides)
        if side == Side.TRAIN and held_out
        for mark in marks(place)
        if mark in held_out
    }
    return len(shared)


def _iso(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
