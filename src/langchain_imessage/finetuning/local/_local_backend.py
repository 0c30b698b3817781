"""Jobs on this computer: a `Backend` that trains a LoRA with mlx-lm, in its own process.

Owns which folder a job has, and when its trainer is started, resumed or stopped. Another
process finds the job by its folder. Nothing is sent anywhere; only a base model that is a
name and not cached is downloaded from the Hugging Face hub.
"""

from __future__ import annotations

import os
import shutil
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning.local._config import (
    BASE_LEARNING_RATE,
    TrainingConfig,
    check,
)
from langchain_imessage.finetuning.local._examples import is_last_only
from langchain_imessage.finetuning.local._job_dir import (
    LOCAL_ID,
    WEIGHTS,
    JobFolder,
)
from langchain_imessage.finetuning.local._job_status import (
    checkpoints_of,
    events_of,
    last_status,
    read_config,
    state_of,
)
from langchain_imessage.finetuning.local.models._base_model import (
    is_folder,
    one_name_of,
)
from langchain_imessage.finetuning.local.processes._exporting import export_model
from langchain_imessage.finetuning.local.processes._model_server import local_chat_model
from langchain_imessage.finetuning.local.processes._requirements import require_mlx
from langchain_imessage.finetuning.local.processes._trainer_process import (
    exit_code_of,
    start_trainer,
    stop_trainer,
    take_lock,
)
from langchain_imessage.finetuning.state._file_content import unchanged_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_openai import ChatOpenAI

    from langchain_imessage.finetuning._types import (
        Checkpoint,
        Event,
        JobState,
        Order,
    )

MANIFEST = "manifest.json"


def local_backend(
    folder: str | os.PathLike[str], *, resume: bool = False
) -> LocalBackend:
    """Return the backend of this computer.

    Args:
        folder: Where jobs have their folders.
        resume: Go on from the latest checkpoint of an order's unsuccessful job; else
            it starts from the beginning.

    Raises:
        FineTuningError: If mlx-lm does not exist for this kind of computer.
        MissingDependencyError: If it is not installed.
    """
    require_mlx()
    return LocalBackend(folder=Path(folder), resume=resume)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalBackend:
    """Runs jobs on this computer.

    Attributes:
        folder: Where jobs have their folders; a job's id is its folder's name.
        resume: Go on from the latest checkpoint.
    """

    folder: Path
    resume: bool = False

    def start(self, order: Order, say: Callable[[str], None]) -> JobState:
        """Start a trainer, or return the job that the same order has already started."""
        require_mlx()
        config = _config_of(order)
        job = JobFolder(self.folder / _id_of(order))
        _make(job)
        lock = take_lock(job)
        if lock is None:
            say(f"This job is running already: {job.path.name}")
            return self.retrieve(job.path.name)
        try:
            if last_status(job) == "succeeded" and read_config(job) is not None:
                say(f"This job has succeeded already: {job.path.name}")
                return self.retrieve(job.path.name)
            unchanged_files(order, ("train", "validation"))
            config = self._prepare(job, config, say)
            _copy_manifest(order, job)
            start_trainer(job, lock, offline=is_folder(config.model))
        finally:
            os.close(lock)
        return self.retrieve(job.path.name)

    def _prepare(
        self, job: JobFolder, config: TrainingConfig, say: Callable[[str], None]
    ) -> TrainingConfig:
        """Prepare the folder for a run from the beginning, or from a checkpoint."""
        before = read_config(job)
        latest = next(reversed(checkpoints_of(job)), None)
        if self.resume and before is not None and latest is not None:
            say(f"Going on from the checkpoint at step {latest.step}")
            weights = str(Path(latest.model) / WEIGHTS)
            config = replace(config, begin_at=latest.step, begin_with=weights)
        else:
            job.clear()
            say("Training on this computer; nothing is sent anywhere")
        attempt = before.attempt if before else 0
        config = replace(config, attempt=attempt + (config.begin_with is None))
        job.write(job.config, config.to_json())
        job.add_event("status", status="queued")
        return config

    def retrieve(self, job_id: str) -> JobState:
        """Return a job as it is now."""
        job, config = self._find(job_id)
        running = job.is_running()  # before its events are read: it may end in between
        return state_of(job, config, running=running, exit_code=exit_code_of(job))

    def events(self, job_id: str, after: str | None) -> list[Event]:
        """Return the events after an event, oldest first."""
        job, config = self._find(job_id)
        return events_of(job, config, after)

    def cancel(self, job_id: str) -> JobState:
        """Stop a job; one that has ended stays as it is."""
        job, _ = self._find(job_id)
        if job.is_running():
            job.add_event("status", status="cancelling")
            stop_trainer(job)
        state = self.retrieve(job_id)
        if state.status == "cancelled":
            job.add_event("status", status="cancelled")
        return state

    def checkpoints(self, job_id: str) -> list[Checkpoint]:
        """Return the checkpoints that were kept, by step."""
        job, _ = self._find(job_id)
        return checkpoints_of(job)

    def chat_model(
        self,
        state: JobState,
        system_prompt: str | None = None,  # noqa: ARG002 - part of the protocol
        **kwargs: Any,
    ) -> ChatOpenAI:
        """Serve the tuned model on loopback, and return a chat model for it.

        `model` may be that of a checkpoint.
        """
        job, config = self._find(state.job_id)
        chosen = kwargs.pop("model", None) or state.fine_tuned_model
        if chosen is None:
            raise FineTuningError(
                f"Job {state.job_id} has no model yet (status {state.status})",
                job_id=state.job_id,
                code="no_model",
            )
        _warn_of_tracing()
        adapters = Path(chosen)
        return local_chat_model(config.model, adapters, log=job.server_log, **kwargs)

    def export(self, state: JobState, form: str, path: str | os.PathLike[str]) -> Path:
        """Export the tuned model of a succeeded job; see `Job.export`."""
        require_mlx()
        job, config = self._find(state.job_id)
        return export_model(
            form,
            path,
            model=config.model,
            adapters=Path(state.fine_tuned_model or job.adapters),
            log=job.export_log,
        )

    def forget(self, state: JobState) -> None:
        """Delete the checkpoints."""
        job, _ = self._find(state.job_id)
        shutil.rmtree(job.checkpoints, ignore_errors=True)

    def _find(self, job_id: str) -> tuple[JobFolder, TrainingConfig]:
        job = JobFolder(self.folder / job_id)
        config = read_config(job)
        if config is None:
            raise FineTuningError(
                f"There is no job {job_id} in this folder",
                job_id=job_id,
                code="not_found",
            )
        return job, config


