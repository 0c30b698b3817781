"""Reads a database's anchors, and compares it with those of an earlier state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.chatdb.sync._cursor import Anchors, last_known

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_imessage.chatdb.rows._queries import Queries

    Run = Callable[..., list[Any]]

_NEWEST = 16
"""Rows that are anchors one after the other; before them they stand ever further apart."""

_HIGHEST = 2**63 - 1


def read_anchors(run: Run, queries: Queries) -> Anchors:
    """Return rows by which the database will be recognised."""
    return Anchors(
        messages=_anchors(run, queries.anchors()),
        joins=_anchors(run, queries.join_anchors()),
    )


def read_known(run: Run, queries: Queries, anchors: Anchors) -> tuple[int, set[int]]:
    """Compare the database with an earlier state.

    Returns:
        The ROWID up to which its messages are those of then, and the messages up to
        there that were put in a chat since.
    """
    messages, joins = anchors.messages, anchors.joins
    known = _last_known(run, queries.anchors_at(len(messages)), messages)
    join = _last_known(run, queries.join_anchors_at(len(joins)), joins)
    rows = run(queries.joined_since(), (join,))
    return known, {rowid for (rowid,) in rows if rowid is not None}


def _anchors(run: Run, sql: str | None) -> tuple[Any, ...]:
    found = run(sql, (_HIGHEST, _NEWEST))
    newest, back = found[0][0] if found else 0, 2 * _NEWEST
    while back < newest:
        found += run(sql, (newest - back, 1))
        back *= 2
    return tuple(dict.fromkeys(found))


def _last_known(run: Run, sql: str | None, anchors: tuple[Any, ...]) -> int:
    rows = run(sql, [anchor[0] for anchor in anchors])
    return last_known(anchors, {row[0]: row for row in rows})
