"""Chat rows → conversations: who is in which, and which rows are one conversation.

Apple splits one conversation over several rows: one per service, per address of the
other person, per re-created group. Pure: rows in, records out.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_imessage.addresses import normalize
from langchain_imessage.records import Chat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from langchain_imessage.chatdb.people._handles import People

_GROUP_STYLE = "43"
_DIRECT_STYLE = "45"


class ChatRow(NamedTuple):
    """One row of the chat table, or one chat known only from its messages.

    From `guid` on its fields are those of `_queries.CHAT_COLUMNS`.
    """

    rowid: int
    newest: int
    participants: tuple[int, ...] = ()
    guid: str | None = None
    style: str | None = None
    identifier: str | None = None
    service: str | None = None
    name: str | None = None
    group_id: str | None = None
    account: str | None = None
    own_address: str | None = None

    @property
    def is_group(self) -> bool:
        """Whether it is a group: its style says so, never its guid's prefix."""
        if self.style in {_GROUP_STYLE, _DIRECT_STYLE}:
            return self.style == _GROUP_STYLE
        return len(self.participants) > 1


def unify(
    rows: Sequence[ChatRow],
    people: People,
    lookups: Iterable[tuple[str, int]],
    *,
    unify_chats: bool,
) -> list[Chat]:
    """Join the rows of one conversation.

    Args:
        rows: The chats that have messages.
        people: Whose handle is whose.
        lookups: Pairs of identifier and chat, from macOS 26 on.
        unify_chats: Whether to join at all.

    Returns:
        Conversations, the most recently used first.
    """
    keys: dict[int, list[Any]] = {row.rowid: [("row", row.rowid)] for row in rows}
    if unify_chats:
        groups = {row.rowid: row.is_group for row in rows}
        for row in rows:
            keys[row.rowid] += _keys(row, people)
        for identifier, rowid in lookups:
            if rowid in keys:
                keys[rowid].append(("lookup", identifier, groups[rowid]))
    by_rowid = {row.rowid: row for row in rows}
    found = [
        sorted((by_rowid[r] for r in part), key=_newest_first)
        for part in _components(keys)
    ]
    found.sort(key=lambda part: _newest_first(part[0]))
    return [_chat(part, people) for part in found]


def own_addresses(rows: Iterable[ChatRow]) -> frozenset[str]:
    """Collect the addresses some chats themselves say their owner uses in them."""
    given = (a for row in rows for a in (row.account, row.own_address) if a)
    return frozenset(filter(None, map(normalize, given)))


def _keys(row: ChatRow, people: People) -> list[Any]:
    """List what a row shares with every other row of the same conversation."""
    if row.group_id:
        grouped: list[Any] = [("group", row.group_id, row.is_group)]
    else:
        grouped = []
    if row.is_group:
        members = frozenset(map(people.key, row.participants))
        # A group without any id: the members alone would join too much.
        if not row.group_id and row.name and members:
            grouped.append(("members", members, row.name))
        return grouped
    addresses = [people.addresses.get(handle, "") for handle in row.participants]
    persons = [people.persons.get(handle) for handle in row.participants]
    if not any(addresses):
        addresses = [row.identifier or ""]
    return (
        grouped
        + [("address", normalize(address)) for address in addresses if address]
        + [("person", person) for person in persons if person]
    )


def _components(keys: Mapping[int, Iterable[Any]]) -> Iterable[list[int]]:
    parent: dict[Any, Any] = {}

    def root(node: Any) -> Any:
        while (above := parent.setdefault(node, node)) != node:
            parent[node] = parent[above]
            node = parent[node]
        return node

    for rowid, shared in keys.items():
        for key in shared:
            parent[root(key)] = root(("row", rowid))
    parts: dict[Any, list[int]] = defaultdict(list)
    for rowid in keys:
        parts[root(("row", rowid))].append(rowid)
    return parts.values()


def _newest_first(row: ChatRow) -> tuple[int, int]:
    return -row.newest, row.rowid


def _chat(rows: Sequence[ChatRow], people: People) -> Chat:
    handles = (handle for row in rows for handle in row.participants)
    addresses = _distinct(people.addresses.get(handle) for handle in handles)
    return Chat(
        rowids=tuple(row.rowid for row in rows),
        guids=_distinct(row.guid for row in rows),
        identifiers=_distinct(row.identifier for row in rows),
        name=next((row.name for row in rows if row.name), None),
        is_group=rows[0].is_group,
        participants=_distinct(map(people.name, addresses)),
        handles=addresses,
        services=_distinct(row.service for row in rows),
    )


def _distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
