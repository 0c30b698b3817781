"""Rows → a private file of lines, and what is known of each row in another.

Owns what is remembered of a row once its line is on disk. That is a database beside it,
which is gone with the folder both are in: so the memory that is needed is the same for a
million rows as for ten thousand. Which side of the division a row comes to `_time_split`
decides, and it asks here.
"""

from __future__ import annotations

import sqlite3
from math import nan
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from langchain_imessage.datasets._mark_log import MarkLog
    from langchain_imessage.datasets.formats._example_rows import Row
    from langchain_imessage.datasets.formats._row_marks import About

_SETTINGS = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -4096;
CREATE TABLE entry (
    place INTEGER PRIMARY KEY, id TEXT, tokens INTEGER, answers INTEGER,
    first REAL, last REAL, segment INTEGER, about INTEGER, side INTEGER DEFAULT 0
);
BEGIN;
"""
"""Nobody reads it after a failure. A moment that is unknown is NULL."""

_BATCH = 256
"""Rows that are written at a time."""


class Facts(NamedTuple):
    """What is known of a row.

    Attributes:
        id: See `Row`.
        tokens: See `Row`.
        answers: See `Row`.
        first: See `Row`.
        last: See `Row`.
        segment: The number of its segment, from 1, in the order of the rows.
        about: See `Row`.
    """

    id: str
    tokens: int
    answers: int
    first: float
    last: float
    segment: int
    about: About


class Index:
    """What is known of each row.

    Args:
        path: An empty private file, for as long as this is open.
        marks: Where the marks of the rows go.

    Attributes:
        marks: Likewise.
        database: For questions about the rows: a table `entry`, whose `place` counts from 0.
    """

    def __init__(self, path: Path, marks: MarkLog) -> None:
        self.marks = marks
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.executescript(_SETTINGS)
        self._known: dict[About, int] = {}
        self._waiting: list[tuple[Any, ...]] = []
        self._rows = 0

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def __len__(self) -> int:
        """Count the rows."""
        return self._rows

    def add(self, row: Row, line: bytes) -> None:
        """Remember a row."""
        about = self._known.setdefault(row.about, len(self._known))
        known = row.id, row.tokens, row.answers, row.first, row.last, row.segment, about
        self._waiting.append((self._rows, *known))
        self._rows += 1
        self.marks.add([hash(line), *row.marks])
        if len(self._waiting) == _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what waits to be written, before anything is asked."""
        self.database.executemany(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)", self._waiting
        )
        self._waiting.clear()

    def add_tokens(self, more: Iterable[int]) -> None:
        """Add to the tokens of each row, in order."""
        self.database.executemany(
            "UPDATE entry SET tokens = tokens + ? WHERE place = ?",
            ((tokens, place) for place, tokens in enumerate(more)),
        )

    def tokens(self, side: int) -> Iterator[int]:
        """Yield the tokens of each row of a side."""
        question = "SELECT tokens FROM entry WHERE side = ? ORDER BY place"
        return (tokens for (tokens,) in self.database.execute(question, (side,)))

    def totals(self, side: int) -> tuple[int, int, int]:
        """Return the rows of a side, and their answers and tokens."""
        question = (
            "SELECT count(*), ifnull(sum(answers), 0), ifnull(sum(tokens), 0) "
            "FROM entry WHERE side = ?"
        )
        rows, answers, tokens = self.database.execute(question, (side,)).fetchone()
        return rows, answers, tokens

    def facts(self, side: int) -> Iterator[Facts]:
        """Yield what is known of each row of a side, once segments are numbered."""
        abouts = list(self._known)
        question = (
            "SELECT id, tokens, answers, first, last, number, about FROM entry "
            "JOIN segment ON key = entry.segment WHERE side = ? ORDER BY place"
        )
        for one in self.database.execute(question, (side,)):
            row_id, tokens, answers, first, last, number, about = one
            yield Facts(
                id=row_id,
                tokens=tokens,
                answers=answers,
                first=nan if first is None else first,
                last=nan if last is None else last,
                segment=number,
                about=abouts[about],
            )

    def abouts(self) -> Iterator[About]:
        """Yield whose conversations the rows are from, each once, in order."""
        return iter(self._known)


class Spool:
    """A file of lines with its index.

    Args:
        file: An empty file, open for writing and reading.
        index: An empty index.
    """

    def __init__(self, file: BinaryIO, index: Index) -> None:
        self.index = index
        self._file = file

    def add(self, row: Row, line: bytes) -> None:
        """Write a line."""
        self._file.write(line)
        self.index.add(row, line)

    def lines(self) -> Iterator[bytes]:
        """Read all lines again, in order."""
        self._file.seek(0)
        return iter(self._file)
