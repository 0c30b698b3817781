"""`cancel`: stop a training job."""

from __future__ import annotations

from langchain_imessage.cli.commands._command_options import BaseUrlOption, JsonOption
from langchain_imessage.cli.commands._job_argument import (
    JobArgument,
    JobKeyOption,
    JobProviderOption,
    StateOption,
    open_job,
)
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.terminal import safe_line


def cancel(
    job: JobArgument = "dataset",
    state: StateOption = None,
    provider: JobProviderOption = None,
    base_url: BaseUrlOption = None,
    api_key: JobKeyOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Stop a training job.

    Checkpoints are kept: finetune --resume continues a local job at the last one.
    """
    stopped = open_job(
        job, state=state, provider=provider, base_url=base_url, api_key=api_key
    ).cancel()
    if as_json:
        printing.print_json({"job_id": stopped.job_id, "status": stopped.status})
    else:
        printing.write(f"Job {safe_line(stopped.job_id)}: {safe_line(stopped.status)}")
