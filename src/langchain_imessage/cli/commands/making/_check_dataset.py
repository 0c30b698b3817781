"""`validate` and `report`: a dataset, checked and read before anybody trains on it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from langchain_imessage.cli.commands._command_options import (
    SINK_NAMES,
    JsonOption,
    YesOption,
    one_of,
    parse_folder,
)
from langchain_imessage.cli.commands._output_paths import (
    confirm_replacing,
    require_writable,
)
from langchain_imessage.cli.commands.making._dataset_summary import print_findings
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._exits import Exit, fail
from langchain_imessage.cli.terminal._progress_bar import progress_bar
from langchain_imessage.errors import ExportError
from langchain_imessage.terminal import safe_line

if TYPE_CHECKING:
    from langchain_imessage.datasets import Finding


def validate(
    path: Annotated[
        Path,
        typer.Argument(metavar="DATASET", help="A dataset's folder, or a JSONL file."),
    ],
    sink: Annotated[
        str | None,
        typer.Option(
            parser=one_of(*SINK_NAMES),
            metavar="SINK",
            help="The trainer whose rules apply. [default: the dataset's own]",
            show_default=False,
        ),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Check a dataset against the rules of its trainer."""
    whose, findings = _findings(path, sink)
    if as_json:
        found = [asdict(finding) for finding in findings]
        printing.print_json({"path": str(path), "sink": whose, "findings": found})
    else:
        print_findings(findings)
        errors = sum(finding.is_error for finding in findings)
        warnings = printing.count(len(findings) - errors, "warning")
        printing.write(
            f"{safe_line(path)} (for {safe_line(whose)}): "
            f"{printing.count(errors, 'error')}, {warnings}"
        )
    if any(finding.is_error for finding in findings):
        raise typer.Exit(Exit.INCOMPLETE)


def _findings(path: Path, sink: str | None) -> tuple[str, list[Finding]]:
    from langchain_imessage.datasets import read_dataset  # noqa: PLC0415
    from langchain_imessage.datasets import validate as find  # noqa: PLC0415

    if not path.exists():
        fail(f"{safe_line(path)}: There is no such dataset or file.")
    if sink is None:
        if path.is_file():
            raise ExportError("A file does not name its trainer: pass --sink.")
        sink = read_dataset(path).sink
    with progress_bar("Checking") as progress:
        return sink, find(path, sink, progress=progress)


def report(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A dataset's folder.")
    ] = Path("dataset"),
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            parser=parse_folder,
            metavar="FILE",
            help="The page to write. [default: report.html in the folder]",
            show_default=False,
        ),
    ] = None,
    *,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write an HTML page to read a dataset in.

    Examples can be marked there to be left out by `prepare --decisions`.
    """
    from langchain_imessage.datasets import write_report  # noqa: PLC0415

    if out is not None:
        require_writable(out, is_file=True)
        confirm_replacing(out, yes=yes)
    with progress_bar("Writing the report") as progress:
        page = write_report(folder, out or folder / "report.html", progress=progress)
    if as_json:
        printing.print_json({"page": str(page), "bytes": page.stat().st_size})
        return
    printing.write(f"{safe_line(page)}: open it in a browser; it needs no network.")
    printing.write(
        "To leave out what you mark there: run prepare again as before, with "
        "--decisions decisions.json"
    )
