"""What a local job's folder tells → its state, events and checkpoints.

Owns how the trainer's words are read. Changes nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from langchain_imessage.finetuning._failure_messages import LOCAL_FAULTS
from langchain_imessage.finetuning._types import FINAL, Checkpoint, Event, JobState
from langchain_imessage.finetuning.local._config import Recipe
from langchain_imessage.finetuning.local._job_dir import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_imessage.finetuning.local._job_dir import JobFolder

_LOSSES = ("train_loss", "valid_loss")
_SAID = {
    "queued": "Starting the trainer",
    "validating_files": "Loading the model and the examples",
    "running": "Training",
    "cancelling": "Stopping",
    "cancelled": "Cancelled",
    "succeeded": "Done",
}


def read_recipe(job: JobFolder) -> Recipe | None:
    try:
        return Recipe.from_json(job.recipe.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def last_status(job: JobFolder) -> str | None:
    """Give the last status told of; None if none is."""
    statuses = [told["status"] for told in job.told() if told["kind"] == "status"]
    return statuses[-1] if statuses else None


def state_of(
    job: JobFolder, recipe: Recipe, *, running: bool, exit_code: int | None
) -> JobState:
    """Say how a job is doing.

    Args:
        job: Its folder.
        recipe: What its trainer was told.
        running: Whether the trainer lived a moment ago.
        exit_code: How it ended, if known.
    """
    last: dict[str, Any] = {"status": "queued"}
    trained = None
    for told in job.told():
        trained = told.get("data", {}).get("trained_tokens", trained)
        if told["kind"] == "status":
            last = told
    if last["status"] not in FINAL and not running:
        last = _last_words(last, exit_code)
    ended = last["status"] in FINAL and "at" in last
    done = last["status"] == "succeeded"
    return JobState(
        job_id=job.path.name,
        status=last["status"],
        model=recipe.model,
        fine_tuned_model=str(job.adapters) if done else None,
        error_code=last.get("code"),
        detail=last.get("message"),
        trained_tokens=trained,
        finished_at=_moment(last["at"]) if ended else None,
    )


def events_of(job: JobFolder, recipe: Recipe, after: str | None) -> list[Event]:
    """Give what happened after the event of that id (None: all), oldest first."""
    events: list[Event] = []
    for number, told in enumerate(job.told(), 1):
        events.append(_event_of(told, f"{recipe.attempt}-{number}"))
        if events[-1].id == after:
            events.clear()
    return events


def checkpoints_of(job: JobFolder) -> list[Checkpoint]:
    """Find the checkpoints told of that are still there, by step."""
    found = []
    figures: dict[str, float] = {}
    for told in job.told():
        data = told.get("data", {})
        figures |= {name: data[name] for name in _LOSSES if name in data}
        if told["kind"] != "checkpoint":
            continue
        folder = job.checkpoints / told["name"]
        if (folder / WEIGHTS).is_file():
            found.append(
                Checkpoint(model=str(folder), step=told["step"], metrics=dict(figures))
            )
    return found


def _last_words(last: Mapping[str, Any], exit_code: int | None) -> dict[str, Any]:
    """Say how a job ended whose trainer cannot say it any more."""
    if last["status"] == "cancelling":
        return {"status": "cancelled", "at": last["at"]}
    how = f" (exit code {exit_code})" if exit_code is not None else ""
    message = f"{LOCAL_FAULTS['trainer_died']}{how}"
    return {"status": "failed", "code": "trainer_died", "message": message}


def _event_of(told: Mapping[str, Any], event_id: str) -> Event:
    data = told.get("data", {})
    status = told.get("status")
    message = told.get("message") or _SAID.get(status or "") or _figures_in(data)
    if told["kind"] == "checkpoint":
        message = f"Checkpoint at step {told['step']}"
    bad = status == "failed"
    return Event(
        id=event_id,
        at=_moment(told["at"]),
        level="error" if bad else told.get("level", "info"),
        message=message,
        kind="metrics" if told["kind"] == "metrics" else "message",
        step=told.get("step"),
        loss=data.get("train_loss"),
        data=data,
    )


def _figures_in(data: Mapping[str, Any]) -> str:
    losses = ", ".join(f"{name} {data[name]:.3f}" for name in _LOSSES if name in data)
    return f"Step {data.get('step')}/{data.get('total_steps')}: {losses}"


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
