"""Names that are spelled out: A n n, A.n.n, A-n-n; says where, not whose they are.

Single letters with one separator between them are a piece. A name is a piece, or several in
a row (A-n-n S_m_i_t_h), or begins or ends at a capital among small letters. Within a word
that is spelled out ("c a n n o t") it is none, nor is a list ("A, D, A") or an abbreviation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LETTER = r"[^\W\d_]"
_SEPARATOR = r"[ \u00a0\n,._*/·|~\u2013-]{1,3}"
_BEFORE = r"(?<![^\W_])(?<![^\W_]-)(?<!['\u2019])"
_BEHIND = rf"(?![^\W_])(?!-{_LETTER}|['\u2019](?!s\b){_LETTER})"
_PIECE = re.compile(
    rf"{_BEFORE}{_LETTER}({_SEPARATOR}){_LETTER}(?:\1{_LETTER})*{_BEHIND}"
)
"""Not the "y a-t" of "y a-t-il", which a hyphen ties to a word; but the "a n n" of "a n n's"."""

_BETWEEN = re.compile(_SEPARATOR)
_PLACE = re.compile(_LETTER)

_LISTING = re.compile(r"[,/|]| [-\u2013] ")
"""Separates what is listed (vitamins A, D, A), and letters of a name only if it is long."""

_LISTED = 4
"""Letters of the longest name that is taken for a list."""

_ABBREVIATED = 3
"""Letters with dots that are an abbreviation (R.I.P.), if all are capitals, or none is."""

_LONGEST = 40
"""Letters of a name that is looked for: a text can be one long run."""

_SHORTEST = 3

_SHAPE = bytes.maketrans(b"abcdefghijklmnopqrstuvwxyz", b"x" * 26)
_TWO, _THREE = re.compile(rb" x +x(?!x)"), re.compile(rb" x +x +x(?!x)")


class SpelledName(NamedTuple):
    """A name that is spelled out: where it stands, and whose it is."""

    start: int
    end: int
    key: str


def letters_in_row(coarse: bytes) -> int:
    """Return quickly how many single letters follow each other: none, two, or three.

    Args:
        coarse: What a text has in letters of ASCII, in lower case, and blanks for the rest.
    """
    shape = b" " + coarse.translate(_SHAPE)
    if not _TWO.search(shape):
        return 0
    return 3 if _THREE.search(shape) else 2


def spelled_names(
    text: str, whose: Callable[[str], str | None]
) -> Iterator[SpelledName]:
    """Yield the names that are spelled out in a text, the longest at each place.

    Args:
        text: The text.
        whose: Returns the person a folded name means, written in one word; None for none.
    """
    for pieces in _runs(text):
        places = [
            place.start()
            for piece in pieces
            for place in _PLACE.finditer(text, piece.start(), piece.end())
        ]
        begins, ends = _edges(text, places, pieces)
        letters = [fold(text[place]) for place in places]
        start = 0
        while start < len(places):
            end = start + 1
            last = min(len(places), start + _LONGEST) if start in begins else start
            for n in range(last, start + _SHORTEST - 1, -1):
                key = whose("".join(letters[start:n])) if n in ends else None
                if key and _is_joined(text, places[start:n]):
                    yield SpelledName(places[start], places[n - 1] + 1, key)
                    end = n
                    break
            start = end


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Yield the pieces that follow each other."""
    run: list[re.Match[str]] = []
    for piece in _PIECE.finditer(text):
        if run and not _BETWEEN.fullmatch(text, run[-1].end(), piece.start()):
            yield run
            run = []
        run.append(piece)
    if run:
        yield run


def _edges(
    text: str, places: list[int], pieces: list[re.Match[str]]
) -> tuple[set[int], set[int]]:
    """Return before which letters of a run a name can begin, and before which it can end.

    No name has but one letter of a piece.
    """
    starts = {piece.start() for piece in pieces}
    whole = {n for n, place in enumerate(places) if place in starts} | {len(places)}
    if not any(text[place].islower() for place in places):
        return whole, whole
    capitals = {n for n, place in enumerate(places) if text[place].isupper()}
    begins = {n for n in capitals if n + 1 not in whole}
    return whole | begins, whole | {n for n in capitals if n - 1 not in whole}


def _is_joined(text: str, places: list[int]) -> bool:
    """Return whether letters may be one name: neither a list nor an abbreviation."""
    separator = text[places[0] + 1 : places[1]]
    if len(places) <= _LISTED and _LISTING.search(separator):
        return False
    if len(places) != _ABBREVIATED or "." not in separator:
        return True
    letters = "".join(text[place] for place in places)
    is_dotted = text.startswith(".", places[-1] + 1)
    return not (letters.isupper() or (is_dotted and letters.islower()))
