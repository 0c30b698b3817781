"""What every command shares: how it prints, shows progress, and ends.

Results go to stdout, everything else to stderr. Progress is drawn for a person only. An
error is one line, without a message's text in it.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from contextlib import contextmanager
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from langchain_imessage.errors import DatabaseNotFoundError, IMessageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

T = TypeVar("T")

_UNSEEN = {"Cc", "Cs"}
"""Unicode's categories of commands, and of halves of characters."""

_HINT = (
    "Give the path of a chat.db, an sms.db or an iPhone backup; to try it without any, "
    "`langchain-imessage sample` writes one."
)

_WIDE = 1000
"""Columns, where the output is no screen: lines are not to be broken there."""


class Exit(IntEnum):
    """How a command ends."""

    DONE = 0
    """All went well."""
    FAILED = 1
    """It could not be done; stderr says why, and what to do."""
    USAGE = 2
    """The command line is wrong."""
    INCOMPLETE = 3
    """Done, but there is something to look at: rows that cannot be read, findings."""
    INTERRUPTED = 130
    """Stopped with Ctrl-C."""


def out() -> Console:
    """Give the console results are printed on."""
    width = None if sys.stdout.isatty() else _WIDE
    return Console(highlight=False, markup=False, width=width)


def err() -> Console:
    """Give the console for everything else."""
    return Console(highlight=False, markup=False, stderr=True)


def print_json(value: Any) -> None:
    """Print a result for another program."""
    text = json.dumps(value, default=_plain, ensure_ascii=False, indent=2)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # not every terminal has emojis; nobody has halves
        text = json.dumps(value, default=_plain, indent=2)
    sys.stdout.write(text + "\n")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def table(title: str | None, *columns: str, rows: Iterable[Sequence[object]]) -> Table:
    """Lay rows out; columns whose name begins with "#" are numbers."""
    made = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        made.add_column(
            column.removeprefix("#"),
            justify="right" if column.startswith("#") else "left",
            overflow="fold",
        )
    for row in rows:
        made.add_row(*(printable(str(cell)) for cell in row))
    return made


def count(number: int, one: str) -> str:
    """Say how many there are of what has a regular plural."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"


def printable(text: str) -> str:
    """Take out what would command the terminal rather than be shown by it."""
    return "".join(
        char
        if char in "\n\t" or unicodedata.category(char) not in _UNSEEN
        else "\ufffd"
        for char in text
    )


def somebody_is_there() -> bool:
    """Tell whether there is a person who can be asked."""
    return sys.stdin.isatty()


def progress(
    items: Iterable[T], doing: str, *, total: int | None = None
) -> Iterator[T]:
    """Pass items on and show how far it is; silent where nobody looks."""
    if not sys.stderr.isatty():
        yield from items
        return
    yield from track(items, doing, total=total, console=err(), transient=True)


@contextmanager
def errors() -> Iterator[None]:
    """End a command whose work cannot be done with one line that says why."""
    try:
        yield
    except (IMessageError, OSError, ValueError) as error:
        said = f"Error: {error}"
        if isinstance(error, DatabaseNotFoundError):
            said = f"{said.rstrip('.')}. {_HINT}"
        # A terminal wraps for itself; elsewhere it stays one line.
        err().print(said, style="red", soft_wrap=True)
        raise typer.Exit(Exit.FAILED) from error
    except KeyboardInterrupt as error:
        err().print("Interrupted.")
        raise typer.Exit(Exit.INTERRUPTED) from error
