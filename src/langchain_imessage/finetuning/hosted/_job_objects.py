"""An order → the request for a job; the API's jobs, events and metrics → our records.

Owns the API's names of the fields. Makes no request.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from langchain_imessage.finetuning._types import FINAL, Checkpoint, Event, JobState
from langchain_imessage.finetuning.calls._sdk_errors import answered

if TYPE_CHECKING:
    from langchain_imessage.finetuning._types import Order

FINGERPRINT = "langchain_imessage"
DIGEST = "training_file_sha256"
"""Keys of a job's metadata."""

_STATUSES = {
    "completed": "succeeded",
    "success": "succeeded",
    "error": "failed",
    "expired": "failed",
    "canceled": "cancelled",
}
"""What other providers call them."""

_UNKNOWN = datetime.fromtimestamp(0, UTC)
"""When an event happened of which the provider does not say when."""

_STEP = re.compile(r"Step (\d+)(?:/\d+)?: training loss=(\d+(?:\.\d+)?)")
"""OpenAI's metrics in the text of an event."""


def job_request(order: Order, *, flat: bool) -> dict[str, Any]:
    """Return the parameters of the request; what is "auto" is left out."""
    asked = {
        "n_epochs": order.n_epochs,
        "batch_size": order.batch_size,
        "learning_rate_multiplier": order.learning_rate_multiplier,
        **order.options,
    }
    figures = {name: value for name, value in asked.items() if value != "auto"}
    settings: dict[str, Any] = {
        "model": order.model,
        "metadata": {FINGERPRINT: order.fingerprint, DIGEST: order.train_sha256},
    }
    if order.suffix is not None:
        settings["suffix"] = order.suffix
    if order.seed is not None:
        settings["seed"] = order.seed
    if flat:
        body = {"extra_body": {"hyperparameters": figures}} if figures else {}
        return {**settings, **body}
    method = {order.method: {"hyperparameters": figures}} if figures else {}
    return {**settings, "method": {"type": order.method, **method}}


def has_settings(job: Any, order: Order, *, seed_is_kept: bool = False) -> bool:
    """Return whether a job that names no order has the settings of this one.

    Args:
        job: The job.
        order: The order.
        seed_is_kept: Whether a job that shows no seed had none.
    """
    if job.model != order.model:
        return False
    figures = _figures(getattr(job, "hyperparameters", None))
    asked = {
        "n_epochs": order.n_epochs,
        "batch_size": order.batch_size,
        "learning_rate_multiplier": order.learning_rate_multiplier,
    }
    same = all(
        value == "auto" or name not in figures or figures[name] == float(value)
        for name, value in asked.items()
    )
    seed = getattr(job, "seed", None)
    if order.seed is None or (seed is None and not seed_is_kept):
        return same
    return same and bool(seed == order.seed)


def job_state(job: Any) -> JobState:
    error = job.error if getattr(job, "error", None) else None
    files = (job.training_file, getattr(job, "validation_file", None))
    finished = getattr(job, "finished_at", None)
    return JobState(
        job_id=str(answered(job, "id")),
        status=_status_of(job),
        model=str(job.model),
        fine_tuned_model=_text_of(job, "fine_tuned_model"),
        error_code=_text_of(error, "code"),
        error_param=_text_of(error, "param"),
        detail=_text_of(error, "message"),
        trained_tokens=getattr(job, "trained_tokens", None),
        finished_at=_moment(finished) if finished else None,
        file_ids=tuple(f for f in files if f and isinstance(f, str)),
    )


def _text_of(answer: Any, name: str) -> str | None:
    """Return a field that is text; None for what else a server may put there.

    The state file would be damaged by it, which is read back field by field.
    """
    value = getattr(answer, name, None)
    return value if value and isinstance(value, str) else None


def _status_of(job: Any) -> str:
    """Return the status in our words; an unknown one that has an end is final."""
    status = str(answered(job, "status")).lower()
    known = _STATUSES.get(status, status)
    if known in FINAL or not getattr(job, "finished_at", None):
        return known
    if getattr(job, "error", None) and job.error.message:
        return "failed"
    return "succeeded" if getattr(job, "fine_tuned_model", None) else known


def job_event(event: Any) -> Event:
    data = event.data if isinstance(event.data, dict) else {}
    figures = _figures(data)
    found = _STEP.search(str(event.message or ""))
    step = figures.get("step", float(found[1]) if found else None)
    loss = figures.get("train_loss", float(found[2]) if found else None)
    return Event(
        id=str(event.id),
        at=_moment(getattr(event, "created_at", None)) or _UNKNOWN,
        level=event.level,
        message=event.message,
        kind=event.type or "message",
        step=None if step is None else int(step),
        loss=loss,
        data=data,
    )


def _figures(values: Any) -> dict[str, float]:
    """Return the fields that are numbers."""
    found = values if isinstance(values, dict) else dict(values or {})
    return {
        name: float(value)
        for name, value in found.items()
        if isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
    }


def _moment(value: Any) -> datetime | None:
    """Return a time in Unix seconds, or as ISO 8601 has it; None if it is neither."""
    try:
        if isinstance(value, str):
            return datetime.fromisoformat(value).astimezone(UTC)
        return datetime.fromtimestamp(value, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _without_step(figures: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in figures.items() if name != "step"}


def checkpoint_of(checkpoint: Any) -> Checkpoint:
    """Return the record of a checkpoint."""
    return Checkpoint(
        model=checkpoint.fine_tuned_model_checkpoint,
        step=checkpoint.step_number,
        metrics=_without_step(_figures(checkpoint.metrics)),
    )
