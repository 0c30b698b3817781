"""Events and checkpoints of a job → its losses by step, and a plot of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from langchain_imessage.finetuning._types import Metric
from langchain_imessage.plotting import axes_to_draw_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from langchain_imessage.finetuning._types import Checkpoint, Event

_VALIDATION = ("full_valid_loss", "valid_loss")
"""Names of a loss on held-out examples; the one on all of them wins."""


def metrics_of(
    events: Iterable[Event], checkpoints: Iterable[Checkpoint]
) -> tuple[Metric, ...]:
    """Return the losses of each step, from events and checkpoints.

    Args:
        events: The job's events.
        checkpoints: Its checkpoints.

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


def plot_metrics(metrics: Iterable[Metric], *, title: str, ax: Any = None) -> Any:
    """Draw losses over the steps.

    Args:
        metrics: The losses.
        title: The plot's title.
        ax: The matplotlib axes to draw on; new ones if None.

    Returns:
        The axes.

    Raises:
        MissingDependencyError: If matplotlib is not installed.
    """
    axes = axes_to_draw_on(ax)
    measured = list(metrics)
    for name, label in (("train_loss", "training"), ("valid_loss", "validation")):
        points = [(m.step, getattr(m, name)) for m in measured]
        known = [(step, loss) for step, loss in points if loss is not None]
        if known:
            axes.plot(*zip(*known, strict=True), label=label, marker=".")
    axes.set(xlabel="step", ylabel="loss", title=title)
    axes.legend()
    return axes


def _number(values: Mapping[str, Any], *names: str) -> float | None:
    for name in names:
        value = values.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    return None
