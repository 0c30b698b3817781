"""The trainer's process of a local job: its lock, its start, its stop, its exit code.

The trainer goes on when this process ends.
"""

from __future__ import annotations

import atexit
import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from langchain_imessage.finetuning._types import FINAL
from langchain_imessage.finetuning.local._job_status import last_status
from langchain_imessage.finetuning.local.processes._subprocesses import start

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from langchain_imessage.finetuning.local._job_dir import JobFolder

_STOP_TIMEOUT = 5.0
"""Seconds a trainer has to end after SIGTERM, and then after SIGKILL."""
_CHECK_EVERY = 0.05

_children: dict[Path, subprocess.Popen[bytes]] = {}
"""Trainers this process started: only a parent learns an exit code."""


def take_lock(job: JobFolder) -> int | None:
    """Take the lock; None if a trainer holds it. One that has ended is about to free it."""
    until = time.monotonic() + _STOP_TIMEOUT
    while (lock := job.try_lock()) is None:
        if last_status(job) not in FINAL or time.monotonic() > until:
            return None
        time.sleep(_CHECK_EVERY)
    return lock


def start_trainer(job: JobFolder, lock: int, *, offline: bool) -> None:
    """Start the trainer, which inherits the lock."""
    log = job.open_log(job.log)
    arguments = [str(job.path.resolve()), str(lock)]
    os.ftruncate(lock, 0)
    try:
        process = start(
            "worker._trainer_main",
            arguments,
            offline=offline,
            log=log,
            pass_fds=(lock,),
        )
    finally:
        os.close(log)
    os.pwrite(lock, str(process.pid).encode(), 0)
    if not _children:
        atexit.register(_leave_running)
    _children[job.path.resolve()] = process


def _leave_running() -> None:
    """Leave the trainers running, without Python's warning that they are."""
    for child in _children.values():
        if child.poll() is None:
            child.returncode = 0


def stop_trainer(job: JobFolder) -> None:
    """End the trainer. While the lock is held, the process id is still its own."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        pid = job.pid()
        if pid is not None:
            # macOS refuses where all that is left is a process nobody has waited for.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, number)
        until = time.monotonic() + _STOP_TIMEOUT
        while job.is_running() and time.monotonic() < until:
            time.sleep(_CHECK_EVERY)
        if not job.is_running():
            break


def exit_code_of(job: JobFolder) -> int | None:
    """Return the trainer's exit code, if this process started it and it has ended."""
    child = _children.get(job.path.resolve())
    return child.poll() if child else None
