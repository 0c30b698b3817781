"""The job that a command on a database has started, and that still runs.

Owns how the same command is recognised though the database has changed since: by a digest of
its arguments, recorded with the job in the dataset's state file.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from langchain_imessage.finetuning import Job


def request_digest(source: Path, sender: str, settings: Mapping[str, Any]) -> str:
    """Return a digest of what a command is to do."""
    values = json.dumps([str(source), sender, dict(settings)], sort_keys=True)
    return hashlib.sha256(values.encode("utf-8", "surrogatepass")).hexdigest()


def running_job(folder: Path, request: str, api_key: str | None) -> Job | None:
    """Return the job that the same command started in a folder, if it still runs."""
    from langchain_imessage.finetuning import attach  # noqa: PLC0415
    from langchain_imessage.finetuning._attach import recorded_jobs  # noqa: PLC0415
    from langchain_imessage.finetuning._types import is_final  # noqa: PLC0415

    for file, record in reversed(recorded_jobs(folder)):
        if record.request == request and not is_final(record.status or ""):
            job = attach(str(record.job_id), state=file.path, api_key=api_key)
            if not is_final(job.status):
                return job
    return None


def was_interrupted(folder: Path, request: str) -> bool:
    """Return whether the same command ended while a provider was asked to create its job.

    The job may be there: the folder's dataset is the only one by which it is found.
    """
    from langchain_imessage.finetuning.state._state_file import (  # noqa: PLC0415
        STATE_FILE,
        StateFile,
    )

    same = [
        record
        for record in StateFile(folder / STATE_FILE).read().jobs
        if record.request == request
    ]
    last = max(same, key=lambda record: record.began, default=None)
    return last is not None and last.job_id is None and last.earlier_jobs is not None


def record_request(folder: Path, job: Job, request: str) -> None:
    """Record which command has started a job."""
    from langchain_imessage.finetuning._attach import recorded_jobs  # noqa: PLC0415

    for file, record in recorded_jobs(folder):
        if record.job_id == job.job_id:
            file.note_request(job.job_id, request)
