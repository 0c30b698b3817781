"""Where commands write: what cannot be written is refused, what is there asked about.

One rule for every command: a file outside of a dataset's folder is replaced after a yes
only, at the terminal or with --yes, and not through a link. What a dataset's folder keeps
of its own (its files, report.html, evaluation.json) is made anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from langchain_imessage.cli.commands._command_options import STDOUT
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._exits import fail
from langchain_imessage.terminal import safe_line

if TYPE_CHECKING:
    from pathlib import Path


def confirm_replacing(out: Path, *, yes: bool) -> None:
    """Ask whether what is at a path may be replaced, if there is anything.

    Raises:
        typer.Abort: If not.
        typer.Exit: If there is nobody to ask.
    """
    if yes or not (any(out.iterdir()) if out.is_dir() else out.exists()):
        return
    if not printing.has_terminal():
        fail(f"{safe_line(out)} already exists; pass --yes to replace it.")
    typer.confirm(f"{safe_line(out)} already exists. Replace it?", abort=True, err=True)


def require_writable(out: Path, *, is_file: bool, option: str = "--out") -> None:
    """Refuse a path that cannot be what is to be written.

    Raises:
        typer.BadParameter: If it cannot; it names the option.
    """
    if out == STDOUT:
        raise typer.BadParameter("Copies of attachments are files: name a folder.")
    if out.is_symlink():
        raise typer.BadParameter(
            f"{option} is a symbolic link, which is not followed: name what it leads to."
        )
    if not out.absolute().parent.is_dir():
        raise typer.BadParameter(f"The folder that {option} is in does not exist.")
    if is_file and out.is_dir():
        raise typer.BadParameter(f"{option} is a folder, not a file.")
    if not is_file and out.is_file():
        raise typer.BadParameter(f"{option} is a file, not a folder.")
