"""The differences of a style profile, as a table for a notebook and as a plot."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from langchain_imessage.plotting import axes_to_draw_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_imessage.persona._style_differences import StyleDifference

_ROW = "<tr><td>{}</td><td>{:.2f}</td><td>{:.2f}</td><td>{:+.2f}{}</td></tr>"
_HEADS = ("figure", "you", "the people you write with", "difference (SD)")
_INCHES = (7.0, 6.0)


def profile_table(found: Sequence[StyleDifference], messages: tuple[int, int]) -> str:
    """Return an HTML table; a star marks what is telling."""
    heads = "".join(f"<th>{escape(head)}</th>" for head in _HEADS)
    rows = "".join(
        _ROW.format(
            escape(one.figure),
            one.own,
            one.others,
            one.effect,
            " *" if one.is_telling else "",
        )
        for one in found
    )
    caption = f"Style of {messages[0]:,} messages, against {messages[1]:,} of others"
    return f"<table><caption>{caption}</caption><tr>{heads}</tr>{rows}</table>"


def profile_plot(found: Sequence[StyleDifference], ax: Any = None) -> Any:
    """Draw the differences as bars, the greatest on top.

    Raises:
        MissingDependencyError: If matplotlib is not installed.
    """
    axes = axes_to_draw_on(ax, figsize=_INCHES, layout="constrained")
    shown = list(reversed(found))
    colours = ["C0" if one.is_telling else "0.8" for one in shown]
    axes.barh(
        [one.figure for one in shown], [one.effect for one in shown], color=colours
    )
    axes.axvline(0, color="0.5", linewidth=0.8)
    axes.set(
        xlabel="less than others ← standard deviations → more than others",
        title="How you write",
    )
    return axes
