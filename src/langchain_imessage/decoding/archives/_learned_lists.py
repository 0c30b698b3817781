"""Binary lists of shapes that were seen before, read past the general reader.

A shape is learned from the first list that has it: the general reader reads it once more,
from a list that notes which objects it reads, and what of them is in its value. Those that
are there as they are, and those that are not read at all, may differ. Then a list of that
shape is written in which all of them do: the shape is known only if both readers say the
same of it, as of the first. What an object's value decides is constant in the shape.
"""

from __future__ import annotations

import struct
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

from langchain_imessage.decoding.archives._binary_plists import (
    MAGIC,
    TRAILER,
    BinaryPlist,
)
from langchain_imessage.decoding.archives._list_shapes import (
    DATA,
    DATE,
    INTEGER,
    LONG_REAL,
    REAL,
    TEXT,
    UTF_16,
    Extent,
    ListShape,
    Node,
    Place,
    extent,
)
from langchain_imessage.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MAX_LIST = 32 * 1024
"""Bytes of a list that a shape is learned from; longer ones are mostly pictures."""

MAX_KNOWN = 1024 * 1024
"""Bytes of a list that is read by its shape: it may hold pictures that are not read. The
limits of longer ones are the general reader's."""

MAX_VALUES = 4096
"""Values in one: arrays that hold each other twice are compared as if they were copies."""

MAX_PLACES = 64
"""Objects that differ; what has more of them is hardly ever like another."""

MAX_OBJECTS = 1024
"""Of a list that a shape is learned from: its table is one number, made for each place."""

MAX_SHAPES = 128
"""Shapes that are known at one time; with `MAX_LIST` that bounds the memory."""

MAX_LESSONS = 128
"""How many lists of unknown shapes are learned from: real databases have fewer."""

SELDOM = 64
"""Of those that follow, one in so many: learning takes as long as reading some ten."""

_ERRORS = (DecodeError, ArithmeticError, AttributeError, LookupError, TypeError)
_MORE_ERRORS = (ValueError, RecursionError, struct.error)
_LEAVES = frozenset({DATA, TEXT, UTF_16, INTEGER, REAL, DATE})
_CONSTANTS = (bool, int, float, str, bytes, datetime, type(None))
_WITHOUT_SIZE, _REFERENCE, _ARRAYS, _DICTIONARY = 0x0, 0x8, {0xA, 0xC}, 0xD


class LearnedLists:
    """Reads binary lists by their shapes, and learns those it does not know.

    Args:
        load: Decodes any list, as whatever it is.
        read: Does the same with the objects of a list, and refuses what is built of others.
    """

    def __init__(
        self, load: Callable[[bytes], Any], read: Callable[[BinaryPlist], Any]
    ) -> None:
        self._load_any = load
        self._read = read
        self._shapes: dict[bytes, list[ListShape]] = {}
        self._known = self._unknown = 0

    def load(self, blob: bytes) -> Any:
        """Decode a list.

        Raises:
            DecodeError: If it is none, or breaks a limit.
        """
        is_usual = len(blob) <= MAX_KNOWN
        shapes = self._shapes.get(blob[-TRAILER.size : -8], ()) if is_usual else ()
        for shape in shapes:
            found = shape.value(blob)
            if found is not None:
                return found[0]
        value = self._load_any(blob)
        if blob.startswith(MAGIC) and len(blob) <= MAX_LIST:
            self._unknown += 1
            if self._unknown <= MAX_LESSONS or not self._unknown % SELDOM:
                self._learn(blob)
        return value

    def _learn(self, blob: bytes) -> None:
        """Learn the shape of a list, if it is one that others may have."""
        try:
            shape = _Lesson(blob, self._read).shape()
        except (*_ERRORS, *_MORE_ERRORS):
            return
        if self._known == MAX_SHAPES:
            self._shapes, self._known = {}, 0
        self._known += 1
        self._shapes.setdefault(shape.trailer, []).append(shape)


