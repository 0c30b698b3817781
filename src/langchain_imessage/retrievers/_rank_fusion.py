"""Several rankings of the same things → one score for each, by reciprocal rank fusion."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    Ranked = TypeVar("Ranked", bound=Hashable)

_FUSION: Final = 60
"""The constant of reciprocal rank fusion (Cormack and others, 2009), at its usual value."""


def fusion_scores(rankings: Iterable[Iterable[Ranked]]) -> dict[Ranked, float]:
    """Return what is ranked, with its score: high near the front of all rankings.

    Args:
        rankings: What is ranked, the best first.

    Returns:
        The scores, in the order in which things first come.

    Example:
        >>> scores = fusion_scores([[1, 2, 3], [3, 2]])
        >>> sorted(scores, key=scores.__getitem__, reverse=True)
        [3, 2, 1]
    """
    scores: defaultdict[Ranked, float] = defaultdict(float)
    for ranking in rankings:
        for rank, one in enumerate(ranking, 1):
            scores[one] += 1 / (_FUSION + rank)
    return scores
