"""The figures of a history: who, when, how much, how fast; and their picture."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from langchain_imessage.errors import MissingDependencyError
from langchain_imessage.statistics import (
    HistoryStatistics,
    MonthStatistics,
    _history_plot,
    history_statistics,
    plot_statistics,
)
from langchain_imessage.testing import GROUP, ChatDatabaseWriter

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
ANN, BEN = "+14155550101", "+14155550102"


@pytest.fixture
def history(path: Path) -> Path:
    """Write a conversation of two and a group."""
    with ChatDatabaseWriter(path) as db:
        ann, ben = db.handle(ANN), db.handle(BEN)
        talk = db.chat(ann)

        def say(
            chat: int, sender: int | None, minutes: float, text: str = "a b"
        ) -> None:
            at = NOON + timedelta(minutes=minutes)
            db.message(chat, text, sender=sender, at=at)

        say(talk, ann, 0, "one two three")
        say(talk, None, 10)
        say(talk, None, 11)
        say(talk, ann, 12)
        say(talk, None, 42)
        say(talk, ann, 42 + 13 * 60)  # the next day's first word is no answer
        group = db.chat(ann, ben, style=GROUP)
        say(group, ben, 60 * 24 * 31)
        say(group, None, 60 * 24 * 31 + 1)
    return path


def test_messages_and_words_are_counted_by_who_wrote_them(history: Path) -> None:
    found = history_statistics(history, time_zone=UTC)
    assert (found.conversations, found.groups) == (2, 1)
    assert (found.messages, found.own) == (8, 4)
    assert (found.words, found.own_words) == (17, 8)
    by_name = {person.name: person for person in found.people}
    assert [*by_name] == [ANN, BEN]
    assert (by_name[ANN].received, by_name[ANN].sent) == (3, 3)
    assert (by_name[BEN].received, by_name[BEN].sent) == (1, 0)
    assert by_name[ANN].words == 7


def test_answers_are_timed_in_conversations_of_two_and_within_a_day(
    history: Path,
) -> None:
    found = history_statistics(history)
    assert found.own_answer == 20 * 60  # the median of 10 and 30 minutes
    assert found.their_answer == 60
    assert found.people[1].own_answer is None


def test_days_and_hours_are_those_of_the_time_zone(history: Path) -> None:
    found = history_statistics(history, time_zone=UTC)
    assert found.hours[2][12] == 5
    assert sum(map(sum, found.hours)) == 8
    assert found.months == (
        MonthStatistics(month=date(2024, 5, 1), own=3, others=3),
        MonthStatistics(month=date(2024, 6, 1), own=1, others=1),
    )
    assert found.days == 3
    assert found.first == NOON
    east = history_statistics(history, time_zone=timezone(timedelta(hours=14)))
    assert east.hours[3][2] == 5


def test_filters_choose_what_is_counted(history: Path) -> None:
    assert history_statistics(history, groups=True).messages == 2
    late = NOON + timedelta(days=30)
    assert history_statistics(history, after=late).own == 1


def test_no_name_is_in_a_repr(history: Path) -> None:
    found = history_statistics(history)
    assert ANN not in repr(found)
    assert ANN not in repr(found.people[0])


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_a_picture_is_private_and_of_the_kind_its_name_says(
    history: Path, tmp_path: Path, suffix: str
) -> None:
    pytest.importorskip("matplotlib")
    out = plot_statistics(history_statistics(history), tmp_path / f"out.{suffix}")
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[suffix]
    assert out.read_bytes().startswith(start)
    assert out.stat().st_mode & 0o077 == 0


def test_a_picture_needs_matplotlib_and_a_suffix_it_can_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match=r"must end in \.png"):
        plot_statistics(HistoryStatistics(), tmp_path / "out.gif")
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingDependencyError, match="plot"):
        plot_statistics(HistoryStatistics(), tmp_path / "out.png")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("months", "names"), [(1, ["2020-11"]), (30, 8)])
def test_months_are_named_as_months(months: int, names: list[str] | int) -> None:
    pytest.importorskip("matplotlib")
    found = tuple(
        MonthStatistics(month=date(2020 + n // 12, n % 12 + 1, 1), own=1, others=2)
        for n in range(10, 10 + months)
    )
    empty = ((0,) * 24,) * 7
    figure = _history_plot._figure(HistoryStatistics(months=found, hours=empty))
    shown = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert shown[0] == "2020-11"
    assert shown == names or len(shown) == names
