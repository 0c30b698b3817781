"""A conversation as lines to read: in colour and page by page where a terminal shows it.

Further lines of a message are indented: at the margin they could pass for another message,
of somebody else. What the lines are of is for the caller to say.
"""

from __future__ import annotations

import os
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.text import Text

from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.terminal import safe_line, safe_text
from langchain_imessage.timestamps import written_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from rich.console import Console

_INDENT: Final = len("00:00  ")
_OWN = "bold cyan"
_OTHERS = ("green", "yellow", "magenta", "blue", "red")
_LEAST_WIDTH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptLine:
    """A message to be shown.

    Attributes:
        sent: When, in the computer's time zone; None where unknown.
        sender: Who.
        is_own: Whether it is the owner's.
        content: What, of one or more lines.
    """

    sent: datetime | None
    sender: str
    is_own: bool
    content: str


def print_transcript(
    title: str, entries: Iterable[TranscriptLine], *, pages: bool
) -> None:
    """Print a conversation, each day named before its first message.

    Args:
        title: What it is called.
        entries: Its messages.
        pages: Whether a terminal shows it in a pager.
    """
    console = printing.stdout()
    if not console.is_terminal:
        for line in _lines(title, entries):
            printing.write(line.plain)
        return
    os.environ.setdefault("LESS", "-FRX")  # colours; no pager for what fits the screen
    with console.pager(styles=not console.no_color) if pages else nullcontext():
        for line in _lines(title, entries):
            for part in _wrapped(line, console):
                console.print(part, no_wrap=True, crop=False, overflow="ignore")


def _lines(title: str, entries: Iterable[TranscriptLine]) -> Iterator[Text]:
    yield Text(safe_line(title), style="bold")
    day, styles = None, dict[str, str]()
    for entry in entries:
        if entry.sent and entry.sent.date() != day:
            day = entry.sent.date()
            yield Text()
            yield Text(written_day(day), style="underline")
        style = _OWN if entry.is_own else _style(entry.sender, styles)
        time = f"{entry.sent:%H:%M}" if entry.sent else "--:--"
        first, *rest = safe_text(entry.content).splitlines() or [""]
        yield Text.assemble(
            (time, "dim"), "  ", (safe_line(entry.sender), style), ": ", first
        )
        for line in rest:
            yield Text(" " * _INDENT + line)


def _style(sender: str, styles: dict[str, str]) -> str:
    """Return a colour for a sender: the same one in the whole transcript."""
    return styles.setdefault(sender, _OTHERS[len(styles) % len(_OTHERS)])


def _wrapped(line: Text, console: Console) -> Iterator[Text]:
    """Yield a line in parts that fit the terminal, the further ones indented."""
    first, *rest = line.wrap(console, max(console.width, _LEAST_WIDTH)) or [line]
    yield first
    if rest:
        remainder = Text(" ").join(rest)
        width = max(console.width - _INDENT, _LEAST_WIDTH)
        for part in remainder.wrap(console, width):
            yield Text(" " * _INDENT) + part
