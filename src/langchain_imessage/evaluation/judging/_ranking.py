"""Scores of two groups → AUC, how often a text of the first has the higher one; pure.

Owns the intervals, too: whole segments are drawn again, never single texts, because the
texts of one conversation are alike.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from random import Random

DRAWS: Final = 300
"""How often the segments are drawn again; more draws hardly move an interval's ends."""

_TAIL: Final = 0.025


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure and its interval.

    Attributes:
        value: The figure.
        low: The lower end of its 95 % interval.
        high: The upper end.

    Example:
        >>> Estimate(value=71.0, low=64.0, high=78.0).low
        64.0
    """

    value: float
    low: float
    high: float


class Scored(NamedTuple):
    """A text's score.

    Attributes:
        segment: The segment of conversation it is from.
        score: Its score.
        is_first: Whether it is of the first group.
    """

    segment: int
    score: float
    is_first: bool


def auc(first: Iterable[float], second: Iterable[float]) -> float:
    """Return how often a score of the first group is higher; ties count half.

    Example:
        >>> auc([3, 2], [1, 2])
        0.875
    """
    return _auc(_sorted([*_scored(first, is_first=True), *_scored(second)]))


def auc_by_segment(texts: Sequence[Scored], chance: Random) -> Estimate | None:
    """Return the AUC of scored texts, with its interval; None without both groups."""
    if len({text.is_first for text in texts}) < 2:  # noqa: PLR2004 - both groups
        return None
    groups = _sorted(texts)
    segments = sorted({text.segment for text in texts})

    def drawn(times: Mapping[int, int]) -> float | None:
        return _auc(groups, times)

    return interval(_auc(groups), segments, drawn, chance)


def mean_by_segment(
    values: Mapping[int, Sequence[float]], chance: Random
) -> Estimate | None:
    """Return the mean of values by segment, with its interval; None without any."""
    sums = {key: (sum(some), len(some)) for key, some in values.items() if some}
    if not sums:
        return None

    def drawn(times: Mapping[int, int]) -> float | None:
        total = sum(sums[segment][0] * number for segment, number in times.items())
        return total / sum(sums[segment][1] * n for segment, n in times.items())

    return interval(drawn(dict.fromkeys(sums, 1)) or 0.0, sorted(sums), drawn, chance)


def interval(
    value: float,
    segments: Sequence[int],
    figure: Callable[[Mapping[int, int]], float | None],
    chance: Random,
) -> Estimate:
    """Return a figure with the interval it has when segments are drawn again.

    Args:
        value: The figure of all segments.
        segments: Their numbers.
        figure: Returns the figure where each segment occurs so often; None if it cannot.
        chance: Draws.
    """
    found = []
    for _ in range(DRAWS):
        times = Counter(chance.choices(segments, k=len(segments)))
        if (one := figure(times)) is not None:
            found.append(one)
    found.sort()
    if not found:
        return Estimate(value=value, low=value, high=value)
    last = len(found) - 1
    low, high = found[round(_TAIL * last)], found[round((1 - _TAIL) * last)]
    return Estimate(value=value, low=low, high=high)


def _scored(scores: Iterable[float], *, is_first: bool = False) -> list[Scored]:
    return [Scored(0, score, is_first) for score in scores]


def _sorted(texts: Iterable[Scored]) -> list[list[Scored]]:
    """Return texts by their score, those of one score together."""
    groups: list[list[Scored]] = []
    for text in sorted(texts, key=lambda one: one.score):
        if groups and groups[-1][0].score == text.score:
            groups[-1].append(text)
        else:
            groups.append([text])
    return groups


def _auc(groups: list[list[Scored]], times: Mapping[int, int] | None = None) -> float:
    """Return the AUC, each segment counting so often; 0.5 where a group is missing."""
    wins, firsts, seconds = 0.0, 0, 0
    for group in groups:
        here = there = 0
        for text in group:
            number = 1 if times is None else times.get(text.segment, 0)
            if text.is_first:
                here += number
            else:
                there += number
        wins += here * (seconds + there / 2)
        firsts += here
        seconds += there
    return wins / (firsts * seconds) if firsts and seconds else 0.5