def _make(job: JobFolder) -> None:
    try:
        job.make()
    except OSError as error:
        raise FineTuningError(
            f"The job's folder {job.path} cannot be made ({error.strerror}). It is beside the "
            "training file: make that folder writable, or copy the file to another.",
            code="folder_not_writable",
        ) from error


def _id_of(order: Order) -> str:
    return f"{LOCAL_ID}{(order.fingerprint or order.train_sha256)[:12]}"


def _config_of(order: Order) -> TrainingConfig:
    """Return the training config of an order."""
    check(order.options)
    if order.method != "supervised":
        raise FineTuningError(
            f"Local training has no method {order.method}: choose supervised",
            code="invalid_option",
        )
    is_folder(order.model)  # refuses what can only be one, and is not there
    factor = order.learning_rate_multiplier
    figures: dict[str, Any] = {
        "learning_rate": BASE_LEARNING_RATE
        * (1 if factor == "auto" else float(factor)),
        "n_epochs": None if order.n_epochs == "auto" else int(order.n_epochs),
        "batch_size": None if order.batch_size == "auto" else int(order.batch_size),
        "seed": order.seed or 0,
    }
    return TrainingConfig(
        model=one_name_of(order.model),
        train=str(order.train.resolve()),
        validation=str(order.validation.resolve()) if order.validation else None,
        train_sha256=order.train_sha256,
        validation_sha256=order.validation_sha256,
        train_last_only=is_last_only(order.train),
        validation_last_only=bool(order.validation and is_last_only(order.validation)),
        **{**figures, **order.options},
    )


def _copy_manifest(order: Order, job: JobFolder) -> None:
    """Copy the dataset's manifest beside the tuned model."""
    manifest = order.train.parent / MANIFEST
    if manifest.is_file():
        job.adapters.mkdir(mode=0o700, exist_ok=True)
        job.write(job.adapters / MANIFEST, manifest.read_text(encoding="utf-8"))


def _warn_of_tracing() -> None:
    """Warn that LangChain itself may send chats with a local model to LangSmith."""
    from langsmith.utils import tracing_is_enabled

    if tracing_is_enabled():
        warnings.warn(
            "LangSmith's tracing is on (LANGSMITH_TRACING): the prompts and answers of "
            "a chain are sent there, also with a model on this computer",
            stacklevel=4,
        )
