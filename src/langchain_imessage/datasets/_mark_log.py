"""The marks of all rows → those that more than one row may have.

Owns how they are kept: in a file, as nearly all are of one row and never asked for. Which
of them occur again is known roughly, by a table whose size is the same however many there
are: it takes some for repeated that are not, and never one that is for one that is not.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SLOTS = 1 << 22
"""Marks fall into so many slots, a byte each: half are taken after three million marks."""

_ONCE, _AGAIN = 1, 2
_SIZE = 8
"""Bytes of a number in the file."""


class MarkLog:
    """Keeps the marks of rows.

    Args:
        file: An empty file, open for writing and reading.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._slots = bytearray(_SLOTS)

    def add(self, marks: Sequence[int]) -> None:
        """Keep the marks of the next row."""
        slots = self._slots
        for mark in marks:
            slot = mark % _SLOTS
            slots[slot] = _AGAIN if slots[slot] else _ONCE
        self._file.write(array("q", [len(marks), *marks]).tobytes())

    def repeated(self) -> Iterator[tuple[int, int]]:
        """Yield each mark that may be of several rows, with the place of its row."""
        self._file.seek(0)
        place = 0
        while head := self._file.read(_SIZE):
            (count,) = array("q", head)
            for mark in array("q", self._file.read(_SIZE * count)):
                if self._slots[mark % _SLOTS] == _AGAIN:
                    yield mark, place
            place += 1
