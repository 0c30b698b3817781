"""Finds the messages of a database that are in no chat; says nothing about where they belong.

Looking at every message for it is the longest part of opening a database. What was known of
an earlier state is not looked for again: where the sums over the rows are the same, the same
messages are in no chat.
"""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING

from langchain_imessage.chatdb.rows._orphans import HomelessRow
from langchain_imessage.chatdb.sync._fingerprints import differences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from langchain_imessage.chatdb.rows._orphan_queries import OrphanQueries
    from langchain_imessage.chatdb.sync._fingerprints import Fingerprint

_MOST_PARTS = 64
"""If more parts have changed, all messages are looked at: it is one statement."""

_NONE = (0, -1)
"""The bounds of no ROWID."""


def find_homeless(
    run: Callable[..., list[Any]],
    at: Callable[[Callable[[int], str], Sequence[int]], Iterable[Any]],
    queries: OrphanQueries,
    *,
    states: tuple[Fingerprint, Fingerprint] | None,
    has_fractions: bool,
) -> list[HomelessRow]:
    """Return the messages in no chat.

    Args:
        run: Runs a statement with values, and returns its rows.
        at: Runs a statement for some ROWIDs.
        queries: What the database has.
        states: An earlier state of it and the present one; None if none is known.
        has_fractions: Whether a message is in a chat of a number that is not whole.
    """
    parts = [found.rows for found in differences(*states)] if states else []
    if states is None or len(parts) > _MOST_PARTS:
        rows = run(queries.homeless(has_fractions=has_fractions))
    else:
        sql = queries.homeless(has_fractions=has_fractions, within=True)
        rows = [*at(queries.homeless_at, states[0].homeless)]
        for part in parts or [_NONE]:  # some are in chats of impossible numbers
            rows += run(sql, part)
    return [*starmap(HomelessRow, {row[0]: row for row in rows}.values())]
