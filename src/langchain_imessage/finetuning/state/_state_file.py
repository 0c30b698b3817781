"""The state file: what was uploaded and started, so that neither is done twice.

Owns the file beside a dataset: JSON, readable by its owner only, replaced whole or not at
all. It holds digests, ids, times, addresses and the system prompt of each job: no key, no
message.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
)

from langchain_imessage.errors import ExportError, FineTuningError
from langchain_imessage.files import read_private, replacing
from langchain_imessage.finetuning.state._locks import locked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FORMAT = 1
"""Of the file; a later one is refused, for fear of losing what it says."""

UNUSABLE = "state_not_usable"
"""The error's code where the file cannot be read or written."""

_MOST_BYTES = 64_000_000
"""Of a state file: 10,000 jobs with long system prompts. A larger one is none."""

STATE_FILE = "finetuning.json"
"""Its name in a dataset's folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRecord:
    """A file that was, or was about to be, uploaded.

    Attributes:
        sha256: Of its bytes.
        size: How many they are.
        base_url: Where it was sent.
        began: When, in Unix seconds.
        file_id: Its id there; None until the provider has confirmed it.
        upload_id: The upload in parts that is under way; None if there is none.
        parts: The parts that arrived, in order.
        expires_after: Seconds after which the provider deletes it; None for never.
    """

    sha256: str
    size: int
    base_url: str
    began: float
    file_id: str | None = None
    upload_id: str | None = None
    parts: tuple[str, ...] = ()
    expires_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """A job that was, or was about to be, started.

    Attributes:
        fingerprint: Of its files and settings.
        provider: By its name in the table.
        base_url: Where it runs; None on this computer.
        model: What is trained.
        began: When, in Unix seconds.
        job_id: None until the provider has confirmed it.
        status: As last seen.
        fine_tuned_model: As last seen.
        files: The ids of its files.
        delete_files: Whether they are to be deleted after success.
        last_event: The last event that was seen.
        train: The training file's name, in the state file's folder.
        system_prompt: The one it was trained with; None if there was none.
        earlier_jobs: Ids of the jobs of the same training file that the provider listed
            right before this one was to be created; None before that.
        request: What `fine_tune(request=)` said it is for: of a command, a digest.
    """

    fingerprint: str
    provider: str
    base_url: str | None
    model: str
    began: float
    job_id: str | None = None
    status: str | None = None
    fine_tuned_model: str | None = None
    files: tuple[str, ...] = ()
    delete_files: bool = False
    last_event: str | None = None
    train: str | None = None
    system_prompt: str | None = field(default=None, repr=False)
    earlier_jobs: tuple[str, ...] | None = None
    request: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The content of a state file."""

    uploads: tuple[UploadRecord, ...] = ()
    jobs: tuple[JobRecord, ...] = ()

    def upload(self, sha256: str, base_url: str) -> UploadRecord | None:
        """Find a file by its content."""
        found = (
            u for u in self.uploads if (u.sha256, u.base_url) == (sha256, base_url)
        )
        return next(found, None)

    def job(
        self, *, fingerprint: str | None = None, job_id: str = ""
    ) -> JobRecord | None:
        """Find a job by what it is, or by its id."""
        found = (
            job
            for job in self.jobs
            if job.job_id == job_id or job.fingerprint == fingerprint
        )
        return next(found, None)

    @property
    def has_hosted_jobs(self) -> bool:
        """Whether a job was, or was about to be, started at a provider."""
        return any(job.base_url for job in self.jobs)

    def with_upload(self, record: UploadRecord) -> State:
        """Return the state with an upload, in place of the one of the same content."""
        others = [
            u
            for u in self.uploads
            if u is not self.upload(record.sha256, record.base_url)
        ]
        return replace(self, uploads=(*others, record))

    def with_job(self, record: JobRecord) -> State:
        """Return the state with a job, in place of the one with the same fingerprint."""
        others = [job for job in self.jobs if job.fingerprint != record.fingerprint]
        return replace(self, jobs=(*others, record))

    def without_job(self, record: JobRecord, before: JobRecord | None) -> State:
        """Return the state with what was there before a job that was not begun."""
        others = tuple(
            job for job in self.jobs if job.fingerprint != record.fingerprint
        )
        return replace(self, jobs=(*others, *([before] if before else [])))

    def without_upload(self, record: UploadRecord) -> State:
        """Return the state without a file that was not sent."""
        gone = self.upload(record.sha256, record.base_url)
        return replace(self, uploads=tuple(u for u in self.uploads if u is not gone))

    def with_seen(self, job_id: str, update: Callable[[JobRecord], JobRecord]) -> State:
        """Return the state with a job's record updated, if there is one."""
        changed = (update(job) if job.job_id == job_id else job for job in self.jobs)
        return replace(self, jobs=tuple(changed))

    def without_files(self, file_ids: tuple[str, ...]) -> State:
        """Return the state without files that were deleted."""
        return replace(
            self, uploads=tuple(u for u in self.uploads if u.file_id not in file_ids)
        )


