"""audit: a local job and an evaluation → what its model has learned by heart, in words.

Owns what is put together, and the sentences on what it means for passing the model on.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import comb, log2
from statistics import fmean
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from langchain_imessage.arguments import (
    DATASET,
    JOB,
    PROGRESS,
    WHOLE,
    check_arguments,
    having,
    or_none,
)
from langchain_imessage.datasets import Dataset, read_dataset
from langchain_imessage.datasets._step_count import step_counter
from langchain_imessage.errors import EvaluationError
from langchain_imessage.evaluation.figures._copying import CopyFinder
from langchain_imessage.evaluation.held_out._reading_held_out import read_held_out
from langchain_imessage.evaluation.memorisation._exposure import (
    by_chance,
    exposures,
)
from langchain_imessage.evaluation.memorisation._leaks import leaks
from langchain_imessage.preparation._canaries import canaries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from os import PathLike

    from langchain_imessage.evaluation._evaluation import Evaluation
    from langchain_imessage.evaluation.memorisation._exposure import Exposure
    from langchain_imessage.evaluation.memorisation._leaks import Leaks
    from langchain_imessage.finetuning import Job
    from langchain_imessage.preparation._prepared import Progress

_ENOUGH: Final = 30
"""Canaries from which a figure means something; of fewer, chance decides."""

_ALTERNATIVES: Final = 31
"""Codes beside the planted one: a canary takes as many readings of the model as there are
codes, and five bits tell learned from not learned."""

_CHANCE: Final = 0.01
"""How seldom chance may rank so many first where it is said that they were learned."""

_WIDTH: Final = 88

PASSING_ON: Final = (
    "An adapter holds what was learned by heart, and whoever has it can ask for it. That a "
    "canary is not exposed does not prove that nothing else is: what was said often, or at "
    "length, is learned first. Treat the adapter as you treat the messages: pass it on only "
    "to whom you would show them, and leave out beforehand (never=, decisions=) what nobody "
    "may see."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorisationAudit:
    """What a model has learned by heart; `print` shows it in words.

    Attributes:
        base: How exposed the canaries are in the base model: not at all, but by chance.
        tuned: How exposed they are in the tuned model.
        leaks: What is in the answers of the models, and in the person's own; () where
            there was no evaluation.
    """

    base: tuple[Exposure, ...]
    tuned: tuple[Exposure, ...]
    leaks: tuple[Leaks, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return all figures; can be written as JSON."""
        return asdict(self)

    @override
    def __str__(self) -> str:
        """Return the figures in sentences, and what they mean."""
        found = [*self._canaries(), *self._answers()]
        lines = [
            line for one in found for line in wrap(one, _WIDTH, subsequent_indent="  ")
        ]
        return "\n".join([*lines, "", *wrap(PASSING_ON, _WIDTH)])

    def _canaries(self) -> Iterator[str]:
        codes = self.tuned[0].codes
        yield (
            f"{len(self.tuned)} canaries, each ranked by likelihood among {codes} codes "
            f"(bits of exposure: 0 to {log2(codes):.1f}; {by_chance(codes):.1f} by chance):"
        )
        for times in sorted({one.times for one in self.tuned}):
            base = [one for one in self.base if one.times == times]
            tuned = [one for one in self.tuned if one.times == times]
            often = "once" if times == 1 else f"{times} times"
            yield (
                f"  planted {often}: {_mean(base):.1f} bits before training, "
                f"{_mean(tuned):.1f} after it; {_first(tuned)} of {len(tuned)} ranked first"
            )
        yield self._verdict(codes)

    def _verdict(self, codes: int) -> str:
        """Return what the ranks mean: more than chance makes first, or not."""
        number, first = len(self.tuned), _first(self.tuned)
        if number < _ENOUGH:
            return f"These are too few to say anything; plant {_ENOUGH} or more."
        said = f"{first} of {number} are ranked first, where chance ranks {number / codes:.0f}"
        if _as_many_by_chance(first, number, 1 / codes) > _CHANCE:
            return f"{said}: none is seen to have been learned by heart."
        return f"{said}: the model has learned secrets by heart, and tells them to whoever asks."

    def _answers(self) -> Iterator[str]:
        for one in self.leaks:
            kinds = ", ".join(f"{kind}: {n}" for kind, n in one.private.items())
            yield (
                f"{one.name}: {one.quoting} of {one.answers} answers have five words in a "
                f"row of a training answer; private texts in them: {kinds or 'none'}"
            )


