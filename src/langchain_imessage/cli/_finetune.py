"""`finetune` and `jobs`: a dataset becomes a model, after everybody has agreed to it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langchain_imessage.cli import _output as output
from langchain_imessage.cli._prepare import make_dataset
from langchain_imessage.cli._source import ContactsOption, JsonOption, PasswordOption
from langchain_imessage.errors import FineTuningError

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_imessage.finetuning import Job, Plan

_DAY = 86_400

BaseUrlOption = Annotated[
    str | None,
    typer.Option(help="The address of another that speaks OpenAI's API."),
]


def finetune(
    source: Annotated[
        Path,
        typer.Argument(
            help="A dataset's folder, or a JSONL file; or a database or a backup, of "
            "which a dataset is made first."
        ),
    ] = Path("dataset"),
    provider: Annotated[
        str,
        typer.Option(
            help='"local" trains on this computer; openai, azure, nebius, crusoe.'
        ),
    ] = "openai",
    model: Annotated[
        str | None, typer.Option(help="What to train: a model's name, or a folder.")
    ] = None,
    base_url: BaseUrlOption = None,
    suffix: Annotated[
        str | None, typer.Option(help="What the model's name ends in; no secret.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, max=50)] = None,
    seed: Annotated[int | None, typer.Option(min=0)] = None,
    moderate: Annotated[
        int, typer.Option(min=0, help="Examples to send to moderation first.")
    ] = 0,
    expires: Annotated[
        int | None, typer.Option(min=1, max=30, help="Days the files stay there.")
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Where a dataset is made.")
    ] = Path("dataset"),
    sender: Annotated[str, typer.Option(help="Whose voice is to be learned.")] = "Me",
    password: PasswordOption = None,
    contacts: ContactsOption = None,
    *,
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete the files there after success.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Agree to the plan, and do not ask.")
    ] = False,
    wait: Annotated[bool, typer.Option(help="Follow the job to its end.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Train a model: check, say what leaves this computer, ask, upload, follow.

    Keys come from the environment (OPENAI_API_KEY, ...), never from the command line.
    Ctrl-C leaves the job running; the same command comes back to it.
    """
    if not as_json:
        output.err().print("Getting ready")  # what is imported next takes its time
    from langchain_imessage.finetuning import fine_tune  # noqa: PLC0415

    with output.errors():
        if not _is_dataset(source):
            loader = {"path": source, "password": password, "contacts": contacts}
            sink = _sink_of(provider)
            make_dataset(loader, {"sender": sender}, out=out, sink=sink)
            source = out
        job = fine_tune(
            source,
            provider=provider,
            model=model,
            base_url=base_url,
            suffix=suffix,
            n_epochs=epochs or "auto",
            seed=seed,
            moderate=moderate,
            expires_after=expires and expires * _DAY,
            delete_files=delete,
            confirm=_agreement(yes=yes, quiet=as_json),
            progress=not as_json,
        )
        if wait:
            job.wait(progress=not as_json)
    if as_json:
        output.print_json(_plain(job))
    else:
        _print(job, source)


def jobs(
    folder: Annotated[
        Path, typer.Argument(help="A dataset's folder, or a folder of such.")
    ] = Path(),
    *,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ask the provider how they are doing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List the jobs that were started from here; asks nobody unless told to."""
    from langchain_imessage.finetuning import attach  # noqa: PLC0415
    from langchain_imessage.finetuning._api import recorded_jobs  # noqa: PLC0415

    found = []
    with output.errors():
        for file, known in recorded_jobs(folder):
            record = asdict(known)
            if refresh:
                job = attach(record["job_id"], state=file.path)
                record["status"] = job.status
                record["fine_tuned_model"] = job.fine_tuned_model
            found.append(record)
    if as_json:
        output.print_json(found)
        return
    if not found:
        output.out().print("No job was started here.")
        return
    rows = (
        (
            record["job_id"],
            record["status"] or "?",
            record["provider"],
            record["model"],
            record["fine_tuned_model"] or "",
            f"{datetime.fromtimestamp(record['began'], UTC).astimezone():%Y-%m-%d %H:%M}",
        )
        for record in found
    )
    columns = ("job", "status", "provider", "model", "tuned model", "began")
    output.out().print(output.table(None, *columns, rows=rows))


def _is_dataset(source: Path) -> bool:
    return source.suffix == ".jsonl" or (source / "manifest.json").is_file()


def _sink_of(provider: str) -> str:
    from langchain_imessage.finetuning import PROVIDERS  # noqa: PLC0415

    return PROVIDERS[provider].sink if provider in PROVIDERS else "openai"


def _agreement(*, yes: bool, quiet: bool) -> Callable[[Plan], bool]:
    """Give what shows a plan, and asks whether it shall be carried out."""

    def agree(plan: Plan) -> bool:
        if not (yes and quiet):
            output.err().print(str(plan), soft_wrap=True)
        if not yes and not output.somebody_is_there():
            raise FineTuningError(
                "Nobody is there to confirm this; nothing was sent. --yes agrees to it."
            )
        return yes or typer.confirm("Go on?", err=True)

    return agree


def _plain(job: Job) -> dict[str, Any]:
    return {
        "job_id": job.job_id,
        "provider": job.provider,
        "status": job.status,
        "model": job.model,
        "fine_tuned_model": job.fine_tuned_model,
    }


def _print(job: Job, source: Path) -> None:
    out = output.out()
    if job.fine_tuned_model is None:
        out.print(f"Job {job.job_id}: {job.status}")
        return
    out.print(f"The model is {job.fine_tuned_model}")
    losses = [m.train_loss for m in job.metrics() if m.train_loss is not None]
    if losses:
        out.print(f"Loss: {losses[0]:.2f} at first, {losses[-1]:.2f} at last")
    out.print(f"Talk to it: langchain-imessage chat {source}")
