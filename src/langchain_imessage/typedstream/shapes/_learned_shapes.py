"""Bodies of shapes that were seen before, read past the general decoder.

A shape is learned from the first body that has it: the recorder says where the values
stand, and the general decoder what they are. It is known from then on, if reading that
body by it gives what the general decoder gives.
"""

from __future__ import annotations

from typing import Any

from langchain_imessage.errors import TypedStreamError
from langchain_imessage.typedstream._plain_bodies import SHAPES, write_size
from langchain_imessage.typedstream._values import URL, AttributedString
from langchain_imessage.typedstream.shapes._recorder import (
    PlacedBytes,
    PlacedNumber,
    PlacedText,
    Recorder,
)
from langchain_imessage.typedstream.shapes._shape_tree import (
    DATA,
    LENGTH,
    TEXT,
    Attributes,
    Shape,
    ShapeTree,
    Values,
    data_type,
)

MAX_BODY = 8192
"""Bytes of a body that a shape is learned from: longer ones are hardly ever like another."""

MAX_PLACES = 64
"""Places of a shape: what has more of them is hardly ever like another."""

MAX_LESSONS = 256
"""How many bodies of unknown shapes in a row are learned from: real databases have fewer."""

SELDOM = 64
"""Of those that follow, one in so many: learning takes as long as reading some five."""

MAX_SHAPES = 1024
"""Shapes that are known at one time; with `MAX_BODY` that bounds the memory."""

MAX_LATEST = 256
"""Bodies kept with what was found: those of rows that are read together are first asked
whether they are words alone, then what they are."""

_OPENINGS = tuple(start for start, *_ in SHAPES)
_CONSTANTS = (bool, int, float, str, bytes)
"""What may be shared by the values of many bodies: it cannot be changed."""

_Place = tuple[int, int, int]
"""Where a place begins and ends, and what stands in it."""


class LearnedShapes:
    """Reads bodies by their shapes, and learns those it does not know."""

    def __init__(self) -> None:
        self._tree = ShapeTree()
        self._unknown = 0
        self._shapes = 0
        self._latest: dict[int, tuple[bytes, tuple[Shape, Values]]] = {}

    def find(self, data: bytes) -> tuple[Shape, Values] | None:
        """Return the shape of a body, and what stands in its places; None if unknown."""
        found = self.latest(data)
        if found is not None:
            return found
        if not data.startswith(_OPENINGS):
            return None
        found = self._tree.find(data)
        if found is None:
            self._unknown += 1
            is_worth_it = self._unknown <= MAX_LESSONS or not self._unknown % SELDOM
            if is_worth_it and len(data) <= MAX_BODY:
                self._learn(data)
                found = self._tree.find(data)
        if found is not None and len(data) <= MAX_BODY:
            if len(self._latest) >= MAX_LATEST:  # two threads may have filled it
                self._latest.clear()
            self._latest[id(data)] = data, found
        return found

    def latest(self, data: bytes) -> tuple[Shape, Values] | None:
        """Return what `find` did, if it found this very body a moment ago."""
        kept = self._latest.get(id(data))  # its letters would first have to be hashed
        return kept[1] if kept is not None and kept[0] is data else None

    def forget_latest(self) -> None:
        """Forget the bodies that were found; not their shapes."""
        self._latest.clear()

    def value(self, data: bytes) -> AttributedString | None:
        """Return the value of a body; None if its shape is not known."""
        found = self.find(data)
        return None if found is None else found[0].value(found[1])

    def _learn(self, data: bytes) -> None:
        """Learn the shape of a body, if it is one that others may have."""
        recorder = Recorder(data)
        try:
            value = recorder.read_stream()
        except (TypedStreamError, RecursionError):
            return
        if not isinstance(value, AttributedString):
            return
        places: dict[_Place, None] = {}
        shape = _shape(value, data, places)
        ordered = sorted(places)
        if shape is None or len(ordered) > MAX_PLACES:
            return
        constants, end = [], 0
        for start, stop, _ in ordered:
            constants.append(data[end:start])
            end = stop
        constants.append(data[end : recorder.position])
        if not all(constants):
            return  # no place follows another
        one = ShapeTree()
        parts = constants, [kind for _, _, kind in ordered], shape
        one.add(*parts)
        found = one.find(data)
        if found is not None and found[0].value(found[1]) == value:
            if self._shapes == MAX_SHAPES:
                self._tree, self._shapes = ShapeTree(), 0
            self._shapes += 1
            self._tree.add(*parts)


def _shape(
    value: AttributedString, data: bytes, places: dict[_Place, None]
) -> Shape | None:
    """Return what a body's values make, and collect their places.

    Returns:
        None if some of them cannot be shared, or stand in no place.
    """
    known: dict[int, int] = {}
    attributes: list[tuple[dict[str, Any], list[tuple[str, _Place, bool]]]] = []
    runs: list[tuple[_Place, int]] = []
    for run in value.runs:
        if not isinstance(run.length, PlacedNumber):
            return None
        if id(run.attributes) not in known:
            common, differing = _split(run.attributes, data)
            if common is None:
                return None
            known[id(run.attributes)] = len(attributes)
            attributes.append((common, differing))
        place = (run.length.start, run.length.stop, LENGTH)
        runs.append((place, known[id(run.attributes)]))
    if not isinstance(value.text, PlacedText):
        return None
    text = (value.text.start, value.text.stop, TEXT)
    named = [place for _, found in attributes for _, place, _ in found]
    names = {
        getattr(name, "start", -1) for run in value.runs for name in run.attributes
    }
    if not names.isdisjoint(start for start, _, _ in (text, *named)):
        return None  # one text is a name, too, and that may not differ
    places |= dict.fromkeys([text, *(place for place, _ in runs), *named])
    number = {place: n for n, place in enumerate(sorted(places))}
    return Shape(
        runs=[(number[place], which) for place, which in runs],
        attributes=[
            Attributes(
                common, [(name, number[at], is_url) for name, at, is_url in found]
            )
            for common, found in attributes
        ],
        text=number[text],
    )


def _split(
    attributes: Any, data: bytes
) -> tuple[dict[str, Any] | None, list[tuple[str, _Place, bool]]]:
    """Divide attributes into those all bodies of the shape have, and those that differ."""
    common: dict[str, Any] = {}
    differing: list[tuple[str, _Place, bool]] = []
    for name, value in attributes.items():
        is_url = isinstance(value, URL) and value.base is None
        placed = value.relative if is_url else value
        place = _place(placed, data)
        if place is not None:
            differing.append((str(name), place, is_url))
        elif not isinstance(placed, _CONSTANTS) or is_url:
            return None, []
        # A value in a place stands here, too: it keeps the order of the names.
        common[str(name)] = _plain(value)
    return common, differing


def _place(value: Any, data: bytes) -> _Place | None:
    """Return where a value stands; None if its bytes are constant."""
    if isinstance(value, PlacedText):
        return value.start, value.stop, TEXT
    if not isinstance(value, PlacedBytes):
        return None
    size = len(value)
    before = write_size(size) + data_type(size)
    start = value.start - len(before)
    is_new = data[start : value.start] == before
    return (start, value.stop, DATA) if is_new else None


def _plain(value: Any) -> Any:
    """Return a value without its place."""
    if isinstance(value, PlacedText):
        return str(value)
    if isinstance(value, PlacedNumber):
        return int(value)
    return bytes(memoryview(value)) if isinstance(value, PlacedBytes) else value


BODY_SHAPES = LearnedShapes()
"""The shapes of this process: what they are is the same for all databases."""
