"""Coming back to jobs: one by its id or its files, and all that state files record.

Owns which record is meant. What can be done with a job is `Job`'s.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_imessage.arguments import PATH, TEXT, check_arguments, or_none
from langchain_imessage.errors import FineTuningError
from langchain_imessage.files import shown
from langchain_imessage.finetuning._backends import BackendConfig, open_backend
from langchain_imessage.finetuning._job import Job
from langchain_imessage.finetuning.following._polling import JobContext, JobWatcher
from langchain_imessage.finetuning.local._job_dir import LOCAL_ID, is_job_folder
from langchain_imessage.finetuning.state._state_file import (
    STATE_FILE,
    StateFile,
    state_names,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from langchain_imessage.finetuning._backends import ResolvedBackend
    from langchain_imessage.finetuning.calls._retry import Pace
    from langchain_imessage.finetuning.state._state_file import JobRecord

_BEGINNING = 64
"""Bytes in which a state file's JSON begins."""


@check_arguments(
    job=PATH,
    state=or_none(PATH),
    provider=or_none(TEXT),
    base_url=or_none(TEXT),
    api_key=or_none(TEXT),
)
def attach(
    job: str | PathLike[str],
    *,
    state: str | PathLike[str] | None = None,
    provider: str | None = None,
    base_url: str | None = None,
    api_key: str | None = None,
    client: Any = None,
    pace: Pace | None = None,
) -> Job:
    """Come back to a job: after a restart, from another notebook, on another day.

    Args:
        job: Its id, looked up as `jobs` does where nothing else says where it is; or a
            state file, a dataset's folder or a training file, for the latest
            job of it; or the folder of a job on this computer.
        state: The state file that records the id.
        provider: The provider, if no state file records it; another than the recorded one
            is refused.
        base_url: Its address, if not the recorded one.
        api_key: The key, if not in the environment.
        client: A client of the SDK to use instead.
        pace: How often to check.

    Returns:
        The job, as it is now.

    Raises:
        FineTuningError: If there is no such job, or its provider does not answer.

    Example:
        >>> attach("nowhere/finetuning.json")
        Traceback (most recent call last):
        langchain_imessage.errors.FineTuningError: There is no file nowhere/finetuning.json: no job was started there. fine_tune (`langchain-imessage finetune`) starts one.
    """
    if isinstance(job, str) and not Path(job).exists():
        job = job.strip()  # an id that was copied with a blank
    file, record = _recorded(job, state)
    if file is None:
        named = bool(provider or base_url or client)
        file, record = _recorded_here(str(job), base_url, is_named=named)
    if file and record and provider not in {None, record.provider}:
        raise _contradicted(file, record, str(provider))
    config = BackendConfig(
        provider=provider or (record.provider if record else "openai"),
        base_url=base_url or (record.base_url if record and not client else None),
        api_key=api_key,
        client=client,
        pace=pace,
    )
    job_id = record.job_id if record and record.job_id else str(job)
    home = file or StateFile(Path(STATE_FILE))
    backend = open_backend(config, home, home.path.parent)
    found = backend.pace.call_with_retries(
        lambda: backend.runner.retrieve(job_id), action="check the job"
    )
    context = _context(backend, file, record, base_url)
    JobWatcher(found, context).record(found)
    return Job(found, context)


def _context(
    backend: ResolvedBackend,
    file: StateFile | None,
    record: JobRecord | None,
    base_url: str | None,
) -> JobContext:
    """Return what a job that was found is connected with."""
    train = (
        file.path.parent / Path(record.train).name  # never out of the folder
        if file and record and record.train
        else None
    )
    return JobContext(
        backend=backend.runner,
        provider=backend.provider.name,
        base_url=backend.base_url if base_url else None,
        pace=backend.pace,
        state=file,
        train=train,
        delete_files=bool(record and record.delete_files),
        last_event=record.last_event if record else None,
        system_prompt=record.system_prompt if record else None,
    )


async def aattach(job: str | PathLike[str], **settings: Any) -> Job:
    """Run `attach` without blocking.

    Args:
        job: As for `attach`.
        **settings: As for `attach`.

    Returns:
        The job.

    Example:
        >>> import asyncio
        >>> try:
        ...     asyncio.run(aattach("nowhere/finetuning.json"))
        ... except FineTuningError as error:
        ...     str(error)[:41]
        'There is no file nowhere/finetuning.json:'
    """
    return await asyncio.to_thread(attach, job, **settings)


@check_arguments(folder=PATH)
def jobs(folder: str | PathLike[str] = ".") -> tuple[JobRecord, ...]:
    """List the jobs that were started from a folder's datasets, oldest first.

    Reads state files only, without network. `attach` checks a job's status.

    Args:
        folder: A dataset's folder, or a folder of such.

    Returns:
        What the state files say of each job.

    Example:
        >>> jobs("nowhere")
        ()
    """
    return tuple(job for _, job in recorded_jobs(folder))


