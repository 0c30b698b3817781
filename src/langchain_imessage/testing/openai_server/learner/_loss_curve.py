"""What a job reports about its loss: the learner's error, measured as its training goes on.

A parrot learns a line by remembering it. So after a part of all steps it knows a like part
of its pairs, and how wrong it is by then is found by asking it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_imessage.testing.openai_server.learner._parrot import (
        Pair,
        Parrot,
        Score,
    )

MOST_REPORTS = 10
"""How many times a job reports its loss, evenly over its steps; also at each epoch's end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How wrong the learner is after a step.

    Attributes:
        step: The step, counted from 1.
        known: How much it remembers by then.
        train: How wrong it is about the pairs it learned.
        valid: How wrong it is about the validation file; None where there is none.
        ends_epoch: Whether the step is an epoch's last.
    """

    step: int
    known: int
    train: Score
    valid: Score | None
    ends_epoch: bool

    def metrics(self) -> dict[str, float]:
        """Show it as a checkpoint's metrics."""
        shown = {
            "step": self.step,
            "train_loss": round(self.train.loss, 4),
            "train_mean_token_accuracy": round(self.train.accuracy, 4),
        }
        if self.valid:
            shown["valid_loss"] = round(self.valid.loss, 4)
            shown["valid_mean_token_accuracy"] = round(self.valid.accuracy, 4)
        return shown


def measure(
    parrot: Parrot,
    pairs: Sequence[Pair],
    held_out: Sequence[Pair],
    *,
    epochs: int,
    steps: int,
) -> list[Report]:
    """Measure a learner at some steps of its training.

    Args:
        parrot: The learner, with all it will know.
        pairs: What it is trained on.
        held_out: The validation file's pairs.
        epochs: How many epochs there are.
        steps: How many steps there are, over all epochs.

    Returns:
        A report for each epoch's end and for steps between.
    """
    ends = {steps * epoch // epochs for epoch in range(1, epochs + 1)}
    even = {max(1, steps * n // MOST_REPORTS) for n in range(1, MOST_REPORTS + 1)}
    steps_reported = sorted(ends | even)
    known = [len(parrot) * step // steps for step in steps_reported]
    train = parrot.scores(pairs, known)
    valid = parrot.scores(held_out, known) if held_out else [None] * len(steps_reported)
    return [
        Report(step=s, known=k, train=t, valid=v, ends_epoch=s in ends)
        for s, k, t, v in zip(steps_reported, known, train, valid, strict=True)
    ]


def to_csv(reports: Sequence[Report]) -> list[str]:
    """Write reports as OpenAI's result file has them, line by line."""
    columns = {
        "step": "step",
        "train_loss": "train_loss",
        "train_accuracy": "train_mean_token_accuracy",
        "valid_loss": "valid_loss",
        "valid_mean_token_accuracy": "valid_mean_token_accuracy",
    }
    rows = [report.metrics() for report in reports]
    lines = [[str(row.get(key, "")) for key in columns.values()] for row in rows]
    return [",".join(line) for line in [list(columns), *lines]]
