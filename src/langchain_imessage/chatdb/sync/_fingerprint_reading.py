"""Reads a database's fingerprint: runs the statements, and bucket by bucket where they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.chatdb.sync._fingerprints import (
    Fingerprint,
    attachment_sums,
    bounds,
    bucket_of,
    bucket_sums,
    chat_sums,
    chats_of_range,
    joined_sums,
    next_row,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from langchain_imessage.chatdb.rows._queries import Queries
    from langchain_imessage.chatdb.sync._fingerprints import Sums

    Run = Callable[..., list[Any]]

_LOWEST, _HIGHEST = -(2**63), 2**63 - 1


def read_fingerprint(run: Run, queries: Queries) -> Fingerprint:
    """Return the sums over a database's rows.

    Args:
        run: Runs a statement with values, and returns its rows.
        queries: What the database has, and how a message's time is read.
    """
    capabilities = queries.capabilities
    chats = _sums(run, chat_sums("chat_message_join"))
    if capabilities.has("chat_recoverable_message_join", "chat_id", "message_id"):
        chats = joined_sums(
            chats, _sums(run, chat_sums("chat_recoverable_message_join"))
        )
    rows = dict(_bucket_sums(run, queries))
    attachments = _sums(run, attachment_sums(capabilities))
    return Fingerprint(rows=joined_sums(rows, attachments), chats=chats)


def read_chats_in(run: Run, ranges: Iterable[tuple[int, int]]) -> set[int]:
    """Return the chats of the messages in some ranges of ROWIDs."""
    sql = chats_of_range()
    return {chat for one in ranges for (chat,) in run(sql, one)}


def _bucket_sums(
    run: Run, queries: Queries
) -> Iterator[tuple[int, tuple[int | None, ...]]]:
    sql = bucket_sums(queries.capabilities, queries.time())
    found: int | None = run(next_row(), (_LOWEST,))[0][0]
    while found is not None:
        bucket = bucket_of(found)
        first, last = bounds(bucket)
        yield bucket, run(sql, (first, last))[0]
        found = run(next_row(), (last + 1,))[0][0] if last < _HIGHEST else None


def _sums(run: Run, sql: str | None) -> Sums:
    return {row[0]: tuple(row[1:]) for row in run(sql)}
