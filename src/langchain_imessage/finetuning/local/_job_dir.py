"""The folder of a local job: its files, its events, and whether its trainer runs.

Owns the names of the files and their mode, 0600. Starts nothing. The trainer inherits the
lock and holds it until it ends, however it ends; so a process id that was given to another
process is never mistaken for it.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from langchain_imessage.files import open_private

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCAL_ID = "local-"
"""What the ids of jobs on this computer begin with."""

WEIGHTS = "adapters.safetensors"
"""What mlx-lm calls a file of learned weights."""
_PRIVATE_FOLDER = 0o700
_LINE_END = "\n"


@dataclass(frozen=True, slots=True)
class JobFolder:
    """A local job's folder."""

    path: Path

    @property
    def config(self) -> Path:
        """The training config."""
        return self.path / "training.json"

    @property
    def events(self) -> Path:
        """The trainer's events, a line of JSON each."""
        return self.path / "events.jsonl"

    @property
    def log(self) -> Path:
        """The trainer's output."""
        return self.path / "trainer.log"

    @property
    def server_log(self) -> Path:
        """The output of the tuned model's server."""
        return self.path / "server.log"

    @property
    def export_log(self) -> Path:
        """The output of the process that exports the tuned model."""
        return self.path / "export.log"

    @property
    def lock(self) -> Path:
        """Held by the trainer while it runs; its content is the trainer's process id."""
        return self.path / "trainer.lock"

    @property
    def adapters(self) -> Path:
        """The learned weights."""
        return self.path / "adapters"

    @property
    def checkpoints(self) -> Path:
        """The checkpoints, in a folder for each."""
        return self.path / "checkpoints"

    def make(self) -> None:
        """Create the folder, for its owner only."""
        self.path.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)

    def clear(self) -> None:
        """Remove the files of an earlier run; keep its weights under another name."""
        logs = (self.log, self.server_log, self.export_log)
        for path in (self.config, self.events, *logs):
            path.unlink(missing_ok=True)
        for path in (self.adapters, self.checkpoints):
            if path.exists():
                path.rename(_free_name(path))

    def write(self, path: Path, text: str) -> None:
        """Write a file of the folder, whole or not at all."""
        part = path.with_name(f".{path.name}.part")
        with open(part, "w", encoding="utf-8", opener=open_private) as file:
            file.write(text)
        part.replace(path)

    def remove_parts(self) -> None:
        """Remove files that were not written to their end."""
        for part in self.path.rglob(".part.*"):
            part.unlink(missing_ok=True)

    def open_log(self, path: Path) -> int:
        """Return a descriptor to append to; a child process may print to it."""
        return open_private_log(path)

    def add_event(self, kind: str, **facts: Any) -> None:
        """Append an event, in one write: other processes may append, too."""
        line = json.dumps({"at": time.time(), "kind": kind, **facts}) + "\n"
        line = f"{'' if _ends_line(self.events) else _LINE_END}{line}"
        descriptor = self.open_log(self.events)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)

    def read_events(self) -> Iterator[dict[str, Any]]:
        """Yield the events, oldest first; not those cut by a full disk or a crash."""
        with suppress(FileNotFoundError), self.events.open("rb") as lines:
            for line in lines:
                if line.endswith(b"\n"):  # else it is being written just now
                    event = _event_in(line)
                    if event is not None:
                        yield event

    def try_lock(self) -> int | None:
        """Take the lock; None if another holds it. Closing the descriptor frees it."""
        import fcntl

        descriptor = open_private(self.lock, os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def is_running(self) -> bool:
        """Return whether the trainer runs."""
        if not self.lock.exists():
            return False
        descriptor = self.try_lock()
        if descriptor is None:
            return True
        os.close(descriptor)
        return False

    def pid(self) -> int | None:
        """Return the trainer's process id, if it runs."""
        with suppress(FileNotFoundError, ValueError):
            number = int(self.lock.read_text())
            if self.is_running():
                return number
        return None


def _event_in(line: bytes) -> dict[str, Any] | None:
    with suppress(ValueError):
        event = json.loads(line)
        if isinstance(event, dict) and {"at", "kind"} <= event.keys():
            return event
    return None


def _ends_line(path: Path) -> bool:
    """Return whether what is appended to a file begins a line."""
    with suppress(OSError), path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
    return True


def _free_name(path: Path) -> Path:
    """Return a path beside one that is not taken: hours of training may be in it."""
    names = (path.with_name(f"{path.name}-{number}") for number in count(1))
    return next(name for name in names if not name.exists())


def is_job_folder(path: Path) -> bool:
    """Return whether a folder is that of a local job."""
    return JobFolder(path).config.is_file()


def open_private_log(path: Path) -> int:
    """Open a file to append to, readable by its owner only."""
    return open_private(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
