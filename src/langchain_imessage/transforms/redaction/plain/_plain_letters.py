"""A text in odd letters → the same in plain ones, with the place of each; pure.

Owns which characters are read as others: full-width and styled letters, small capitals,
digits in circles, letters of another alphabet within a word, and what is not seen. Detectors
read the plain text; what they find is replaced in the other.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.transforms.redaction.detectors._text_features import features_of
from langchain_imessage.transforms.redaction.detectors.names._spellings import (
    in_latin,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_imessage.transforms.redaction._matches import Match

ODD_LETTERS = (
    "\u00b2\u00b3\u00b9\u017f\u02b0-\u02b8\u02e1-\u02e3\u1d2c-\u1d6a\u2024\u2070-\u209c"
    "\u2102-\u2138\u213c-\u2149\u2460-\u24ff\u2776-\u2793\ufe50-\ufe6b\uff01-\uff5e"
    "\u0262\u026a\u0274\u0280\u028f\u0299\u029c\u029f\u1d00-\u1d22\ua730\ua731"
    "\U0001d400-\U0001d7ff\U0001f130-\U0001f149\U0001f150-\U0001f169"
    "\U0001f170-\U0001f189"
)
"""As a character class: what may be read as a letter, a digit or a sign of ASCII."""

UNSEEN = (
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\U000e0000-\U000e007f"
)
"""Likewise: what is not seen, but for joiners and selectors, which emoji are full of."""

SELECTORS = "\u200d\ufe0e\ufe0f\u20e3"
"""Stand in many emoji, and are not seen where they stand in a word."""

_OTHER_ALPHABET = "\u0370-\u03ff\u0400-\u052f"
_DOTS = "\u00b7\u2022\u2219\u22c5"
_ODD = re.compile(f"[{ODD_LETTERS}{UNSEEN}]")
_SELECTOR = re.compile(f"[{SELECTORS}]")
_MAY_BE_ODD = re.compile(f"[{_DOTS}{_OTHER_ALPHABET}]")
_ODD_BESIDE = re.compile(
    f"\\d[{_DOTS}]\\d|[A-Za-z][{_OTHER_ALPHABET}]|[{_OTHER_ALPHABET}][A-Za-z]"
)
"""Odd only beside others."""

_DOT_AMONG_DIGITS = re.compile(rf"(?<=\d)[{_DOTS}](?=\d)")
_WORD = re.compile(f"[A-Za-z{_OTHER_ALPHABET}]+")
_APART = re.compile(r"(?<!\S)(?:[\w@.+-] ){7,}[\w@.+-](?!\S)")
"""Eight characters or more, each by itself: an address or a number that is spelled out."""

_SMALL_CAPITALS = dict(
    zip(
        "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
        "abcdefghijklmnoprstuvwyz",
        strict=True,
    )
)
_SKIPPED = re.compile(f"[{UNSEEN}{SELECTORS}\ufe00-\ufe0f]")

_NEGATIVE = {
    **{
        chr(first + place): chr(ord("A") + place)
        for first in (0x1F150, 0x1F170)
        for place in range(26)
    },
    **{
        chr(first + place): str(place + 1)
        for first in (0x2776, 0x2780, 0x278A)
        for place in range(9)
    },
    **_SMALL_CAPITALS,
}
"""Letters and digits in circles and squares of which Unicode does not say what they are."""


class PlainText(NamedTuple):
    """A text in plain letters.

    Attributes:
        text: It, to be read.
        places: Where each of its characters stands in the text as written; and its length.
    """

    text: str
    places: tuple[int, ...]

    def back(self, matches: Iterable[Match]) -> Iterator[Match]:
        """Yield matches where they stand in the text as written."""
        for match in matches:
            start, end = self.places[match.start], self.places[match.end]
            yield replace(match, start=start, end=end)


def has_odd_letters(text: str) -> bool:
    """Return whether a text has letters that are read as others, or some not seen."""
    if text.isascii():
        return False
    return are_odd(features_of(text).beyond, text)


def are_odd(beyond: str, text: str) -> bool:
    """Return the same for a text that has some characters beyond ASCII.

    They are looked at first: most texts have a few.
    """
    return (
        _ODD.search(beyond) is not None
        or (_SELECTOR.search(beyond) is not None and _is_selector_in_word(text))
        or (_MAY_BE_ODD.search(beyond) and _ODD_BESIDE.search(text)) is not None
    )


def _is_selector_in_word(text: str) -> bool:
    starts = (match.start() for match in _SELECTOR.finditer(text))
    return any(
        text[start - 1].isalnum() or text[start - 1] == "_" for start in starts if start
    )


def plain_letters(text: str) -> PlainText:
    r"""Return a text in plain letters.

    Example:
        >>> plain_letters("\uff21\u200bnn is \U0001d41a").text
        'Ann is a'
    """
    text = _DOT_AMONG_DIGITS.sub(".", text)
    text = _WORD.sub(lambda word: _in_latin(word[0]), text)
    said, places = [], []
    for place, character in enumerate(text):
        if not _SKIPPED.match(character):
            said.append(_plain(character))
            places.append(place)
    return PlainText("".join(said), (*places, len(text)))


def closed_up(text: str) -> PlainText | None:
    """Return a text without the blanks between characters that stand each by itself.

    Returns:
        It; None if there are no such characters.

    Example:
        >>> closed_up("is it a n n @ x . o r g ?").text
        'is it ann@x.org ?'
    """
    blanks = {
        place
        for run in _APART.finditer(text)
        for place in range(run.start() + 1, run.end(), 2)
    }
    if not blanks:
        return None
    places = [place for place in range(len(text)) if place not in blanks]
    return PlainText("".join(text[place] for place in places), (*places, len(text)))


def _in_latin(word: str) -> str:
    """Return a word of two alphabets in Latin letters, as many as it has."""
    if word.isascii() or not any(map(str.isascii, word)):
        return word
    return "".join(
        in_latin(f"{letter.lower()}a")[0].upper()
        if letter.isupper()
        else in_latin(f"{letter}a")[0]
        for letter in word
    )


def _plain(character: str) -> str:
    if character.isascii():
        return character
    plain = _NEGATIVE.get(character) or unicodedata.normalize("NFKC", character)
    is_one = len(plain) == 1 and plain.isascii() and not plain.isspace()
    return plain if is_one else character
