"""Held-out answers and a system's own in their place → the system's figures.

Owns which figures there are, and what each is compared with. All chance is of one seed.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from random import Random
from typing import TYPE_CHECKING, Final

from langchain_imessage.evaluation.figures._copying import CopyFinder
from langchain_imessage.evaluation.figures._differences_in_words import (
    differences_in_words,
)
from langchain_imessage.evaluation.figures._failed_figures import failed_figures
from langchain_imessage.evaluation.figures._figure_records import SystemFigures
from langchain_imessage.evaluation.figures._fitting_context import (
    fits_by_embeddings,
    fits_by_words,
    word_weights,
)
from langchain_imessage.evaluation.figures._likeness import LikenessScale
from langchain_imessage.evaluation.figures._unknown_words import KnownWords
from langchain_imessage.evaluation.judging._cross_fitting import CrossFitted
from langchain_imessage.evaluation.judging._ranking import (
    Scored,
    auc_by_segment,
    mean_by_segment,
)
from langchain_imessage.evaluation.judging._text_vectors import TextVectors
from langchain_imessage.transforms.style._style_figures import summarize_style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from langchain_core.embeddings import Embeddings

    from langchain_imessage.evaluation.figures._figure_records import Kind
    from langchain_imessage.evaluation.held_out._held_out import HeldOut, HeldOutAnswer
    from langchain_imessage.evaluation.judging._ranking import Estimate
    from langchain_imessage.evaluation.judging._text_vectors import TextVector

YOU: Final = "you, again"
PEOPLE: Final = "the people you write with"

_LEAST_APART: Final = 40
"""Answers that a judge of real against model needs."""


class Measuring:
    """Measures systems on the same held-out answers.

    Args:
        held_out: What was held out.
        seed: Of all that is drawn.
        embeddings: By which is judged whether an answer fits; by its words if None.
    """

    def __init__(
        self, held_out: HeldOut, *, seed: int, embeddings: Embeddings | None = None
    ) -> None:
        self._seed, self._embeddings = seed, embeddings
        self._held_out = held_out
        self._vectors = TextVectors()
        texts = chain.from_iterable((r.said, r.reply) for r in held_out.training)
        self._weights = word_weights(texts)
        self._known_words = KnownWords(self._weights)
        self._copies = CopyFinder(reply.reply for reply in held_out.training)
        self.scale = LikenessScale(held_out.by_segment, self._vectors, seed=seed)
        self.person = self._person()

    def people(self) -> SystemFigures:
        """Return the figures of the people the person writes with."""
        chance = self._chance()
        said = {
            segment: [text for answer in some for text in answer.partner]
            for segment, some in self._held_out.by_segment.items()
        }
        answers = self._held_out.answers
        texts = [chance.choice(said[answer.segment]) for answer in answers]
        found = self._figures(PEOPLE, "people", answers, texts)
        # Of all that they said: 0 is by definition where that is.
        pairs = ((segment, text) for segment, some in said.items() for text in some)
        return replace(
            found,
            likeness=self.scale.spread(pairs, self._chance()),
            told_apart=self.scale.auc,
        )

    def system(
        self,
        name: str,
        kind: Kind,
        answers: Sequence[HeldOutAnswer],
        texts: Sequence[str],
    ) -> SystemFigures:
        """Return the figures of a model or a control.

        Args:
            name: What it is called.
            kind: Which of the two it is.
            answers: The held-out answers in whose place it answered.
            texts: What it answered.
        """
        found = replace(
            self._figures(name, kind, answers, texts),
            likeness=self.scale.likeness(_by_segment(answers, texts), self._chance()),
            told_apart=self._told_apart(answers, texts),
        )
        return replace(found, fails=failed_figures(found, self.person))

    def _person(self) -> SystemFigures:
        answers = self._held_out.answers
        texts = [answer.reply for answer in answers]
        found = self._figures(YOU, "person", answers, texts)
        spread = self.scale.spread(_by_segment(answers, texts), self._chance())
        return replace(found, likeness=spread, most_off=())

    def _figures(
        self,
        name: str,
        kind: Kind,
        answers: Sequence[HeldOutAnswer],
        texts: Sequence[str],
    ) -> SystemFigures:
        said = [answer.said for answer in answers]
        style = summarize_style(texts)
        real = summarize_style(answer.reply for answer in answers)
        return SystemFigures(
            name=name,
            kind=kind,
            answers=len(texts),
            empty=sum(not text.strip() for text in texts),
            fits=self._fits(answers, texts, self._chance()),
            copied=self._copies.copied(zip(said, texts, strict=True)),
            unknown_words=self._known_words.unknown(texts),
            words=style["words"].mean,
            bubbles=style["bubbles"].mean,
            most_off=differences_in_words(style, real),
        )

    def _fits(
        self, answers: Sequence[HeldOutAnswer], texts: Sequence[str], chance: Random
    ) -> Estimate | None:
        contexts = [answer.context for answer in answers]
        if self._embeddings is None:
            won = fits_by_words(contexts, texts, self._weights)
        else:
            won = fits_by_embeddings(contexts, texts, self._embeddings)
        values: dict[int, list[float]] = {}
        for answer, one in zip(answers, won, strict=True):
            values.setdefault(answer.segment, []).append(one)
        return mean_by_segment(values, chance)

    def _told_apart(
        self, answers: Sequence[HeldOutAnswer], texts: Sequence[str]
    ) -> Estimate | None:
        """Return how well a judge tells real answers from these; None for too few."""
        folds = self.scale.folds
        real: dict[int, list[str]] = {}
        made: dict[int, list[str]] = {}
        for answer, text in zip(answers, texts, strict=True):
            if answer.segment in folds:
                real.setdefault(answer.segment, []).append(answer.reply)
                made.setdefault(answer.segment, []).append(text)
        here = {segment: folds[segment] for segment in real}
        if len(texts) < _LEAST_APART or len(set(here.values())) < 2:  # noqa: PLR2004 - to fit and to judge
            return None
        first, second = map(self._all_vectors, (real, made))
        judges = CrossFitted(first, second, here, seed=self._seed)
        scored = [
            Scored(key, judges.score(key, vector), is_first)
            for is_first, one in ((True, first), (False, second))
            for key, some in one.items()
            for vector in some
        ]
        return auc_by_segment(scored, self._chance())

    def _all_vectors(
        self, texts: Mapping[int, Sequence[str]]
    ) -> Mapping[int, Sequence[TextVector]]:
        return {key: [self._vectors.of(text) for text in texts[key]] for key in texts}

    def _chance(self) -> Random:
        return Random(self._seed)  # noqa: S311 - repeatable, not secret


def _by_segment(
    answers: Sequence[HeldOutAnswer], texts: Sequence[str]
) -> list[tuple[int, str]]:
    return [(a.segment, text) for a, text in zip(answers, texts, strict=True)]
