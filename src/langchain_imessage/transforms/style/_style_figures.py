r"""A text → 23 figures of how it is written, and the means of many texts; pure.

Owns the figures and their names. A text is what somebody sent in one turn, with a newline
between bubbles. What a difference of two means is called in words `persona` decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import TYPE_CHECKING, Final

from langchain_imessage.text import words_in
from langchain_imessage.transforms.style._informal_words import (
    ABBREVIATIONS,
    CONTRACTIONS,
    FIRST_PERSON,
    LAUGHTER,
    PICTURES,
    SECOND_PERSON,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FIGURES: Final = (
    "words",
    "characters in a bubble",
    "bubbles",
    "one word alone",
    "begins in lower case",
    "capital letters",
    "ends with a full stop",
    "ends with an exclamation mark",
    "ends with a question mark",
    "ends without punctuation",
    "dots in a row",
    "marks in a row",
    "commas",
    "apostrophes",
    "apostrophes left out",
    "emoji",
    "laughter",
    "abbreviations",
    "letters drawn out",
    "length of a word",
    "I",
    "you",
    "questions",
)
"""The name of each figure, in the order of `style_figures`."""

_ELLIPSIS = re.compile(r"\.\.|\. \.|…")
_MARKS = re.compile(r"[!?！？]{2,}")
_LONG_LETTERS = re.compile(r"([^\W\d_])\1\1", re.IGNORECASE)
_STOPS, _EXCLAMATIONS, _QUESTIONS = ".。।۔", "!！", "?？؟"
_APOSTROPHES = re.compile("['\u2019]")
_COMMAS = re.compile("[,，、،]")
_QUESTION = re.compile(f"[{_QUESTIONS}]")
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSummary:
    """A figure of many texts.

    Attributes:
        mean: Its mean.
        deviation: Its standard deviation between texts.
    """

    mean: float
    deviation: float


def style_figures(text: str) -> tuple[float, ...]:
    r"""Return the figures of a text, in the order of `FIGURES`.

    Counts are of the text (words, bubbles), shares between 0 and 1 (of its bubbles, its
    letters, its words), and 1 or 0 where something occurs or does not.

    Args:
        text: What was sent in one turn, a line for each bubble.

    Example:
        >>> figures = dict(zip(FIGURES, style_figures("Hahaha\nno way!!"), strict=True))
        >>> figures["bubbles"], figures["laughter"], figures["begins in lower case"]
        (2.0, 1.0, 0.5)
    """
    bubbles = [line for line in text.split("\n") if not line.isspace() and line] or [""]
    words = words_in(text)
    return (
        *_sizes(bubbles, words),
        *_case(text, bubbles),
        *_ends(bubbles),
        *_marks(text, words),
        *_vocabulary(text, words),
    )


def summarize_style(texts: Iterable[str]) -> Mapping[str, FigureSummary]:
    """Return the mean and the deviation of each figure over many texts.

    Args:
        texts: What was sent, turn by turn; no text gives zeros.
    """
    rows = [style_figures(text) for text in texts] or [(0.0,) * len(FIGURES)]
    return {
        name: FigureSummary(mean=fmean(column), deviation=pstdev(column))
        for name, column in zip(FIGURES, zip(*rows, strict=True), strict=True)
    }


def _sizes(bubbles: Sequence[str], words: Sequence[str]) -> Iterable[float]:
    yield float(len(words))
    yield fmean(map(len, bubbles))
    yield float(len(bubbles))
    yield float(len(words) <= 1)


def _case(text: str, bubbles: Sequence[str]) -> Iterable[float]:
    first = [_LETTERS.search(bubble) for bubble in bubbles]
    yield fmean(found is not None and found[0].islower() for found in first)
    letters = _LETTERS.findall(text)
    yield sum(letter.isupper() for letter in letters) / max(len(letters), 1)


def _ends(bubbles: Sequence[str]) -> Iterable[float]:
    ends = [bubble.rstrip()[-1:] or " " for bubble in bubbles]
    for marks in (_STOPS, _EXCLAMATIONS, _QUESTIONS):
        yield fmean(end in marks for end in ends)
    yield fmean(end.isalnum() for end in ends)


def _marks(text: str, words: Sequence[str]) -> Iterable[float]:
    number = max(len(words), 1)
    yield float(_ELLIPSIS.search(text) is not None)
    yield float(_MARKS.search(text) is not None)
    yield len(_COMMAS.findall(text)) / number
    yield len(_APOSTROPHES.findall(text)) / number
    yield sum(word in CONTRACTIONS for word in words) / number


def _vocabulary(text: str, words: Sequence[str]) -> Iterable[float]:
    number = max(len(words), 1)
    yield float(PICTURES.search(text) is not None)
    yield float(LAUGHTER.search(text) is not None)
    yield sum(word in ABBREVIATIONS for word in words) / number
    yield float(_LONG_LETTERS.search(text) is not None)
    yield sum(map(len, words)) / number
    yield sum(word in FIRST_PERSON for word in words) / number
    yield sum(word in SECOND_PERSON for word in words) / number
    yield float(_QUESTION.search(text) is not None)
