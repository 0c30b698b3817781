"""Rows about messages of another conversation, of one or more databases read as one.

What somebody did from another address is in the chat of that address, maybe in the database
of another device alone. ROWIDs are raised as in `_merging`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from langchain_imessage.chatdb.databases._merging import offset_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from langchain_imessage.chatdb.databases._source_reader import SourceReader
    from langchain_imessage.records import Chat


class RowsElsewhere:
    """The rows of some databases about messages of other conversations than their own.

    Args:
        sources: The databases.
        chats: All conversations.
    """

    def __init__(self, sources: Sequence[SourceReader], chats: Iterable[Chat]) -> None:
        self._rows: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for n, source in enumerate(sources):
            for rowid, chat, target_chat in source.distant_rows():
                self._add(n, rowid, chat, target_chat + offset_of(n))
            if len(sources) > 1:
                self._add_those_about_others(n, sources)
        self._chats = (
            {rowid: chat for chat in chats for rowid in chat.rowids}
            if self._rows
            else {}
        )

    def _add(self, source: int, rowid: int, chat: int, target_chat: int) -> None:
        offset = offset_of(source)
        self._rows[target_chat].append((rowid + offset, chat + offset))

    def _add_those_about_others(
        self, number: int, sources: Sequence[SourceReader]
    ) -> None:
        """Add a database's rows about messages that only other databases have."""
        rows = sources[number].rows_about_others()
        missing = {guid for _, _, guid in rows}
        for n, source in enumerate(sources):
            if n != number and missing:
                chats = source.chats_of(sorted(missing))
                missing -= chats.keys()
                for rowid, chat, guid in rows:
                    if guid in chats:
                        self._add(number, rowid, chat, chats[guid] + offset_of(n))

    def about(self, chat: Chat) -> Iterable[tuple[Chat, Sequence[int]]]:
        """Return the rows of other conversations about messages of one, by conversation."""
        found: dict[int, tuple[Chat, list[int]]] = {}
        for one in chat.rowids:
            for rowid, own in self._rows.get(one, ()):
                if own not in chat.rowids and own in self._chats:
                    other = self._chats[own]
                    found.setdefault(other.rowids[0], (other, []))[1].append(rowid)
        return found.values()