class _Text(str):  # noqa: SLOT000 - few are made, and never kept
    number: int


class _Data(bytes):
    number: int


class _Real(float):
    number: int


_PLACED: dict[type[Any], Any] = {str: _Text, bytes: _Data, float: _Real}


class _Recorder(BinaryPlist):
    """The objects of one list, whose values say which object they are."""

    def __init__(self, blob: bytes) -> None:
        super().__init__(blob)
        self.blob = blob
        self.width = self._width
        self.reads: Counter[int] = Counter()
        self.names: set[int] = set()

    @property
    def places(self) -> Sequence[int]:
        return self._places

    @property
    def left(self) -> int:
        return self._left

    def read(self, number: int) -> Any:  # type: ignore[explicit-override]  # typing has it from 3.12
        found = super().read(number)
        self.reads[number] += 1
        kind = _PLACED.get(type(found))
        if kind is not None:
            found = kind(found)
            found.number = number
        return found

    def text(self, number: int) -> str:  # type: ignore[explicit-override]
        self.names.add(number)
        return str(super().text(number))


class _Lesson:
    """What is learned from one list.

    Raises:
        DecodeError: If it cannot be read without what its objects decide.
    """

    def __init__(self, blob: bytes, read: Callable[[BinaryPlist], Any]) -> None:
        self._read = read
        self._list = _Recorder(blob)
        self._value = read(self._list)
        self._shown: dict[int, None] = {}
        self._fixed = set(self._list.names)
        self._nodes: list[Any] = []
        if self._look(self._value, {}) > MAX_VALUES:
            raise DecodeError("a value of more values than there are objects")

    def shape(self) -> ListShape:
        """Return the shape of the list.

        Raises:
            DecodeError: If others are hardly of the same, or it is not certain.
        """
        if len(self._list.places) > MAX_OBJECTS:
            raise DecodeError("a list that no other is like")
        extents = self._extents()
        differing = {
            number: found
            for number, found in extents.items()
            if self._may_differ(number)
        }
        read = [number for number in differing if number in self._shown]
        spare = sum(
            extents[n].stop - self._list.places[n] - extents[n].counted for n in read
        )
        # Longer objects than these must not make more than there is, wherever they are.
        if not 0 < len(differing) <= MAX_PLACES or self._list.left < spare:
            raise DecodeError("a list that no other is like")
        shape = self._made(differing, read)
        others = [_other(found.kind, n) for n, found in enumerate(differing.values())]
        for blob in (self._list.blob, shape.written(others)):
            if shape.value(blob) != (self._read(BinaryPlist(blob)),):
                raise DecodeError("a list whose objects decide what it is")
        return shape

    def _look(self, value: Any, sizes: dict[int, int]) -> int:
        """Note what is in a value, and its arrays and dictionaries behind what they hold.

        Returns:
            How many values it is, those that it holds twice counted twice.
        """
        if isinstance(value, dict | list):
            size = sizes.get(id(value))
            if size is None:
                if isinstance(value, dict):
                    self._fixed |= {getattr(name, "number", -1) for name in value}
                size = 1 + sum([self._look(item, sizes) for item in _items(value)])
                sizes[id(value)] = size
                self._nodes.append(value)
            return size
        if isinstance(value, tuple(_PLACED.values())):
            self._shown[value.number] = None  # type: ignore[attr-defined]
        elif not isinstance(value, _CONSTANTS):
            raise DecodeError("a value that may be changed")
        return 1

    def _extents(self) -> Mapping[int, Extent]:
        """Return where the objects end, by their numbers, in the order of their places.

        Raises:
            DecodeError: If some overlap.
        """
        places, found, end = self._list.places, {}, len(MAGIC)
        for place, number in sorted((place, n) for n, place in enumerate(places)):
            one = self._extent(place)
            if place < end:
                raise DecodeError("objects that overlap")
            end, found[number] = one.stop, one
        *_, table = TRAILER.unpack(self._list.blob[-TRAILER.size :])
        if end > table:
            raise DecodeError("objects that end in the table of places")
        return found

    def _extent(self, place: int) -> Extent:
        blob, head = self._list.blob, self._list.blob[place]
        kind, size = head >> 4, head & 0xF
        if kind in {_WITHOUT_SIZE, _REFERENCE}:
            size = size + 1 if kind == _REFERENCE else 0
            return Extent(kind, place + 1, place + 1 + size)
        if kind in _ARRAYS or kind == _DICTIONARY:
            data = extent(bytes((DATA << 4 | size,)) + blob[place + 1 : place + 10], 0)
            count = (data.stop - data.first) * (2 if kind == _DICTIONARY else 1)
            first = place + data.first
            return Extent(kind, first, first + count * self._list.width)
        return extent(blob, place)

    def _may_differ(self, number: int) -> bool:
        """Return whether an object's value stands in the list's as it is, or nowhere."""
        head, reads = self._list.blob[self._list.places[number]], self._list.reads
        if head >> 4 not in _LEAVES or number in self._fixed:
            return False
        if number not in self._shown:
            return not reads[number]
        is_placed = head >> 4 in {DATA, TEXT, UTF_16} or head == LONG_REAL
        return is_placed and reads[number] == 1

    def _made(self, differing: Mapping[int, Extent], read: Sequence[int]) -> ListShape:
        blob, at = self._list.blob, self._list.places
        places, end = [], 0
        for number, found in differing.items():
            start = at[number]
            is_read = number in self._shown
            places.append(
                Place(blob[end:start], found.kind, is_read, found.stop - start)
            )
            end = found.stop
        table = int.from_bytes(blob[-8:], "big")
        starts = [at[number] for number in differing]
        constants: list[Any] = []
        index: dict[Any, int] = {n: i for i, n in enumerate(read)}
        nodes, root = self._wired(index, constants)
        return ListShape(
            places=places,
            end=blob[end:table],
            offsets=[(place, sum(start < place for start in starts)) for place in at],
            trailer=blob[-TRAILER.size : -8],
            constants=constants,
            nodes=nodes,
            root=root,
        )

    def _wired(
        self, index: dict[Any, int], constants: list[Any]
    ) -> tuple[list[Node], int]:
        """Return the nodes, and where the root stands; collect the constants."""
        leaves = [v for node in self._nodes for v in _items(node)]
        leaves = [v for v in leaves or [self._value] if not isinstance(v, dict | list)]
        own: dict[int, int] = {}
        for leaf in leaves:
            if getattr(leaf, "number", -1) not in index and id(leaf) not in own:
                own[id(leaf)] = len(index) + len(constants)
                constants.append(_plain(leaf))
        behind = len(index) + len(constants)
        for n, node in enumerate(self._nodes):
            own[id(node)] = behind + n

        def place(value: Any) -> int:
            return index.get(getattr(value, "number", -1), own.get(id(value), -1))

        nodes: list[Node] = [
            (
                tuple(map(_plain, node)) if isinstance(node, dict) else None,
                tuple(map(place, _items(node))),
            )
            for node in self._nodes
        ]
        return nodes, place(self._value)


def _items(node: Any) -> list[Any]:
    return [*node.values()] if isinstance(node, dict) else node


def _plain(value: Any) -> Any:
    """Return a value that does not say which object it was."""
    for plain, placed in _PLACED.items():
        if isinstance(value, placed):
            return plain(value)
    return value


def _other(kind: int, number: int) -> bytes:
    """Write an object of a kind that no list has."""
    if kind == INTEGER:
        return bytes((0x10, number))
    if kind == DATE:
        return b"\x33" + struct.pack(">d", number)
    if kind == REAL:
        return bytes((LONG_REAL,)) + struct.pack(">d", number + 0.25)
    raw = b"~%d" % number
    return bytes((kind << 4 | len(raw),)) + raw
