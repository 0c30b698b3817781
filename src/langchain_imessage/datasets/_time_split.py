"""An index of rows → which are for training, and which to validate with.

Owns the cut: the segments whose last message is the latest, across all conversations, are
held out, whole. One that says again what is in training is trained on rather than held out,
so that validation measures what is new and no answer is lost. Proves its result before it
returns it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import groupby
from math import nan
from typing import TYPE_CHECKING, Any, TypeAlias

from langchain_imessage.arguments import require_zone
from langchain_imessage.errors import ArgumentValueError, ExportError
from langchain_imessage.timestamps import datetime_from_unix

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

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


_SEGMENTS = """
CREATE TABLE segment (
    number INTEGER PRIMARY KEY, key INTEGER UNIQUE, ended REAL, held INTEGER DEFAULT 0
)
"""
"""Numbered in the order of their first rows, from 1; `ended` is NULL where unknown."""

_SHARED = (
    """
    CREATE TABLE shared (
        mark INTEGER, number INTEGER, PRIMARY KEY (mark, number)
    ) WITHOUT ROWID
    """,
    """
    INSERT OR IGNORE INTO shared SELECT mark, number FROM mark
    JOIN entry USING (place) JOIN segment ON key = entry.segment
    """,
    "CREATE INDEX shared_number ON shared (number)",
    """
    CREATE TABLE meeting AS SELECT mark FROM shared JOIN segment USING (number)
    GROUP BY mark HAVING min(held) < max(held)
    """,
)
"""Which segments have which marks, and the marks of some that are held out and some not."""


def divide(index: Index, validation: Validation, sink: Sink) -> Division:
    """Divide rows by time.

    Args:
        index: The rows; which side each comes to is noted there, too.
        validation: What to hold out; 0 for nothing.
        sink: Says how many rows each side needs.

    Returns:
        The division. Rows without a time are for training. Where either side would be
        too small, all rows are.
    """
    index.flush()
    database = index.database
    _number_segments(database)
    cutoff = _hold_out_latest(database, validation)
    repeated = 0 if cutoff is None else _give_back_repeated(index)
    sides = _sides(database)
    held_out = sides.count(Side.VALIDATION)
    note = None
    if held_out < sink.min_validation or len(sides) - held_out < sink.min_examples:
        sides, cutoff, repeated = bytearray(len(index)), None, 0
        note = "Too few segments at different times to hold any out for validation"
    elif held_out:
        database.executemany(
            "UPDATE entry SET side = ? WHERE place = ?",
            ((side, place) for place, side in enumerate(sides) if side),
        )
    return Division(
        sides=sides,
        report={**_report(database, cutoff, validation), "repeated": repeated},
        note=note if validation else None,
    )


def check_validation(validation: Validation) -> None:
    """Refuse what cannot be held out.

    Raises:
        ValueError: If a share is not from 0 to below 1, a duration is not positive, or a
            moment has no zone.
    """
    if isinstance(validation, datetime):
        require_zone("validation", validation)
    elif isinstance(validation, timedelta):
        if validation <= timedelta():
            raise ArgumentValueError(
                "The time held out for validation must be positive"
            )
    elif not 0 <= validation < 1:
        raise ArgumentValueError(
            "The share held out for validation must be from 0 to below 1"
        )


def _number_segments(database: sqlite3.Connection) -> None:
    """Find the segments, and when each ended."""
    database.execute(_SEGMENTS)
    database.execute("CREATE TABLE found (key INTEGER, first INTEGER, ended REAL)")
    rows = database.execute(
        "SELECT segment, place, last FROM entry ORDER BY segment, place"
    )
    database.executemany("INSERT INTO found VALUES (?, ?, ?)", _ends(rows))
    database.execute(
        "INSERT INTO segment (key, ended) SELECT key, ended FROM found ORDER BY first"
    )
    database.execute("DROP TABLE found")


def _ends(
    rows: Iterable[tuple[int, int, float | None]],
) -> Iterator[tuple[int, int, float]]:
    """Yield the key of each segment, its first row's place, and when its last one ended."""
    for segment, group in groupby(rows, key=lambda row: row[0]):
        of_it = iter(group)
        _, first, last = next(of_it)
        end = nan if last is None else last
        for _, _, other in of_it:
            end = max(end, nan if other is None else other)
        yield segment, first, end


