"""A training job named on the command line: its argument and options, and how it is found.

Owns what can name a job. What is done with it is each command's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langchain_imessage.cli.commands._command_options import (
    PROVIDER_NAMES,
    one_of,
    parse_variable,
)
from langchain_imessage.cli.terminal._exits import fail
from langchain_imessage.terminal import safe_line

if TYPE_CHECKING:
    from langchain_imessage.errors import IMessageError
    from langchain_imessage.finetuning import Job

_IDS = ("ftjob-", "ft-")
"""What the ids of OpenAI's jobs begin with."""

JobArgument = Annotated[
    str,
    typer.Argument(
        metavar="JOB",
        help="A dataset's folder, its training file or a state file, for its latest job; "
        "the folder of a local job; or a job's id, as jobs lists it for this folder.",
    ),
]
StateOption = Annotated[
    Path | None,
    typer.Option(
        "--state",
        exists=True,
        dir_okay=False,
        metavar="FILE",
        help="The state file that records the job, if JOB is an id.",
        show_default=False,
    ),
]
JobProviderOption = Annotated[
    str | None,
    typer.Option(
        "--provider",
        parser=one_of(*PROVIDER_NAMES),
        metavar="PROVIDER",
        help="Where the job is, if JOB is an id that no state file records.",
        show_default=False,
    ),
]
JobKeyOption = Annotated[
    str | None,
    typer.Option(
        "--api-key-env",
        parser=parse_variable,
        metavar="NAME",
        help="Environment variable with the key for the job's provider.",
        show_default=False,
    ),
]


def require_job(job: str, *, takes_unrecorded: bool = True) -> None:
    """Refuse what names no job: no path that is there, no id that is known here.

    Args:
        job: What names it.
        takes_unrecorded: Whether the command takes a job that no state file records.
    """
    from langchain_imessage.finetuning._attach import recorded_jobs  # noqa: PLC0415
    from langchain_imessage.finetuning.local._job_dir import (  # noqa: PLC0415
        LOCAL_ID,
    )

    if Path(job).exists() or job.strip().startswith((*_IDS, LOCAL_ID)):
        return  # attach says more
    damaged: list[IMessageError] = []
    known = recorded_jobs(Path(), damaged.append)
    if any(record.job_id == job.strip() for _, record in known):
        return
    if damaged:
        raise damaged[0]
    more = " For the id of another job, pass --provider." if takes_unrecorded else ""
    fail(
        f"{safe_line(job)}: There is no such dataset or state file, and no job of this "
        f"id was started from this folder.{more}"
    )


def open_job(
    job: str,
    *,
    state: Path | None = None,
    provider: str | None = None,
    base_url: str | None = None,
    api_key: str | None = None,
    takes_unrecorded: bool = True,
) -> Job:
    """Return a job, as it is now.

    Args:
        job: What names it.
        state: The state file that records its id.
        provider: Where it is, by the provider's name.
        base_url: Likewise, by address.
        api_key: The key for it, if not in the environment.
        takes_unrecorded: Whether the command takes a job that no state file records.
    """
    from langchain_imessage.finetuning import attach  # noqa: PLC0415

    if not (state or provider or base_url):
        require_job(job, takes_unrecorded=takes_unrecorded)
    named: dict[str, Any] = {
        "state": state,
        "provider": provider,
        "base_url": base_url,
        "api_key": api_key,
    }
    return attach(job, **{name: value for name, value in named.items() if value})
