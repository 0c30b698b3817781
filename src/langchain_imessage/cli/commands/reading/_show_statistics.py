"""`stats`: who wrote, when, how much, and how fast it was answered."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from langchain_imessage.cli.commands._command_options import (
    AfterOption,
    BeforeOption,
    ChatsOption,
    ContactsOption,
    JsonOption,
    PasswordOption,
    PathsArgument,
    PeopleOption,
    YesOption,
    source_of,
)
from langchain_imessage.cli.commands._output_paths import (
    confirm_replacing,
    require_writable,
)
from langchain_imessage.cli.commands.reading._found_names import with_found_names
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._progress_bar import progress_bar
from langchain_imessage.terminal import safe_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from langchain_imessage.statistics import HistoryStatistics

_WEEKDAYS = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
_PARTS = {
    "#night (0-6)": (0, 6),
    "#morning (6-12)": (6, 12),
    "#afternoon (12-18)": (12, 18),
    "#evening (18-24)": (18, 24),
}
_MINUTE, _HOUR = 60, 3_600


def _picture(value: str | Path) -> Path:
    """Parse the picture to write."""
    from langchain_imessage.statistics._history_plot import (  # noqa: PLC0415
        PLOT_SUFFIXES,
    )

    path = Path(value)
    if path.suffix.lower() not in PLOT_SUFFIXES:
        raise typer.BadParameter(
            f"The --plot file must end in {', '.join(PLOT_SUFFIXES)}."
        )
    require_writable(path, is_file=True, option="--plot")
    return path


def stats(
    paths: PathsArgument = None,
    password: PasswordOption = None,
    contacts: ContactsOption = None,
    chats: ChatsOption = None,
    people: PeopleOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    limit: Annotated[
        int, typer.Option(min=1, metavar="N", help="List at most N people.")
    ] = 20,
    plot: Annotated[
        Path | None,
        typer.Option(
            parser=_picture,
            metavar="FILE",
            help="Also write a chart: a .png, .svg or .pdf file.",
            show_default=False,
        ),
    ] = None,
    *,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show who wrote how much and when, and how fast replies came.

    Messages with words are counted.
    """
    from langchain_imessage.statistics import history_statistics  # noqa: PLC0415

    if plot is not None:
        confirm_replacing(plot, yes=yes)
    with progress_bar("Reading") as update:

        def count(names: str | None) -> HistoryStatistics:
            return history_statistics(
                source_of(paths),
                password=password,
                contacts=names,
                chats=chats,
                people=people,
                after=after,
                before=before,
                progress=update,
            )

        found = with_found_names(count, contacts)
    if plot is not None:
        _draw(found, plot)
    if as_json:
        printing.print_json(asdict(found))
    else:
        _print(found, limit)


def _draw(found: HistoryStatistics, plot: Path) -> None:
    from langchain_imessage.statistics import plot_statistics  # noqa: PLC0415

    printing.note(f"Chart: {safe_line(plot_statistics(found, plot))}")


def _print(found: HistoryStatistics, limit: int) -> None:
    conversations = printing.count(found.conversations, "conversation")
    messages = printing.count(found.messages, "message")
    printing.write(f"{messages} with words in {conversations}{_span(found)}")
    if not found.messages:
        return
    share = round(100 * found.own / found.messages)
    own = printing.count(found.own_words, "word")
    others = printing.count(found.words - found.own_words, "word")
    printing.write(f"Yours: {found.own:,} ({share} %), {own}; of others: {others}")
    if found.own_answer or found.their_answer:
        printing.write(
            f"In conversations of two you answer in {_duration(found.own_answer)}, "
            f"and are answered in {_duration(found.their_answer)} (medians)"
        )
    printing.write("\nWho")
    columns = ("", "#from them", "#to them", "#words", "#they answer in")
    rows = _people(found, limit)
    printing.print_table(*columns, "#you answer in", "last", rows=rows)
    if len(found.people) > limit:
        printing.note(f"and {len(found.people) - limit:,} more: --limit shows them")
    printing.write("\nWhen (messages)")
    printing.print_table("", *_PARTS, rows=_parts_of_days(found))
    printing.write("")
    printing.print_table("", "#yours", "#of others", rows=_years(found))


def _span(found: HistoryStatistics) -> str:
    if found.first is None or found.last is None:
        return ""
    days = printing.count(found.days, "day")
    return f"; {found.first.date()} to {found.last.date()}, on {days}"


def _people(found: HistoryStatistics, limit: int) -> Iterator[tuple[object, ...]]:
    for person in found.people[:limit]:
        yield (
            person.name,
            f"{person.received:,}",
            f"{person.sent:,}",
            f"{person.words:,}",
            _duration(person.their_answer),
            _duration(person.own_answer),
            _day(person.last),
        )


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""


def _parts_of_days(found: HistoryStatistics) -> Iterator[tuple[object, ...]]:
    for name, hours in zip(_WEEKDAYS, found.hours, strict=True):
        yield name, *(f"{sum(hours[a:b]):,}" for a, b in _PARTS.values())


def _years(found: HistoryStatistics) -> Iterator[tuple[object, ...]]:
    years: dict[int, list[int]] = {}
    for month in found.months:
        counts = years.setdefault(month.month.year, [0, 0])
        counts[0] += month.own
        counts[1] += month.others
    for year, (own, others) in years.items():
        yield year, f"{own:,}", f"{others:,}"


def _duration(seconds: float | None) -> str:
    """Return a time span in the unit it is read best in."""
    if seconds is None:
        return "-"
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds / _HOUR:.1f} h"
