"""The commands, put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from langchain_imessage.cli._chat import chat
from langchain_imessage.cli._chats import chats, show
from langchain_imessage.cli._dataset import report, validate
from langchain_imessage.cli._doctor import doctor
from langchain_imessage.cli._export import export, sample
from langchain_imessage.cli._finetune import finetune, jobs
from langchain_imessage.cli._prepare import prepare

app = typer.Typer(
    help="Your own Messages history as conversations, and those as training data. "
    "Nothing leaves this machine unless a command says so by its name.",
    epilog="Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done but see what it says, "
    "130 interrupted.",
    no_args_is_help=True,
    # A traceback with the values of variables would print people's messages.
    pretty_exceptions_enable=False,
)
_PANELS: dict[str, tuple[Callable[..., None], ...]] = {
    "Read": (doctor, chats, show, export, sample),
    "Train": (prepare, validate, report, finetune, jobs, chat),
}
for panel, commands in _PANELS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)


@app.callback(invoke_without_command=True)
def version(
    *,
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.")
    ] = False,
) -> None:
    """Print the version."""
    if show_version:
        from importlib.metadata import version as version_of  # noqa: PLC0415

        typer.echo(version_of("langchain-imessage"))
        raise typer.Exit