def _hold_out_latest(
    database: sqlite3.Connection, validation: Validation
) -> float | None:
    """Mark the segments to hold out; return the moment that decided, None for none."""
    timed, latest = database.execute(
        "SELECT count(ended), max(ended) FROM segment"
    ).fetchone()
    if not validation or not timed:
        return None
    if isinstance(validation, datetime | timedelta):
        if isinstance(validation, datetime):
            cutoff = validation.timestamp()
        else:
            cutoff = latest - validation.total_seconds()
        database.execute("UPDATE segment SET held = 1 WHERE ended >= ?", (cutoff,))
        return cutoff
    # So many and no more, also where many end at the same moment.
    database.execute(
        "UPDATE segment SET held = 1 WHERE number IN (SELECT number FROM segment "
        "WHERE ended IS NOT NULL ORDER BY ended DESC, number DESC LIMIT ?)",
        (max(1, round(timed * validation)),),
    )
    (first,) = database.execute("SELECT min(ended) FROM segment WHERE held").fetchone()
    return float(first)


def _give_back_repeated(index: Index) -> int:
    """Return to training each segment that shares a mark with it, until none does."""
    database = index.database
    database.execute("CREATE TABLE mark (mark INTEGER, place INTEGER)")
    shared = index.marks.shared(_sides(database))
    database.executemany("INSERT INTO mark VALUES (?, ?)", shared)
    for statement in _SHARED:
        database.execute(statement)
    given_back = 0
    for (met,) in database.execute("SELECT mark FROM meeting"):
        waiting = [met]
        while waiting:
            for number in _held_with(database, waiting.pop()):
                database.execute(
                    "UPDATE segment SET held = 0 WHERE number = ?", (number,)
                )
                given_back += 1
                marks = database.execute(
                    "SELECT mark FROM shared WHERE number = ?", (number,)
                )
                waiting += [mark for (mark,) in marks]
    return given_back


def _held_with(database: sqlite3.Connection, mark: int) -> list[int]:
    """Return the segments held out that have a mark; it is asked for once."""
    found = database.execute(
        "SELECT number FROM shared JOIN segment USING (number) WHERE mark = ? AND held",
        (mark,),
    ).fetchall()
    database.execute("DELETE FROM shared WHERE mark = ?", (mark,))
    return [number for (number,) in found]


def _sides(database: sqlite3.Connection) -> bytearray:
    rows = database.execute(
        "SELECT held FROM entry JOIN segment ON key = entry.segment ORDER BY place"
    )
    return bytearray(Side.VALIDATION if held else Side.TRAIN for (held,) in rows)


def _report(
    database: sqlite3.Connection, cutoff: float | None, validation: Validation
) -> dict[str, Any]:
    segments = marks = 0
    if cutoff is not None:
        segments = _on_both_sides(database, "entry", "segment")
        marks = _on_both_sides(database, "mark JOIN entry USING (place)", "mark")
    if segments or marks:
        raise ExportError("The division of the examples is not clean; please report it")
    (train_last,) = database.execute(
        "SELECT max(last) FROM entry WHERE side = 0"
    ).fetchone()
    (held_first,) = database.execute(
        "SELECT min(ended) FROM segment JOIN entry ON key = entry.segment WHERE side = 1"
    ).fetchone()
    return {
        "share": None
        if isinstance(validation, timedelta | datetime)
        else float(validation),
        "cutoff": _iso(cutoff),
        "train_last": _iso(train_last),
        "validation_first": _iso(held_first),
        "shared_messages": marks,
        "shared_segments": segments,
    }


def _on_both_sides(database: sqlite3.Connection, table: str, column: str) -> int:
    """Count what occurs on both sides."""
    question = (
        f"SELECT count(*) FROM (SELECT 1 FROM {table} GROUP BY {column} "
        "HAVING min(side) < max(side))"
    )
    (count,) = database.execute(question).fetchone()
    return int(count)


def _iso(seconds: float | None) -> str | None:
    return None if seconds is None else datetime_from_unix(seconds).isoformat()
