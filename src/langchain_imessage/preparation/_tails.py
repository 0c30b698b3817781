"""The end or the beginning of a text that fits a number of tokens.

Owns where a message is cut that is too long by itself: a question loses its beginning, an
answer its last bubbles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def tail_that_fits(text: str, room: int, count: Callable[[str], int]) -> str:
    r"""Return the longest end of a text that has room.

    Args:
        text: A message's text, each line a bubble.
        room: The tokens there is room for.
        count: Counts the tokens of a text.

    Returns:
        The last lines that fit; where not even the last one does, its last words, and
        where not even a word does, its last characters; "" where there is no room.

    Example:
        >>> tail_that_fits("one two\nthree four", 11, len)
        'three four'
        >>> tail_that_fits("one two\nthree four", 5, len)
        'four'
    """
    if count(text) <= room:
        return text
    lines = text.split("\n")
    tail = _longest(lines, "\n", room, count)
    if tail.strip():
        return tail
    words = lines[-1].split(" ")
    tail = _longest(words, " ", room, count)
    return tail if tail.strip() else _longest(list(words[-1]), "", room, count)


def head_that_fits(text: str, room: int, count: Callable[[str], int]) -> str:
    r"""Return the longest beginning of a text, in whole lines, that has room.

    Args:
        text: A message's text, each line a bubble.
        room: The tokens there is room for.
        count: Counts the tokens of a text.

    Returns:
        The first lines that fit; "" where not even the first one does.

    Example:
        >>> head_that_fits("one two\nthree four", 11, len)
        'one two'
    """
    lines = text.split("\n")
    fits, fails = 0, len(lines) + 1
    while fails - fits > 1:
        middle = (fits + fails) // 2
        if count("\n".join(lines[:middle])) <= room:
            fits = middle
        else:
            fails = middle
    return "\n".join(lines[:fits])


def _longest(
    parts: Sequence[str], joint: str, room: int, count: Callable[[str], int]
) -> str:
    """Return the longest end of the parts that has room, by halving."""
    fits, fails = 0, len(parts) + 1
    while fails - fits > 1:
        middle = (fits + fails) // 2
        if count(joint.join(parts[-middle:])) <= room:
            fits = middle
        else:
            fails = middle
    return joint.join(parts[-fits:]) if fits else ""
