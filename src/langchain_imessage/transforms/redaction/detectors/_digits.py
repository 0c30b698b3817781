"""Groups of digits in a text, as people write long numbers; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_RUN = re.compile(r"\d++(?:[ \u00a0\u2009\u202f.()/\u2010-\u2015-]{1,3}+\d++)*+")
_GROUP = re.compile(r"\d+")
_MOST_GROUPS = 8
"""A number written in more groups than that is a list of numbers."""


def digit_groups(
    text: str, *, least: int, most: int
) -> Iterator[tuple[int, int, str, tuple[int, ...]]]:
    """Find numbers of so many digits, whole groups of them.

    "4111 1111 1111 1111 12" holds one of 16 digits, one of 18, and others.

    Args:
        text: Where to look.
        least: Digits it has at least.
        most: Digits it has at most.

    Yields:
        Start, end, the digits as ASCII, and how many each group has.
    """
    for run in _RUN.finditer(text):
        groups = [
            (match.start(), match.end(), _ascii(match[0]))
            for match in _GROUP.finditer(text, run.start(), run.end())
        ]
        for place, (start, _, _) in enumerate(groups):
            digits = ""
            sizes: tuple[int, ...] = ()
            for _, end, more in groups[place : place + _MOST_GROUPS]:
                digits += more
                if len(digits) > most:
                    break
                sizes += (len(more),)
                if len(digits) >= least:
                    yield start, end, digits, sizes


def _ascii(digits: str) -> str:
    return digits if digits.isascii() else "".join(str(int(digit)) for digit in digits)
