"""Prints: results to stdout, everything else to stderr.

Owns the two consoles, tables, JSON and the grammar of counts. Whatever is printed here has
been made safe for the terminal; markup and emoji codes are printed as they are written.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from langchain_imessage.terminal import safe_json, safe_line, safe_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

_WIDE = 1000
"""Columns where the output is no terminal: lines are not to be broken there."""


def stdout() -> Console:
    """Return the console results are printed on."""
    width = None if sys.stdout.isatty() else _WIDE
    return Console(highlight=False, markup=False, emoji=False, width=width)


def stderr() -> Console:
    """Return the console for everything else."""
    return Console(highlight=False, markup=False, emoji=False, stderr=True)


def write(text: str = "") -> None:
    """Print lines of a result as they are, but for what would command the terminal."""
    sys.stdout.write(f"{safe_text(text)}\n")


def note(text: str, *, style: str | None = None) -> None:
    """Print something that is no result; a terminal wraps it, elsewhere it is one line."""
    stderr().print(Text(safe_text(text)), style=style, soft_wrap=True)


def print_json(value: Any) -> None:
    """Print a result for another program."""
    text = safe_json(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # not every terminal has emojis
        text = json.dumps(value, default=_plain, indent=2)
    sys.stdout.write(text + "\n")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def table(
    *columns: str, rows: Iterable[Sequence[object]], whole: Collection[str] = ()
) -> Table:
    """Return a table; columns whose name begins with "#" are numbers.

    Args:
        columns: Their names.
        rows: Their values.
        whole: Columns that are never broken, however narrow the terminal is.
    """
    made = Table(box=None, pad_edge=False)
    for column in columns:
        made.add_column(
            Text(column.removeprefix("#")),
            justify="right" if column.startswith("#") else "left",
            overflow="fold",
            no_wrap=column in whole,
        )
    for row in rows:
        made.add_row(*(Text(safe_line(cell)) for cell in row))
    return made


def print_table(
    *columns: str, rows: Iterable[Sequence[object]], whole: Collection[str] = ()
) -> None:
    """Print a table, without blanks at the ends of its lines; see `table`."""
    console = stdout()
    with console.capture() as captured:
        console.print(table(*columns, rows=rows, whole=whole))
    for line in captured.get().splitlines():
        sys.stdout.write(f"{line.rstrip()}\n")


def count(number: int, one: str, several: str | None = None) -> str:
    """Return a number with its noun.

    Args:
        number: How many.
        one: The noun for one.
        several: That for any other number, where it does not just end in "s".
    """
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def has_terminal() -> bool:
    """Return whether there is a person who can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()
