"""Jobs on this computer: a `Backend` that trains a LoRA with mlx-lm, in its own process.

Owns which folder a job has, when a trainer is started, gone on with or stopped, and what
the folder's events say about the job. The trainer goes on when this process ends; who
comes later finds it by the folder. Nothing is sent anywhere; only a base model that is
named and not here is fetched from the Hugging Face hub.
"""

from __future__ import annotations

import atexit
import json
import os
import platform
import shutil
import signal
import sys
import time
import warnings
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import FineTuningError, MissingDependencyError
from langchain_imessage.finetuning._failure_messages import fault
from langchain_imessage.finetuning._types import FINAL
from langchain_imessage.finetuning.local._base_model import is_folder
from langchain_imessage.finetuning.local._config import (
    BASE_LEARNING_RATE,
    Recipe,
    check,
)
from langchain_imessage.finetuning.local._job_dir import WEIGHTS, JobFolder
from langchain_imessage.finetuning.local._job_status import (
    checkpoints_of,
    events_of,
    last_status,
    read_recipe,
    state_of,
)
from langchain_imessage.finetuning.local._server import local_chat_model
from langchain_imessage.finetuning.local._subprocesses import start

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from langchain_openai import ChatOpenAI

    from langchain_imessage.finetuning._types import (
        Checkpoint,
        Event,
        JobState,
        Order,
    )

MANIFEST = "manifest.json"
_PATIENCE = 5.0
"""Seconds a trainer gets to end when asked to, and then when made to."""
_LOOK_EVERY = 0.05

_children: dict[Path, subprocess.Popen[bytes]] = {}
"""Trainers this process started: only a parent learns how a process ended."""


def local_backend(
    folder: str | os.PathLike[str], *, resume: bool = False
) -> LocalBackend:
    """Give who trains on this computer.

    Args:
        folder: Where jobs have their folders.
        resume: Go on from the latest checkpoint when an order's job ended badly before;
            else it begins afresh.

    Raises:
        FineTuningError: If mlx-lm does not exist for this kind of computer.
        MissingDependencyError: If it is not installed.
    """
    require_mlx()
    return LocalBackend(folder=Path(folder), resume=resume)


def require_mlx() -> None:
    """Refuse where nothing can be trained. Imports nothing: mlx-lm changes its process."""
    machine = (sys.platform, platform.machine())
    if machine != ("darwin", "arm64") and sys.platform != "linux":
        raise fault("unsupported_platform")
    if not (find_spec("mlx") and find_spec("mlx_lm")):
        raise MissingDependencyError("mlx-lm", extra="mlx")


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
        """Start a trainer, or give the job that the same order has already started."""
        require_mlx()
        recipe = _recipe_of(order)
        job = JobFolder(self.folder / _id_of(order))
        job.make()
        lock = _take(job)
        if lock is None:
            say(f"This job is running already: {job.path.name}")
            return self.retrieve(job.path.name)
        try:
            if last_status(job) == "succeeded":
                say(f"This job was done before: {job.path.name}")
                return self.retrieve(job.path.name)
            recipe = self._begin(job, recipe, say)
            _copy_manifest(order, job)
            _start_trainer(job, lock, offline=is_folder(recipe.model))
        finally:
            os.close(lock)
        return self.retrieve(job.path.name)

    def _begin(
        self, job: JobFolder, recipe: Recipe, say: Callable[[str], None]
    ) -> Recipe:
        """Prepare the folder for a run from the beginning, or from a checkpoint."""
        before = read_recipe(job)
        latest = next(reversed(checkpoints_of(job)), None)
        if self.resume and before is not None and latest is not None:
            say(f"Going on from the checkpoint at step {latest.step}")
            weights = str(Path(latest.model) / WEIGHTS)
            recipe = replace(recipe, begin_at=latest.step, begin_with=weights)
        else:
            job.clear()
            say("Training on this computer; nothing is sent anywhere")
        attempt = before.attempt if before else 0
        recipe = replace(recipe, attempt=attempt + (recipe.begin_with is None))
        job.write(job.recipe, recipe.to_json())
        job.tell("status", status="queued")
        return recipe

    def retrieve(self, job_id: str) -> JobState:
        """Look how a job is doing."""
        job, recipe = self._find(job_id)
        running = job.is_running()  # before its events are read: it may end in between
        return state_of(job, recipe, running=running, exit_code=_exit_code(job))

    def events(self, job_id: str, after: str | None) -> list[Event]:
        """Give what happened after an event, oldest first."""
        job, recipe = self._find(job_id)
        return events_of(job, recipe, after)

    def cancel(self, job_id: str) -> JobState:
        """Stop a job; one that has ended stays as it is."""
        job, _ = self._find(job_id)
        if job.is_running():
            job.tell("status", status="cancelling")
            _stop_trainer(job)
        state = self.retrieve(job_id)
        if state.status == "cancelled":
            job.tell("status", status="cancelled")
        return state

    def checkpoints(self, job_id: str) -> list[Checkpoint]:
        """Give what was kept on the way, by step."""
        job, _ = self._find(job_id)
        return checkpoints_of(job)

    def chat_model(
        self,
        state: JobState,
        system_prompt: str | None = None,  # noqa: ARG002 - part of the protocol
        **kwargs: Any,
    ) -> ChatOpenAI:
        """Serve what was learned on loopback, and make a chat model that talks to it.

        `model` may be that of a checkpoint.
        """
        job, recipe = self._find(state.job_id)
        chosen = kwargs.pop("model", None) or state.fine_tuned_model
        if chosen is None:
            raise FineTuningError(
                f"Job {state.job_id} has no model yet (it is {state.status})",
                job_id=state.job_id,
                code="no_model",
            )
        _warn_of_tracing()
        adapters = Path(chosen)
        return local_chat_model(recipe.model, adapters, log=job.server_log, **kwargs)

    def forget(self, state: JobState) -> None:
        """Delete the checkpoints."""
        job, _ = self._find(state.job_id)
        shutil.rmtree(job.checkpoints, ignore_errors=True)

    def _find(self, job_id: str) -> tuple[JobFolder, Recipe]:
        job = JobFolder(self.folder / job_id)
        recipe = read_recipe(job)
        if recipe is None:
            raise FineTuningError(
                f"There is no job {job_id} in this folder",
                job_id=job_id,
                code="not_found",
            )
        return job, recipe


