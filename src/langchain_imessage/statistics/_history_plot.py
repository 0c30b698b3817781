"""The figures of a history → a picture: by month, by hour, by weekday, by person.

Needs matplotlib (extra `plot`). The picture shows names, and is as private as they are.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from langchain_imessage.arguments import PATH, check_arguments, having
from langchain_imessage.errors import ArgumentValueError, MissingDependencyError
from langchain_imessage.files import replacing
from langchain_imessage.terminal import safe_line

if TYPE_CHECKING:
    from os import PathLike

    from langchain_imessage.statistics._history_statistics import HistoryStatistics

PLOT_SUFFIXES: Final = (".png", ".svg", ".pdf")
"""What a picture can be."""

_PEOPLE: Final = 12
_OWN, _OTHERS = "#1a62c5", "#b9b3a8"
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LABELS: Final = 8
"""Months that are named on their axis, at most."""


@check_arguments(statistics=having("months", said="HistoryStatistics"), path=PATH)
def plot_statistics(
    statistics: HistoryStatistics, path: str | PathLike[str] = "statistics.png"
) -> Path:
    """Draw the figures of a history.

    Args:
        statistics: What `history_statistics` gave.
        path: The picture to write or to replace, readable by its owner only: a .png,
            .svg or .pdf.

    Returns:
        Where it is.

    Raises:
        MissingDependencyError: If matplotlib is not installed.
        ValueError: If the path has another suffix.
        OSError: If it cannot be written.

    Example:
        >>> from langchain_imessage.statistics import history_statistics
        >>> from langchain_imessage.testing import write_sample
        >>> found = history_statistics(write_sample("chat.db"))
        >>> plot_statistics(found, "picture.png").read_bytes()[1:4]
        b'PNG'
    """
    place = Path(path)
    suffix = place.suffix.lower()
    if suffix not in PLOT_SUFFIXES:
        raise ArgumentValueError(
            f"The path of a chart must end in {', '.join(PLOT_SUFFIXES)}"
        )
    data = io.BytesIO()
    with warnings.catch_warnings():  # of names in letters that its fonts lack
        warnings.simplefilter("ignore", UserWarning)
        _figure(statistics).savefig(data, format=suffix[1:], dpi=150)
    with replacing(place, follow_link=True) as file:
        file.buffer.write(data.getvalue())
    return place


def _figure(statistics: HistoryStatistics) -> Any:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingDependencyError("matplotlib", extra="plot") from error
    figure = Figure(figsize=(11, 7.5), layout="constrained")
    ((months, hours), (weekdays, people)) = figure.subplots(2, 2)
    _draw_months(months, statistics)
    by_hour = [sum(day) for day in zip(*statistics.hours, strict=True)]
    _draw_bars(hours, "By hour of the day", range(24), by_hour)
    by_day = [sum(day) for day in statistics.hours]
    _draw_bars(weekdays, "By weekday", _WEEKDAYS, by_day)
    _draw_people(people, statistics)
    for axes in (months, hours, weekdays, people):
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def _draw_months(axes: Any, statistics: HistoryStatistics) -> None:
    months = [12 * one.month.year + one.month.month - 1 for one in statistics.months]
    own = [one.own for one in statistics.months]
    others = [one.others for one in statistics.months]
    axes.bar(months, others, color=_OTHERS, label="others")
    axes.bar(months, own, bottom=others, color=_OWN, label="own")
    if months:
        step = 1 + (months[-1] - months[0]) // _LABELS
        named = range(months[0], months[-1] + 1, step)
        axes.set_xticks(named, [f"{n // 12}-{n % 12 + 1:02}" for n in named])
    axes.set_title("Messages by month", loc="left")
    axes.set_ylabel("messages")
    axes.tick_params("x", rotation=30)
    axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)


def _draw_bars(axes: Any, title: str, names: Any, counts: list[int]) -> None:
    axes.bar(names, counts, color=_OWN)
    axes.set_title(title, loc="left")
    axes.set_ylabel("messages")


def _draw_people(axes: Any, statistics: HistoryStatistics) -> None:
    shown = statistics.people[:_PEOPLE][::-1]
    names = [_literal(person.name) for person in shown]
    received = [person.received for person in shown]
    sent = [person.sent for person in shown]
    axes.barh(range(len(shown)), received, color=_OTHERS, label="from them")
    axes.barh(range(len(shown)), sent, left=received, color=_OWN, label="to them")
    axes.set_yticks(range(len(shown)), names)
    axes.set_title("By person", loc="left")
    axes.set_xlabel("messages")
    axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)


def _literal(name: str) -> str:
    """Return a name that is not read as a formula, cut to what there is room for."""
    plain = safe_line(name).replace("$", r"\$")
    return plain if len(plain) <= 24 else plain[:23] + "…"  # noqa: PLR2004
