"""`validate` and `report`: a dataset looked at before anybody trains on it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from langchain_imessage.cli import _output as output
from langchain_imessage.cli._prepare import print_findings
from langchain_imessage.cli._source import JsonOption
from langchain_imessage.errors import ExportError

if TYPE_CHECKING:
    from langchain_imessage.datasets import Finding


def validate(
    path: Annotated[Path, typer.Argument(help="A dataset's folder, or a JSONL file.")],
    sink: Annotated[
        str | None,
        typer.Option(help="Whose rules; those it was written for, if it says."),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Check a dataset or a file against a trainer's rules; nothing is sent anywhere."""
    with output.errors():
        whose, findings = _findings(path, sink)
    if as_json:
        found = [asdict(finding) for finding in findings]
        output.print_json({"path": str(path), "sink": whose, "findings": found})
    else:
        print_findings(findings)
        errors = sum(finding.is_error for finding in findings)
        output.out().print(
            f"{path} (for {whose}): {output.count(errors, 'error')}, "
            f"{output.count(len(findings) - errors, 'warning')}"
        )
    if any(finding.is_error for finding in findings):
        raise typer.Exit(output.Exit.INCOMPLETE)


def _findings(path: Path, sink: str | None) -> tuple[str, list[Finding]]:
    from langchain_imessage.datasets import read_dataset  # noqa: PLC0415
    from langchain_imessage.datasets import validate as find  # noqa: PLC0415

    if sink is None:
        if not path.is_dir():
            raise ExportError("A file does not say who it is for: use --sink")
        sink = read_dataset(path).sink
    return sink, find(path, sink)


def report(
    folder: Annotated[Path, typer.Argument(help="A dataset's folder.")] = Path(
        "dataset"
    ),
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The page. [default: report.html in it]"),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Write a page to read a dataset in, and to veto examples; it needs no network."""
    from langchain_imessage.datasets import write_report  # noqa: PLC0415

    with output.errors():
        page = write_report(folder, out or folder / "report.html")
    if as_json:
        output.print_json({"page": str(page), "bytes": page.stat().st_size})
        return
    output.out().print(f"{page}: open it in a browser; it stays on this computer.")
    output.out().print(
        "Its decision file goes to: langchain-imessage prepare --decisions FILE"
    )
