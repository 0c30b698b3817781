"""Which texts have nothing private in them, seen by their letters, for several at once.

Owns what a text must not have to be left alone without a detector being asked. Keeps nothing
of a text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction.detectors._text_features import COARSE
from langchain_imessage.transforms.redaction.detectors.names._spelled_names import (
    letters_in_row,
)
from langchain_imessage.transforms.redaction.plain._plain_letters import (
    ODD_LETTERS,
    SELECTORS,
    UNSEEN,
    are_odd,
)

if TYPE_CHECKING:
    from collections.abc import Collection

_ODD = f"{ODD_LETTERS}{UNSEEN}"
_WORTH_A_LOOK = re.compile(f"[\\d@=/{_ODD}]")

_OTHER_SCRIPTS = re.compile(f"[\\d@=/\u0370-\u1fff\u3040-\ud7af{_ODD}]")
"""The same, and letters that may be a name or an announcing word."""

_SIGN = ord("0")
_COARSE_WITH_SIGNS = bytes(
    _SIGN if byte in b"0123456789@=/" else COARSE[byte] for byte in range(256)
)
"""The same for UTF-8, and the words of ASCII in it, by one table: signs become zeros."""

_BEFORE_EACH = "\0 "
_BETWEEN = b"\n"
_COARSE_OF_SEVERAL = _BETWEEN + _COARSE_WITH_SIGNS[1:]
"""That of several texts that are joined, each behind what no text has."""

_SELECTORS = frozenset(SELECTORS)
_ASCII = bytes(range(128))
_MANY = 3
"""Letters in a row that may be a name, in a text with letters of ASCII only."""


class PlainTexts:
    """Knows quickly which texts have nothing private.

    Args:
        words: Words in ASCII of which a text has one that is more than plain; what is added
            to them later counts, too.
        announced: Whether words of other alphabets are looked for, too.
        none: Whether no text is plain: there is a detector that may find anything.
    """

    def __init__(self, words: set[bytes], *, announced: bool, none: bool) -> None:
        self.words = words
        self._beyond_ascii = _OTHER_SCRIPTS if announced else _WORTH_A_LOOK
        self._none = none

    def has(self, text: str) -> bool:
        """Return whether there is nothing private in a text."""
        coarse = text.encode("utf-8", "surrogatepass").translate(_COARSE_WITH_SIGNS)
        return self._has_plain_words(coarse) and self._has_plain_rest(text, coarse)

    def among(self, texts: Collection[str]) -> Collection[str]:
        """Return which of some texts have nothing private."""
        joined = "".join([f"{_BEFORE_EACH}{text}" for text in texts])
        coarse = joined.encode("utf-8", "surrogatepass").translate(_COARSE_OF_SEVERAL)
        if coarse.count(_BETWEEN) != len(texts):  # one has what no text has
            return set(filter(self.has, texts))
        are_plain = self._has_plain_words(coarse)
        if are_plain and self._has_plain_rest(joined, coarse):
            return texts
        return {
            text
            for text, piece in zip(texts, coarse.split(_BETWEEN)[1:], strict=True)
            if (are_plain or self._has_plain_words(piece))
            and self._has_plain_rest(text, piece)
        }

    def _has_plain_words(self, coarse: bytes) -> bool:
        return (
            _SIGN not in coarse
            and self.words.isdisjoint(coarse.split())
            and not self._none
        )

    def _has_plain_rest(self, text: str, coarse: bytes) -> bool:
        """Return whether no name is spelled out, and nothing beyond ASCII worth a look."""
        in_row = letters_in_row(coarse)
        if text.isascii():
            return in_row < _MANY
        return not in_row and self._is_plain_beyond_ascii(text)

    def _is_plain_beyond_ascii(self, text: str) -> bool:
        """Return whether nothing beyond ASCII is worth a look; most of a text is none."""
        raw = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
        beyond = raw.decode("utf-8", "surrogatepass")
        return self._beyond_ascii.search(beyond) is None and (
            _SELECTORS.isdisjoint(beyond) or not are_odd(beyond, text)
        )
