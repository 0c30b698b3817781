"""Shows how far a command is: percent and time left, on a terminal only."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from langchain_imessage.cli.terminal._printing import stderr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")


@contextmanager
def progress_bar(doing: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show a bar while something is done; nothing where stderr is no terminal.

    Args:
        doing: What is done: "Reading".

    Yields:
        A function to call with how many are done, and how many there are (None where
        that is not known: then their number is shown, and no percentage).
    """
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn("{task.percentage:>3.0f}%", markup=False),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=stderr(), transient=True) as progress:
        task = progress.add_task(doing, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def tracked(items: Iterable[T], doing: str, *, total: int | None = None) -> Iterator[T]:
    """Yield items, and show how many there were."""
    with progress_bar(doing) as update:
        for number, item in enumerate(items, 1):
            yield item
            update(number, total)
