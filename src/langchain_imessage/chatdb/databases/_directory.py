"""Who is in some databases, and which of their chats are one conversation; reads no message.

ROWIDs of a second database are raised, see `_merging`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.chatdb.databases._merging import offset_of, part_of, people_of
from langchain_imessage.chatdb.people._chats import as_self_chat, unify
from langchain_imessage.chatdb.people._contacts import Contacts
from langchain_imessage.chatdb.people._handles import people
from langchain_imessage.chatdb.people._owner import find_owner

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from langchain_imessage.chatdb._read_options import ReadOptions
    from langchain_imessage.chatdb.databases._source_reader import SourceReader
    from langchain_imessage.chatdb.people._chat_rows import ChatRow
    from langchain_imessage.chatdb.people._contacts import Card
    from langchain_imessage.chatdb.people._handles import People
    from langchain_imessage.chatdb.people._owner import Owner
    from langchain_imessage.records import Chat


class Everybody(NamedTuple):
    """Everybody in some databases, and all conversations, the latest first.

    Attributes:
        people: Who is behind the handles of all databases.
        people_of: Those of each database, by its own ROWIDs.
        owner: Whose databases they are.
        chats: The conversations.
    """

    people: People
    people_of: Sequence[People]
    owner: Owner
    chats: Sequence[Chat]


def find_everybody(
    sources: Sequence[SourceReader], cards: Sequence[Card], options: ReadOptions
) -> Everybody:
    """Find out who is in some databases, and which chats are one conversation.

    Args:
        sources: The databases.
        cards: Of the address books.
        options: What was asked for.
    """
    handles = [
        (rowid + offset_of(n), address, apple_id)
        for n, source in enumerate(sources)
        for rowid, address, apple_id in source.handles()
    ]
    contacts = None
    if options.contacts is not None:
        contacts = Contacts(cards, [row[1] for row in handles if row[1]])
    everybody = people(handles, contacts, own_name=options.own_name)
    own = [everybody]
    if len(sources) > 1:
        own = [people_of(everybody, n) for n in range(len(sources))]
    rows = [row for n, source in enumerate(sources) for row in _chat_rows(source, n)]
    owner = find_owner(rows, everybody)
    lookups = [
        (identifier, rowid + offset_of(n))
        for n, source in enumerate(sources)
        for identifier, rowid in source.lookups()
    ]
    chats = unify(rows, everybody, owner, lookups, unify_chats=options.unify_chats)

    def is_self(chat: Chat) -> bool:
        return owner.is_suspected(chat) and any(
            source.came_from_itself(part, own[n])
            for n, source in enumerate(sources)
            if (part := part_of(chat, n))
        )

    found = [as_self_chat(chat) if is_self(chat) else chat for chat in chats]
    return Everybody(everybody, own, owner, found)


def _chat_rows(source: SourceReader, number: int) -> Iterator[ChatRow]:
    """Yield the chats of a database, its ROWIDs raised."""
    offset = offset_of(number)
    for row in source.chat_rows():
        yield row._replace(
            rowid=row.rowid + offset,
            participants=tuple(handle + offset for handle in row.participants),
        )
