"""Which marks rows that are held out share with others."""

from __future__ import annotations

from io import BytesIO

import pytest

from langchain_imessage.datasets import _mark_log
from langchain_imessage.datasets._mark_log import MarkLog


def shared(*rows: list[int], held_out: list[int]) -> set[tuple[int, int]]:
    log = MarkLog(BytesIO())
    for marks in rows:
        log.add(marks)
    return {*log.shared(held_out)}


def test_a_mark_of_two_rows_comes_with_the_places_of_both() -> None:
    rows = [5, -7], [], [8, 5], [9]
    assert shared(*rows, held_out=[0, 0, 1, 0]) == {(5, 0), (5, 2)}
    assert shared(*rows, held_out=[1, 1, 1, 1]) == {(5, 0), (5, 2)}


def test_marks_of_one_row_and_of_rows_that_are_not_held_out_do_not_come() -> None:
    assert shared([1, 2], [3, 3], [-4, 2**62], [1], held_out=[0, 1, 1, 0]) == set()


@pytest.mark.parametrize("most", [1, 2, 3])
def test_looked_for_in_parts_none_is_lost(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(_mark_log, "_MOST", most)
    found = shared([1, 2], [3, 4], [1, 3], [2, 5], [], held_out=[1, 1, 1, 0, 1])
    assert found == {(1, 0), (1, 2), (2, 0), (2, 3), (3, 1), (3, 2)}


@pytest.mark.parametrize("size", [8, 16, 40])
def test_a_row_may_go_over_several_blocks(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(_mark_log, "_BLOCK", size)
    rows = [[*range(9)], [], [20], [7, 30, 31, 32, 33], [33]]
    assert shared(*rows, held_out=[0, 0, 0, 1, 0]) == {(7, 0), (7, 3), (33, 3), (33, 4)}
