"""The records of a training job, and the protocol of the backends that run jobs.

`hosted` runs jobs through a provider's API, `local` on this computer; `Job` follows both in
the same way. Holds records only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from langchain_openai import ChatOpenAI

FINAL = frozenset({"succeeded", "failed", "cancelled"})
"""Statuses that never change again. The others known are validating_files, queued and
running; providers add to them ("paused"), so an unknown status is not final."""

UNSUCCESSFUL = frozenset({"failed", "cancelled"})
"""Statuses after which the same order starts another job."""

ExportForm: TypeAlias = Literal["fused", "peft", "gguf"]
"""What a model that was trained on this computer can be written as."""


def is_final(status: str) -> bool:
    """Return whether a job with this status has ended.

    Example:
        >>> is_final("succeeded"), is_final("running"), is_final("paused")
        (True, False, False)
    """
    return status in FINAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a job.

    Attributes:
        id: Its own; an event that is seen twice has the same.
        at: When, in UTC.
        level: "info", "warn" or "error".
        message: The provider's words. They may quote the training data.
        kind: "message", "metrics", "moderation_checks", or what a provider adds.
        step: The step of training it speaks of; None where it speaks of none.
        loss: The training loss at that step.
        data: The figures that came with it, as they came.
    """

    id: str
    at: datetime
    level: str = "info"
    message: str = field(default="", repr=False)
    kind: str = "message"
    step: int | None = None
    loss: float | None = None
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A model as it was before the end of its training.

    Attributes:
        model: Its name (or folder), to be used like that of the finished one.
        step: The step it is of.
        metrics: Its figures by name: "train_loss", "valid_loss" and others.
    """

    model: str
    step: int
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """How well the model did at a step of its training.

    Attributes:
        step: The step.
        train_loss: On what it learns from; None if not measured here.
        valid_loss: On what was held out; None if not measured here.

    Example:
        >>> Metric(step=10, train_loss=1.2).valid_loss is None
        True
    """

    step: int
    train_loss: float | None = None
    valid_loss: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """What is known of a job at one moment.

    Attributes:
        job_id: The job's id.
        status: See `FINAL`.
        model: The model that is trained.
        fine_tuned_model: What comes of it; None before there is.
        error_code: Why it failed, in one word; None if it did not.
        error_param: What the error is about, such as "training_file".
        detail: The provider's own words on the error. They may quote the training data.
        trained_tokens: How many tokens were billed; None if not known.
        finished_at: When it ended, in UTC.
        file_ids: The files it was given, by the names the provider knows them under.

    Example:
        >>> JobState(job_id="ftjob-1", status="running", model="gpt-4.1").status
        'running'
    """

    job_id: str
    status: str
    model: str
    fine_tuned_model: str | None = None
    error_code: str | None = None
    error_param: str | None = None
    detail: str | None = field(default=None, repr=False)
    trained_tokens: int | None = None
    finished_at: datetime | None = None
    file_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A job that is to be started: files, settings, and how to know it again.

    Attributes:
        train: The training file, valid for the provider.
        validation: What is held out, or None.
        folder: Where the state file is, and where a job may put what it makes.
        model: The model to train.
        suffix: What the name of the tuned model shall end in.
        n_epochs: Passes over the file, or "auto"; likewise the next two.
        batch_size: Examples a step.
        learning_rate_multiplier: A factor on the provider's own learning rate.
        seed: For a run that can be repeated.
        method: "supervised" or "dpo".
        system_prompt: The one the examples begin with, or None.
        train_sha256: Of the training file's bytes.
        validation_sha256: Of the validation file's bytes, or None.
        fingerprint: Of files and settings: the same for the same order, so that a job is
            known again and never paid for twice.
        options: What only this provider knows of.
    """

    train: Path
    validation: Path | None = None
    folder: Path
    model: str
    suffix: str | None = None
    n_epochs: int | str = "auto"
    batch_size: int | str = "auto"
    learning_rate_multiplier: float | str = "auto"
    seed: int | None = None
    method: str = "supervised"
    system_prompt: str | None = field(default=None, repr=False)
    train_sha256: str = ""
    validation_sha256: str | None = None
    fingerprint: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


class Backend(Protocol):
    """Who runs jobs.

    Every method raises `FineTuningError` and no other error of its own making; one whose
    `temporary` is true says that trying again may help, and `Job.wait` does.
    """

    def start(self, order: Order, say: Callable[[str], None]) -> JobState:
        """Start a job, or return the one that the same order has already started.

        Args:
            order: The job.
            say: Takes a line about what is being done ("Uploading train.jsonl, 34 %").

        Returns:
            The job, as it is after that.
        """
        ...

    def retrieve(self, job_id: str) -> JobState:
        """Return a job as it is now.

        Args:
            job_id: The job's id.
        """
        ...

    def events(self, job_id: str, after: str | None) -> list[Event]:
        """Return events, oldest first.

        Args:
            job_id: The job's id.
            after: The id of the event they come after; None for all.
        """
        ...

    def cancel(self, job_id: str) -> JobState:
        """Stop a job; one that has ended stays as it is.

        Args:
            job_id: The job's id.

        Returns:
            The job, as it is after that.
        """
        ...

    def checkpoints(self, job_id: str) -> list[Checkpoint]:
        """Return the checkpoints that were kept, by step.

        Args:
            job_id: The job's id.
        """
        ...

    def chat_model(
        self, state: JobState, system_prompt: str | None = None, **kwargs: Any
    ) -> ChatOpenAI:
        """Return a chat model for the tuned model of a succeeded job.

        Args:
            state: The job.
            system_prompt: The one it was trained with: for a backend that has to know.
            **kwargs: For `ChatOpenAI`; they win over the backend's own.
        """
        ...

    def forget(self, state: JobState) -> None:
        """Delete what the job no longer needs: uploaded files, intermediate folders.

        Args:
            state: The job, as last seen.
        """
        ...
