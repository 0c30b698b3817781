"""Figures of systems → a table to print, and one for notebooks.

Owns the columns, how a figure is written, and the sentences below the table.
"""

from __future__ import annotations

from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from langchain_imessage.evaluation.figures._figure_records import SystemFigures
    from langchain_imessage.evaluation.judging._ranking import Estimate

CANNOT_TELL: Final = "cannot tell"
_WIDTH: Final = 88

_COLUMNS: Final[dict[str, Callable[[SystemFigures], str]]] = {
    "": lambda one: f"control: {one.name}" if one.kind == "control" else one.name,
    "answers": lambda one: f"{one.answers:,}",
    "sounds like you": lambda one: _whole(one.likeness),
    "fits": lambda one: with_interval(one.fits),
    "told apart": lambda one: (
        "" if one.kind == "person" else with_interval(one.told_apart)
    ),
    "copied": lambda one: _share(one.copied.answers),
    "words": lambda one: f"{one.words:.1f}",
    "bubbles": lambda one: f"{one.bubbles:.1f}",
    "fails": lambda one: ", ".join(one.fails),
}

EXPLAINED: Final = (
    "Sounds like you: 0 is as the people you write with, 100 as you; in brackets, 95 %.",
    "Fits: how often an answer fits what was said better than another one; 0.50 is chance.",
    "Told apart: AUC of a judge of real answers against these; 0.50 is not at all.",
    "Copied: of answers of four words or more, those that are, or nearly, in the training file.",
)


def table_cells(figures: Iterable[SystemFigures]) -> list[list[str]]:
    """Return the table as texts, the heads of its columns first."""
    return [
        [*_COLUMNS],
        *([cell(one) for cell in _COLUMNS.values()] for one in figures),
    ]


def text_table(figures: Sequence[SystemFigures], remarks: Iterable[str]) -> str:
    """Return a table as text, and sentences below it.

    Args:
        figures: A line for each system.
        remarks: The sentences on these figures.
    """
    rows = table_cells(figures)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(map(_aligned, row, widths, range(len(row)))).rstrip() for row in rows
    ]
    for remark in remarks:
        lines += ["", *_wrapped(remark)]
    return "\n".join([*lines, "", *EXPLAINED])


def _wrapped(remark: str) -> Iterator[str]:
    """Yield a sentence's lines; a percent sign stays with its figure."""
    kept = remark.replace(" %", "\N{NO-BREAK SPACE}%")
    for line in wrap(kept, _WIDTH, subsequent_indent="  "):
        yield line.replace("\N{NO-BREAK SPACE}%", " %")


def html_table(figures: Sequence[SystemFigures], remarks: Iterable[str]) -> str:
    """Return the same as HTML; nothing in it can end an element."""
    head, *rows = table_cells(figures)
    heads = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
        for row in rows
    )
    notes = "".join(f"<li>{escape(line)}</li>" for line in (*remarks, *EXPLAINED))
    return (
        f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"
        f"<ul>{notes}</ul>"
    )


def most_off(figures: Iterable[SystemFigures]) -> Iterator[str]:
    """Yield what is most off about each model, in a sentence, and if it says nothing."""
    for one in figures:
        if one.kind == "model" and one.most_off:
            yield f"{one.name}, most off: {'; '.join(one.most_off)}."
        if one.kind == "model" and one.empty:
            yield f"{one.name}: {one.empty:,} of {one.answers:,} answers are empty."


def with_interval(estimate: Estimate | None) -> str:
    """Return a figure with its interval; a dash where there is none."""
    if estimate is None:
        return "–"  # noqa: RUF001 - a dash, as in tables
    return f"{estimate.value:.2f} [{estimate.low:.2f}, {estimate.high:.2f}]"


def _aligned(cell: str, width: int, place: int) -> str:
    is_words = place in {0, len(_COLUMNS) - 1}
    return cell.ljust(width) if is_words else cell.rjust(width)


def _whole(estimate: Estimate | None) -> str:
    if estimate is None:
        return CANNOT_TELL
    value, low, high = map(round, (estimate.value, estimate.low, estimate.high))
    return f"{value} [{low}, {high}]"


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}".replace("%", " %")  # noqa: RUF001 - likewise
