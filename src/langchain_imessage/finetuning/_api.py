"""The ways in: start a job, come back to one, list those there were.

Owns their words. What they do is `_launch`'s, `_places`' and `Job`'s.
"""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._backends import Where, open_place
from langchain_imessage.finetuning._inputs import DATASETS_OWN, gather
from langchain_imessage.finetuning._job import Job, Ties
from langchain_imessage.finetuning._progress import ProgressLine
from langchain_imessage.finetuning._start_job import Terms, launch
from langchain_imessage.finetuning._state_file import STATE_FILE, StateFile
from langchain_imessage.finetuning.local._job_dir import is_job_folder

if TYPE_CHECKING:
    from os import PathLike

    from langchain_imessage.datasets import Dataset
    from langchain_imessage.finetuning._plan import Confirm
    from langchain_imessage.finetuning._progress import Progress
    from langchain_imessage.finetuning._retry import Pace
    from langchain_imessage.finetuning._state_file import JobRecord


def fine_tune(
    dataset: Dataset | str | PathLike[str],
    *,
    provider: str = "openai",
    model: str | None = None,
    suffix: str | None = None,
    n_epochs: int | str = "auto",
    batch_size: int | str = "auto",
    learning_rate_multiplier: float | str = "auto",
    seed: int | None = None,
    method: str = "supervised",
    validation: str | PathLike[str] | None = DATASETS_OWN,
    confirm: Confirm = None,
    moderate: int = 0,
    expires_after: int | None = None,
    delete_files: bool = False,
    base_url: str | None = None,
    api_key: str | None = None,
    client: Any = None,
    state: str | PathLike[str] | None = None,
    resume: bool = False,
    progress: Progress = True,
    pace: Pace | None = None,
    **options: Any,
) -> Job:
    r"""Start a training job: check, count, ask, upload, begin.

    Nothing is sent before somebody agrees to the plan, which says what leaves this
    computer, where to, and what it will cost. Nothing is uploaded twice and no job is
    started twice: the same call again gives the job that is there. What was done is
    written to a state file beside the dataset, so that `attach` can come back to it.

    Args:
        dataset: A dataset of `write_dataset`, its folder, or a JSONL file.
        provider: Who trains: "openai", "azure", "nebius", "crusoe", or "local" for this
            computer. For any other that speaks OpenAI's API: `base_url`.
        model: The model to train; the provider's default if None.
        suffix: What the tuned model's name shall end in. It is no secret: no names.
        n_epochs: Passes over the file; likewise `batch_size`, `learning_rate_multiplier`.
        batch_size: Examples a step.
        learning_rate_multiplier: A factor on the provider's own learning rate.
        seed: For a run that can be repeated; another seed makes another job.
        method: "supervised", or "dpo" for pairs of answers.
        validation: A file to be held out; None for none.
        confirm: True to go on, a function of the `Plan` that decides, or None to ask in
            the terminal or notebook.
        moderate: How many examples to send to the provider's moderation first.
        expires_after: Seconds after which the provider deletes the files.
        delete_files: Delete the files at the provider when the job has succeeded.
        base_url: The provider's address, if it is not in the table.
        api_key: Its key, if not in the environment.
        client: An `openai.OpenAI` or `openai.AzureOpenAI` to use instead.
        state: Another place for the state file.
        resume: On this computer, go on from the latest checkpoint of a job that failed
            or was cancelled; else it begins afresh.
        progress: Whether to show progress; or a function that is told, line by line.
        pace: How often to look, and how long to try.
        **options: What only this provider knows of.

    Returns:
        The job, begun. `job.wait()` follows it.

    Raises:
        ExportError: (a ValueError) If the folder holds no dataset.
        FineTuningError: If it is not agreed to, or cannot be done; it says what to do.
        MissingDependencyError: If the provider needs an extra that is not installed.

    Example:
        >>> import json
        >>> from pathlib import Path
        >>> from langchain_imessage.testing import FineTuningServer
        >>> asked = {"role": "user", "content": "Slow?"}
        >>> told = {"role": "assistant", "content": "And steady."}
        >>> line = json.dumps({"messages": [asked, told]})
        >>> _ = Path("train.jsonl").write_text(f"{line}\n" * 10)
        >>> with FineTuningServer() as server:
        ...     job = fine_tune(
        ...         "train.jsonl", base_url=server.base_url, confirm=True, progress=False
        ...     )
        ...     job.wait(progress=False).status
        'succeeded'
    """
    line = ProgressLine(progress)
    line.say("Looking the files over")
    where = Where(
        provider=provider,
        base_url=base_url,
        api_key=api_key,
        client=client,
        pace=pace,
        expires_after=expires_after,
        resume=resume,
    )
    settings = {
        "model": model,
        "suffix": suffix,
        "n_epochs": n_epochs,
        "batch_size": batch_size,
        "learning_rate_multiplier": learning_rate_multiplier,
        "seed": seed,
        "method": method,
        "options": options,
    }
    terms = Terms(confirm, moderate, expires_after, delete_files)
    try:
        material = gather(dataset, validation=validation, state=state)
        place = open_place(where, material.state, material.folder)
        return launch(material, place, settings, terms, line.say)
    finally:
        line.end()


