"""Details are fetched many at once, and given for the row that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.chatdb.rows._prefetch import BATCH, Prefetch

if TYPE_CHECKING:
    from collections.abc import Sequence


class Table:
    """Details that say whose they are, in an order of their own, and what was asked."""

    def __init__(self) -> None:
        self.asked: list[Sequence[int]] = []

    def __call__(self, rowids: Sequence[int]) -> list[tuple[Any, ...]]:
        self.asked.append(rowids)
        return [(rowid, f"of {rowid}") for rowid in sorted(rowids, reverse=True)]


def test_rows_come_in_batches_and_each_gets_its_own_details() -> None:
    table, coming = Table(), list(range(3 * BATCH, BATCH // 2, -1))
    details = Prefetch(table)

    details.expect(coming)

    assert [details(rowid) for rowid in coming] == [(f"of {r}",) for r in coming]

    assert [len(rowids) for rowids in table.asked] == [BATCH, BATCH, BATCH // 2]
    assert [rowid for rowids in table.asked for rowid in rowids] == coming


def test_a_row_that_was_not_expected_comes_alone() -> None:
    table = Table()
    details = Prefetch(table)

    details.expect([1, 2, 3])

    found = [details(rowid) for rowid in (9, 1, 8, 2, 3)]

    assert found == [("of 9",), ("of 1",), ("of 8",), ("of 2",), ("of 3",)]
    assert [set(rowids) for rowids in table.asked] == [{9}, {1, 2, 3}, {8}]
