"""The parts of a name by which somebody is spoken of, and first and last name joined; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction.detectors.names._spellings import (
    short_forms,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_JOINED = 7
"""Letters of a first and a last name that are no other word when joined."""

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_HONORIFICS = ("さん", "ちゃん", "くん", "君", "様", "先生")
"""Behind a Japanese name, also behind a part of it that is one character."""

_FAMILY_FIRST = 3
"""Characters of a Chinese or Korean name of one for the family and two for oneself."""


def parts_of(words: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    """Yield the names of several words in a name: Ann Marie, Ann Smith."""
    if len(words) > 1:
        yield words
        yield (words[0], words[-1])
        yield words[:2]


def joined(words: tuple[str, ...]) -> Iterator[str]:
    """Yield first and last name in one word, as in a user's name: annsmith, smithann."""
    if len(words) > 1 and len(words[0]) + len(words[-1]) >= _JOINED:
        for first in (words[0], *short_forms(words[0])):
            if first.isalpha() and words[-1].isalpha():
                yield from (first + words[-1], words[-1] + first)


def unspaced_parts(name: str) -> Iterator[str]:
    """Yield the names in one that is written without blanks: whole, given, family."""
    yield name
    if len(name) == _FAMILY_FIRST:
        yield name[1:]
    if _HAN.fullmatch(name) and len(name) >= _FAMILY_FIRST:
        family, given = name[:2], name[2:]
        if len(given) > 1:
            yield given
        yield from (part + title for part in (family, given) for title in _HONORIFICS)
