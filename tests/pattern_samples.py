"""Texts that a regular expression matches, so few that each of its alternatives is in one.

Owns how an expression is taken apart. What it looks around for is left out.
"""

from __future__ import annotations

import re
from itertools import combinations, product
from re import _constants as _op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_TRIED = "zZ4 b,"
"""Characters for a class, the first that is in it."""

_FEW = 4
"""Single characters of a class that are all tried."""

_REPEATS = (_op.MAX_REPEAT, _op.MIN_REPEAT, _op.POSSESSIVE_REPEAT)


def samples_of(pattern: re.Pattern[str] | str, *, varied: int = 1) -> list[str]:
    """Return texts that are made after a pattern, the plainest of it first.

    Args:
        pattern: The pattern.
        varied: How many parts of a sequence are not the plainest at once.

    Example:
        >>> samples_of("(?:key|pad) ?locks?")
        ['key lock', 'pad lock', 'keylock', 'key locks']
    """
    if isinstance(pattern, str):
        pattern = re.compile(pattern)
    return _samples(_parser.parse(pattern.pattern, pattern.flags), varied)


def _samples(parts: Iterable[Any], varied: int) -> list[str]:
    """Return the plainest text of some parts, and others with parts not so plain."""
    choices = [_choices(op, value, varied) for op, value in parts]
    texts = ["".join(choice[0] for choice in choices)]
    for number in range(1, varied + 1):
        for places in combinations(range(len(choices)), number):
            some = [
                choice[1:] if place in places else choice[:1]
                for place, choice in enumerate(choices)
            ]
            texts += map("".join, product(*some))
    return list(dict.fromkeys(texts))


def _choices(op: object, value: Any, varied: int) -> list[str]:
    if op is _op.LITERAL:
        return [chr(value)]
    if op is _op.IN:
        return _members(value)
    if op is _op.BRANCH:
        return [text for branch in value[1] for text in _samples(branch, varied)]
    if op is _op.SUBPATTERN:
        return _samples(value[-1], varied)
    if op in _REPEATS:
        least, most, parts = value
        texts = [text * max(least, 1) for text in _samples(parts, varied)]
        if least or not most:
            return texts
        # A blank that may be there is plain: words that are run together are not.
        return [*texts, ""] if texts[0].isspace() else ["", *texts]
    if op in (_op.ANY, _op.NOT_LITERAL):
        return [" "]
    return [""]


def _members(members: list[Any]) -> list[str]:
    if len(members) <= _FEW and all(op is _op.LITERAL for op, _ in members):
        return [chr(value) for _, value in members]
    return [next(filter(lambda one: _has(members, one), _TRIED), _first(members))]


def _has(members: list[Any], character: str) -> bool:
    negated = members[0][0] is _op.NEGATE
    return negated != any(
        (op is _op.LITERAL and value == ord(character))
        or (op is _op.RANGE and value[0] <= ord(character) <= value[1])
        or (op is _op.CATEGORY and _is_of(value, character))
        for op, value in members
    )


def _is_of(category: object, character: str) -> bool:
    name = str(category).removeprefix("CATEGORY_")
    kind = {"DIGIT": str.isdigit, "SPACE": str.isspace, "WORD": str.isalnum}
    is_one = kind[name.removeprefix("NOT_")](character)
    return is_one != name.startswith("NOT_")


def _first(members: list[Any]) -> str:
    op, value = members[0]
    return chr(value[0] if op is _op.RANGE else value) if op is not _op.NEGATE else "?"
