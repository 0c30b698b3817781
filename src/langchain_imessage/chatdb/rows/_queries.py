"""All the SQL there is: capabilities and filters → statements; never runs one.

A column a database lacks reads as NULL. Values are bound, always: what is composed here
are our own table and column names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.chatdb._filters import ALL, Wanted
from langchain_imessage.timestamps import (
    APPLE_EPOCH_UNIX,
    NANOSECONDS,
    NANOSECONDS_FROM,
)

if TYPE_CHECKING:
    from langchain_imessage.chatdb.sources._schema import Capabilities

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

ATTACHMENT_COLUMNS = {
    "guid": "TEXT",
    "original_guid": "TEXT",
    "filename": "TEXT",
    "mime_type": "TEXT",
    "uti": "TEXT",
    "transfer_name": "TEXT",
    "total_bytes": "INTEGER",
    "is_sticker": "INTEGER",
    "hide_attachment": "INTEGER",
    "emoji_image_short_description": "TEXT",
    "attribution_info": "BLOB",
    "user_info": "BLOB",
}
"""What `Queries.attachments` selects behind the message, with its types."""


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
    date_delivered: int | None
    date_read: int | None
    special: int | None
    subject: str | None
    reply_to: str | None
    item_type: int | None
    associated_type: int | None
    associated_guid: str | None
    associated_emoji: str | None
    date_edited: int | None
    schedule_type: int | None
    schedule_state: int | None
    summary: bytes | None
    balloon: str | None
    payload: bytes | None
    has_attachments: int | None
    effect: str | None
    reply_part: str | None
    is_audio: int | None
    date_played: int | None
    group_action: int | None
    group_title: str | None
    other_handle: int | None
    share_status: int | None
    share_direction: int | None
    satellite: int | None


PLAIN_FIELDS = Row._fields.index("special") + 1
"""How many fields are selected for every row."""

NO_DETAILS = (None,) * (len(Row._fields) - PLAIN_FIELDS)
"""What the other fields are of a row that is not special."""

_COLUMN_OF = {
    "body": "attributedBody",
    "reply_to": "thread_originator_guid",
    "associated_type": "associated_message_type",
    "associated_guid": "associated_message_guid",
    "associated_emoji": "associated_message_emoji",
    "summary": "message_summary_info",
    "balloon": "balloon_bundle_id",
    "payload": "payload_data",
    "has_attachments": "cache_has_attachments",
    "effect": "expressive_send_style_id",
    "reply_part": "thread_originator_part",
    "is_audio": "is_audio_message",
    "group_action": "group_action_type",
}
"""Where a field has another name than its column."""

_TYPE_OF = {
    **dict.fromkeys(("guid", "text", "service", "subject", "reply_to"), "TEXT"),
    **dict.fromkeys(("associated_guid", "associated_emoji", "balloon"), "TEXT"),
    **dict.fromkeys(("effect", "reply_part", "group_title"), "TEXT"),
    **dict.fromkeys(("is_audio", "group_action", "other_handle"), "INTEGER"),
    **dict.fromkeys(("share_status", "share_direction"), "INTEGER"),
    **dict.fromkeys(("item_type", "associated_type", "date_edited"), "INTEGER"),
    **dict.fromkeys(("schedule_type", "schedule_state"), "INTEGER"),
    **dict.fromkeys(("body", "summary", "payload"), "BLOB"),
}
"""What a field must be: SQLite lets any value stand in any column."""

_PLAIN_SUMMARY = 150
"""Bytes. A history holds archived texts and is larger; a summary without one is a few
flags. (Its date of editing is sometimes 0, so that the size is asked as well.)"""

_SPECIAL = {
    "item_type": "{} <> 0",
    "subject": "{} <> ''",
    "associated_message_type": "{} <> 0",
    "balloon_bundle_id": "{} <> ''",
    "payload_data": "{} IS NOT NULL",
    "expressive_send_style_id": "{} <> ''",
    "message_summary_info": f"length({{}}) > {_PLAIN_SUMMARY}",
    "is_audio_message": "{} <> 0",
    "thread_originator_guid": "{} <> ''",
    "date_edited": "{} <> 0",
    "is_stewie": "{} <> 0",
    "schedule_type": "{} <> 0",
    "sent_or_received_off_grid": "{} <> 0",
}
"""What holds for some column where a row needs a closer look."""

_LARGEST = 2**63 - 1
"""The largest integer of SQLite's; a text is greater still."""

