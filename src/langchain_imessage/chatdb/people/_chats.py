"""Chat rows → conversations: who is in which, and which rows are one conversation.

Apple splits one conversation over several rows: one per service, per address of the
other person, per re-created group. Pure: rows in, records out.
"""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING

from langchain_imessage.addresses import fits, normalize, parse_address
from langchain_imessage.chatdb.people._components import components
from langchain_imessage.chatdb.people._handles import Known
from langchain_imessage.records import Chat

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Sequence

    from langchain_imessage.chatdb.people._chat_rows import ChatRow
    from langchain_imessage.chatdb.people._handles import People
    from langchain_imessage.chatdb.people._owner import Owner
    from langchain_imessage.records import Message


def unify(
    rows: Sequence[ChatRow],
    people: People,
    owner: Owner,
    lookups: Iterable[tuple[str, int]],
    *,
    unify_chats: bool,
) -> list[Chat]:
    """Join the rows of one conversation.

    Args:
        rows: The chats that have messages.
        people: Whose handle is whose.
        owner: Takes part in all of them, so is no participant.
        lookups: Pairs of identifier and chat, from macOS 26 on.
        unify_chats: Whether to join at all.

    Returns:
        Conversations, the most recently used first.
    """
    rows = [_without_owner(row, people, owner.persons) for row in rows]
    keys: dict[int, list[Hashable]] = {row.rowid: [] for row in rows}
    if unify_chats:
        groups = {row.rowid: row.is_group for row in rows}
        for row in rows:
            keys[row.rowid] += _keys(row, people)
        for identifier, rowid in lookups:
            if rowid in keys:
                keys[rowid].append(("lookup", identifier, groups[rowid]))
    by_rowid = {row.rowid: row for row in rows}
    found = [
        sorted((by_rowid[rowid] for rowid in group), key=_newest_first)
        for group in components(keys)
    ]
    found.sort(key=lambda group: _newest_first(group[0]))
    return [_chat(group, people, owner) for group in found]


def with_former_participants(
    chat: Chat, messages: Sequence[Message], own: Collection[str] = ()
) -> Chat:
    """Return a group with those, too, who wrote in it and left.

    Messages takes whoever leaves out of the members, and leaves what they wrote.

    Args:
        chat: A conversation.
        messages: What was written in it.
        own: The ids of the owner's addresses, one of which may have written, too.
    """
    if not chat.is_group:
        return chat
    former = set(map(attrgetter("person"), messages)) - {None, *chat.persons, *own}
    if not former:
        return chat
    return with_former(
        chat,
        (
            Known(message.handle or message.sender, message.sender, message.person)
            for message in messages
            if message.person in former and message.person and message.sender
        ),
    )


def with_former(chat: Chat, former: Iterable[Known]) -> Chat:
    """Return a group with more people in it, each once."""
    new: dict[str, Known] = {}
    for one in former:
        if one.person not in chat.persons:
            new.setdefault(one.person, one)
    if not (new and chat.is_group):
        return chat
    return replace(
        chat,
        participants=(*chat.participants, *(one.name for one in new.values())),
        persons=(*chat.persons, *new),
        handles=_distinct((*chat.handles, *(one.address for one in new.values()))),
    )


def _without_owner(row: ChatRow, people: People, own: Collection[str]) -> ChatRow:
    """Take the owner out of a row's participants, unless they are all there is."""
    others = tuple(
        handle for handle in row.participants if people.person_of(handle) not in own
    )
    return row._replace(participants=others or row.participants)


def _keys(row: ChatRow, people: People) -> list[Hashable]:
    """List what a row shares with every other row of the same conversation."""
    keys: list[Hashable] = []
    if row.group_id:
        keys.append(("group", row.group_id, row.is_group))
    if not row.is_group:
        keys += [("person", people.person(other)) for other in _others(row, people)]
        return keys
    if row.identifier:
        keys.append(("identifier", row.identifier))
    members = frozenset(map(people.person_of, row.participants))
    # A group without any id: the members alone would join too much.
    if not row.group_id and row.name and members:
        keys.append(("members", members, row.name))
    return keys


def _others(row: ChatRow, people: People) -> list[str]:
    """List the addresses of whom a row is with: in a chat of two, its identifier's."""
    members = [people.handles[h] for h in row.participants if h in people.handles]
    if row.is_group:
        return [member.address for member in members]
    present = {member.person: member.address for member in members}
    if not row.identifier:
        return [*present.values()]
    known = people.find(row.identifier)
    if known.person in present or normalize(row.identifier) in people.known:
        return [known.address]
    key = normalize(row.identifier)
    fitting = [one for one in present.values() if fits(key, normalize(one))]
    if len(fitting) == 1:
        return fitting
    # What is no address tells nobody: chats are named so where they were groups once.
    if len(present) == 1 and parse_address(row.identifier).kind == "word":
        return [*present.values()]
    return [known.address]


def _newest_first(row: ChatRow) -> tuple[int, int]:
    return -row.newest, row.rowid


def _chat(rows: Sequence[ChatRow], people: People, owner: Owner) -> Chat:
    found = [people.find(other) for row in rows for other in _others(row, people)]
    named = dict.fromkeys((one.name, one.person) for one in found)
    chat = Chat(
        rowids=tuple(row.rowid for row in rows),
        guids=_aligned(row.guid for row in rows),
        identifiers=_aligned(row.identifier for row in rows),
        name=next((row.name for row in rows if row.name), None),
        is_group=rows[0].is_group,
        participants=tuple(name for name, _ in named),
        persons=tuple(person for _, person in named),
        handles=_distinct(one.address for one in found),
        services=_distinct(row.service for row in rows),
        has_orphans=any(row.has_orphans for row in rows),
        # As the row that was used last is set, of those that are.
        sends_read_receipts=_first(row.properties.sends_read_receipts for row in rows),
        is_forced_sms=_first(row.properties.is_forced_sms for row in rows),
    )
    return as_self_chat(chat) if owner.is_self(chat) else chat


def as_self_chat(chat: Chat) -> Chat:
    """Return a conversation as one the owner has with themselves: nobody else is in it."""
    return replace(chat, is_self=True, participants=(), persons=())


def _aligned(values: Iterable[str | None]) -> tuple[str, ...]:
    """Return one value for each row, empty where it is not known; none if none is."""
    known = tuple(value or "" for value in values)
    return known if any(known) else ()


def _first(flags: Iterable[bool | None]) -> bool | None:
    return next((flag for flag in flags if flag is not None), None)


def _distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
