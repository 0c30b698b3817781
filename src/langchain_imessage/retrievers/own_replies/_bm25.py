"""BM25 over a text's words and their character trigrams; pure.

Owns what is compared of a text and how much each match counts. Where texts are kept, and
which of them are compared at all, is its caller's part.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from math import log
from typing import TYPE_CHECKING
from unicodedata import category

from langchain_imessage.text import is_unspaced, normal_text, words_in

if TYPE_CHECKING:
    from collections.abc import Mapping

_READ = 600
"""Characters of a text that are compared, its last ones: they are what is answered."""

_SATURATION = 1.2
_LENGTH_SHARE = 0.75
"""BM25's k1 and b, at their usual values."""

_SIGNS = re.compile(r"[?!]|[^\w\s\x00-\x7f]")
_SYMBOL = "S"
"""What says something without being a word: questions, exclamations, and of the rest what
Unicode calls a symbol, as emoji are."""


def terms_of(text: str) -> Counter[str]:
    """Return what is compared of a text, each with how often it occurs.

    Args:
        text: The text.

    Returns:
        Its words (after a `=`), their trigrams and its signs; of scripts without blanks
        between words, pairs of characters.

    Example:
        >>> sorted(terms_of("Ok?"))
        [' ok', '=ok', '?', 'ok ']
    """
    read = normal_text(text[-_READ:])
    signs = _SIGNS.findall(read)
    found = Counter(s for s in signs if s in "?!" or category(s)[0] == _SYMBOL)
    for word in words_in(read):
        found.update(_terms_of_word(word))
    return found


@lru_cache(maxsize=1 << 15)
def _terms_of_word(word: str) -> tuple[str, ...]:
    if is_unspaced(word):
        return tuple(word[at : at + 2] for at in range(len(word) - 1))
    padded = f" {word} "
    return f"={word}", *(padded[at : at + 3] for at in range(len(padded) - 2))


def rarity(texts: int, having: int) -> float:
    """Return how much a term counts that so many of the texts have; more than 0."""
    return log(1 + (max(texts - having, 0) + 0.5) / (having + 0.5))


def bm25(
    asked: Mapping[str, float], terms: Mapping[str, int], average_length: float
) -> float:
    """Return how well a text matches.

    Args:
        asked: The terms that are looked for, each with its rarity.
        terms: Those of the text.
        average_length: How many terms the texts have on average.

    Example:
        >>> bm25({"=lunch": 2.0}, terms_of("Lunch?"), 8.0) > 0
        True
    """
    length = sum(terms.values()) / (average_length or 1)
    damping = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * length)
    return sum(
        weight * times * (_SATURATION + 1) / (times + damping)
        for term, weight in asked.items()
        if (times := terms.get(term))
    )
