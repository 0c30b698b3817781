"""Rows → a private file of lines and a compact index of them.

Owns what is remembered of a row once its line is on disk: some 80 bytes and 8 for each of
its marks, so that a million examples need no memory to speak of. Which side of the division
a row comes to `_time_split` decides, on the index.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_imessage.datasets.formats._example_rows import Row
    from langchain_imessage.datasets.formats._row_marks import About


class Index:
    """What is known of each row, in columns.

    Attributes:
        ids: See `Row`, as numbers.
        lengths: Bytes of the line.
        tokens: See `Row`.
        answers: See `Row`.
        first: See `Row`.
        last: See `Row`.
        segments: See `Row`.
        digests: Of the line: equal for equal lines.
    """

    def __init__(self) -> None:
        self.ids = array("Q")
        self.lengths = array("Q")
        self.tokens = array("Q")
        self.answers = array("Q")
        self.first = array("d")
        self.last = array("d")
        self.segments = array("q")
        self.digests = array("q")
        self._abouts = array("Q")
        self._known: dict[About, int] = {}
        self._marks = array("q")
        self._ends = array("Q")

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.lengths)

    def add(self, row: Row, line: bytes) -> None:
        """Remember a row."""
        self.ids.append(int(row.id, 16))
        self.lengths.append(len(line))
        self.tokens.append(row.tokens)
        self.answers.append(row.answers)
        self.first.append(row.first)
        self.last.append(row.last)
        self.segments.append(row.segment)
        self.digests.append(hash(line))
        self._abouts.append(self._known.setdefault(row.about, len(self._known)))
        self._marks.extend(row.marks)
        self._ends.append(len(self._marks))

    def marks(self, place: int) -> array[int]:
        """Return the marks of a row."""
        begin = self._ends[place - 1] if place else 0
        return self._marks[begin : self._ends[place]]

    def abouts(self) -> Iterator[About]:
        """Yield whose conversation each row is from."""
        known = list(self._known)
        return (known[number] for number in self._abouts)


class Spool:
    """A file of lines with its index.

    Args:
        file: An empty file, open for writing and reading.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.index = Index()
        self._file = file

    def add(self, row: Row, line: bytes) -> None:
        """Write a line."""
        self._file.write(line)
        self.index.add(row, line)

    def lines(self) -> Iterator[bytes]:
        """Read all lines again, in order."""
        self._file.seek(0)
        for length in self.index.lengths:
            yield self._file.read(length)