_SATELLITE = ("is_stewie", "sent_or_received_off_grid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Queries:
    """The statements for one database and one period.

    Attributes:
        capabilities: What the database has.
        now: The present, in seconds since 2001.
        wanted: Which messages are.
    """

    capabilities: Capabilities
    now: int
    wanted: Wanted = ALL

    @property
    def filter_values(self) -> tuple[object, ...]:
        """What is bound for `wanted`, behind the chats."""
        return tuple(value for _, values in self._conditions() for value in values)

    def messages(self, chats: int) -> str:
        """Select the wanted rows of some chats, in no order.

        Args:
            chats: How many; their ROWIDs are bound first, `filter_values` after them.
        """
        fields = ", ".join(map(self._field, Row._fields[:PLAIN_FIELDS]))
        return (
            f"SELECT {fields} FROM chat_message_join j "
            "JOIN message m ON m.ROWID = j.message_id "
            f"WHERE j.chat_id IN ({_marks(chats)}){self._filter()}"
        )

    def details(self, rows: int) -> str:
        """Select the other fields of some rows, behind the ROWIDs that are bound."""
        fields = ", ".join(map(self._field, Row._fields[PLAIN_FIELDS:]))
        return (
            f"SELECT m.ROWID, {fields} FROM message m WHERE m.ROWID IN ({_marks(rows)})"
        )

    def rowids(self, chats: int, *, unwanted: bool = False) -> str:
        """Select the ROWIDs in some chats, or the unwanted ones of them."""
        return (
            "SELECT DISTINCT m.ROWID FROM chat_message_join j "
            "JOIN message m ON m.ROWID = j.message_id "
            f"WHERE j.chat_id IN ({_marks(chats)}){self._filter('NOT ') if unwanted else ''}"
        )

    def newest(self) -> str:
        """Select what a cursor is made of: the highest ROWID, its guid, the latest time.

        The present is bound, in nanoseconds since 2001: what is dated later does not
        count. Nearly all dates are nanoseconds, whose latest their index gives at once.
        """
        latest = f"SELECT max(m.date) FROM message m WHERE m.date BETWEEN {NANOSECONDS_FROM} AND ?1"
        other = (
            f"SELECT max({self._time()}) FROM message m WHERE {self._time()} <= ?1 "
            f"AND (m.date < {NANOSECONDS_FROM} OR m.date > {_LARGEST})"
        )
        return (
            f"SELECT m.ROWID, CAST({self._column('guid')} AS TEXT), "
            f"max(ifnull(({latest}), 0), ifnull(({other}), 0)) "
            "FROM message m ORDER BY m.ROWID DESC LIMIT 1"
        )

    def guid(self) -> str:
        """Select the guid of a row."""
        return f"SELECT CAST({self._column('guid')} AS TEXT) FROM message m WHERE m.ROWID = ?"

    def census(self) -> str:
        """Select every chat with messages, and the time of its newest."""
        stamp = "(SELECT m.date FROM message m WHERE m.ROWID = j.message_id)"
        newest = self._nanoseconds(stamp)
        if self.capabilities.has("chat_message_join", "message_date"):
            stamp = f"coalesce(nullif(j.message_date, 0), {stamp})"
            newest = (
                f"CASE WHEN {_in_nanoseconds('j.message_date')} THEN j.message_date "
                f"ELSE {self._nanoseconds(stamp)} END"
            )
        return f"SELECT j.chat_id, max({newest}) FROM chat_message_join j GROUP BY j.chat_id"

    def total(self) -> str:
        """Count the message table."""
        return "SELECT count(*) FROM message"

    def shared_messages(self) -> str:
        """Select the messages that are in more than one chat, with each of them.

        Mostly there are none, which two counts tell sooner than a look at each message.
        """
        return (
            "SELECT message_id, chat_id FROM chat_message_join WHERE message_id IN "
            "(SELECT message_id FROM chat_message_join WHERE "
            "(SELECT count(*) FROM chat_message_join) > "
            "(SELECT count(DISTINCT message_id) FROM chat_message_join) "
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
            f"SELECT count(*), coalesce(sum({deleted}), 0) FROM message m "
            "WHERE (m.ROWID IN (SELECT message_id FROM chat_message_join)) IS NOT TRUE"
        )

    def chats(self) -> str | None:
        """Select the chat table, or nothing where there is none."""
        return self._table("chat", *CHAT_COLUMNS)

    def handles(self) -> str | None:
        """Select the handle table, or nothing where there is none."""
        return self._table("handle", "id", "person_centric_id")

    def participants(self) -> str | None:
        """Select who is in which chat; where nobody wrote it down, who said something."""
        if self.capabilities.has("chat_handle_join", "chat_id", "handle_id"):
            return "SELECT chat_id, handle_id FROM chat_handle_join ORDER BY ROWID"
        if not (
            self.capabilities.has("handle", "id")
            and self.capabilities.has("message", "handle_id")
        ):
            return None
        return (
            "SELECT j.chat_id, h.ROWID FROM chat_message_join j "
            "JOIN message m ON m.ROWID = j.message_id "
            "JOIN handle h ON h.ROWID = m.handle_id "
            f"WHERE NOT ifnull({self._column('is_from_me')}, 0) "
            "GROUP BY j.chat_id, h.ROWID ORDER BY min(m.ROWID)"
        )

    def lookups(self) -> str | None:
        """Select which chats macOS 26 says are one, or nothing before it."""
        if not self.capabilities.has("chat_lookup", "identifier", "chat"):
            return None
        return "SELECT identifier, chat FROM chat_lookup"

    def has_attachments(self) -> str | None:
        """Ask whether there is any attachment at all."""
        if not self.capabilities.has("message_attachment_join", "message_id"):
            return None
        return "SELECT 1 FROM message_attachment_join LIMIT 1"

    def attachments(self, chats: int) -> str:
        """Select the attachments of some chats' messages.

        The chats come first, whatever the planner thinks: it would read the attachments
        of all chats for each.
        """
        fields = ", ".join(map(self._attachment_field, ATTACHMENT_COLUMNS))
        join = (
            "LEFT JOIN attachment a ON a.ROWID = x.attachment_id "
            if self.capabilities.has("attachment")
            else ""
        )
        return (
            f"SELECT j.message_id, {fields} FROM chat_message_join j "
            "CROSS JOIN message_attachment_join x ON x.message_id = j.message_id "
            f"{join}WHERE j.chat_id IN ({_marks(chats)}) "
            "GROUP BY j.message_id, x.attachment_id"
        )

    def _field(self, field: str) -> str:
        if field == "rowid":
            return "m.ROWID"
        if field == "special":
            return self._special()
        if field == "satellite":
            columns = (f"ifnull({self._column(name)}, 0)" for name in _SATELLITE)
            return f"max({', '.join(columns)})"
        column = self._column(_COLUMN_OF.get(field, field))
        type_ = _TYPE_OF.get(field)
        return f"CAST({column} AS {type_})" if type_ else column

    def _special(self) -> str:
        """Ask whether a row is anything but plain; NULL, the quickest answer, if not."""
        tests = [
            test.format(f"m.{column}")
            for column, test in _SPECIAL.items()
            if self.capabilities.has("message", column)
        ]
        return f"CASE WHEN {' OR '.join(tests) or '0'} THEN 1 END"

    def _column(self, name: str) -> str:
        return f"m.{name}" if self.capabilities.has("message", name) else "NULL"

    def _attachment_field(self, column: str) -> str:
        if not self.capabilities.has("attachment", column):
            return "NULL"
        type_ = ATTACHMENT_COLUMNS[column]
        return f"CAST(a.{column} AS {type_})"

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
        # The first case is nearly every row's, and costs two comparisons.
        return (
            f"CASE WHEN {_in_nanoseconds(date)} THEN {date} "
            f"WHEN abs({value}) >= {NANOSECONDS_FROM} THEN {value} WHEN {value} > {self.now} "
            f"THEN ({value} - {APPLE_EPOCH_UNIX}) * {NANOSECONDS} "
            f"ELSE {value} * {NANOSECONDS} END"
        )

    def _edited(self) -> str:
        return self._nanoseconds(self._column("date_edited"))

    def _conditions(self) -> list[tuple[str, tuple[object, ...]]]:
        return self.wanted.conditions(self._time(), self._edited())

    def _filter(self, negation: str = "") -> str:
        found = " AND ".join(condition for condition, _ in self._conditions())
        return f" AND {negation}({found})" if found else ""


def _in_nanoseconds(date: str) -> str:
    return f"{date} BETWEEN {NANOSECONDS_FROM} AND {_LARGEST}"


def _marks(count: int) -> str:
    return ", ".join("?" * count)
