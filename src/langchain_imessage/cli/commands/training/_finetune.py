"""`finetune`: a dataset becomes a model, once its user has agreed to the plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langchain_imessage.cli.commands._command_options import (
    PROVIDER_NAMES,
    ApiKeyOption,
    BaseUrlOption,
    ContactsOption,
    JsonOption,
    PasswordOption,
    SenderOption,
    one_of,
    parse_folder,
    parse_seconds,
)
from langchain_imessage.cli.commands.making._dataset_making import make_dataset
from langchain_imessage.cli.commands.training._job_summary import plain_job, print_job
from langchain_imessage.cli.commands.training._running_job import (
    record_request,
    request_digest,
    running_job,
    was_interrupted,
)
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._exits import fail
from langchain_imessage.cli.terminal._option_names import with_option_names
from langchain_imessage.errors import DatabaseError, FineTuningError
from langchain_imessage.terminal import safe_line, shell_quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_imessage.finetuning import Job, Plan

_MOST_EPOCHS = 50


def finetune(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            help="A dataset's folder or a JSONL file; or a database or a backup, of "
            "which a dataset is made first.",
        ),
    ] = Path("dataset"),
    provider: Annotated[
        str | None,
        typer.Option(
            parser=one_of(*PROVIDER_NAMES),
            metavar="PROVIDER",
            help=f"Where to train: {', '.join(PROVIDER_NAMES)}; local is this computer.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="The model to train: a name, a folder, or auto for the largest one that "
            "this computer's memory can train.",
            show_default=False,
        ),
    ] = None,
    base_url: BaseUrlOption = None,
    api_key: ApiKeyOption = None,
    suffix: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="Ending of the new model's name; not secret.",
            show_default=False,
        ),
    ] = None,
    n_epochs: Annotated[
        int | None,
        typer.Option(
            "--n-epochs",
            "--epochs",
            min=1,
            max=_MOST_EPOCHS,
            metavar="N",
            help="Passes over the dataset. [default: the trainer's choice]",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="N",
            help="Random seed, to make training repeatable.",
            show_default=False,
        ),
    ] = None,
    moderate: Annotated[
        int,
        typer.Option(
            min=0, metavar="N", help="Send N examples to the moderation API first."
        ),
    ] = 0,
    expires_after: Annotated[
        int | None,
        typer.Option(
            parser=parse_seconds,
            metavar="TIME",
            help="Let uploaded files expire after this time: 7d, 12h, or seconds.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            parser=parse_folder,
            metavar="FOLDER",
            help="Where to write the dataset that is made from a database.",
        ),
    ] = Path("dataset"),
    sender: SenderOption = "Me",
    password: PasswordOption = None,
    contacts: ContactsOption = None,
    *,
    delete_files: Annotated[
        bool,
        typer.Option("--delete-files", help="Delete uploaded files after success."),
    ] = False,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume", help="Continue a stopped local job at its last checkpoint."
        ),
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Agree to the plan without being asked.")
    ] = False,
    wait: Annotated[bool, typer.Option(help="Wait until the job has ended.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Train a model on a dataset.

    Files are checked first; what is sent where, and what it costs, is shown before you
    agree to it. API keys are read from the environment (OPENAI_API_KEY, ...); a key is sent to
    its own provider only. Ctrl-C leaves a job running; the same command finds it again.
    """
    _require_source(source)
    if not as_json:
        printing.note("Loading")  # what is imported next takes a second or two
    from langchain_imessage.finetuning import fine_tune  # noqa: PLC0415

    settings: dict[str, Any] = {
        "provider": provider or ("openai" if base_url else "local"),
        "model": model,
        "base_url": base_url,
        "suffix": suffix,
        "n_epochs": n_epochs or "auto",
        "seed": seed,
        "expires_after": expires_after,
        "delete_files": delete_files,
    }
    call: dict[str, Any] = {
        "api_key": api_key,
        "moderate": moderate,
        "resume": resume,
        "confirm": _confirmation(yes=yes, quiet=as_json),
        "progress": not as_json,
    }
    if _is_dataset(source):
        job = fine_tune(source, **settings, **call)
    else:
        loader = {"path": source, "password": password, "contacts": contacts}
        job = _train_on_database(loader, sender, out, settings, call)
        source = out
    if wait:
        job.wait(progress=not as_json)
    if as_json:
        printing.print_json(plain_job(job))
    else:
        _print(job, source)


def _train_on_database(
    loader: dict[str, Any],
    sender: str,
    out: Path,
    settings: dict[str, Any],
    call: dict[str, Any],
) -> Job:
    """Return the job that this same command began, or make a dataset and start one.

    The database may have new messages by now: the command, not the dataset, decides
    whether its job still runs.
    """
    from langchain_imessage.finetuning import fine_tune  # noqa: PLC0415

    request = request_digest(loader["path"].resolve(), sender, settings)
    job = running_job(out, request, call["api_key"])
    if job is None:
        if was_interrupted(out, request):
            printing.note(
                f"This command was interrupted while its job was being created: going on "
                f"with the dataset that it made then, in {safe_line(out)}."
            )
        else:
            sink = _sink_of(settings["provider"])
            make_dataset(loader, {"sender": sender}, out=out, sink=sink)
        job = fine_tune(out, **settings, **call, request=request)
        record_request(out, job, request)
    elif call["progress"]:
        printing.note(f"This command's job is still running: {safe_line(job.job_id)}")
    return job


def _require_source(source: Path) -> None:
    """Refuse what is not there, and a folder with neither a dataset nor a backup in it."""
    if not source.exists():
        fail(
            f"{safe_line(source)}: There is no such dataset, file or backup. "
            "`langchain-imessage prepare` makes a dataset of your messages."
        )
    if source.is_dir() and not _is_dataset(source):
        from langchain_imessage.chatdb import require_source  # noqa: PLC0415

        try:
            require_source(source)
        except DatabaseError as error:
            fail(f"{safe_line(error)} It holds no dataset, either.")


def _is_dataset(source: Path) -> bool:
    try:
        return source.suffix == ".jsonl" or (source / "manifest.json").is_file()
    except PermissionError:
        return True  # reading it says what to do


def _sink_of(provider: str) -> str:
    from langchain_imessage.finetuning import PROVIDERS  # noqa: PLC0415

    return PROVIDERS[provider].sink


def _confirmation(*, yes: bool, quiet: bool) -> Callable[[Plan], bool]:
    """Return a function that shows a plan, and asks whether to go on."""

    def confirm(plan: Plan) -> bool:
        if not (yes and quiet):
            printing.note(with_option_names(str(plan)))
        if not yes and not printing.has_terminal():
            raise FineTuningError(
                "Confirmation needed, but there is no terminal: pass --yes. "
                "Nothing was sent."
            )
        return yes or typer.confirm("Continue?", err=True)

    return confirm


def _print(job: Job, source: Path) -> None:
    folder = source if source.is_dir() else source.parent
    print_job(
        job,
        check=f"jobs {shell_quoted(folder)} --refresh",
        chat=shell_quoted(_state_of(job, source)),
    )


def _state_of(job: Job, source: Path) -> Path:
    """Return what `chat` finds the job by: a dataset's folder, or the job's state file."""
    if source.is_dir():
        return source
    from langchain_imessage.finetuning._attach import recorded_jobs  # noqa: PLC0415

    for file, record in recorded_jobs(source.parent):
        if record.job_id == job.job_id:
            return file.path
    return source