@dataclass(frozen=True, slots=True)
class StateFile:
    """A state file.

    Attributes:
        path: Where it is, or will be.
    """

    path: Path

    def read(self) -> State:
        """Return what it says; an empty state if there is no such file.

        Raises:
            FineTuningError: If it is damaged, a symbolic link, or of a later version of
                this package.
        """
        try:
            raw = read_private(self.path, most=_MOST_BYTES)
        except FileNotFoundError:
            return State()
        except ExportError as error:
            raise FineTuningError(
                f"The state file {self.path} cannot be used: {error}", code="bad_state"
            ) from error
        except OSError as error:
            raise self._unusable("read", error) from error
        problem = "is damaged"
        try:
            found = json.loads(raw)
            if found["format"] == FORMAT:
                return State(
                    uploads=tuple(_record(UploadRecord, u) for u in found["uploads"]),
                    jobs=tuple(_record(JobRecord, job) for job in found["jobs"]),
                )
            if found["format"] > FORMAT:
                problem = "was written by a later version of this package"
        except (ValueError, KeyError, TypeError, RecursionError):
            pass
        raise FineTuningError(
            f"The state file {self.path} {problem}. It says what was uploaded and "
            "paid for; move it away to start over.",
            code="bad_state",
        )

    def change(self, change: Callable[[State], State]) -> State:
        """Read it, change its content, and write it, while no other process does.

        Raises:
            FineTuningError: If it cannot be read, or written: the disk is full, the folder
                is read-only or gone.
        """
        try:
            with locked(self.path.absolute().parent):
                before = self.read()
                after = change(before)
                if after != before:
                    with replacing(self.path) as file:
                        json.dump({"format": FORMAT, **asdict(after)}, file, indent=1)
                        file.write("\n")
        except OSError as error:
            raise self._unusable("written", error) from error
        return after

    def _unusable(self, verb: str, error: OSError) -> FineTuningError:
        return FineTuningError(
            f"The state file {self.path} cannot be {verb} "
            f"({error.strerror or type(error).__name__}). It keeps files and jobs from "
            "being paid for twice: make room, or the folder writable, and run the same again.",
            code=UNUSABLE,
        )

    def note_request(self, job_id: str, request: str) -> None:
        """Record the digest of the command that started a job."""
        self.change(
            lambda known: known.with_seen(
                job_id, lambda record: replace(record, request=request)
            )
        )


def state_names(train: Path) -> tuple[str, str]:
    """Return what a training file's state file is called.

    Args:
        train: The training file.

    Returns:
        The name where the file stands alone, and the one where it is of a dataset.
    """
    return f"{train.stem}.{STATE_FILE}", STATE_FILE


_Record = TypeVar("_Record", UploadRecord, JobRecord)


def _record(kind: type[_Record], values: dict[str, Any]) -> _Record:
    """Return a record of a state file; other keys than the known are left out.

    Raises:
        TypeError: If a value is not what its field holds.
    """
    if not isinstance(values, dict):
        raise TypeError
    hints = get_type_hints(kind)
    taken: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in values.items()
        if name in hints
    }
    for name, value in taken.items():
        if not _fits(value, hints[name]):
            raise TypeError(name)
    return kind(**taken)


def _fits(value: Any, hint: Any) -> bool:
    if get_origin(hint) is UnionType:
        return any(_fits(value, one) for one in get_args(hint))
    if get_origin(hint) is tuple:
        return isinstance(value, tuple) and all(isinstance(v, str) for v in value)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, hint)