def _id_of(order: Order) -> str:
    return f"local-{(order.fingerprint or order.train_sha256)[:12]}"


def _recipe_of(order: Order) -> Recipe:
    """Put an order into the figures of a recipe."""
    check(order.options)
    if order.method != "supervised":
        raise FineTuningError(
            f"Local training knows no method {order.method}: choose supervised",
            code="invalid_option",
        )
    folder = is_folder(order.model)
    model = str(Path(order.model).expanduser().resolve()) if folder else order.model
    factor = order.learning_rate_multiplier
    figures: dict[str, Any] = {
        "learning_rate": BASE_LEARNING_RATE
        * (1 if factor == "auto" else float(factor)),
        "n_epochs": None if order.n_epochs == "auto" else int(order.n_epochs),
        "batch_size": None if order.batch_size == "auto" else int(order.batch_size),
        "seed": order.seed or 0,
    }
    return Recipe(
        model=model,
        train=str(order.train.resolve()),
        validation=str(order.validation.resolve()) if order.validation else None,
        unrolled=_is_unrolled(order),
        **{**figures, **order.options},
    )


def _is_unrolled(order: Order) -> bool:
    """Tell whether the files hold one example for each own turn: those for mlx do."""
    with suppress(OSError, ValueError):
        manifest = json.loads((order.train.parent / MANIFEST).read_bytes())
        return bool(manifest["sink"] == "mlx")
    return False


def _copy_manifest(order: Order, job: JobFolder) -> None:
    """Keep with the model what it was made from."""
    manifest = order.train.parent / MANIFEST
    if manifest.is_file():
        job.adapters.mkdir(mode=0o700, exist_ok=True)
        job.write(job.adapters / MANIFEST, manifest.read_text(encoding="utf-8"))


def _take(job: JobFolder) -> int | None:
    """Take the lock; a trainer that has said how it ended is about to leave it."""
    until = time.monotonic() + _PATIENCE
    while (lock := job.try_lock()) is None:
        if last_status(job) not in FINAL or time.monotonic() > until:
            return None
        time.sleep(_LOOK_EVERY)
    return lock


def _start_trainer(job: JobFolder, lock: int, *, offline: bool) -> None:
    log = job.open_log(job.log)
    arguments = [str(job.path.resolve()), str(lock)]
    os.ftruncate(lock, 0)
    try:
        process = start(
            "_trainer_main", arguments, offline=offline, log=log, pass_fds=(lock,)
        )
    finally:
        os.close(log)
    os.pwrite(lock, str(process.pid).encode(), 0)
    if not _children:
        atexit.register(_let_go)
    _children[job.path.resolve()] = process


def _let_go() -> None:
    """Leave the trainers be, without Python's complaint that they still run."""
    for child in _children.values():
        if child.poll() is None:
            child.returncode = 0


def _stop_trainer(job: JobFolder) -> None:
    """Ask it to end, then make it. The lock says that the number is still its own."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        pid = job.pid()
        if pid is not None:
            with suppress(ProcessLookupError):
                os.killpg(pid, number)
        until = time.monotonic() + _PATIENCE
        while job.is_running() and time.monotonic() < until:
            time.sleep(_LOOK_EVERY)
        if not job.is_running():
            break


def _exit_code(job: JobFolder) -> int | None:
    """Say how the trainer ended, where it is this process's child and has ended."""
    child = _children.get(job.path.resolve())
    return child.poll() if child else None


def _warn_of_tracing() -> None:
    """Say that LangChain itself may send away what is said to a model that stays."""
    from langsmith.utils import tracing_is_enabled

    if tracing_is_enabled():
        warnings.warn(
            "LangSmith's tracing is on (LANGSMITH_TRACING): what runs through a chain "
            "is sent there, also with a model on this computer",
            stacklevel=4,
        )
