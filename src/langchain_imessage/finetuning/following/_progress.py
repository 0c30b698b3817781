"""Progress of a job: one line that is overwritten, or a line for each change.

Owns where progress is written: over itself on a terminal and in a notebook, line by line
anywhere else. Shows steps, losses and statuses; never a provider's own words.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, TextIO, TypeAlias

from langchain_imessage.finetuning._plan import in_notebook
from langchain_imessage.terminal import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable

Progress: TypeAlias = "bool | Callable[[str], None]"
"""Whether to show progress, or a function called with each line."""


_ELAPSED = re.compile(r" \[[\d:]+\]$")
"""The time at a line's end: nothing new where lines stay, as in a log."""


class ProgressLine:
    """Writes progress.

    Args:
        progress: Whether to, or the function to call instead.
        stream: Where to; stdout in a notebook and stderr anywhere else by default.
    """

    def __init__(self, progress: Progress = True, stream: TextIO | None = None) -> None:  # noqa: FBT002 - true or false is what it is called with
        notebook = in_notebook()
        self._tell = progress if callable(progress) else None
        self._stream = stream or (sys.stdout if notebook else sys.stderr)
        self._shown = bool(progress)
        self._over = notebook or self._stream.isatty()
        self._last = ""

    def say(self, line: str) -> None:
        """Show a line, unless it is the same as the last one."""
        line = safe_text(line)  # it may hold ids a server has made up
        if not self._shown or self._is_last(line):
            return
        before, self._last = len(self._last), line
        if self._tell:
            self._tell(line)
        elif self._over:
            self._stream.write(f"\r{line:<{before}}")
        else:
            self._stream.write(f"{line}\n")
        self._stream.flush()

    def _is_last(self, line: str) -> bool:
        if self._over or self._tell:
            return line == self._last
        return _ELAPSED.sub("", line) == _ELAPSED.sub("", self._last)

    def end(self, line: str | None = None) -> None:
        """Leave the last line as it is."""
        if line:
            self.say(line)
        if self._over and self._last and not self._tell:
            self._stream.write("\n")
            self._stream.flush()
        self._last = ""
