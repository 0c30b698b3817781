"""Which chats of a database have messages, and when the newest of each was sent.

Where an index has a chat's rows by their dates, a chat takes a few steps of it, however many
messages it has: else every row that puts a message in a chat is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.chatdb.rows._queries import LARGEST_INTEGER, in_nanoseconds
from langchain_imessage.chatdb.sources._schema import index_on
from langchain_imessage.timestamps import NANOSECONDS_FROM

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from langchain_imessage.chatdb.rows._queries import Queries

_DATE = "j.message_date"
_DATES = (
    in_nanoseconds(_DATE),
    f"{_DATE} < {NANOSECONDS_FROM}",
    f"{_DATE} > {LARGEST_INTEGER}",
    f"{_DATE} IS NULL",
)
"""The dates there can be. Of the first ones the last in the index is the newest; others may
be in seconds, or none: each of these rows is looked at."""


def read_census(run: Callable[..., list[Any]], queries: Queries) -> dict[Any, int]:
    """Return every chat with messages, and the time of its newest.

    Damage can put messages in chats of any number, also of one that is not whole; they are
    returned like the others.

    Args:
        run: Runs a statement, and returns its rows.
        queries: What the database has, and how a message's time is read.

    Returns:
        Nanoseconds since 2001, by the chat's ROWID.
    """
    has_dates = queries.capabilities.has("chat_message_join", "message_date")
    by_index = index_on("chat_message_join", "chat_id", then="message_date")
    if has_dates and run(by_index):
        return dict(run(_by_index(queries)))
    return dict(run(_of_every_row(queries, has_dates=has_dates)))


def _time(queries: Queries, *, has_dates: bool) -> str:
    stamp = "(SELECT m.date FROM message m WHERE m.ROWID = j.message_id)"
    if not has_dates:
        return queries.time(stamp)
    other = queries.time(f"coalesce(nullif({_DATE}, 0), {stamp})")
    return f"CASE WHEN {in_nanoseconds(_DATE)} THEN {_DATE} ELSE {other} END"


def _of_every_row(queries: Queries, *, has_dates: bool) -> str:
    return (
        f"SELECT j.chat_id, max({_time(queries, has_dates=has_dates)}) "
        "FROM chat_message_join j "
        f"WHERE j.chat_id <= {LARGEST_INTEGER} GROUP BY j.chat_id"
    )


def _by_index(queries: Queries) -> str:
    next_chat = (
        f"SELECT min(chat_id) FROM chat_message_join WHERE chat_id <= {LARGEST_INTEGER}"
    )
    time = _time(queries, has_dates=True)
    newest = " UNION ALL ".join(
        f"SELECT id, (SELECT max({_DATE if date == _DATES[0] else time}) "
        f"FROM chat_message_join j WHERE j.chat_id = id AND {date}) AS newest FROM c"
        for date in _DATES
    )
    return (
        f"WITH RECURSIVE c(id) AS ({next_chat} UNION ALL "
        f"SELECT ({next_chat} AND chat_id > c.id) FROM c WHERE c.id IS NOT NULL) "
        # A damaged index can name a chat that no row is found of.
        f"SELECT id, ifnull(max(newest), 0) FROM ({newest}) "
        "WHERE id IS NOT NULL GROUP BY id"
    )
