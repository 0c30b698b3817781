"""The texts of bodies of one run, learned by what stands around them.

Behind the text of such a body come its length in the run and the run's attributes: an end
that is the same, byte for byte, in every body of that form. What an end means is found out
once, by the general decoder; from then on the text is read past it. Proved by comparing all
bytes but the text and its two lengths, as in `_plain_bodies`, whose form is the first known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.errors import TypedStreamError
from langchain_imessage.typedstream._openings import BodyDecoder
from langchain_imessage.typedstream._plain_bodies import (
    ONE_BYTE,
    RUN_HEAD,
    SHAPES,
    count_units,
    read_size,
    write_size,
)
from langchain_imessage.typedstream._values import AttributedString

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from langchain_imessage.typedstream._values import Value

MAX_ENDS = 32
"""Forms that are known behind one opening: real ones are few."""

MAX_END = 512
"""Bytes of an end that is worth knowing: longer ones hold what is different every time."""

MAX_SEEN = 1024
"""Ends that are kept of those seen once, and of those that mark words."""

MAX_LENGTHS = 4096
"""Ends that are kept together with a length: a form has a few hundred."""


_PLACEHOLDER = b"\xef\xbf"
"""How U+FFFC to U+FFFF begin, which stand for what is no words."""


class _Ends:
    """The ends known behind one opening: `start`, a text's length, the text, an end.

    Attributes:
        start: The opening's bytes.
        short: The end of a plain body with the run's length before it, by that length, if
            it is one byte.
        known: The ends, without a length.
        units: The same with one, as they were found: how long a text they end, in UTF-16
            units.
    """

    __slots__ = ("known", "short", "start", "units")

    def __init__(self, start: bytes, end: bytes, short: Sequence[bytes]) -> None:
        self.start, self.short = start, short
        self.known = {end}
        self.units: dict[bytes, int] = {}


class OneRunBodies:
    """Reads the texts of bodies of one run whose attributes mark no words.

    Args:
        is_plain: Whether attributes mark no words.
    """

    def __init__(self, is_plain: Callable[[Mapping[str, Value]], bool]) -> None:
        self._is_plain = is_plain
        self._ends = [_Ends(start, end, short) for start, _, end, short in SHAPES]
        self._starts = tuple(ends.start for ends in self._ends)
        self._seen: dict[tuple[bytes, bytes], int] = {}

    def texts(self, bodies: Sequence[bytes | None]) -> list[str | None]:
        """Return the text of each body; None where it is not certain, or more than words."""
        found: list[str | None] = []
        ends = self._ends_behind(next(filter(None, bodies), b""))
        start, short = ends.start, ends.short
        # Without a call for each, as most bodies are: of one class, and of few bytes.
        for body in bodies:
            text = None
            if body:
                tail = body.removeprefix(start)
                if tail is not body:
                    try:
                        size = tail[0]
                        stop = size + 1
                        raw = tail[1:stop]
                        text = raw.decode()
                        if (
                            size >= ONE_BYTE
                            or len(text) != size
                            or tail[stop:] != short[size]
                        ):
                            text = self._longer_text(ends, tail)
                    except (IndexError, UnicodeDecodeError):
                        text = self._longer_text(ends, tail)
                else:
                    text = self.text(body)
            found.append(text)
        return found

    def _longer_text(self, ends: _Ends, tail: bytes) -> str | None:
        """Return the text a body has behind its opening; None where it is not certain."""
        size, first = read_size(tail, 0)
        stop = first + size
        raw, rest = tail[first:stop], tail[stop:]
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            return None
        if len(text) != size and _PLACEHOLDER in raw:
            return None
        # As many as there can be, which is cheaper to say than how many there are: a run
        # that goes beyond its text ends with it.
        units = len(text) + (size - len(text)) // 3
        if units < ONE_BYTE and rest == ends.short[units]:
            return text
        units = count_units(text, raw)
        return text if self._is_end(ends, rest, units) else None

    def text(self, body: bytes) -> str | None:
        """Return the text of a body; None where it is not certain, or more than words."""
        (found,) = self.texts((body,)) if body.startswith(self._starts) else (None,)
        return found

    def _ends_behind(self, body: bytes) -> _Ends:
        """Return the ends known behind a body's opening, if it has one of the two."""
        one, other = self._ends
        return one if body.startswith(one.start) else other

    def _is_end(self, ends: _Ends, rest: bytes, units: int) -> bool:
        """Return whether what follows a text of so many units marks no words."""
        if ends.units.get(rest) == units:
            return True
        head = RUN_HEAD + write_size(units)
        if (
            not units
            or not rest.startswith(head)
            or not self._knows(ends, rest[len(head) :])
        ):
            return False
        if len(ends.units) < MAX_LENGTHS:
            ends.units[rest] = units
        return True

    def _knows(self, ends: _Ends, end: bytes) -> bool:
        """Return whether an end marks no words; find out if it came before."""
        if end in ends.known:
            return True
        if len(end) > MAX_END or len(ends.known) == MAX_ENDS:
            return False
        times = self._seen.get((ends.start, end), 0)
        if len(self._seen) == MAX_SEEN:
            self._seen.clear()
        self._seen[ends.start, end] = times + 1
        # What comes once is not worth it, and what marks words is not asked again.
        if times != 1 or not self._marks_nothing(ends.start, end):
            return False
        ends.known.add(end)
        return True

    def _marks_nothing(self, start: bytes, end: bytes) -> bool:
        """Return whether attributes mark no words, whatever the text is."""
        try:
            x, y = (
                BodyDecoder(start + b"\x01" + text + RUN_HEAD + b"\x01" + end).root()
                for text in (b"x", b"y")
            )
        except (TypedStreamError, RecursionError):
            return False
        return all(
            isinstance(value, AttributedString)
            and value.text == text
            and len(value.runs) == 1
            and value.runs[0].length == 1
            and self._is_plain(value.runs[0].attributes)
            for value, text in ((x, "x"), (y, "y"))
        )
