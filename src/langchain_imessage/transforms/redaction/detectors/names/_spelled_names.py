"""Names that are spelled out: A n n, A.n.n, A-n-n; says where, not whose they are.

A run of single letters is a name if it begins and ends where one can: at the run's ends, at
a wider gap, or at a capital among small letters. Within a word that is spelled out ("c a n n
o t") it is none.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LETTER = r"[^\W\d_]"
_GAP = r"[ \u00a0\n,._*/·|~\u2013-]{1,3}"
_RUN = re.compile(
    rf"(?<![^\W_])(?<!['\u2019])(?:{_LETTER}{_GAP}){{2,}}{_LETTER}(?![^\W_])"
)
_PLACE = re.compile(_LETTER)

_LONGEST = 40
"""Letters of a name that is looked for: a text can be one long run."""

_SINGLE = frozenset(bytes((letter,)) for letter in b"abcdefghijklmnopqrstuvwxyz")
_SHAPE = bytes.maketrans(b"abcdefghijklmnopqrstuvwxyz", b"x" * 26)
_THREE, _TWO = b" x x x ", b" x x "
"""Single letters in a row; of letters beyond ASCII a third one may be."""


class SpelledName(NamedTuple):
    """A name that is spelled out: where it stands, and whose it is."""

    start: int
    end: int
    key: str


def may_be_spelled(words: list[bytes], *, is_ascii: bool) -> bool:
    """Return quickly whether single letters follow each other in a text.

    Args:
        words: What it has in letters of ASCII, in lower case.
        is_ascii: Whether the text has no other letters.
    """
    if _SINGLE.isdisjoint(words):
        return False
    shape = b" ".join((b"", *words, b"")).translate(_SHAPE)
    return (_THREE if is_ascii else _TWO) in shape


def spelled_names(
    text: str, whose: Callable[[str], str | None]
) -> Iterator[SpelledName]:
    """Yield the names that are spelled out in a text, the longest at each place.

    Args:
        text: The text.
        whose: Returns the person a folded name means, written in one word; None for none.
    """
    for run in _RUN.finditer(text):
        places = [m.start() for m in _PLACE.finditer(text, run.start(), run.end())]
        letters = [fold(text[place]) for place in places]
        edges = _edges(text, places)
        start = 0
        while start < len(places):
            found = None
            if start in edges:
                last = min(len(places), start + _LONGEST)
                ends = (end for end in range(last, start + 2, -1) if end in edges)
                words = ((end, whose("".join(letters[start:end]))) for end in ends)
                found = next(((end, key) for end, key in words if key), None)
            if found:
                end, key = found
                yield SpelledName(places[start], places[end - 1] + 1, key)
                start = end
            else:
                start += 1


def _edges(text: str, places: list[int]) -> set[int]:
    """Return before which letters of a run a name can begin, or end."""
    gaps = [after - before for before, after in pairwise(places)]
    usual = min(gaps)
    is_mixed = any(text[place].islower() for place in places)
    inner = {
        n
        for n, (gap, place) in enumerate(zip(gaps, places[1:], strict=True), 1)
        if gap > usual or (is_mixed and text[place].isupper())
    }
    return {0, len(places)} | inner
