"""Reads a database's fingerprint: runs the statements, and bucket by bucket where they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.chatdb.sources._schema import index_on
from langchain_imessage.chatdb.sync._fingerprints import (
    SCHEDULED,
    Fingerprint,
    bounds,
    bucket_of,
    bucket_sums,
    bucket_times,
    chats_of_range,
    joined_sums,
    next_row,
    scheduled_sums,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from langchain_imessage.chatdb.rows._queries import Queries
    from langchain_imessage.chatdb.sync._fingerprints import Sums

    Run = Callable[..., list[Any]]

_LOWEST, _HIGHEST = -(2**63), 2**63 - 1


def read_fingerprint(
    run: Run, queries: Queries, before: Fingerprint | None
) -> Fingerprint:
    """Return the sums over a database's rows.

    Args:
        run: Runs a statement with values, and returns its rows.
        queries: What the database has, and how a message's time is read.
        before: An earlier fingerprint: times of buckets that are what they were then
            need not be read.
    """
    rows = _sums(run, queries)
    times = (
        {}
        if before is None
        else {
            bucket: before.times[bucket]
            for bucket, _ in rows.items() & before.rows.items()
            if bucket in before.times
        }
    )
    sql = bucket_times(queries.time())
    for bucket in rows.keys() - times.keys():
        (first, last), *_ = run(sql, bounds(bucket))
        if first is not None:
            times[bucket] = first, last
    # In order, so that the same rows give the same text.
    return Fingerprint(rows=rows, times=dict(sorted(times.items())))


def read_chats_in(run: Run, rows: tuple[int, int]) -> set[int]:
    """Return the chats of the messages in a range of ROWIDs."""
    found = run(chats_of_range(), rows)
    return {chat for (chat,) in found}


def _sums(run: Run, queries: Queries) -> Sums:
    has_index = bool(run(index_on("chat_message_join", "message_id")))
    has_scheduled = bool(run(index_on("message", SCHEDULED)))
    capabilities = queries.capabilities
    sql = bucket_sums(
        capabilities, with_chats=has_index, with_scheduled=not has_scheduled
    )
    found = _sums_of_rows(run, sql)
    more = [*joined_sums(capabilities, with_chats=not has_index)]
    if has_scheduled:
        more.append(scheduled_sums())
    for statement in more:
        joined = dict(run(statement))
        found = {bucket: (*sums, joined.get(bucket)) for bucket, sums in found.items()}
    return found


def _sums_of_rows(run: Run, sql: str) -> dict[int, tuple[int | None, ...]]:
    found = {}
    bucket = _next_bucket(run, _LOWEST)
    while bucket is not None:
        first, last = bounds(bucket)
        sums = run(sql, (first, last))[0]
        if not sums[0]:
            bucket = _next_bucket(run, first)
        else:
            found[bucket] = sums
            bucket = None if last >= _HIGHEST else bucket + 1
    return found


def _next_bucket(run: Run, rowid: int) -> int | None:
    """Return the bucket of the first row from a ROWID on; None if there is none."""
    ((found,),) = run(next_row(), (rowid,))
    return None if found is None else bucket_of(found)
