"""Counts where each row goes while a database is read; decides nothing."""

from __future__ import annotations

from collections import Counter

from langchain_imessage.records import Ledger, Reason


class Tally:
    """A ledger in the making."""

    def __init__(self, rows: int = 0) -> None:
        self.rows = rows
        self.messages = 0
        self.reasons: Counter[Reason] = Counter()
        self.salvaged = 0
        self.senderless = 0
        self.undecodable: list[int] = []

    def ledger(self) -> Ledger:
        """Take stock. What has not been accounted for yet is `Reason.NOT_READ`."""
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
