"""A job → how well its model predicts real answers: bits per byte, or the validation loss.

Owns which of the two there is: a model on this computer says how likely it finds a text, a
provider's says what loss it had at the end of its training.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from langchain_imessage.errors import FineTuningError
from langchain_imessage.evaluation.held_out._held_out import HeldOutAnswer
from langchain_imessage.evaluation.likelihood._bits_per_byte import (
    OTHERS,
    BitsPerByte,
    bits_per_byte,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_imessage.datasets.formats._read_rows import Said
    from langchain_imessage.finetuning import Job

_SWAPPED: Final = {"user": "assistant", "assistant": "user"}


def job_likelihood(
    job: Job, answers: Sequence[HeldOutAnswer], *, seed: int
) -> tuple[tuple[BitsPerByte, ...], str | None]:
    """Return how well a job's model predicts answers, and what else is known of it.

    On this computer, bits per byte of the person's answers and of what the people they
    write with answer, whom a model that learned the person should not predict much better.

    Args:
        job: The job, succeeded.
        answers: The person's held-out answers.
        seed: Of the intervals.

    Returns:
        Bits per byte, and a note: why there are none, or the provider's own loss.
    """
    if job.provider != "local" or job.fine_tuned_model is None:
        return (), _validation_loss(job)
    base, adapter = job.model, job.fine_tuned_model
    try:
        own = bits_per_byte(base, adapter, answers, seed=seed)
        theirs = bits_per_byte(base, adapter, swapped(answers), of=OTHERS, seed=seed)
    except FineTuningError as error:
        return (), f"Bits per byte are not measured: {error}"
    return tuple(one for one in (own, theirs) if one is not None), None


def swapped(answers: Sequence[HeldOutAnswer]) -> list[HeldOutAnswer]:
    """Return what others said to the person as if it were answers, and the reverse.

    Args:
        answers: The person's answers. What was said first in an example answers nothing.
    """
    found = []
    for answer in answers:
        before = [turn for turn in answer.history if turn.role != "system"]
        if before and before[-1].role == "assistant":
            head = [turn for turn in answer.history if turn.role == "system"]
            found.append(
                HeldOutAnswer(
                    id=answer.id,
                    segment=answer.segment,
                    history=(*head, *map(_swapped, before[:-1])),
                    said=before[-1].text,
                    reply=answer.said,
                )
            )
    return found


def _swapped(turn: Said) -> Said:
    return turn._replace(role=_SWAPPED.get(turn.role, turn.role))


def _validation_loss(job: Job) -> str | None:
    """Return the provider's own loss on held-out examples, in a sentence; None if unknown."""
    try:
        losses = [one.valid_loss for one in job.metrics() if one.valid_loss is not None]
    except FineTuningError:
        return None
    if not losses:
        return None
    return (
        f"The provider's own loss on held-out examples: {losses[0]:.3f} at first, "
        f"{losses[-1]:.3f} at last."
    )
