"""Figures of systems → a plot of how alike and how well fitting each is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from langchain_imessage.plotting import axes_to_draw_on

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_imessage.evaluation.figures._figure_records import SystemFigures

_COLORS: Final = {
    "person": "tab:blue",
    "people": "tab:gray",
    "model": "tab:orange",
    "control": "lightgray",
}


def plot_figures(figures: Iterable[SystemFigures], *, ax: Any = None) -> Any:
    """Draw a line for each system: its likeness, and its interval.

    Args:
        figures: The systems' figures; those without a likeness are left out.
        ax: The matplotlib axes to draw on; new ones if None.

    Returns:
        The axes.

    Raises:
        MissingDependencyError: If matplotlib is not installed.
    """
    axes = axes_to_draw_on(ax)
    shown = [(one, one.likeness) for one in figures if one.likeness is not None]
    for place, (one, likeness) in enumerate(reversed(shown)):
        axes.plot(
            [likeness.low, likeness.high], [place, place], color=_COLORS[one.kind]
        )
        axes.plot([likeness.value], [place], marker="o", color=_COLORS[one.kind])
    axes.set_yticks(range(len(shown)), [one.name for one, _ in reversed(shown)])
    axes.set(xlabel="sounds like you (0: the people you write with, 100: you)")
    return axes
