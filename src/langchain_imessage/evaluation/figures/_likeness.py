"""Held-out segments → a scale from the people a person writes with (0) to the person (100).

Owns the scale, and when there is none: where judges cannot tell the two apart on segments
they have not read, or there are too few answers, a figure would be made up.
"""

from __future__ import annotations

from random import Random
from statistics import fmean
from typing import TYPE_CHECKING, Final

from langchain_imessage.evaluation.judging._cross_fitting import (
    FOLDS,
    CrossFitted,
    deal_folds,
)
from langchain_imessage.evaluation.judging._ranking import (
    Scored,
    auc_by_segment,
    interval,
    mean_by_segment,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from langchain_imessage.evaluation.held_out._held_out import HeldOutAnswer
    from langchain_imessage.evaluation.judging._ranking import Estimate
    from langchain_imessage.evaluation.judging._text_vectors import (
        TextVector,
        TextVectors,
    )

LEAST_ANSWERS: Final = 200
LEAST_SEGMENTS: Final = 10
"""Fewer give an interval as wide as the scale."""

LEAST_AUC: Final = 0.65
"""Of judges that tell a person from those they write with: below, the scale has no length."""

_MOST_SCORE: Final = 1.0
"""Of a text, to either side: a judge that is sure is no surer of a longer text. Without it,
and with a 0 for each judge, intervals are three quarters wider in the median of 13 people."""

_MOST_ANSWERS: Final = 3_000
"""That judges are fitted on, in whole segments: more move the figures by less than their
interval, and take minutes."""

_MOST_DEALS: Final = 3
_MOST_READ: Final = 4_500
"""Answers that all judges read together. What few answers leave of it goes to further judges,
of the same segments dealt into more folds: what is chance in one fit averages out."""


class LikenessScale:
    """Places texts between the people a person writes with and the person.

    Args:
        segments: The held-out answers by segment.
        vectors: Makes the texts' vectors.
        seed: Of what is drawn.

    Attributes:
        auc: How well the person is told from the people they write with; None where it
            was not tried.
        cannot_tell: Why there is no scale; None where there is one.
        folds: The fold of each segment that is judged.
    """

    def __init__(
        self,
        segments: Mapping[int, Sequence[HeldOutAnswer]],
        vectors: TextVectors,
        *,
        seed: int,
    ) -> None:
        chance = Random(seed)  # noqa: S311 - repeatable, not secret
        self._vectors, self._seed = vectors, seed
        self._segments = _some(segments, chance)
        sizes = {key: len(some) for key, some in self._segments.items()}
        self.folds: Mapping[int, int] = deal_folds(sizes, seed=seed)
        self.auc: Estimate | None = None
        self.cannot_tell = _too_few(segments)
        if self.cannot_tell is None:
            self._fit(chance)

    def likeness(
        self, texts: Iterable[tuple[int, str]], chance: Random
    ) -> Estimate | None:
        """Return how alike a system's texts are; None where it cannot be told.

        Where the scale ends is known from a few segments, too: so it is set again by each
        draw of segments. On a fixed scale intervals are too narrow; drawn, they are so by
        little (docs/evaluation.md).

        Args:
            texts: The segment of what each answers, and the text.
            chance: Draws the segments.
        """
        scores = self._scores(texts)
        if not scores:
            return None
        sums = _sums(scores)

        def drawn(times: Mapping[int, int]) -> float | None:
            value, zero, end = (
                _mean(one, times) for one in (sums, self._others, self._own)
            )
            if value is None or zero is None or end is None or end <= zero:
                return None
            return 100 * (value - zero) / (end - zero)

        value = self._on_scale(_mean(sums, dict.fromkeys(sums, 1)) or 0.0)
        return interval(value, sorted(self.folds), drawn, chance)

    def spread(
        self, texts: Iterable[tuple[int, str]], chance: Random
    ) -> Estimate | None:
        """Return the same of those who the scale was set by, who are at its ends.

        Their interval is on the scale as it is: how far they differ from one conversation
        to the next.

        Args:
            texts: As for `likeness`.
            chance: Likewise.
        """
        scores = self._scores(texts)
        values = {
            segment: [self._on_scale(score) for score in some]
            for segment, some in scores.items()
        }
        return mean_by_segment(values, chance)

    def _scores(self, texts: Iterable[tuple[int, str]]) -> Mapping[int, list[float]]:
        """Return the scores by segment; none where it cannot be told."""
        scores: dict[int, list[float]] = {}
        if self.cannot_tell is None:
            for segment, text in texts:
                if segment in self.folds:
                    score = self._score(segment, self._vectors.of(text))
                    scores.setdefault(segment, []).append(_bounded(score))
        return scores

    def _on_scale(self, score: float) -> float:
        return 100 * (score - self._zero) / self._length

    def _fit(self, chance: Random) -> None:
        own = {
            key: [self._vectors.of(answer.reply) for answer in some]
            for key, some in self._segments.items()
        }
        others = {
            key: [self._vectors.of(text) for answer in some for text in answer.partner]
            for key, some in self._segments.items()
        }
        self._judges = [
            CrossFitted(own, others, dealt, seed=self._seed + 100 * number)
            for number, dealt in enumerate(self._deals())
        ]
        scored = [
            Scored(key, self._score(key, vector), is_first)
            for is_first, texts in ((True, own), (False, others))
            for key, some in texts.items()
            for vector in some
        ]
        self.auc = auc_by_segment(scored, chance)
        self._set_scale(scored)
        if self.auc is None or self.auc.value < LEAST_AUC or self._length <= 0:
            found = 0.5 if self.auc is None else self.auc.value
            self.cannot_tell = (
                "You cannot be told from the people you write with "
                f"(AUC {found:.2f}; {LEAST_AUC} is needed)"
            )

    def _deals(self) -> list[Mapping[int, int]]:
        """Return the folds of each segment, dealt as often as its answers allow."""
        sizes = {key: len(some) for key, some in self._segments.items()}
        deals, read = [self.folds], sum(sizes.values()) * (FOLDS - 1)
        for folds in range(FOLDS + 1, FOLDS + _MOST_DEALS):
            read += sum(sizes.values()) * (folds - 1)
            if read <= _MOST_READ and folds <= len(sizes):
                deals.append(deal_folds(sizes, folds=folds, seed=self._seed))
        return deals

    def _score(self, segment: int, text: TextVector) -> float:
        """Return the mean score of the judges, none of which has read the segment."""
        return fmean(judges.score(segment, text) for judges in self._judges)

    def _set_scale(self, scored: Sequence[Scored]) -> None:
        """Have the scale begin with the others' texts, and end with the person's.

        It is one for the judges of all folds, who have learned from as many texts of both:
        one for each would be that of few segments.
        """
        own: dict[int, list[float]] = {}
        others: dict[int, list[float]] = {}
        for text in scored:
            side = own if text.is_first else others
            side.setdefault(text.segment, []).append(_bounded(text.score))
        self._own, self._others = _sums(own), _sums(others)
        once = dict.fromkeys(self.folds, 1)
        self._zero = _mean(self._others, once) or 0.0
        self._length = (_mean(self._own, once) or 0.0) - self._zero


def _sums(scores: Mapping[int, Sequence[float]]) -> Mapping[int, tuple[float, int]]:
    """Return the sum and the number of the scores of each segment."""
    return {segment: (sum(some), len(some)) for segment, some in scores.items()}


def _mean(
    sums: Mapping[int, tuple[float, int]], times: Mapping[int, int]
) -> float | None:
    """Return the mean where each segment counts so often; None of no scores."""
    found = [(*sums[segment], n) for segment, n in times.items() if segment in sums]
    total = sum(number * n for _, number, n in found)
    return sum(score * n for score, _, n in found) / total if total else None


def _bounded(score: float) -> float:
    return max(-_MOST_SCORE, min(_MOST_SCORE, score))


def _too_few(segments: Mapping[int, Sequence[HeldOutAnswer]]) -> str | None:
    answers = sum(map(len, segments.values()))
    if answers >= LEAST_ANSWERS and len(segments) >= LEAST_SEGMENTS:
        return None
    return (
        f"Too few held-out answers: {answers:,} in {len(segments):,} segments of "
        f"conversation; {LEAST_ANSWERS} in {LEAST_SEGMENTS} are needed"
    )


def _some(
    segments: Mapping[int, Sequence[HeldOutAnswer]], chance: Random
) -> Mapping[int, Sequence[HeldOutAnswer]]:
    """Return as many segments as are judged, drawn where there are more."""
    order = sorted(segments)
    chance.shuffle(order)
    taken: list[int] = []
    answers = 0
    for segment in order:
        if taken and answers + len(segments[segment]) > _MOST_ANSWERS:
            continue
        taken.append(segment)
        answers += len(segments[segment])
    return {segment: segments[segment] for segment in sorted(taken)}
