"""Which marks rows that are held out share with others."""

from __future__ import annotations

import tracemalloc
from io import BytesIO

import pytest

from langchain_imessage.datasets import _mark_log
from langchain_imessage.datasets._mark_log import MarkLog


class Counted(BytesIO):
    """Counts the bytes that are read."""

    count = 0

    def read(self, size: int | None = -1, /) -> bytes:  # type: ignore[explicit-override]
        data = super().read(size)
        self.count += len(data)
        return data


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


@pytest.mark.parametrize("few", [0, 2, 4])
def test_of_more_marks_than_few_none_is_lost(
    monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(_mark_log, "_FEW", few)
    found = shared([1, 2], [1, -3], [-3, 4], [2, 5], [], held_out=[1, 1, 1, 0, 1])
    assert found == {(1, 0), (1, 1), (2, 0), (2, 3), (-3, 1), (-3, 2)}


def test_of_many_marks_that_fall_together_none_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_mark_log, "_FEW", 0)
    monkeypatch.setattr(_mark_log, "_SLOTS", 2)
    found = shared([1], [3], [2], [1], held_out=[1, 0, 1, 0])
    assert found == {(1, 0), (3, 1), (1, 3)}


def test_however_many_are_held_out_it_is_read_three_times_and_takes_as_much_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_mark_log, "_FEW", 64)

    def cost_of(count: int) -> tuple[float, int]:
        file = Counted()
        log = MarkLog(file)
        for n in range(0, 2 * count, 2):
            log.add([n, n + 1, n + 2])  # each shares one with the next
        held_out = bytearray([1]) * count
        tracemalloc.start()
        try:
            assert sum(1 for _ in log.shared(held_out)) == 2 * (count - 1)
            return file.count / file.tell(), tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    (reads, few), (more_reads, many) = cost_of(100), cost_of(3000)
    assert reads == more_reads == 3
    assert many - few < 2900 * 20  # bytes: a number in a set takes more


@pytest.mark.parametrize("size", [8, 16, 40])
def test_a_row_may_go_over_several_blocks(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(_mark_log, "_BLOCK", size)
    rows = [[*range(9)], [], [20], [7, 30, 31, 32, 33], [33]]
    assert shared(*rows, held_out=[0, 0, 0, 1, 0]) == {(7, 0), (7, 3), (33, 3), (33, 4)}
