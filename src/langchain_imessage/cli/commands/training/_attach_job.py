"""`attach`: come back to a training job, and follow it to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from langchain_imessage.cli.commands._command_options import BaseUrlOption, JsonOption
from langchain_imessage.cli.commands._job_argument import (
    JobArgument,
    JobKeyOption,
    JobProviderOption,
    StateOption,
    open_job,
)
from langchain_imessage.cli.commands.training._job_summary import plain_job, print_job
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.terminal import shell_quoted

if TYPE_CHECKING:
    from pathlib import Path


def attach(
    job: JobArgument = "dataset",
    state: StateOption = None,
    provider: JobProviderOption = None,
    base_url: BaseUrlOption = None,
    api_key: JobKeyOption = None,
    *,
    wait: Annotated[bool, typer.Option(help="Wait until the job has ended.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Come back to a training job, and follow it.

    Starts nothing and uploads nothing. A job whose state file was lost is named by its id and
    --provider; its dataset's system prompt is then not known.
    """
    found = open_job(
        job, state=state, provider=provider, base_url=base_url, api_key=api_key
    )
    if wait:
        found.wait(progress=not as_json)
    elif found.status == "succeeded":
        found.refresh()  # deletes its files, if the plan said so
    if as_json:
        printing.print_json(plain_job(found))
        return
    named = _arguments(job, state, provider, base_url)
    print_job(found, check=f"attach {named} --no-wait", chat=named)


def _arguments(
    job: str, state: Path | None, provider: str | None, base_url: str | None
) -> str:
    """Return the arguments that name the job again."""
    options = {"--state": state, "--provider": provider, "--base-url": base_url}
    given = [
        f"{name} {shell_quoted(value)}" for name, value in options.items() if value
    ]
    return " ".join([shell_quoted(job), *given])
