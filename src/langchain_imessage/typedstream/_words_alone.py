"""The texts of bodies whose attributes mark no words, past the decoder.

Nearly all are one run, of which everything behind the text but its length is the same, byte
for byte, in many bodies. Those ends are compared as a whole; the first one is that of
`_plain_bodies`. All others are read by their shapes, which also say what an end means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.typedstream._plain_bodies import (
    ONE_BYTE,
    SHAPES,
    count_units,
    read_size,
)
from langchain_imessage.typedstream.shapes._learned_shapes import (
    BODY_SHAPES,
    MAX_SHAPES,
    LearnedShapes,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from langchain_imessage.typedstream._values import Value
    from langchain_imessage.typedstream.shapes._shape_tree import Shape

MAX_END = 512
"""Bytes of an end that is worth knowing: longer ones hold what is different every time."""

MAX_ENDS = 4096
"""Ends that are known behind one opening, each with its run's length: a form of bodies has
a few hundred."""

_PLACEHOLDER = b"\xef\xbf"
"""How U+FFFC to U+FFFF begin, which stand for what is no words."""

_SECOND_HALVES = frozenset(bytes((byte,)) for byte in range(0xDC, 0xE0))
"""How the second unit of a character of two ends in UTF-16, its low byte first."""

_TEXT_AND_LENGTH = 2
"""Places of a shape of which nothing else differs."""


class _Ends:
    """The ends known behind one opening: `start`, a text's length, the text, an end.

    Attributes:
        start: The opening's bytes.
        short: The end of a plain body with the run's length before it, by that length, if
            it is one byte.
        units: The other ends: how long a text they end, in UTF-16 units.
    """

    __slots__ = ("short", "start", "units")

    def __init__(self, start: bytes, short: Sequence[bytes]) -> None:
        self.start, self.short = start, short
        self.units: dict[bytes, int] = {}


class WordsAlone:
    """Reads the texts of bodies whose attributes mark no words.

    Args:
        is_plain: Whether attributes mark no words, whatever texts and data are in them.
        shapes: Reads the bodies that are not as nearly all are.
    """

    def __init__(
        self,
        is_plain: Callable[[Mapping[str, Value]], bool],
        shapes: LearnedShapes = BODY_SHAPES,
    ) -> None:
        self._is_plain = is_plain
        self._shapes = shapes
        self._ends = [_Ends(start, short) for start, _, _, short in SHAPES]
        self._plain_shapes: dict[Shape, bool] = {}

    def texts(self, bodies: Sequence[bytes | None]) -> list[str | None]:
        """Return the text of each body; None where it is not certain, or more than words."""
        if len(bodies) > 1:
            self._shapes.forget_latest()
        found: list[str | None] = []
        ends = self._ends_behind(next(filter(None, bodies), b""))
        start, short, known = ends.start, ends.short, ends.units
        # Without a call for each, as most bodies are: of one class, and of few bytes.
        for body in bodies:
            text = None
            if body:
                tail = body.removeprefix(start)
                if tail is not body:
                    try:
                        size = tail[0]
                        stop = size + 1
                        raw, rest = tail[1:stop], tail[stop:]
                        text = raw.decode()
                        units = len(text)
                        if units != size:
                            if raw.find(_PLACEHOLDER) >= 0:  # `in` is slower
                                found.append(None)
                                continue
                            units += (size - units) // 3  # as in `_longer_text`
                        if size >= ONE_BYTE or (
                            rest != short[units]
                            and (len(rest) > MAX_END or known.get(rest) != units)
                        ):
                            text = self._longer_text(ends, tail, body)
                    except (IndexError, UnicodeDecodeError):
                        text = self._longer_text(ends, tail, body)
                else:
                    text = self.text(body)
            found.append(text)
        return found

    def text(self, body: bytes) -> str | None:
        """Return the text of a body; None where it is not certain, or more than words."""
        for ends in self._ends:
            if body.startswith(ends.start):
                return self._longer_text(ends, body[len(ends.start) :], body)
        return None

    def _ends_behind(self, body: bytes) -> _Ends:
        """Return the ends known behind a body's opening, if it has one of the two."""
        one, other = self._ends
        return one if body.startswith(one.start) else other

    def _longer_text(self, ends: _Ends, tail: bytes, body: bytes) -> str | None:
        """Return the text of any body; None where it is not certain, or more than words."""
        size, first = read_size(tail, 0)
        stop = first + size
        raw, rest = tail[first:stop], tail[stop:]
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            return None
        if not text:  # a length that is no length counts nothing, too
            return text if tail == b"\0" + ends.short[0] else None
        if len(text) != size and raw.find(_PLACEHOLDER) >= 0:
            return None
        # As many as there can be, which is cheaper to say than how many there are: a run
        # that goes beyond its text ends with it.
        units = len(text) + (size - len(text)) // 3
        if units < ONE_BYTE and rest == ends.short[units]:
            return text
        if units != len(text):
            units = count_units(text, raw)
        may_be_known = len(rest) <= MAX_END
        if may_be_known and ends.units.get(rest) == units:
            return text
        values = self._values_if_plain(body)
        if values is None or (units != len(text) and _is_cut(text, values)):
            return None
        if (
            len(values) == _TEXT_AND_LENGTH
            and values[1] == units
            and may_be_known
            and len(ends.units) < MAX_ENDS
        ):
            ends.units[rest] = units
        return text

    def _values_if_plain(self, body: bytes) -> list[Any] | None:
        """Return the values in a body's places; None if its shape is unknown or not plain."""
        found = self._shapes.find(body)
        if found is None:
            return None
        shape, values = found
        is_plain = self._plain_shapes.get(shape)
        if is_plain is None:
            if len(self._plain_shapes) == MAX_SHAPES:
                self._plain_shapes.clear()
            is_plain = all(self._is_plain(a.common) for a in shape.attributes)
            self._plain_shapes[shape] = is_plain
        return values if is_plain else None


def _is_cut(text: str, values: Iterable[Any]) -> bool:
    """Return whether a run ends within a character of two units."""
    units = text.encode("utf-16-le", "surrogatepass")
    stop = 0
    for value in values:
        if isinstance(value, int):
            stop += value
            if units[2 * stop + 1 : 2 * stop + 2] in _SECOND_HALVES:
                return True
    return False