def recorded_jobs(
    folder: str | PathLike[str],
    on_error: Callable[[FineTuningError], None] | None = None,
) -> list[tuple[StateFile, JobRecord]]:
    """List the jobs as `jobs` does, each with the state file that records it.

    Args:
        folder: The folder.
        on_error: Called with the error of each state file that cannot be read; else it
            is raised.
    """
    root, found = Path(folder), []
    for path in (*root.glob(f"*{STATE_FILE}"), *root.glob(f"*/*{STATE_FILE}")):
        file = StateFile(path)
        try:
            found += [(file, job) for job in file.read().jobs if job.job_id]
        except FineTuningError as error:
            if on_error is None:
                raise
            on_error(error)
    return sorted(found, key=lambda pair: pair[1].began)


def _recorded(
    job: str | PathLike[str], state: str | PathLike[str] | None
) -> tuple[StateFile | None, JobRecord | None]:
    """Return the state file that records a job, and the record."""
    if state is not None:
        file = StateFile(Path(state))
        record = file.read().job(job_id=str(job))
        if record is None:
            raise FineTuningError(
                f"{shown(file.path)} has no job {shown(str(job))}",
                job_id=str(job),
                code="not_found",
            )
        return file, record
    path = Path(job)
    if is_job_folder(path):
        return _recorded(path.resolve().name, _state_beside(path.resolve()))
    if path.suffix == ".jsonl":
        return _recorded_of(path)
    if path.is_dir():
        path /= STATE_FILE
    if not path.is_file():
        if path.suffix == ".json" or len(path.parts) > 1:
            raise FineTuningError(
                f"There is no file {shown(path)}: no job was started there. "
                "fine_tune (`langchain-imessage finetune`) starts one.",
                code="no_file",
            )
        return None, None
    _require_state(path)
    file = StateFile(path)
    started = [job for job in file.read().jobs if job.job_id]
    if not started:
        raise FineTuningError("The state file has no job yet", code="not_found")
    return file, max(started, key=lambda job: job.began)


def _recorded_here(
    job_id: str, base_url: str | None, *, is_named: bool
) -> tuple[StateFile | None, JobRecord | None]:
    """Return the record of a job by its id, if a dataset of the current folder has it.

    Args:
        job_id: The id.
        base_url: The address that is asked for; of several records, those of it count.
        is_named: Whether it is said where the job is, and no record is needed.
    """
    damaged: list[FineTuningError] = []
    known = recorded_jobs(Path(), damaged.append)  # one that is damaged hides no other
    found = [pair for pair in known if pair[1].job_id == job_id]
    asked = (base_url or "").rstrip("/")
    found = [pair for pair in found if pair[1].base_url == asked] or found
    if len({_place_of(*pair) for pair in found}) > 1:
        files = ", ".join(shown(file.path) for file, _ in found)
        raise FineTuningError(
            f"Several state files record a job {shown(job_id)}, at different places: {files}. "
            "Pass state= with the one you mean.",
            code="not_found",
        )
    if found:
        return found[-1]
    if is_named:
        return None, None
    if damaged:
        raise damaged[0]
    if job_id.startswith(LOCAL_ID):
        raise FineTuningError(
            f"No dataset in this folder has a job {shown(job_id)}. Pass the job's own folder, "
            "which is beside its training file.",
            code="not_found",
        )
    return None, None


def _place_of(file: StateFile, record: JobRecord) -> tuple[str, str | Path]:
    return record.provider, record.base_url or file.path.parent


def _contradicted(file: StateFile, record: JobRecord, provider: str) -> FineTuningError:
    return FineTuningError(
        f"{shown(file.path)} records job {shown(str(record.job_id))} of "
        f"{shown(record.provider)}, not of {shown(provider)}. Leave the provider out.",
        job_id=record.job_id,
        code="invalid_setting",
    )


def _require_state(path: Path) -> None:
    """Refuse what is plainly no state file: a database, a table, a page."""
    if path.name.endswith(STATE_FILE):
        return  # a damaged one says so itself
    try:
        with path.open("rb") as file:
            begins = file.read(_BEGINNING).lstrip().startswith(b"{")
    except OSError:
        return  # reading it says why
    if begins:
        return
    raise FineTuningError(
        f"{shown(path)} is not a state file: pass a dataset's folder, its training file, or "
        "the file whose name ends in finetuning.json.",
        code="no_file",
    )


def _recorded_of(train: Path) -> tuple[StateFile, JobRecord]:
    """Return the latest job of a training file, and the state file beside it."""
    files = [StateFile(train.with_name(name)) for name in state_names(train)]
    found = [
        (file, record)
        for file in files
        if file.path.is_file()
        for record in file.read().jobs
        if record.job_id and record.train == train.name
    ]
    if not found:
        raise FineTuningError(
            f"No state file beside {shown(train)} has a job of it. If it was started with "
            "state=, pass that file; fine_tune (`langchain-imessage finetune`) starts one.",
            code="no_file",
        )
    return max(found, key=lambda pair: pair[1].began)


def _state_beside(folder: Path) -> Path:
    """Return the state file that records a local job: it is beside the job's folder."""
    for path in folder.parent.glob(f"*{STATE_FILE}"):
        if StateFile(path).read().job(job_id=folder.name):
            return path
    return folder.parent / STATE_FILE
