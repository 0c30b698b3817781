"""`evaluate`: does a model talk like you, in figures, with controls."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langchain_imessage.cli.commands._command_options import (
    JsonOption,
    parse_folder,
)
from langchain_imessage.cli.commands._job_argument import JobKeyOption
from langchain_imessage.cli.commands._output_paths import (
    confirm_replacing,
    require_writable,
)
from langchain_imessage.cli.commands.speaking._named_model import named_model
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._exits import Exit
from langchain_imessage.errors import EvaluationError
from langchain_imessage.terminal import safe_line, shell_quoted

if TYPE_CHECKING:
    from langchain_imessage.evaluation import Evaluation


def evaluate(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help="A dataset's folder; its latest job is measured on what it holds out.",
        ),
    ] = Path("dataset"),
    model: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODEL",
            help="Also evaluate a chat model, as LangChain names it: ollama:llama3.2; repeatable.",
            show_default=False,
        ),
    ] = None,
    n: Annotated[
        int,
        typer.Option(
            "--answers", "-n", min=1, metavar="N", help="Number of answers to ask for."
        ),
    ] = 200,
    seed: Annotated[
        int,
        typer.Option(
            min=0, metavar="N", help="Random seed, to make the figures repeatable."
        ),
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            parser=parse_folder,
            metavar="FILE",
            help="Where to write figures and answers. [default: evaluation.json in the folder]",
            show_default=False,
        ),
    ] = None,
    api_key: JobKeyOption = None,
    *,
    controls: Annotated[
        bool,
        typer.Option("--controls/--no-controls", help="Also measure the controls."),
    ] = True,
    yes: Annotated[
        bool,
        typer.Option(
            "--yes",
            "-y",
            help="Agree to what is sent, and replace the --out file, without being asked.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure whether a model talks like you.

    The model answers in your place in held-out conversations. The exit code is 3 if your
    own answers are too few, or cannot be told from those of the people you write with.
    """
    from langchain_imessage.datasets import read_dataset  # noqa: PLC0415
    from langchain_imessage.evaluation import evaluate as measured  # noqa: PLC0415

    if out is not None:
        require_writable(out, is_file=True)
        confirm_replacing(out, yes=yes)
    dataset = read_dataset(folder)
    systems = _systems(folder, model or [], api_key)
    name = next(iter(systems))
    found = measured(
        systems.pop(name),
        dataset,
        name=name,
        against=systems,
        controls=controls,
        n=n,
        seed=seed,
        confirm=True if yes else None,
    )
    saved = found.save(out or folder / "evaluation.json")
    _print(found, saved, as_json=as_json)
    if found.cannot_tell:
        raise typer.Exit(Exit.INCOMPLETE)


def _systems(folder: Path, models: list[str], api_key: str | None) -> dict[str, Any]:
    """Return the folder's latest job, if it has one, and the models that were named.

    Raises:
        EvaluationError: If there is neither.
    """
    from langchain_imessage.finetuning import attach, jobs  # noqa: PLC0415

    found: dict[str, Any] = {}
    if jobs(folder):
        found["tuned"] = attach(folder, api_key=api_key)
    found |= {name: named_model(name) for name in models}
    if not found:
        raise EvaluationError(
            "No job was started in this folder. Start one with `langchain-imessage "
            "finetune`, or name a chat model with --model."
        )
    return found


def _print(found: Evaluation, saved: Path, *, as_json: bool) -> None:
    if as_json:
        printing.print_json(found.to_dict() | {"file": str(saved)})
        return
    printing.write(str(found))
    printing.write()
    printing.write(f"{safe_line(saved)}: figures and answers; keep this file private.")
    printing.write(f"Next: langchain-imessage report {shell_quoted(saved.parent)}")