async def afine_tune(
    dataset: Dataset | str | PathLike[str],
    *,
    progress: Progress = True,
    **settings: Any,
) -> Job:
    """Do what `fine_tune` does, without blocking.

    Cancelled, it stops before its next step: what was uploaded is not sent again, and a
    job that was started is found again by the same call.

    Args:
        dataset: As for `fine_tune`, like everything else.
        progress: Likewise.
        **settings: Likewise.

    Returns:
        The job, begun.
    """
    line, stopped = ProgressLine(progress), threading.Event()

    def say(text: str) -> None:
        if stopped.is_set():
            raise FineTuningError("Stopped before the next step", code="stopped")
        line.say(text)

    work = asyncio.to_thread(fine_tune, dataset, progress=say, **settings)
    try:
        return await work
    except asyncio.CancelledError:
        stopped.set()
        raise
    finally:
        line.end()


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
        job: Its id; or a state file, or a dataset's folder, whose latest job is meant;
            or the folder of a job on this computer.
        state: The state file in which an id is to be looked up.
        provider: Who runs it, if there is no state file that says so.
        base_url: Likewise, their address.
        api_key: The key, if not in the environment.
        client: A client of the SDK to use instead.
        pace: How often to look.

    Returns:
        The job, as it is now.

    Raises:
        FineTuningError: If there is no such job, or its provider cannot be asked.

    Example:
        >>> attach("nowhere/finetuning.json")
        Traceback (most recent call last):
        langchain_imessage.errors.FineTuningError: There is no file nowhere/finetuning.json: no job was started there
    """
    file, record = _recorded(job, state)
    where = Where(
        provider=provider or (record.provider if record else "openai"),
        base_url=base_url or (record.base_url if record and not client else None),
        api_key=api_key,
        client=client,
        pace=pace,
    )
    job_id = record.job_id if record and record.job_id else str(job)
    home = file or StateFile(Path(STATE_FILE))
    place = open_place(where, home, home.path.parent)
    found = place.pace.insist(
        lambda: place.backend.retrieve(job_id), action="look at the job", say=_silent
    )
    train = (
        file.path.parent / record.train if file and record and record.train else None
    )
    ties = Ties(
        backend=place.backend,
        provider=place.provider.name,
        pace=place.pace,
        state=file,
        train=train,
        delete_files=bool(record and record.delete_files),
        last_event=record.last_event if record else None,
    )
    return Job(found, ties)


async def aattach(job: str | PathLike[str], **settings: Any) -> Job:
    """Do what `attach` does, without blocking."""
    return await asyncio.to_thread(attach, job, **settings)


def jobs(folder: str | PathLike[str] = ".") -> tuple[JobRecord, ...]:
    """List the jobs that were started from a folder's datasets, oldest first.

    Reads state files only; nobody is asked. `attach` looks how a job is doing.

    Args:
        folder: A dataset's folder, or a folder of such.

    Example:
        >>> jobs("nowhere")
        ()
    """
    return tuple(job for _, job in recorded_jobs(folder))


def recorded_jobs(folder: str | PathLike[str]) -> list[tuple[StateFile, JobRecord]]:
    """List the jobs as `jobs` does, each with the file that tells of it."""
    place = Path(folder)
    files = map(
        StateFile, [*place.glob(f"*{STATE_FILE}"), *place.glob(f"*/*{STATE_FILE}")]
    )
    found = [(file, job) for file in files for job in file.read().jobs if job.job_id]
    return sorted(found, key=lambda pair: pair[1].began)


def _recorded(
    job: str | PathLike[str], state: str | PathLike[str] | None
) -> tuple[StateFile | None, JobRecord | None]:
    """Find the state file, and what it says of the job."""
    if state is not None:
        file = StateFile(Path(state))
        record = file.read().job(job_id=str(job))
        if record is None:
            raise FineTuningError(
                "The state file knows no such job", job_id=str(job), code="not_found"
            )
        return file, record
    path = Path(job)
    if is_job_folder(path):
        return _recorded(path.resolve().name, _state_beside(path.resolve()))
    if path.is_dir():
        path /= STATE_FILE
    if not path.is_file():
        if path.suffix == ".json" or len(path.parts) > 1:
            raise FineTuningError(
                f"There is no file {path}: no job was started there", code="no_file"
            )
        return None, None
    file = StateFile(path)
    started = [job for job in file.read().jobs if job.job_id]
    if not started:
        raise FineTuningError("The state file knows no job yet", code="not_found")
    return file, max(started, key=lambda job: job.began)


def _state_beside(folder: Path) -> Path:
    """Find the state file that tells of a local job's folder: it lies beside it."""
    for path in folder.parent.glob(f"*{STATE_FILE}"):
        if StateFile(path).read().job(job_id=folder.name):
            return path
    return folder.parent / STATE_FILE


def _silent(line: str) -> None:
    """Say nothing."""
