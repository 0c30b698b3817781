"""`jobs`: the training jobs that were started from here."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from langchain_imessage.cli.commands._command_options import JsonOption
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._exits import fail
from langchain_imessage.errors import IMessageError
from langchain_imessage.terminal import safe_line
from langchain_imessage.timestamps import local_time

_SHOWN = frozenset(
    {
        *("fingerprint", "provider", "base_url", "model", "began", "job_id", "status"),
        *("fine_tuned_model", "files", "delete_files", "last_event", "train"),
    }
)
"""What is shown of a record: not its system prompt."""

_COLUMNS = ("job", "status", "provider", "model", "fine-tuned model", "started")
_WHOLE = ("job", "status")


def jobs(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="A dataset's folder, or one with datasets in it."
        ),
    ] = Path(),
    *,
    refresh: Annotated[
        bool,
        typer.Option(
            "--refresh", help="Ask each provider for the status, and record it."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List the training jobs started from a folder."""
    from langchain_imessage.finetuning import attach  # noqa: PLC0415
    from langchain_imessage.finetuning._attach import recorded_jobs  # noqa: PLC0415

    if not folder.is_dir():
        what = "It is not a folder" if folder.exists() else "There is no such folder"
        fail(f"{safe_line(folder)}: {what}")
    found: list[dict[str, Any]] = []
    unreadable: list[IMessageError] = []
    for file, known in recorded_jobs(folder, unreadable.append):
        record = {key: value for key, value in asdict(known).items() if key in _SHOWN}
        if refresh:
            try:
                job = attach(
                    record["job_id"], state=file.path
                )  # records it; deletes nothing
            except IMessageError as error:  # a provider that is gone hides no other job
                printing.note(f"{safe_line(record['job_id'])}: {safe_line(str(error))}")
            else:
                record["status"] = job.status
                record["fine_tuned_model"] = job.fine_tuned_model
        found.append(record)
    if unreadable and not found:
        fail(safe_line(str(unreadable[0])))
    for damage in unreadable:  # hides no other job
        printing.note(safe_line(str(damage)))
    if as_json:
        printing.print_json(found)
    elif found:
        printing.print_table(*_COLUMNS, rows=map(_row, found), whole=_WHOLE)
    else:
        printing.write("No jobs were started here.")


def _row(record: dict[str, Any]) -> tuple[str, ...]:
    return (
        record["job_id"],
        record["status"] or "?",
        record["provider"],
        record["model"],
        record["fine_tuned_model"] or "",
        _minute(record["began"]),
    )


def _minute(began: float) -> str:
    try:
        moment = datetime.fromtimestamp(began, UTC)
    except (OverflowError, ValueError, OSError):  # a state file may say anything
        return "?"
    return f"{local_time(moment):%Y-%m-%d %H:%M}"
