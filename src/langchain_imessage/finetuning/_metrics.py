"""Events and checkpoints of a job → its losses by step. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from langchain_imessage.finetuning._types import Metric

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from langchain_imessage.finetuning._types import Checkpoint, Event

_VALIDATION = ("full_valid_loss", "valid_loss")
"""What a loss on held out examples is called; that on all of them counts more."""


def metrics_of(
    events: Iterable[Event], checkpoints: Iterable[Checkpoint]
) -> tuple[Metric, ...]:
    """Put together what is known of each step.

    Args:
        events: What happened.
        checkpoints: What was kept.

    Example:
        >>> from langchain_imessage.finetuning._types import Checkpoint
        >>> metrics_of([], [Checkpoint(model="m", step=3, metrics={"train_loss": 0.5})])
        (Metric(step=3, train_loss=0.5, valid_loss=None),)
    """
    found: dict[int, Metric] = {}
    figures = [(e.step, {"train_loss": e.loss, **e.data}) for e in events]
    figures += [(one.step, dict(one.metrics)) for one in checkpoints]
    for step, values in figures:
        train, valid = _number(values, "train_loss"), _number(values, *_VALIDATION)
        if step is None or (train is None and valid is None):
            continue
        before = found.get(step, Metric(step=step))
        found[step] = replace(
            before,
            train_loss=before.train_loss if train is None else train,
            valid_loss=before.valid_loss if valid is None else valid,
        )
    return tuple(found[step] for step in sorted(found))


def _number(values: Mapping[str, Any], *names: str) -> float | None:
    for name in names:
        value = values.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    return None
