"""Shapes of bodies: constant bytes, and between them places for what differs.

A body has a shape if all its bytes but those in the places are the shape's, and what stands
in the places is written as the shape says. Nothing else decides how a body is read: texts,
data and lengths are values only, and no value in a place is a name, a type or a count. So
its value is that of the body the shape was learned from, with other values in the places.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from langchain_imessage.typedstream._byte_reader import FIRST_RESERVED, NEW
from langchain_imessage.typedstream._values import (
    URL,
    AttributedString,
    Run,
    slices,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TEXT, LENGTH, DATA, END = range(4)
"""What stands in a place: a length with a text; a run's length; a length, a type with the
same length in it, and data; nothing, at the end."""

MAX_BRANCHES = 64
"""What may follow one place: real bodies have some ten shapes."""

_WIDTHS = {0x81: 2, 0x82: 4}
_DATA_LENGTHS = 0x8000
"""Longer data have a length that could also be a negative number: they are not read here."""

Values: TypeAlias = "list[Any]"
"""What stands in the places of a body, in their order."""


class Attributes:
    """The attributes of a run, of which some differ in every body.

    Args:
        common: Those of the body the shape was learned from.
        places: The names of those that differ: in which place each stands, and whether
            it is an address.
    """

    __slots__ = ("common", "places")

    def __init__(
        self, common: dict[str, Any], places: list[tuple[str, int, bool]]
    ) -> None:
        self.common = common
        self.places = places

    def filled(self, values: Values) -> dict[str, Any]:
        """Return the attributes of a body, not to be changed."""
        if not self.places:
            return self.common
        found = self.common.copy()
        for name, place, is_url in self.places:
            value = values[place]
            found[name] = URL(relative=value) if is_url else value
        return found


class Shape:
    """What the values in the places of a body make.

    Args:
        runs: By run: the place of its length, and the number of its attributes.
        attributes: Each once, however many runs share them.
        text: The place of the text.
    """

    __slots__ = ("attributes", "runs", "text")

    def __init__(
        self, runs: list[tuple[int, int]], attributes: list[Attributes], text: int
    ) -> None:
        self.runs = runs
        self.attributes = attributes
        self.text = text

    def slices(self, values: Values) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield what `AttributedString.slices` of the value does, without making it."""
        filled = [attributes.filled(values) for attributes in self.attributes]
        return slices(
            values[self.text],
            [(values[place], filled[number]) for place, number in self.runs],
        )

    def value(self, values: Values) -> AttributedString:
        """Return the value of a body of this shape."""
        filled = [{**attributes.filled(values)} for attributes in self.attributes]
        return AttributedString(
            text=values[self.text],
            runs=tuple(
                [
                    Run(length=values[place], attributes=filled[number])
                    for place, number in self.runs
                ]
            ),
        )


class Branch:
    """Constant bytes, and what follows them: a place and other branches, or the end.

    Args:
        constant: The bytes.
        kind: What stands in the place behind them; `END` if the body does.
    """

    __slots__ = ("branches", "constant", "kind", "shape", "size")

    def __init__(self, constant: bytes, kind: int) -> None:
        self.constant = constant
        self.size = len(constant)
        self.kind = kind
        self.branches: list[Branch] = []
        self.shape: Shape | None = None


class ShapeTree:
    """The shapes that are known."""

    __slots__ = ("_branches",)

    def __init__(self) -> None:
        self._branches: list[Branch] = []

    def add(self, constants: list[bytes], kinds: list[int], shape: Shape) -> None:
        """Add a shape.

        Args:
            constants: Its constant bytes: one more than places.
            kinds: What stands in the places between them.
            shape: What it makes.
        """
        branches = self._branches
        for constant, kind in zip(constants, [*kinds, END], strict=True):
            same = (b for b in branches if (b.constant, b.kind) == (constant, kind))
            branch = next(same, None)
            if branch is None:
                if len(branches) == MAX_BRANCHES:
                    return
                branch = Branch(constant, kind)
                branches.append(branch)
            if kind == END:
                branch.shape = shape
            branches = branch.branches

    def find(self, data: bytes) -> tuple[Shape, Values] | None:
        """Return the shape of a body, and what stands in its places; None if it has none."""
        values: Values = []
        branches, position = self._branches, 0
        try:
            while True:
                for branch in branches:
                    stop = position + branch.size
                    if data[position:stop] == branch.constant:
                        break
                else:
                    return None
                if branch.shape is not None:
                    return branch.shape, values
                size, position = data[stop], stop + 1
                if size >= FIRST_RESERVED:
                    start = position
                    position += _WIDTHS[size]
                    size = int.from_bytes(data[start:position], "little")
                if branch.kind != LENGTH:
                    if branch.kind == DATA:
                        position = _behind_type(data, position, size)
                    start = position
                    position += size
                    found = data[start:position]
                    values.append(
                        found
                        if branch.kind == DATA
                        else found.decode("utf-8", "replace")
                    )
                else:
                    values.append(size)
                branches = branch.branches
        except (IndexError, KeyError):
            return None


@lru_cache(maxsize=1024)
def data_type(size: int) -> bytes:
    """Return how the type of so many bytes of data is written where it is new."""
    encoding = b"[%dc]" % size
    return bytes((NEW, len(encoding))) + encoding


def _behind_type(data: bytes, position: int, size: int) -> int:
    """Return where data of a size begin.

    Raises:
        KeyError: If another type than theirs stands there.
    """
    expected = data_type(size)
    stop = position + len(expected)
    if size >= _DATA_LENGTHS or data[position:stop] != expected:
        raise KeyError
    return stop
