"""Finds the latest messages by the index over their times; reads no text.

What a filter on the time would find, too, but looking at every message of a conversation.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from langchain_imessage.chatdb.rows._queries import is_chat
from langchain_imessage.timestamps import NANOSECONDS, NANOSECONDS_FROM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

_SLACK = 3 * 86_400 * NANOSECONDS
"""Conversations are read from about the same time on: they share one look."""

_FURTHEST = 30 * 86_400 * NANOSECONDS
"""A look that began so much earlier is of no use: it has too much."""

_SHARE = 8
"""If more than an eighth of all messages are that late, conversations are read whole."""

_SQL = (
    "SELECT j.chat_id, m.id FROM ("
    "SELECT ROWID AS id FROM message WHERE date >= ? "
    f"UNION ALL SELECT ROWID FROM message WHERE date < {NANOSECONDS_FROM} "
    "UNION ALL SELECT ROWID FROM message WHERE date IS NULL"
    ") m JOIN chat_message_join j ON j.message_id = m.id "
    f"WHERE {is_chat('+j.chat_id')} LIMIT ?"
)
"""Times that count no nanoseconds may be any: those who read the rows look at them again."""


class LatestRows:
    """The messages from a time on, by chat.

    Args:
        run: Runs a statement with values, and returns its rows.
        total: Returns how many messages there are.
    """

    def __init__(self, run: Callable[..., list[Any]], total: Callable[[], int]) -> None:
        self._run = run
        self._total = total
        self._floor: int | None = None
        self._found: Mapping[int, Sequence[int]] | None = None

    def since(self, moment: int) -> Mapping[int, Sequence[int]] | None:
        """Return ROWIDs of messages by chat: all from a time on, and maybe others.

        Args:
            moment: In nanoseconds since 2001.

        Returns:
            They; None where they are too many, or the time is before all.
        """
        if moment < NANOSECONDS_FROM:
            return None
        floor = self._floor
        if floor is None or not floor <= moment <= floor + _FURTHEST:
            self._floor = max(NANOSECONDS_FROM, moment - _SLACK)
            self._found = self._look(self._floor)
        return self._found

    def _look(self, floor: int) -> Mapping[int, Sequence[int]] | None:
        most = self._total() // _SHARE
        rows = self._run(_SQL, (floor, most + 1))
        if len(rows) > most:
            return None
        found: defaultdict[int, list[int]] = defaultdict(list)
        for chat, message in rows:
            found[chat].append(message)
        return found
