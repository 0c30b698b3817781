"""Reads docstrings as they are written here: Google's sections, and Markdown within.

Backticks, fenced code and tables become reStructuredText before napoleon sees them. What
is returned needs no type in the text, so a colon in it begins none.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx

_BACKTICKS = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_UNTYPED = re.compile(r"^(Returns|Yields):$")


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _literal(text: str) -> str:
    return _BACKTICKS.sub(r"``\1``", text)


def _table(lines: list[str]) -> Iterator[str]:
    """Yield a list-table for the lines of a Markdown table."""
    indent = _indent(lines[0])
    rows = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        for line in (lines[0], *lines[2:])
    ]
    yield from (f"{indent}.. list-table::", f"{indent}   :header-rows: 1", "")
    for row in rows:
        for mark, cell in zip(["* -", *["  -"] * (len(row) - 1)], row, strict=True):
            yield f"{indent}   {mark} {_literal(cell)}"
    yield ""


def _code(lines: list[str]) -> Iterator[str]:
    """Yield a code-block for the lines of a fenced one."""
    indent = _indent(lines[0])
    language = lines[0].strip().removeprefix("```") or "none"
    yield from (f"{indent}.. code-block:: {language}", "")
    yield from (f"   {line}" for line in lines[1:-1])
    yield ""


class _Kinds:
    """Tells of each line, taken in order, which kind of text it is."""

    def __init__(self) -> None:
        self._in_fence = False
        self._fences = 0

    def __call__(self, line: str) -> tuple[str, int]:
        """Return the kind, and a number that parts two fences in a row."""
        if line.strip().startswith("```"):
            self._fences += not self._in_fence
            self._in_fence = not self._in_fence
            return ("code", self._fences)
        if self._in_fence:
            return ("code", self._fences)
        return ("table" if line.strip().startswith("|") else "prose", 0)


def _prose(lines: Iterable[str]) -> Iterator[str]:
    after_heading = False
    joined = "\n".join(lines)
    for line in _literal(joined).split("\n"):
        text = line.lstrip()
        yield f"{_indent(line)}: {text}" if after_heading and text else line
        after_heading = bool(_UNTYPED.match(line))


def as_restructured_text(lines: list[str]) -> list[str]:
    """Return a docstring's lines as napoleon and docutils read them."""
    makers = {"code": _code, "table": _table, "prose": _prose}
    return [
        made
        for (kind, _), group in groupby(lines, key=_Kinds())
        for made in makers[kind](list(group))
    ]


def _convert(*event: Any) -> None:
    lines: list[str] = event[-1]
    lines[:] = as_restructured_text(lines)


def setup(app: Sphinx) -> dict[str, bool]:
    """Come before napoleon, whose priority is 500."""
    app.connect("autodoc-process-docstring", _convert, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
