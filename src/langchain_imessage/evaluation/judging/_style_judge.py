"""Texts of two writers → a classifier that scores further texts: logistic regression.

Owns the fitting: sequences weighted by how rare they are, style figures standardised, the
two writers weighing the same, Adagrad from a seed. Pure; no text is kept.
"""

from __future__ import annotations

from collections import Counter
from math import exp, log, sqrt
from operator import mul
from random import Random
from statistics import fmean, pstdev
from typing import TYPE_CHECKING, Final, NamedTuple

from langchain_imessage.evaluation.judging._text_vectors import BUCKETS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_imessage.evaluation.judging._text_vectors import TextVector

EPOCHS: Final = 4
"""Passes over the texts; more only learn them by heart."""

_LEAST_TEXTS: Final = 3
"""In how many texts a sequence has to occur: in fewer it is chance."""

_FIGURE_WEIGHT: Final = 0.15
"""Of a standardised figure beside the sequences, whose vector has the length 1."""

_STEP: Final = 0.1
_BIAS_STEP: Final = 0.05
_DECAY: Final = 1e-5
_FIRST_SQUARE: Final = 1e-4
"""Where Adagrad's sum of squares begins: the first step is not boundless."""

_MOST_DEVIATIONS: Final = 3.0
_MOST_LOGIT: Final = 30.0


class _Point(NamedTuple):
    """A text as the regression sees it: where it has which values, and whose it is."""

    places: tuple[int, ...]
    values: tuple[float, ...]
    target: float


class StyleJudge:
    """Scores how much a text looks like the first writer's rather than the second's.

    Args:
        first: Texts of the first writer.
        second: Texts of the second.
        seed: Of the order in which they are learned.

    Raises:
        ValueError: If either has no text.
    """

    def __init__(
        self,
        first: Sequence[TextVector],
        second: Sequence[TextVector],
        *,
        seed: int = 0,
    ) -> None:
        if not first or not second:
            raise ValueError("A judge needs texts of both writers")
        texts = [*first, *second]
        self._rarity = _rarity(texts)
        columns = list(zip(*(text.figures for text in texts), strict=True))
        self._means = [fmean(column) for column in columns]
        self._deviations = [pstdev(column) or 1.0 for column in columns]
        self._weights = [0.0] * (BUCKETS + len(columns))
        self._bias = 0.0
        points = [_Point(*self._values(text), 1.0) for text in first]
        points += [_Point(*self._values(text), 0.0) for text in second]
        shares = len(texts) / 2 / len(second), len(texts) / 2 / len(first)
        self._fit(points, shares, Random(seed))  # noqa: S311 - repeatable, not secret

    def score(self, text: TextVector) -> float:
        """Return a text's score: above 0 it looks like the first writer's."""
        places, values = self._values(text)
        weights = self._weights
        found: float = sum(map(mul, map(weights.__getitem__, places), values))
        return self._bias + found

    def _values(self, text: TextVector) -> tuple[tuple[int, ...], tuple[float, ...]]:
        rarity = self._rarity
        known = [
            (place, weight * rarity[place])
            for place, weight in zip(text.places, text.weights, strict=True)
            if place in rarity
        ]
        length = sqrt(sum(value * value for _, value in known)) or 1.0
        places = [place for place, _ in known]
        values = [value / length for _, value in known]
        places += range(BUCKETS, BUCKETS + len(text.figures))
        values += map(self._standard, text.figures, self._means, self._deviations)
        return tuple(places), tuple(values)

    @staticmethod
    def _standard(figure: float, mean: float, deviation: float) -> float:
        standard = (figure - mean) / deviation
        most = _MOST_DEVIATIONS
        return _FIGURE_WEIGHT * max(-most, min(most, standard))

    def _fit(
        self, points: list[_Point], shares: tuple[float, float], chance: Random
    ) -> None:
        weights = self._weights
        squares = [_FIRST_SQUARE] * len(weights)
        for _ in range(EPOCHS):
            chance.shuffle(points)
            for places, values, target in points:
                logit = self._bias + sum(
                    map(mul, map(weights.__getitem__, places), values)
                )
                logit = max(-_MOST_LOGIT, min(_MOST_LOGIT, logit))
                error = (1 / (1 + exp(-logit)) - target) * shares[target > 0]
                self._bias -= _BIAS_STEP * error
                for place, value in zip(places, values, strict=True):
                    slope = error * value + _DECAY * weights[place]
                    square = squares[place] = squares[place] + slope * slope
                    weights[place] -= _STEP * slope / sqrt(square)


def _rarity(texts: Sequence[TextVector]) -> dict[int, float]:
    """Return the weight of each sequence: the rarer, the higher."""
    counts = Counter(place for text in texts for place in text.places)
    return {
        place: log(len(texts) / number)
        for place, number in counts.items()
        if number >= _LEAST_TEXTS
    }
