"""What a text has in it, told quickly: its words in ASCII, and how many digits; pure.

A pattern that needs a word or digits is tried only on texts that have them: most have none,
and a search for many words without regard to case takes longer than all that is here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

COARSE = bytes(
    ord(chr(byte).lower()) if byte < 128 and chr(byte).isalnum() else 32  # noqa: PLR2004
    for byte in range(256)
)
"""UTF-8 to what a name is looked up by first: its letters of ASCII, in lower case."""

_LETTERS = bytes(32 if chr(byte).isdigit() else byte for byte in COARSE)
"""The same without digits: "apt4b" is two words."""

_NO_LETTERS = bytes(byte if chr(byte).isdigit() else 32 for byte in range(256))
"""What of coarse words is digits."""

_ASCII = bytes(range(128))
_ASCII_DIGITS = b"0123456789"
_START = 3
"""Letters by which a word is looked for."""

_SIGN = (
    "\u00a0-\u00a9\u00ab\u00ac\u00ae-\u00b1\u00b4\u00b6\u00b7\u00bb\u00bf\u00d7\u00f7"
    "\u2010-\u2016\u2018-\u2027\u2030-\u203d\u20a0-\u20bf\u2600-\u2775"
    "\ufffc\U0001f300-\U0001faff\u200d\ufe0f"
)
"""Neither letters nor digits nor marks: signs, emoji, what joins them, and what hides."""

_SIGNS = re.compile(f"[{_SIGN}]*")
_LATIN = re.compile(f"[{_SIGN}\u0080-\u024f]*")
_JOINED_TO_WORD = re.compile("\\w[\u200d\ufe0f]")
_ODDLY_CASED = frozenset("\u0130\u0131\u017f\u212a")
"""Beyond ASCII, but equal to a letter of ASCII where case makes no difference: i, s, k."""

_ALL_OF_ASCII = True, True, True
_LATEST = 4
"""Texts whose features are remembered: one text is looked at by many detectors."""


class TextFeatures(NamedTuple):
    """What a text has in it.

    Attributes:
        coarse: Its letters and digits of ASCII, in lower case, and blanks for the rest.
        words: Its words as far as they are in ASCII, in lower case, with their digits.
        starts: The first letters of each, digits being no part of a word.
        beyond: Its characters beyond ASCII.
        is_simple: Whether none of these is a letter, a digit or a mark; U+FE0F, which makes
            an emoji of a sign, is none unless it follows a letter or a digit.
        is_latin: Whether none of these is a letter of another alphabet.
        folds: Whether letters of ASCII are equal to letters of ASCII only.
        digits: How many characters are digits.
        is_mixed: Whether a word may have both letters and digits.
    """

    coarse: bytes
    words: list[bytes]
    starts: AbstractSet[bytes]
    beyond: str
    is_simple: bool
    is_latin: bool
    folds: bool
    digits: int
    is_mixed: bool

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show how many words and digits there are, never a word."""
        return f"TextFeatures(words={len(self.words)}, digits={self.digits})"

    def may_begin(self, starts: AbstractSet[bytes], letters: str = "") -> bool:
        """Return whether a text may have a word that begins so, whatever its case is.

        Args:
            starts: What `starts_of` returns of the words.
            letters: Letters beyond ASCII of which each word has one that is not among
                these.
        """
        return not (self.folds and self.starts.isdisjoint(starts)) or self.has(letters)

    def may_have(self, words: AbstractSet[bytes], letters: str = "") -> bool:
        """Return whether a text may have one of some words in full, likewise.

        Args:
            words: What `words_of` returns of the words.
            letters: As in `may_begin`.
        """
        return not (self.folds and words.isdisjoint(self.words)) or self.has(letters)

    def has(self, letters: str) -> bool:
        """Return whether a text has one of some letters beyond ASCII."""
        return bool(self.beyond) and any(letter in self.beyond for letter in letters)


@lru_cache(maxsize=_LATEST)
def features_of(text: str) -> TextFeatures:
    """Return what a text has in it.

    Example:
        >>> features = features_of("Apt4B, from 8")
        >>> features.words, features.digits
        ([b'apt4b', b'from', b'8'], 2)
        >>> features.may_begin(starts_of("apt")), features.may_have(words_of("apt"))
        (True, False)
        >>> features
        TextFeatures(words=3, digits=2)
    """
    raw = text.encode("utf-8", "surrogatepass")
    digits = len(raw) - len(raw.translate(None, _ASCII_DIGITS))
    coarse = raw.translate(COARSE)
    words = coarse.split()
    letters = raw.translate(_LETTERS).split() if digits else words
    starts = {word[:_START] for word in letters}
    is_mixed = digits > 0 and len(words) < len(letters) + len(
        coarse.translate(_NO_LETTERS).split()
    )
    if text.isascii():
        return TextFeatures(coarse, words, starts, "", *_ALL_OF_ASCII, digits, is_mixed)
    beyond = raw.translate(None, _ASCII).decode("utf-8", "surrogatepass")
    is_simple = _is_signs(text, beyond)
    is_latin = is_simple or _LATIN.fullmatch(beyond) is not None
    folds = is_simple or _ODDLY_CASED.isdisjoint(beyond)
    if not is_simple:
        digits, is_mixed = sum(map(str.isdigit, text)), True
    return TextFeatures(
        coarse, words, starts, beyond, is_simple, is_latin, folds, digits, is_mixed
    )


def letter_words(text: str) -> list[bytes]:
    """Return a text's words as far as they are in ASCII, digits being no part of them."""
    return text.encode("utf-8", "surrogatepass").translate(_LETTERS).split()


def starts_of(words: str) -> frozenset[bytes]:
    """Return what words begin with, for `may_begin`; each begins with a letter of ASCII."""
    return frozenset(letter_words(word)[0][:_START] for word in words.split())


def words_of(words: str) -> frozenset[bytes]:
    """Return words in ASCII, for `may_have`."""
    return frozenset(words.encode("ascii").split())


def _is_signs(text: str, beyond: str) -> bool:
    return bool(_SIGNS.fullmatch(beyond)) and not (
        ("\u200d" in beyond or "\ufe0f" in beyond) and _JOINED_TO_WORD.search(text)
    )
