"""`sample`: a database to try the other commands with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from langchain_imessage.cli.commands._command_options import JsonOption
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.terminal import safe_line, shell_quoted


def sample(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to write it.")
    ] = Path("sample.db"),
    *,
    as_json: JsonOption = False,
) -> None:
    """Write a sample database to try the other commands with."""
    from langchain_imessage.testing import write_sample  # noqa: PLC0415

    written = write_sample(path)
    if as_json:
        printing.print_json({"path": str(written)})
        return
    printing.write(f"{safe_line(written)}: ten conversations between Tortoise and Hare")
    name = shell_quoted(written)
    printing.write(f"Look at it:    langchain-imessage chats {name}")
    printing.write(
        f"Learn from it: langchain-imessage prepare {name} --sender Tortoise"
    )
