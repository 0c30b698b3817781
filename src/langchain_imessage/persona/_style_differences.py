"""Two summaries of style figures → what tells one from the other, in plain words; pure.

Owns which differences are worth saying, and the sentence for each. The figures are those
of `transforms.style`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt
from typing import TYPE_CHECKING, Final

from langchain_imessage.transforms.style._style_figures import FIGURES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from langchain_imessage.transforms.style._style_figures import FigureSummary

_SMALL: Final = 0.2
"""A standardized difference of the means below this is small (Cohen)."""

_ERRORS: Final = 2.0
"""Standard errors a difference has to be away from none."""

_FEWEST: Final = 20
"""Texts of each side below which nothing is telling: their spread is hardly known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleDifference:
    """One figure of two people, or of one and all others.

    Attributes:
        figure: Its name, one of `FIGURES`.
        own: The owner's mean.
        others: The mean of the people they write with.
        effect: The difference in standard deviations; above 0 where the owner's is more.
        is_telling: Whether it is neither small nor within what chance makes of so few; of
            fewer than 20 texts nothing is.
    """

    figure: str
    own: float
    others: float
    effect: float
    is_telling: bool


def differences(
    own: Mapping[str, FigureSummary],
    others: Mapping[str, FigureSummary],
    sizes: tuple[int, int],
) -> tuple[StyleDifference, ...]:
    """Return the differences of all figures, the greatest first.

    Args:
        own: The owner's figures.
        others: Those of the people they write with.
        sizes: How many texts each is of.
    """
    enough = min(sizes) >= _FEWEST
    error = sqrt(sum(1 / size for size in sizes)) if enough else inf
    found = []
    for name in FIGURES:
        one, other = own[name], others[name]
        spread = sqrt((one.deviation**2 + other.deviation**2) / 2)
        effect = (one.mean - other.mean) / spread if spread else 0.0
        found.append(
            StyleDifference(
                figure=name,
                own=one.mean,
                others=other.mean,
                effect=effect,
                is_telling=abs(effect) >= max(_SMALL, _ERRORS * error),
            )
        )
    return tuple(sorted(found, key=lambda one: -abs(one.effect)))


def sentences(found: Sequence[StyleDifference], most: int) -> list[str]:
    """Return a sentence for each telling difference, the greatest first.

    Of figures that say nearly the same, only the most telling is put in words.
    """
    said: list[str] = []
    groups: set[str] = set()
    for one in found:
        group, more, less = _SENTENCES[one.figure]
        if one.is_telling and group not in groups and len(said) < most:
            groups.add(group)
            said.append((more if one.effect > 0 else less).format(one.own, one.others))
    return said


_SENTENCES: Final[Mapping[str, tuple[str, str, str]]] = {
    "words": (
        "length",
        "You write long: about {:.0f} words at a time, others to you {:.0f}.",
        "You write short: about {:.0f} words at a time, others to you {:.0f}.",
    ),
    "characters in a bubble": (
        "length of a bubble",
        "Your bubbles are long: about {:.0f} characters, those of others {:.0f}.",
        "Your bubbles are short: about {:.0f} characters, those of others {:.0f}.",
    ),
    "bubbles": (
        "bubbles",
        "You send more bubbles in a row than others: {:.1f} on average.",
        "You send fewer bubbles in a row than others: {:.1f} on average.",
    ),
    "one word alone": (
        "length",
        "You often answer with a single word ({:.0%}).",
        "You seldom answer with a single word ({:.0%}).",
    ),
    "begins in lower case": (
        "case",
        "You begin in lower case ({:.0%} of bubbles).",
        "You begin with a capital letter; in lower case only {:.0%} of bubbles.",
    ),
    "capital letters": (
        "case",
        "You use many capital letters ({:.0%} of letters).",
        "You use few capital letters ({:.0%} of letters).",
    ),
    "ends with a full stop": (
        "ends",
        "You end with a full stop ({:.0%} of bubbles).",
        "You seldom end with a full stop ({:.0%} of bubbles).",
    ),
    "ends with an exclamation mark": (
        "exclamation marks",
        "You often end with an exclamation mark ({:.0%} of bubbles).",
        "You seldom end with an exclamation mark ({:.0%} of bubbles).",
    ),
    "ends with a question mark": (
        "questions",
        "You often end with a question mark ({:.0%} of bubbles).",
        "You seldom end with a question mark ({:.0%} of bubbles).",
    ),
    "ends without punctuation": (
        "ends",
        "You end without punctuation ({:.0%} of bubbles).",
        "You end with punctuation; without it only {:.0%} of bubbles.",
    ),
    "dots in a row": (
        "dots",
        "You write dots in a row ({:.0%} of messages).",
        "You write no dots in a row.",
    ),
    "marks in a row": (
        "marks",
        "You put several ? or ! in a row ({:.0%} of messages).",
        "You do not put several ? or ! in a row.",
    ),
    "commas": (
        "commas",
        "You use commas.",
        "You leave commas out.",
    ),
    "apostrophes": (
        "apostrophes",
        "You write apostrophes (don't).",
        "You write few apostrophes.",
    ),
    "apostrophes left out": (
        "apostrophes",
        "You leave apostrophes out (dont).",
        "You do not leave apostrophes out.",
    ),
    "emoji": (
        "emoji",
        "You use emoji in {:.0%} of messages.",
        "You seldom use emoji ({:.0%} of messages).",
    ),
    "laughter": (
        "laughter",
        "You laugh in writing in {:.0%} of messages.",
        "You seldom laugh in writing ({:.0%} of messages).",
    ),
    "abbreviations": (
        "abbreviations",
        "You use abbreviations ({:.0%} of words).",
        "You write words out; {:.0%} are abbreviations.",
    ),
    "letters drawn out": (
        "letters drawn out",
        "You draw letters out, as in sooo ({:.0%} of messages).",
        "You do not draw letters out.",
    ),
    "length of a word": (
        "length of a word",
        "You use long words, {:.1f} letters on average.",
        "You use short words, {:.1f} letters on average.",
    ),
    "I": (
        "I",
        "You speak of yourself often.",
        "You speak of yourself seldom.",
    ),
    "you": (
        "you",
        "You often address the other person.",
        "You seldom address the other person.",
    ),
    "questions": (
        "questions",
        "You ask questions ({:.0%} of messages).",
        "You ask few questions ({:.0%} of messages).",
    ),
}
"""For each figure: what it is about, and what to say where the owner's is more, or less."""
