"""Rows about a message of another conversation → that conversation, where they take effect.

A reaction, or a vote, that was received over another address is in the chat of that
address. Each stays a row of its own chat, too, and is counted there.
"""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_imessage.chatdb.assembly._guids import guid_key
from langchain_imessage.chatdb.sources._schema import index_on
from langchain_imessage.decoding._tapbacks import parse_target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from langchain_imessage.chatdb.databases._homes import Homes
    from langchain_imessage.chatdb.rows._orphan_queries import OrphanQueries
    from langchain_imessage.chatdb.rows._orphans import Orphans

    Run = Callable[..., list[Any]]


_FEW = 2_000
"""Among so many rows, each can be looked for without an index."""


class AboutRow(NamedTuple):
    """A row about a message, as `OrphanQueries.about_messages` selects it."""

    rowid: int
    chat: int
    target: int
    target_chat: int | None


class DistantRow(NamedTuple):
    """A row, a chat of its conversation, and one of the conversation of its target."""

    rowid: int
    chat: int
    target_chat: int


def read_distant_rows(
    run: Run, queries: OrphanQueries, homes: Homes, orphans: Orphans
) -> Iterator[DistantRow]:
    """Yield the rows in another conversation than what they are about.

    Args:
        run: Runs a statement, and returns its rows.
        queries: The statements for the database.
        homes: The conversation of each message that is in several chats.
        orphans: The messages in no chat, and where they belong.
    """
    if not _finds_quickly(run, queries):
        return
    sql = queries.about_messages(of_any_chat=bool(homes))
    found = [*starmap(AboutRow, run(sql))]
    placed = {
        rowid: chat
        for chat, rowids in (orphans.rowids.items() if found else ())
        for rowid in rowids
    }
    for row in found:
        chat = row.target_chat
        if chat is None:
            chat = placed.get(row.target)
        if chat is not None:
            home = homes.home_of(row.target, chat)
            yield DistantRow(row.rowid, homes.home_of(row.rowid, row.chat), home)


def read_rows_about_others(
    run: Run, queries: OrphanQueries, homes: Homes
) -> list[tuple[int, int, str]]:
    """Return ROWID, chat and key of the target of what is about no message here."""
    if not _finds_quickly(run, queries):
        return []
    return [
        (rowid, homes.home_of(rowid, chat), guid_key(parse_target(guid).guid))
        for rowid, chat, guid in run(queries.about_others())
    ]


def _finds_quickly(run: Run, queries: OrphanQueries) -> bool:
    """Return whether a message is found by its guid, and its chat by its ROWID."""
    by_guid = index_on("message", "guid", unique=True)
    of_message = index_on("chat_message_join", "message_id")
    return all(map(run, (by_guid, of_message))) or run(queries.total())[0][0] <= _FEW
