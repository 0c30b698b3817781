"""Which marks may be of several rows."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from langchain_imessage.datasets import _mark_log
from langchain_imessage.datasets._mark_log import MarkLog

if TYPE_CHECKING:
    import pytest


def repeated(*rows: list[int]) -> list[tuple[int, int]]:
    log = MarkLog(BytesIO())
    for marks in rows:
        log.add(marks)
    return [*log.repeated()]


def test_a_mark_of_two_rows_comes_with_the_places_of_both() -> None:
    assert repeated([5, -7], [], [8, 5], [9]) == [(5, 0), (5, 2)]


def test_marks_of_one_row_each_do_not_come() -> None:
    assert repeated([1, 2], [3], [-4, 2**62]) == []


def test_of_marks_that_fall_together_none_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_mark_log, "_SLOTS", 2)
    assert repeated([1], [3], [1], [2]) == [(1, 0), (3, 1), (1, 2)]
