"""`cancel`: stop a training job."""

from __future__ import annotations

from typing import Annotated

import typer

from langchain_imessage.cli.commands._command_options import (
    JobKeyOption,
    JsonOption,
    require_job,
)
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.terminal import safe_line


def cancel(
    job: Annotated[
        str,
        typer.Argument(
            metavar="JOB",
            help="A dataset's folder, its training file or a state file, for its latest "
            "job; or the folder of a local job.",
        ),
    ] = "dataset",
    api_key: JobKeyOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Stop a training job.

    Checkpoints are kept: finetune --resume continues a local job at the last one.
    """
    from langchain_imessage.finetuning import attach  # noqa: PLC0415

    require_job(job)
    stopped = attach(job, api_key=api_key).cancel()
    if as_json:
        printing.print_json({"job_id": stopped.job_id, "status": stopped.status})
    else:
        printing.write(f"Job {safe_line(stopped.job_id)}: {safe_line(stopped.status)}")
