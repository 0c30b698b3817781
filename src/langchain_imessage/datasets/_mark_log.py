"""The marks of all rows → those that a row held out shares with another one.

Owns how they are kept: in a file, as nearly all are of one row and never asked for. Only
rows that are held out are compared with all others, so many at a time that the memory it
takes is the same however many there are.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST = 1 << 16
"""Marks of rows held out that are looked for at a time: they take some 7 MB."""

_BLOCK = 1 << 13
"""Bytes that are read at a time: whole numbers."""


class MarkLog:
    """Keeps the marks of rows.

    Args:
        file: An empty file, open for writing and reading.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def add(self, marks: Sequence[int]) -> None:
        """Keep the marks of the next row."""
        self._file.write(array("q", [len(marks), *marks]).tobytes())

    def shared(self, held_out: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Yield each mark that a row held out shares, with the place of each such row.

        Args:
            held_out: For each row whether it is.
        """
        for wanted in self._held_out(held_out):
            seen: set[int] = set()
            again: set[int] = set()
            for marks in self._rows():
                if not wanted.isdisjoint(marks):
                    there = wanted.intersection(marks)
                    again |= there & seen
                    seen |= there
            if again:
                for place, marks in enumerate(self._rows()):
                    yield from ((mark, place) for mark in again.intersection(marks))

    def _held_out(self, held_out: Sequence[int]) -> Iterator[set[int]]:
        """Yield the marks of the rows held out, not too many at a time."""
        wanted: set[int] = set()
        for is_held_out, marks in zip(held_out, self._rows(), strict=True):
            if is_held_out:
                wanted.update(marks)
                if len(wanted) >= _MOST:
                    yield wanted
                    wanted = set()
        yield wanted

    def _rows(self) -> Iterator[array[int]]:
        """Yield the marks of each row, whoever else reads the file meanwhile."""
        place, numbers = 0, array("q")
        while True:
            self._file.seek(place)
            block = self._file.read(_BLOCK)
            if not block:
                return
            place += len(block)
            numbers.frombytes(block)
            start = 0
            while start < len(numbers) and start + numbers[start] < len(numbers):
                behind = start + 1 + numbers[start]
                yield numbers[start + 1 : behind]
                start = behind
            numbers = numbers[start:]
