"""Counts where each row goes while a database is read; decides nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from langchain_imessage.records import Ledger, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_imessage.chatdb.rows._row_context import Collected


class RowCounts:
    """Where the rows of one pass went, so far.

    Args:
        rows: How many rows the message table has.
    """

    def __init__(self, rows: int = 0) -> None:
        self.rows = rows
        self.messages = 0
        self.reasons: Counter[Reason] = Counter()
        self.salvaged = 0
        self.senderless = 0
        self.undecodable: list[int] = []

    def add(self, found: Collected | RowCounts) -> None:
        """Count the rows of a conversation that are no messages."""
        self.reasons.update(found.reasons)
        self.salvaged += found.salvaged
        self.undecodable += found.undecodable

    def ledger(self) -> Ledger:
        """Return the counts. What has not been accounted for yet is `Reason.NOT_READ`."""
        reasons = {reason: self.reasons[reason] for reason in Reason}
        reasons[Reason.NOT_READ] = self.rows - self.messages - self.reasons.total()
        return Ledger(
            rows=self.rows,
            messages=self.messages,
            reasons={reason: count for reason, count in reasons.items() if count},
            salvaged=self.salvaged,
            senderless=self.senderless,
            undecodable=tuple(self.undecodable),
        )


def total(counts: Sequence[RowCounts]) -> Ledger:
    """Return the ledger of one database, or of several together, with that of each."""
    if len(counts) == 1:
        return counts[0].ledger()
    every = RowCounts(sum(one.rows for one in counts))
    for one in counts:
        every.messages += one.messages
        every.reasons.update(one.reasons)
        every.salvaged += one.salvaged
        every.senderless += one.senderless
        every.undecodable += one.undecodable
    return replace(every.ledger(), sources=tuple(one.ledger() for one in counts))
