"""`fine_tune`: its signature and its documentation.

The work is `_start_job`'s and `_backends`'; `attach` comes back to a job.
"""

from __future__ import annotations

import asyncio
import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from langchain_imessage.arguments import (
    DATASET,
    FLAG,
    LINES,
    PATH,
    TEXT,
    WHOLE,
    check_arguments,
    having,
    or_none,
)
from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._backends import LOCAL, BackendConfig, open_backend
from langchain_imessage.finetuning._inputs import DATASETS_OWN, find_training_files
from langchain_imessage.finetuning._plan import Consent
from langchain_imessage.finetuning._start_job import start_job
from langchain_imessage.finetuning.following._progress import ProgressLine

if TYPE_CHECKING:
    from os import PathLike

    from langchain_imessage.datasets import Dataset
    from langchain_imessage.finetuning._job import Job
    from langchain_imessage.finetuning._plan import Confirm
    from langchain_imessage.finetuning.calls._retry import Pace
    from langchain_imessage.finetuning.following._progress import Progress


@check_arguments(
    dataset=DATASET,
    provider=TEXT,
    model=or_none(PATH),
    suffix=or_none(TEXT),
    seed=or_none(WHOLE),
    validation=or_none(PATH),
    base_url=or_none(TEXT),
    api_key=or_none(TEXT),
    state=or_none(PATH),
    resume=FLAG,
    delete_files=FLAG,
    moderate=WHOLE,
    progress=LINES,
    confirm=or_none(LINES),
    pace=or_none(having("call_with_retries", said="a Pace")),
    request=or_none(TEXT),
)
def fine_tune(
    dataset: Dataset | str | PathLike[str],
    *,
    provider: str = LOCAL,
    model: str | PathLike[str] | None = None,
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
    request: str | None = None,
    **options: Any,
) -> Job:
    r"""Start a training job: check, count, ask, upload, start.

    Nothing is sent before the plan is confirmed, which says what leaves this computer,
    where to, and what it will cost. Nothing is uploaded twice and no job is started
    twice: the same call again returns the job that exists. Uploads and jobs are
    recorded in a state file beside the dataset, where `attach` finds them again.

    Args:
        dataset: A dataset of `write_dataset`, its folder, or a JSONL file.
        provider: "local" for this computer; or "openai", "azure", "nebius", "crusoe".
            For another with OpenAI's API: `base_url`. With `base_url`, `api_key` or
            `client`, the default is "openai".
        model: The model to train; the provider's default if None. On this computer also
            the folder of one, and "auto": the largest one that its memory can train
            (`choose_model`).
        suffix: The end of the tuned model's name. It is not secret: no names.
        n_epochs: Passes over the file; likewise `batch_size`, `learning_rate_multiplier`.
        batch_size: Examples a step.
        learning_rate_multiplier: A factor on the provider's own learning rate.
        seed: For a repeatable run; another seed makes another job.
        method: "supervised", or "dpo" for pairs of answers.
        validation: The held-out file; None for none.
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
            or was cancelled; else it starts over.
        progress: Whether to show progress; or a function called with each line.
        pace: How often to check, and how long to try.
        request: What the job is for, in words or as a digest. It is recorded in the
            state file before the job is started, and not sent.
        **options: Settings of this provider only.

    Returns:
        The job, started. `job.wait()` follows it.

    Raises:
        ExportError: (a ValueError) If the folder holds no dataset.
        FineTuningError: If it is not confirmed, or cannot be done; it says what to do.
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
    line.say("Checking files")
    config = BackendConfig(
        provider=_hosted(provider) if base_url or api_key or client else provider,
        base_url=base_url,
        api_key=api_key,
        client=client,
        pace=pace,
        expires_after=expires_after,
        resume=resume,
    )
    settings = {
        "model": None if model is None else os.fspath(model),
        "suffix": suffix,
        "n_epochs": n_epochs,
        "batch_size": batch_size,
        "learning_rate_multiplier": learning_rate_multiplier,
        "seed": seed,
        "method": method,
        "options": options,
    }
    consent = Consent(confirm, moderate, expires_after, delete_files, request)
    try:
        files = find_training_files(dataset, validation=validation, state=state)
        config = replace(config, starts_job=not files.state.read().has_hosted_jobs)
        backend = open_backend(config, files.state, files.folder)
        return start_job(files, backend, settings, consent, line.say)
    finally:
        line.end()


async def afine_tune(
    dataset: Dataset | str | PathLike[str],
    *,
    progress: Progress = True,
    **settings: Any,
) -> Job:
    """Run `fine_tune` without blocking.

    If cancelled, it stops before its next step. The same call again does not repeat an
    upload, and finds a job that was started.

    Args:
        dataset: As for `fine_tune`, like everything else.
        progress: Likewise.
        **settings: Likewise.

    Returns:
        The job, started.

    Example:
        >>> import asyncio
        >>> with FineTuningServer() as server:
        ...     starting = afine_tune(
        ...         "train.jsonl", base_url=server.base_url, confirm=True, progress=False
        ...     )
        ...     asyncio.run(starting).wait(progress=False).status
        'succeeded'
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


def _hosted(provider: str) -> str:
    """Return the provider, where an argument says that it is not this computer."""
    return "openai" if provider == LOCAL else provider
