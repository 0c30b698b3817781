"""The events in a local job's folder → its state, events and checkpoints. Changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from langchain_imessage.finetuning._errors import LOCAL_ERRORS
from langchain_imessage.finetuning._types import FINAL, Checkpoint, Event, JobState
from langchain_imessage.finetuning.local._config import TrainingConfig
from langchain_imessage.finetuning.local._job_dir import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_imessage.finetuning.local._job_dir import JobFolder

_LOSSES = ("train_loss", "valid_loss")
_STATUS_TEXTS = {
    "queued": "Starting the trainer",
    "validating_files": "Loading the model and the examples",
    "running": "Training",
    "cancelling": "Stopping",
    "cancelled": "Cancelled",
    "succeeded": "Done",
}


def read_config(job: JobFolder) -> TrainingConfig | None:
    """Return a job's training config; None if there is none that can be read."""
    try:
        return TrainingConfig.from_json(job.config.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def last_status(job: JobFolder) -> str | None:
    """Return the status of the last event that has one; None if none has."""
    statuses = [e["status"] for e in job.read_events() if e["kind"] == "status"]
    return statuses[-1] if statuses else None


def state_of(
    job: JobFolder, config: TrainingConfig, *, running: bool, exit_code: int | None
) -> JobState:
    """Return the state of a job.

    Args:
        job: Its folder.
        config: Its training config.
        running: Whether the trainer ran a moment ago.
        exit_code: The trainer's exit code, if known.
    """
    last: dict[str, Any] = {"status": "queued"}
    trained = None
    for event in job.read_events():
        trained = event.get("data", {}).get("trained_tokens", trained)
        if event["kind"] == "status":
            last = event
    if last["status"] not in FINAL and not running:
        last = _end_without_event(last, exit_code)
    ended = last["status"] in FINAL and "at" in last
    done = last["status"] == "succeeded"
    return JobState(
        job_id=job.path.name,
        status=last["status"],
        model=config.model,
        fine_tuned_model=str(job.adapters) if done else None,
        error_code=last.get("code"),
        detail=last.get("message"),
        trained_tokens=trained,
        finished_at=_moment(last["at"]) if ended else None,
    )


def events_of(job: JobFolder, config: TrainingConfig, after: str | None) -> list[Event]:
    """Return the events after the one of that id (None: all), oldest first."""
    events: list[Event] = []
    for number, event in enumerate(job.read_events(), 1):
        events.append(_event_of(event, f"{config.attempt}-{number}"))
        if events[-1].id == after:
            events.clear()
    return events


def checkpoints_of(job: JobFolder) -> list[Checkpoint]:
    """Return the checkpoints that are still there, by step."""
    found = []
    figures: dict[int, dict[str, float]] = {}
    for event in job.read_events():
        data, step = event.get("data", {}), event.get("step", 0)
        known = figures.setdefault(step, {})
        known |= {name: data[name] for name in _LOSSES if name in data}
        if event["kind"] != "checkpoint":
            continue
        folder = job.checkpoints / event["name"]
        if (folder / WEIGHTS).is_file():
            metrics = dict(known)  # of this step: an earlier loss is another model's
            found.append(Checkpoint(model=str(folder), step=step, metrics=metrics))
    return found


def _end_without_event(
    last: Mapping[str, Any], exit_code: int | None
) -> dict[str, Any]:
    """Return the last status of a job whose trainer ended without an event."""
    if last["status"] == "cancelling":
        return {"status": "cancelled", "at": last["at"]}
    how = f" (exit code {exit_code})" if exit_code is not None else ""
    message = f"{LOCAL_ERRORS['trainer_died']}{how}"
    return {"status": "failed", "code": "trainer_died", "message": message}


def _event_of(event: Mapping[str, Any], event_id: str) -> Event:
    data = event.get("data", {})
    status = event.get("status")
    message = (
        event.get("message") or _STATUS_TEXTS.get(status or "") or _figures_in(data)
    )
    if event["kind"] == "checkpoint":
        message = f"Checkpoint at step {event['step']}"
    bad = status == "failed"
    return Event(
        id=event_id,
        at=_moment(event["at"]),
        level="error" if bad else event.get("level", "info"),
        message=message,
        kind="metrics" if event["kind"] == "metrics" else "message",
        step=event.get("step"),
        loss=data.get("train_loss"),
        data=data,
    )


def _figures_in(data: Mapping[str, Any]) -> str:
    losses = ", ".join(f"{name} {data[name]:.3f}" for name in _LOSSES if name in data)
    return f"Step {data.get('step')}/{data.get('total_steps')}: {losses}"


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
