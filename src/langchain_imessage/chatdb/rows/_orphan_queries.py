"""The statements about messages in no chat or about another chat's; runs none."""

from __future__ import annotations

from langchain_imessage.chatdb.rows._columns import (
    PLAIN_FIELDS,
    MessageRow,
)
from langchain_imessage.chatdb.rows._orphans import CHATS_OF_HANDLES
from langchain_imessage.chatdb.rows._queries import (
    Queries,
    is_chat,
    marks,
)

_ABOUT = "a.associated_message_guid"
_TARGET = (
    f"CASE WHEN {_ABOUT} GLOB 'bp:*' THEN substr({_ABOUT}, 4) "
    f"WHEN {_ABOUT} GLOB 'p/*' OR {_ABOUT} GLOB 'p:*/*' "
    f"THEN substr({_ABOUT}, instr({_ABOUT}, '/') + 1) ELSE {_ABOUT} END"
)
"""What `parse_target` finds, which reads the rows in the end."""


class OrphanQueries(Queries):
    """All statements, with those about messages in no chat, or about another chat's."""

    def messages_at(self, rows: int) -> str:
        """Select the wanted ones of some messages, as `messages` does."""
        fields = ", ".join(map(self._field, MessageRow._fields[:PLAIN_FIELDS]))
        return (
            f"SELECT {fields} FROM message m "
            f"WHERE m.ROWID IN ({marks(rows)}){self._filter()}"
        )

    def unwanted_at(self, rows: int) -> str:
        """Select the ROWIDs of the unwanted ones of some messages."""
        return (
            "SELECT m.ROWID FROM message m "
            f"WHERE m.ROWID IN ({marks(rows)}){self._filter('NOT ')}"
        )

    def homeless(self, *, has_fractions: bool, within: bool = False) -> str:
        """Select the messages in no chat, with what tells where they belong.

        Args:
            has_fractions: Whether a message is in a chat of a number that is not whole.
            within: Whether only between two ROWIDs, but for those that are in a chat of an
                impossible number.
        """
        # An index is all that is read of messages in a chat: the others are chosen first.
        joined = "SELECT message_id FROM chat_message_join"
        there = "n.ROWID BETWEEN ? AND ? AND " if within else ""
        fractions = (
            f" UNION ALL {joined} WHERE typeof(chat_id) = 'real'"
            if has_fractions
            else ""
        )
        return self._homeless_among(
            f"SELECT n.ROWID FROM message n WHERE {there}(n.ROWID IN ({joined})) IS NOT TRUE "
            f"UNION ALL {joined} WHERE chat_id IS NULL "
            f"UNION ALL {joined} WHERE chat_id < 0 "
            f"UNION ALL {joined} WHERE chat_id >= {CHATS_OF_HANDLES}{fractions}"
        )

    def homeless_at(self, rows: int) -> str:
        """Select those of some messages that are in no chat, as `homeless` does."""
        return self._homeless_among(marks(rows))

    def _homeless_among(self, rowids: str) -> str:
        deleted = "0"
        if self.capabilities.has("chat_recoverable_message_join", "message_id"):
            deleted = (
                "EXISTS (SELECT 1 FROM chat_recoverable_message_join r "
                "WHERE r.message_id = m.ROWID)"
            )
        return (
            f"SELECT m.ROWID, {self._known_handle()}, "
            f"CAST({self._column('cache_roomnames')} AS TEXT), "
            f"CAST({self._column('associated_message_guid')} AS TEXT), "
            f"{deleted}, {self.time()}, CAST({self._column('guid')} AS TEXT) "
            f"FROM message m WHERE m.ROWID IN ({rowids}) "
            "AND NOT EXISTS (SELECT 1 FROM chat_message_join j "
            f"WHERE j.message_id = m.ROWID AND {is_chat('+j.chat_id')})"
        )

    def chats_of_guids(self, guids: int) -> str:
        """Select some messages' guids, each with a chat it is in."""
        return (
            "SELECT m.guid, min(m.ROWID), min(j.chat_id) FROM message m "
            "JOIN chat_message_join j ON j.message_id = m.ROWID "
            f"WHERE m.guid IN ({marks(guids)}) "
            f"AND {is_chat('+j.chat_id')} GROUP BY m.guid"
        )

    def about_messages(self, *, of_any_chat: bool) -> str | None:
        """Select what is about another message, and a chat of each: rows of `AboutRow`.

        Args:
            of_any_chat: Whether also what is in the same chat as that message.
        """
        if not self.capabilities.has("message", "associated_message_guid", "guid"):
            return None
        # One of each: a stranger's database may have any number.
        chat, target_chat = (
            f"(SELECT j.chat_id FROM chat_message_join j WHERE j.message_id = {rowid} "
            f"AND {is_chat('+j.chat_id')} LIMIT 1)"
            for rowid in ("a.ROWID", "t.ROWID")
        )
        if of_any_chat:
            return (
                f"SELECT a.ROWID, {chat}, t.ROWID, {target_chat} "
                f"FROM message a JOIN message t ON t.guid = {_TARGET} "
                f"WHERE {_ABOUT} IS NOT NULL AND {chat} IS NOT NULL"
            )
        # Each is in one chat at most. In this order every table is asked by an index.
        return (
            f"SELECT a.ROWID, j.chat_id, t.ROWID, {target_chat} FROM message a "
            f"CROSS JOIN message t ON t.guid = {_TARGET} "
            "CROSS JOIN chat_message_join j ON j.message_id = a.ROWID "
            f"WHERE {_ABOUT} IS NOT NULL AND {is_chat('+j.chat_id')} "
            "AND NOT EXISTS (SELECT 1 FROM chat_message_join k "
            "WHERE k.message_id = t.ROWID AND +k.chat_id = j.chat_id)"
        )

    def about_others(self) -> str | None:
        """Select what is about a message that is not here: ROWID, chat, and its target."""
        if not self.capabilities.has("message", "associated_message_guid", "guid"):
            return None
        return (
            f"SELECT a.ROWID, min(j.chat_id), CAST({_ABOUT} AS TEXT) FROM message a "
            "JOIN chat_message_join j ON j.message_id = a.ROWID "
            f"WHERE {_ABOUT} IS NOT NULL AND {is_chat('+j.chat_id')} "
            f"AND NOT EXISTS (SELECT 1 FROM message t WHERE t.guid = {_TARGET}) "
            "GROUP BY a.ROWID"
        )

    def _known_handle(self) -> str:
        """Select the handle of a message, if the handle table has its address."""
        if not self.capabilities.has("handle", "id"):
            return "NULL"
        return (
            "(SELECT h.ROWID FROM handle h "
            f"WHERE h.ROWID = {self._column('handle_id')} "
            f"AND h.ROWID BETWEEN 1 AND {CHATS_OF_HANDLES - 1} AND h.id <> '')"
        )
