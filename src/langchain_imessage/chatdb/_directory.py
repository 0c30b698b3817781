"""Who is in a database, and which of its chats are one conversation; reads no message."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.chatdb.people._chats import as_self_chat, unify
from langchain_imessage.chatdb.people._contacts import Contacts
from langchain_imessage.chatdb.people._handles import people
from langchain_imessage.chatdb.people._owner import find_owner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_imessage.chatdb._options import ReadOptions
    from langchain_imessage.chatdb._source_reader import SourceReader
    from langchain_imessage.chatdb.people._contacts import Card
    from langchain_imessage.chatdb.people._handles import People
    from langchain_imessage.chatdb.people._owner import Owner
    from langchain_imessage.records import Chat


class Directory(NamedTuple):
    """Everybody in a database, and all its conversations, the latest first."""

    people: People
    owner: Owner
    chats: Sequence[Chat]


def find_everybody(
    source: SourceReader, cards: Sequence[Card], options: ReadOptions
) -> Directory:
    """Find out who is in a database, and which of its chats are one conversation.

    Args:
        source: The database.
        cards: Of the address book.
        options: What was asked for.
    """
    handles = source.handles()
    contacts = None
    if options.contacts is not None:
        contacts = Contacts(cards, [row[1] for row in handles if row[1]])
    everybody = people(handles, contacts, own_name=options.own_name)
    rows = source.chat_rows()
    owner = find_owner(rows, everybody)
    chats = unify(
        rows,
        everybody,
        owner,
        source.lookups(),
        unify_chats=options.unify_chats,
    )
    return Directory(
        everybody,
        owner,
        [
            as_self_chat(chat)
            if owner.is_suspected(chat) and source.came_from_itself(chat, everybody)
            else chat
            for chat in chats
        ],
    )
