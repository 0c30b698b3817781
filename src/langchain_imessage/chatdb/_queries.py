"""All the SQL there is: capabilities and filters → statements; never runs one.

A column a database lacks reads as NULL. Values are bound, always: what is composed here
are our own table and column names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.timestamps import (
    APPLE_EPOCH_UNIX,
    NANOSECONDS,
    NANOSECONDS_FROM,
)

if TYPE_CHECKING:
    from langchain_imessage.chatdb._schema import Capabilities

CHAT_COLUMNS = (
    "guid",
    "style",
    "chat_identifier",
    "service_name",
    "display_name",
    "group_id",
    "account_login",
    "last_addressed_handle",
)
"""What `Queries.chats` selects behind the ROWID."""

_WHOLE_TIME = (-(2**63), 2**63 - 1)
"""All moments SQLite can hold."""


class Row(NamedTuple):
    """One row of the message table.

    The fields up to `special` are selected for every row, by `Queries.messages`; the
    others only for those that need them, by `Queries.details`. The order is that of
    reading: rows of one unit sort by date, then ROWID.
    """

    date: int | None
    rowid: int
    guid: str | None
    text: str | None
    body: bytes | None
    is_from_me: int | None
    handle_id: int | None
    service: str | None
    subject: str | None
    reply_to: str | None
    special: int | None
    item_type: int | None
    associated_type: int | None
    associated_guid: str | None
    associated_emoji: str | None
    date_edited: int | None
    schedule_type: int | None
    schedule_state: int | None
    summary: bytes | None
    balloon: str | None
    has_attachments: int | None


PLAIN_FIELDS = Row._fields.index("special") + 1
"""How many fields are selected for every row."""

_COLUMN_OF = {
    "body": "attributedBody",
    "reply_to": "thread_originator_guid",
    "associated_type": "associated_message_type",
    "associated_guid": "associated_message_guid",
    "associated_emoji": "associated_message_emoji",
    "summary": "message_summary_info",
    "balloon": "balloon_bundle_id",
    "has_attachments": "cache_has_attachments",
}
"""Where a field has another name than its column."""

_TYPE_OF = {
    **dict.fromkeys(("guid", "text", "service", "subject", "reply_to"), "TEXT"),
    **dict.fromkeys(("associated_guid", "associated_emoji", "balloon"), "TEXT"),
    **dict.fromkeys(("item_type", "associated_type", "date_edited"), "INTEGER"),
    **dict.fromkeys(("schedule_type", "schedule_state"), "INTEGER"),
    **dict.fromkeys(("body", "summary"), "BLOB"),
}
"""What a field must be: SQLite lets any value stand in any column."""

_NOT_PLAIN = ("item_type", "associated_message_type", "date_edited", "schedule_type")
"""The columns of which one is not 0 where a row needs a closer look."""

_PLAIN_SUMMARY = 150
"""Bytes. A history holds archived texts and is larger; a summary without one is a few
flags. (Its date of editing is sometimes 0, so that the size is asked as well.)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queries:
    """The statements for one database and one period.

    Attributes:
        capabilities: What the database has.
        now: The present, in seconds since 2001.
        after: First moment wanted, in nanoseconds since 2001.
        before: First moment no longer wanted.
    """

    capabilities: Capabilities
    now: int
    after: int | None = None
    before: int | None = None

    @property
    def has_period(self) -> bool:
        """Whether some moments are not wanted."""
        return self.after is not None or self.before is not None

    @property
    def period(self) -> tuple[int, int]:
        """First and last wanted moment, in nanoseconds since 2001."""
        first, last = _WHOLE_TIME
        return (
            first if self.after is None else self.after,
            last if self.before is None else self.before - 1,
        )

    def messages(self, chats: int) -> str:
        """Select the rows of some chats in the period, in no order.

        Args:
            chats: How many chats; their ROWIDs are bound first, the period after them.
        """
        fields = ", ".join(map(self._field, Row._fields[:PLAIN_FIELDS]))
        return (
            f"SELECT {fields} FROM chat_message_join j "
            "JOIN message m ON m.ROWID = j.message_id "
            f"WHERE j.chat_id IN ({_marks(chats)}){self._in_period()}"
        )

    def details(self) -> str:
        """Select the other fields of one row, whose ROWID is bound."""
        fields = ", ".join(map(self._field, Row._fields[PLAIN_FIELDS:]))
        return f"SELECT {fields} FROM message m WHERE m.ROWID = ?"

    def rowids(self, chats: int, *, outside: bool = False) -> str:
        """Select the ROWIDs in some chats, or those of them outside the period."""
        clause = f" AND NOT ({self._time()} BETWEEN ? AND ?)" if outside else ""
        return (
            "SELECT DISTINCT m.ROWID FROM chat_message_join j "
            "JOIN message m ON m.ROWID = j.message_id "
            f"WHERE j.chat_id IN ({_marks(chats)}){clause}"
        )

    def census(self) -> str:
        """Select every chat with messages, and the time of its newest."""
        stamp = "(SELECT m.date FROM message m WHERE m.ROWID = j.message_id)"
        if self.capabilities.has("chat_message_join", "message_date"):
            stamp = f"coalesce(nullif(j.message_date, 0), {stamp})"
        newest = f"max({self._nanoseconds(stamp)})"
        return f"SELECT j.chat_id, {newest} FROM chat_message_join j GROUP BY j.chat_id"

    def total(self) -> str:
        """Count the message table."""
        return "SELECT count(*) FROM message"

    def shared_messages(self) -> str:
        """Select the messages that are in more than one chat, with each of them."""
        return (
            "SELECT message_id, chat_id FROM chat_message_join WHERE message_id IN "
            "(SELECT message_id FROM chat_message_join "
            "GROUP BY message_id HAVING count(*) > 1)"
        )

    def homeless(self) -> str:
        """Count the messages in no chat: all of them, and the recently deleted ones."""
        deleted = "0"
        if self.capabilities.has("chat_recoverable_message_join", "message_id"):
            deleted = (
                "EXISTS (SELECT 1 FROM chat_recoverable_message_join r "
                "WHERE r.message_id = m.ROWID)"
            )
        return (
            f"SELECT count(*), coalesce(sum({deleted}), 0) FROM message m WHERE NOT "
            "EXISTS (SELECT 1 FROM chat_message_join j WHERE j.message_id = m.ROWID)"
        )

    def chats(self) -> str | None:
        """Select the chat table, or nothing where there is none."""
        return self._table("chat", *CHAT_COLUMNS)

    def handles(self) -> str | None:
        """Select the handle table, or nothing where there is none."""
        return self._table("handle", "id", "person_centric_id")

    def participants(self) -> str | None:
        """Select who is in which chat, or nothing where nobody wrote it down."""
        if not self.capabilities.has("chat_handle_join", "chat_id", "handle_id"):
            return None
        return "SELECT chat_id, handle_id FROM chat_handle_join ORDER BY ROWID"

    def lookups(self) -> str | None:
        """Select which chats macOS 26 says are one, or nothing before it."""
        if not self.capabilities.has("chat_lookup", "identifier", "chat"):
            return None
        return "SELECT identifier, chat FROM chat_lookup"

    def has_attachment(self) -> str | None:
        """Ask whether a message has an attachment joined to it."""
        if not self.capabilities.has("message_attachment_join", "message_id"):
            return None
        return "SELECT 1 FROM message_attachment_join WHERE message_id = ? LIMIT 1"

    def _field(self, field: str) -> str:
        if field == "rowid":
            return "m.ROWID"
        if field == "special":
            return self._special()
        column = self._column(_COLUMN_OF.get(field, field))
        type_ = _TYPE_OF.get(field)
        return f"CAST({column} AS {type_})" if type_ else column

    def _special(self) -> str:
        """Ask whether a row is anything but plain; NULL, the quickest answer, if not."""
        tests = [f"nullif({self._column(name)}, 0)" for name in _NOT_PLAIN]
        summary = self._column("message_summary_info")
        tests.append(f"nullif(length({summary}) > {_PLAIN_SUMMARY}, 0)")
        return f"coalesce({', '.join(tests)})"

    def _column(self, name: str) -> str:
        return f"m.{name}" if self.capabilities.has("message", name) else "NULL"

    def _table(self, table: str, *columns: str) -> str | None:
        if not self.capabilities.has(table):
            return None
        there = self.capabilities.columns[table]
        fields = (f"CAST({c} AS TEXT)" if c in there else "NULL" for c in columns)
        return f"SELECT ROWID, {', '.join(fields)} FROM {table}"

    def _time(self) -> str:
        return self._nanoseconds("m.date")

    def _nanoseconds(self, date: str) -> str:
        """Say in SQL what `timestamps.to_apple_nanoseconds` says in Python."""
        value = f"CAST(ifnull({date}, 0) AS INTEGER)"
        # The first case is nearly every row's, and costs two comparisons. A text is
        # greater than any number.
        return (
            f"CASE WHEN {date} BETWEEN {NANOSECONDS_FROM} AND {2**63 - 1} THEN {date} "
            f"WHEN abs({value}) >= {NANOSECONDS_FROM} THEN {value} WHEN {value} > {self.now} "
            f"THEN ({value} - {APPLE_EPOCH_UNIX}) * {NANOSECONDS} "
            f"ELSE {value} * {NANOSECONDS} END"
        )

    def _in_period(self) -> str:
        return f" AND {self._time()} BETWEEN ? AND ?" if self.has_period else ""


def _marks(count: int) -> str:
    return ", ".join("?" * count)
