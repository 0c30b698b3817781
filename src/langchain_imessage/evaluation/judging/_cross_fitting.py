"""Texts by segment → scores of each by a judge that has read none of its segment.

Owns the folds. A judge that has read a text, or one from the same talk, takes whatever
repeats it for the person; so none ever scores what it was fitted on.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

from langchain_imessage.evaluation.judging._style_judge import StyleJudge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from langchain_imessage.evaluation.judging._text_vectors import TextVector

    Texts = Mapping[int, Sequence[TextVector]]

FOLDS: Final = 4


def deal_folds(
    sizes: Mapping[int, int], *, folds: int = FOLDS, seed: int = 0
) -> dict[int, int]:
    """Deal segments into folds of about as many texts each.

    Args:
        sizes: How many texts each segment has.
        folds: How many folds; fewer where there are fewer segments.
        seed: Of the order of segments of one size.

    Returns:
        The fold of each segment.
    """
    chance = Random(seed)  # noqa: S311 - repeatable, not secret
    segments = sorted(sizes)
    chance.shuffle(segments)
    segments.sort(key=lambda segment: -sizes[segment])
    filled = [0] * max(1, min(folds, len(segments)))
    dealt = {}
    for segment in segments:
        fold = filled.index(min(filled))
        dealt[segment] = fold
        filled[fold] += sizes[segment]
    return dealt


class CrossFitted:
    """Judges of two writers, one for each fold, fitted on the other folds.

    Args:
        first: The first writer's texts by segment.
        second: The second writer's.
        folds: The fold of each segment.
        seed: Of the fitting.

    Raises:
        ValueError: If a writer has no texts outside of a fold.
    """

    def __init__(
        self, first: Texts, second: Texts, folds: Mapping[int, int], *, seed: int = 0
    ) -> None:
        self.folds = folds
        self._judges = {
            fold: StyleJudge(
                _outside(first, folds, fold),
                _outside(second, folds, fold),
                seed=seed + fold,
            )
            for fold in sorted(set(folds.values()))
        }

    def score(self, segment: int, text: TextVector) -> float:
        """Return the score of a text that belongs to a segment, or answers it."""
        return self._judges[self.folds[segment]].score(text)


def _outside(texts: Texts, folds: Mapping[int, int], fold: int) -> list[TextVector]:
    return [
        text
        for segment, some in sorted(texts.items())
        if folds.get(segment) != fold
        for text in some
    ]
