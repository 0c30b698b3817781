"""The marks of all rows → those that a row held out shares with another one.

Owns how they are kept: in a file, as nearly all are of one row and never asked for. Only
rows that are held out are compared with all others. Their marks are known exactly as long
as they are few. More are known roughly, by a table whose size is the same however many
there are: it takes some for shared that are not, and never one that is for one that is not.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

_FEW = 1 << 15
"""Marks of rows held out that are known exactly: 3 MB, or twice that if all are shared."""

_SLOTS = 1 << 22
"""More marks fall into so many slots, a byte each."""

_HELD_OUT, _SHARED = 1, 2
"""What a slot is: of a mark that is held out, and of one that another row has, too."""

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
        """Yield each mark that a row held out may share, with the place of each such row.

        It reads the file three times at most, however many rows are held out.

        Args:
            held_out: For each row whether it is.
        """
        known: _Few | _Many = _Few()
        for is_held_out, marks in zip(held_out, self._rows(), strict=True):
            if is_held_out:
                known.hold_out(marks)
                if isinstance(known, _Few) and len(known.marks) > _FEW:
                    known = _Many(known)
        for is_held_out, marks in zip(held_out, self._rows(), strict=True):
            if not is_held_out:
                known.compare(marks)
        if known.any_shared():
            for place, marks in enumerate(self._rows()):
                yield from ((mark, place) for mark in known.shared_of(marks))

    def _rows(self) -> Iterator[array[int]]:
        """Yield the marks of each row."""
        self._file.seek(0)
        numbers = array("q")
        while block := self._file.read(_BLOCK):
            numbers.frombytes(block)
            start = 0
            while start < len(numbers) and start + numbers[start] < len(numbers):
                behind = start + 1 + numbers[start]
                yield numbers[start + 1 : behind]
                start = behind
            numbers = numbers[start:]


class _Few:
    """Marks of rows held out, and which of them are shared: sets are quickly compared."""

    def __init__(self) -> None:
        self.marks: set[int] = set()
        self.shared: set[int] = set()

    def hold_out(self, marks: Collection[int]) -> None:
        """Note the marks of a row that is held out."""
        self.shared |= self.marks.intersection(marks)
        self.marks.update(marks)

    def compare(self, marks: Collection[int]) -> None:
        """Note which marks a row that is not held out shares with those held out, which are all noted."""
        if not self.marks.isdisjoint(marks):
            self.shared |= self.marks.intersection(marks)

    def any_shared(self) -> bool:
        """Return whether there are any."""
        return bool(self.shared)

    def shared_of(self, marks: Collection[int]) -> Iterable[int]:
        """Return those of a row that are shared."""
        return self.shared.intersection(marks)


class _Many:
    """Slots of marks of rows held out, and which of them are shared.

    Args:
        few: What is known so far.
    """

    def __init__(self, few: _Few) -> None:
        self._slots = bytearray(_SLOTS)
        self.hold_out(few.marks)
        self.compare(few.shared)

    def hold_out(self, marks: Collection[int]) -> None:
        """Note the marks of a row that is held out."""
        slots = self._slots
        for mark in marks:
            slot = mark % _SLOTS
            slots[slot] = _SHARED if slots[slot] else _HELD_OUT

    def compare(self, marks: Collection[int]) -> None:
        """Note which marks a row that is not held out shares with those held out, which are all noted."""
        slots = self._slots
        for mark in marks:
            if slots[mark % _SLOTS]:
                slots[mark % _SLOTS] = _SHARED

    def any_shared(self) -> bool:
        """Return whether there are any."""
        return _SHARED in self._slots

    def shared_of(self, marks: Collection[int]) -> Iterable[int]:
        """Return those of a row that may be shared."""
        slots = self._slots
        return [mark for mark in marks if slots[mark % _SLOTS] == _SHARED]