@check_arguments(
    job=JOB,
    dataset=DATASET,
    evaluation=or_none(having("answers", said="an Evaluation")),
    alternatives=WHOLE,
    progress=PROGRESS,
)
def audit(
    job: Job,
    dataset: Dataset | str | PathLike[str],
    evaluation: Evaluation | None = None,
    *,
    alternatives: int = _ALTERNATIVES,
    progress: Progress | None = None,
) -> MemorisationAudit:
    """Measure what the model of a job on this computer has learned by heart.

    The dataset is a copy that was made for it, with made-up secrets among its examples:
    `write_dataset(prepare(loader, canaries=30), "with-canaries")`. Each secret is ranked
    among others by how likely the model finds it, before training and after it.

    Args:
        job: A job on this computer, succeeded, trained on that dataset.
        dataset: The dataset, or its folder.
        evaluation: Answers of models to look through for quotations and private texts.
        alternatives: With how many other codes each secret is compared.
        progress: Called after each reading of a model with how many are done, and how many
            there are: one for each code of each secret, before training and after it.

    Returns:
        The figures; `print` shows them in words.

    Raises:
        EvaluationError: If the job is not on this computer, or nothing was planted.
        ExportError: (a ValueError) If the folder holds no dataset.
        FineTuningError: If the model cannot be loaded.

    Example:
        ```python
        from langchain_imessage import prepare, write_dataset
        from langchain_imessage.evaluation import audit
        from langchain_imessage.finetuning import fine_tune

        dataset = write_dataset(prepare(loader, canaries=30), "with-canaries")
        job = fine_tune(dataset, provider="local", model="auto", confirm=True).wait()
        print(audit(job, dataset))
        ```
    """
    found = dataset if isinstance(dataset, Dataset) else read_dataset(dataset)
    planted = canaries(found.manifest["settings"].get("canaries", 0))
    if job.provider != "local" or job.fine_tuned_model is None:
        raise EvaluationError(
            "What a model has learned by heart is seen by likelihoods, which only a "
            "finished model on this computer gives"
        )
    if not planted:
        raise EvaluationError(
            "This dataset has no canaries: make a copy of it with "
            "prepare(canaries=30), and train on that"
        )
    step = step_counter(progress, 2 * len(planted) * (alternatives + 1))
    base, tuned = (
        exposures(
            job.model,
            adapter,
            planted,
            prompt=found.system_prompt,
            alternatives=alternatives,
            step=step,
        )
        for adapter in (None, job.fine_tuned_model)
    )
    return MemorisationAudit(
        base=tuple(base), tuned=tuple(tuned), leaks=tuple(_leaks(found, evaluation))
    )


def _leaks(dataset: Dataset, evaluation: Evaluation | None) -> Iterator[Leaks]:
    if evaluation is None or not evaluation.answers:
        return
    training = read_held_out(dataset).training
    copies = CopyFinder(reply.reply for reply in training)
    answers = evaluation.answers
    yield leaks("you, again", (one.reply for one in answers), copies)
    for name in answers[0].answers:
        yield leaks(name, (one.answers[name] for one in answers), copies)


def _first(found: Sequence[Exposure]) -> int:
    return sum(one.rank == 1 for one in found)


def _as_many_by_chance(least: int, number: int, share: float) -> float:
    """Return how likely chance makes at least so many of a number, each with a share."""
    return sum(
        comb(number, one) * share**one * (1 - share) ** (number - one)
        for one in range(least, number + 1)
    )


def _mean(found: Sequence[Exposure]) -> float:
    return fmean(one.bits for one in found)
