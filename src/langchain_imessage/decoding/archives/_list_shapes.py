"""Shapes of binary lists: constant bytes, and between them objects that differ.

A list has a shape if all its bytes are the shape's, but for some texts, data and reals,
and for the table of places, which has to be the one that follows from their sizes. What a
list means does not depend on those objects, so its value is that of the list the shape was
learned from, with others in their places. Decides nothing about what may differ.
"""

from __future__ import annotations

import struct
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from langchain_imessage.decoding.archives._binary_plists import (
    CODES,
    SIZE_FOLLOWS,
    SIZES,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

DATA, TEXT, UTF_16, INTEGER, REAL, DATE = 0x4, 0x5, 0x6, 0x1, 0x2, 0x3
"""The first half of an object's head byte."""

_REAL = struct.Struct(">d")
LONG_REAL = 0x23
"""The head byte of a real of eight bytes."""

SIZED = {DATA: 1, TEXT: 1, UTF_16: 2}
"""Objects of any size: of so many bytes for each letter or byte."""

_SAME = {UTF_16: TEXT}
"""A text is one, however it is written."""

_SHORT = {
    head: (head >> 4, head & 0xF) for head in (*range(0x40, 0x4F), *range(0x50, 0x5F))
} | {LONG_REAL: (REAL, 8)}
"""Kind and size by the head byte: of data and texts of ASCII whose size is in it, of reals."""

Node: TypeAlias = "tuple[tuple[Any, ...] | None, tuple[int, ...]]"
"""A dictionary's names, or None for an array; and where each value stands among all."""


class Extent(NamedTuple):
    """Where an object ends.

    Attributes:
        kind: The first half of its head byte; TEXT for both kinds of text.
        first: Where what it holds begins.
        stop: Where it ends.
        counted: Its size, where that follows the head byte, else 0.
        is_wide: Whether it is a text of two bytes a letter.
    """

    kind: int
    first: int
    stop: int
    counted: int = 0
    is_wide: bool = False


def extent(blob: bytes, place: int) -> Extent:
    """Return where the object at a place ends, which is no array, set or dictionary.

    Raises:
        LookupError: If it is another object.
    """
    return Extent._make(_extent(blob, place))


def _extent(blob: bytes, place: int) -> tuple[int, int, int, int, bool]:
    """Return the fields of an extent, which is not worth making for each object read."""
    head = blob[place]
    kind, size = head >> 4, head & 0xF
    first, counted = place + 1, 0
    if size == SIZE_FOLLOWS and kind in SIZED:
        first += 1 + SIZES[blob[first]]
        size = counted = int.from_bytes(blob[place + 2 : first], "big")
    size = size * SIZED[kind] if kind in SIZED else 1 << size
    is_wide = kind == UTF_16
    return _SAME.get(kind, kind), first, first + size, counted, is_wide


class Place(NamedTuple):
    """An object that differs.

    Attributes:
        before: The constant bytes before it.
        kind: Its kind.
        is_read: Whether its value is wanted.
        size: Its bytes in the list the shape was learned from.
    """

    before: bytes
    kind: int
    is_read: bool
    size: int


class ListShape:
    """What lists have in common.

    Args:
        places: What differs, in order.
        end: The constant bytes behind the last of them.
        offsets: By object: its place in the list the shape was learned from, and how many
            of `places` stand before it.
        trailer: Its last bytes without the place of the table.
        constants: The values that all lists of the shape have.
        nodes: The dictionaries and arrays, each behind all it holds.
        root: Where the root stands among all values: those read from places, constants,
            nodes.
    """

    __slots__ = (
        "_constants",
        "_end",
        "_nodes",
        "_offsets",
        "_places",
        "_root",
        "_steps",
        "_table_number",
        "_table_size",
        "_wide",
        "trailer",
    )

    def __init__(
        self,
        *,
        places: Sequence[Place],
        end: bytes,
        offsets: Sequence[tuple[int, int]],
        trailer: bytes,
        constants: Sequence[Any],
        nodes: Sequence[Node],
        root: int,
    ) -> None:
        self._places, self._end = tuple(places), end
        self._offsets = tuple(offsets)
        self.trailer = trailer
        self._wide = trailer[6]
        self._constants, self._root = list(constants), root
        self._nodes = [(names, _getter(held)) for names, held in nodes]
        self._table_size = self._wide * len(offsets)
        self._table_number = self._as_number(place for place, _ in offsets)
        # With each: the number that adds one to the place of every object behind it.
        self._steps = [
            (*place, self._as_number(n > number for _, n in offsets))
            for number, place in enumerate(places)
        ]

    def value(self, blob: bytes) -> tuple[Any] | None:
        """Return the value of a list, alone in a tuple; None if it has another shape."""
        values = self._values(blob)
        if values is None:
            return None
        values += self._constants
        for names, get in self._nodes:
            items = get(values)
            values.append(
                [*items] if names is None else dict(zip(names, items))  # noqa: B905
            )
        return (values[self._root],)

    def _values(self, blob: bytes) -> list[Any] | None:
        """Return what is read from the places; None if the list has another shape."""
        values: list[Any] = []
        table, position = self._table_number, 0
        try:
            for before, kind, is_read, usual, one_behind in self._steps:
                start = position + len(before)
                if blob[position:start] != before:
                    return None
                short = _SHORT.get(blob[start])
                if short is not None:  # nearly all
                    found_kind, size = short
                    first, is_wide = start + 1, False
                    position = first + size
                else:
                    found_kind, first, position, _, is_wide = _extent(blob, start)
                if found_kind != kind or position > len(blob):
                    return None
                if is_read:
                    values.append(_value(blob[first:position], kind, is_wide))
                more = position - start - usual
                if more:
                    table += more * one_behind
        except (LookupError, ValueError, struct.error):
            return None
        stop = position + len(self._end)
        if blob[position:stop] != self._end or not self._is_table(blob, stop, table):
            return None
        return values

    def _is_table(self, blob: bytes, start: int, number: int) -> bool:
        """Return whether the table at a place is a number, and the trailer behind it.

        All it says are places before it: where these have room, no two tables are one
        number.
        """
        stop = start + self._table_size
        return (
            start < 1 << 8 * self._wide
            and int.from_bytes(blob[start:stop], "big") == number
            and blob[stop:] == self.trailer + start.to_bytes(8, "big")
        )

    def _as_number(self, places: Iterable[int]) -> int:
        """Return what a table of places is as one number: they may be added to it."""
        table = b"".join([place.to_bytes(self._wide, "big") for place in places])
        return int.from_bytes(table, "big")

    def _table(self, shifts: Sequence[int]) -> bytes:
        """Return the table of places, if so many bytes more stand before each place."""
        places = [place + shifts[n] for place, n in self._offsets]
        if self._wide == 1:
            table = bytes(places)
        else:
            table = struct.pack(f">{len(places)}{CODES[self._wide]}", *places)
        return table + self.trailer

    def written(self, objects: Sequence[bytes]) -> bytes:
        """Return the list of this shape that has these objects in its places.

        Raises:
            ValueError: If they are too long for its table.
            struct.error: Likewise.
        """
        blob, shifts = b"", [0]
        for (before, _, _, usual), one in zip(self._places, objects, strict=True):
            blob += before + one
            shifts.append(shifts[-1] + len(one) - usual)
        blob += self._end
        return blob + self._table(shifts) + len(blob).to_bytes(8, "big")


def _getter(held: Sequence[int]) -> Callable[[list[Any]], Sequence[Any]]:
    """Return what takes some of many values, in the quickest way there is for so many."""
    if len(held) > 1:
        return itemgetter(*held)
    start = held[0] if held else 0
    return itemgetter(slice(start, start + len(held)))


def _value(raw: bytes, kind: int, is_wide: bool) -> Any:  # noqa: FBT001 - called often
    if kind == DATA:
        return raw
    if kind == TEXT:
        return raw.decode("utf-16-be" if is_wide else "ascii")
    return _REAL.unpack(raw)[0]
