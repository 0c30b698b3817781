"""All the SQL there is: capabilities and filters → statements; never runs one.

A column a database lacks reads as NULL. Values are bound, always: what is composed here
are our own table and column names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from langchain_imessage.chatdb._filters import ALL, Wanted
from langchain_imessage.chatdb.rows._columns import (
    ABOUT_ANOTHER,
    ATTACHMENT_COLUMNS,
    COLUMN_OF,
    EMPTY_BODY,
    PLAIN_FIELDS,
    SATELLITE_COLUMNS,
    SERVICES,
    SPECIAL_TESTS,
    TYPE_OF,
    MessageRow,
)
from langchain_imessage.chatdb.rows._orphans import CHATS_OF_HANDLES
from langchain_imessage.timestamps import (
    APPLE_EPOCH_UNIX,
    LARGEST_DATE,
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

LARGEST_INTEGER = 2**63 - 1
"""The largest integer of SQLite's; a text is greater still."""


def is_chat(column: str) -> str:
    """Compose whether a column names a chat: by a number that a chat can have."""
    return (
        f"({column} BETWEEN 0 AND {CHATS_OF_HANDLES - 1} "
        f"AND typeof({column}) = 'integer')"
    )


_JOINS = "SELECT rowid, chat_id, message_id FROM chat_message_join"


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

    def wanting_from(self, moment: int | None) -> Self:
        """Return the statements for messages from a time on only."""
        if moment is None:
            return self
        first = max(moment, self.wanted.after or moment)
        return replace(self, wanted=replace(self.wanted, after=first))

    def messages(self, chats: int) -> str:
        """Select the wanted rows of some chats, in no order.

        Args:
            chats: How many; their ROWIDs are bound first, `filter_values` after them.
        """
        fields = ", ".join(map(self._field, MessageRow._fields[:PLAIN_FIELDS]))
        return (
            f"SELECT {fields} FROM chat_message_join j "
            "JOIN message m ON m.ROWID = j.message_id "
            f"WHERE j.chat_id IN ({marks(chats)}){self._filter()}"
        )

    def details(self, rows: int) -> str:
        """Select the other fields of some rows, behind the ROWIDs that are bound."""
        fields = ", ".join(map(self._field, MessageRow._fields[PLAIN_FIELDS:]))
        return (
            f"SELECT m.ROWID, {fields} FROM message m WHERE m.ROWID IN ({marks(rows)})"
        )

    def rowids(self, chats: int, *, unwanted: bool = False) -> str:
        """Select the ROWIDs in some chats, or the unwanted ones of them."""
        return (
            "SELECT DISTINCT m.ROWID FROM chat_message_join j "
            "JOIN message m ON m.ROWID = j.message_id "
            f"WHERE j.chat_id IN ({marks(chats)}){self._filter('NOT ') if unwanted else ''}"
        )

    def anchors(self) -> str:
        """Select ROWID and identity of the newest messages up to a ROWID; so many."""
        return f"{self._anchors()} WHERE m.ROWID <= ? ORDER BY m.ROWID DESC LIMIT ?"

    def anchors_at(self, rows: int) -> str:
        """Select ROWID and identity of some messages."""
        return f"{self._anchors()} WHERE m.ROWID IN ({marks(rows)})"

    def join_anchors(self) -> str | None:
        """Select the newest rows up to a ROWID that put a message in a chat; so many."""
        if not self._has_rowid("chat_message_join"):
            return None
        return f"{_JOINS} WHERE rowid <= ? ORDER BY rowid DESC LIMIT ?"

    def join_anchors_at(self, rows: int) -> str | None:
        """Select some of the rows that put a message in a chat."""
        if not self._has_rowid("chat_message_join"):
            return None
        return f"{_JOINS} WHERE rowid IN ({marks(rows)})"

    def joined_since(self) -> str:
        """Select the messages put in a chat by rows behind one; all where none says when."""
        since = "rowid > ?" if self._has_rowid("chat_message_join") else "? IS NOT NULL"
        return f"SELECT message_id FROM chat_message_join WHERE {since}"

    def total(self) -> str:
        """Count the message table."""
        return "SELECT count(*) FROM message"

    def joins(self) -> str:
        """Count the rows that put a message in a chat."""
        return "SELECT count(*) FROM chat_message_join"

    def shared_messages(self) -> str:
        """Select the messages that are in more than one chat, with each of them."""
        return (
            "SELECT message_id, chat_id FROM chat_message_join "
            f"WHERE {is_chat('+chat_id')} AND message_id IN "
            "(SELECT message_id FROM chat_message_join "
            "GROUP BY message_id HAVING count(*) > 1)"
        )

    def chats(self) -> str | None:
        """Select the chat table, or nothing where there is none."""
        return self._table("chat", *CHAT_COLUMNS)

    def chat_properties(self) -> str | None:
        """Select the properties of the chats that have some."""
        if not self.capabilities.has("chat", "properties"):
            return None
        return (
            "SELECT ROWID, CAST(properties AS BLOB) FROM chat "
            "WHERE properties IS NOT NULL"
        )

    def newest_destinations(self) -> str | None:
        """Select each chat, the address its newest message went over, and if it was sent."""
        if not self.capabilities.has("chat") or not self.capabilities.has(
            "message", "destination_caller_id"
        ):
            return None
        return (
            "SELECT c.ROWID, CAST(m.destination_caller_id AS TEXT), "
            f"{self._column('is_from_me')} FROM chat c "
            "JOIN message m ON m.ROWID = (SELECT max(j.message_id) "
            "FROM chat_message_join j WHERE j.chat_id = c.ROWID) "
            "WHERE m.destination_caller_id <> ''"
        )

    def destinations(self, chats: int) -> str | None:
        """Select who sent messages to which of the owner's addresses in some chats."""
        if not self.capabilities.has("message", "destination_caller_id"):
            return None
        return (
            f"SELECT DISTINCT {self._column('handle_id')}, "
            "CAST(m.destination_caller_id AS TEXT) FROM chat_message_join j "
            "JOIN message m ON m.ROWID = j.message_id "
            f"WHERE j.chat_id IN ({marks(chats)}) AND m.destination_caller_id <> '' "
            f"AND NOT ifnull({self._column('is_from_me')}, 0)"
        )

    def handles(self) -> str | None:
        """Select the handle table, or nothing where there is none."""
        return self._table("handle", "id", "person_centric_id")

    def participants(self) -> str | None:
        """Select who is in which chat; where no table has it, who wrote something."""
        if self.capabilities.has("chat_handle_join", "chat_id", "handle_id"):
            order = "ROWID" if self._has_rowid("chat_handle_join") else "handle_id"
            return f"SELECT chat_id, handle_id FROM chat_handle_join ORDER BY {order}"
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

    def chats_written_in(self, handles: int) -> str:
        """Select the chats in which some handles wrote, each with the handle."""
        return (
            f"SELECT DISTINCT j.chat_id, {self._column('handle_id')} FROM message m "
            "JOIN chat_message_join j ON j.message_id = m.ROWID "
            f"WHERE {self._column('handle_id')} IN ({marks(handles)}) "
            f"AND {is_chat('+j.chat_id')} AND NOT ifnull({self._column('is_from_me')}, 0)"
        )

    def lookups(self) -> str | None:
        """Select which chats macOS 26 says are one, or nothing before it."""
        if not self.capabilities.has("chat_lookup", "identifier", "chat"):
            return None
        return "SELECT identifier, chat FROM chat_lookup"

    def messages_with_attachments(self) -> str | None:
        """Select the messages that have attachments."""
        if not self.capabilities.has("message_attachment_join", "message_id"):
            return None
        return "SELECT DISTINCT message_id FROM message_attachment_join"

    def attachments_at(self, rows: int) -> str:
        """Select the attachments of some messages."""
        fields = ", ".join(map(self._attachment_field, ATTACHMENT_COLUMNS))
        attachment = (
            "LEFT JOIN attachment a ON a.ROWID = x.attachment_id "
            if self.capabilities.has("attachment")
            else ""
        )
        return (
            f"SELECT x.message_id, {fields} FROM message_attachment_join x {attachment}"
            f"WHERE x.message_id IN ({marks(rows)}) "
            "GROUP BY x.message_id, x.attachment_id"
        )

    def _field(self, field: str) -> str:
        if field == "rowid":
            return "m.ROWID"
        if field == "special":
            return self._special()
        if field == "service":
            column = self._column(field)
            tests = (f"WHEN '{name}' THEN {n}" for n, name in SERVICES.items())
            return f"CASE {column} {' '.join(tests)} ELSE CAST({column} AS TEXT) END"
        if field == "satellite":
            columns = (f"ifnull({self._column(name)}, 0)" for name in SATELLITE_COLUMNS)
            return f"max({', '.join(columns)})"
        column = self._column(COLUMN_OF.get(field, field))
        type_ = TYPE_OF.get(field)
        return f"CAST({column} AS {type_})" if type_ else column

    def _special(self) -> str:
        """Test whether a row is a special one; NULL, the quickest answer, if not."""
        there = self.capabilities.columns["message"]
        tests = [t.format(f"m.{c}") for c, t in SPECIAL_TESTS.items() if c in there]
        tests.append(f"({self._is_wordless()})")
        about = f"{self._column('associated_message_type')} <> 0 THEN {ABOUT_ANOTHER}"
        return f"CASE WHEN {about} WHEN {' OR '.join(tests)} THEN 1 END"

    def _is_wordless(self) -> str:
        """Test whether a row has no words, and something else that may say why."""
        text, body = self._column("text"), self._column("attributedBody")
        summary = self._column("message_summary_info")
        attachments = self._column("cache_has_attachments")
        # What is quickly asked, and seldom so, comes first.
        return (
            f"({attachments} <> 0 OR {summary} IS NOT NULL) AND ifnull({text}, '') = '' "
            f"AND ifnull(length({body}), 0) <= {EMPTY_BODY}"
        )

    def _has_rowid(self, table: str) -> bool:
        return table not in self.capabilities.without_rowid

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

    def time(self, date: str = "m.date") -> str:
        """Return a time in nanoseconds since 2001, as an expression.

        It is in SQL what `timestamps.to_apple_nanoseconds` is in Python.

        Args:
            date: What a column of times has; without it, a message's.
        """
        there = f"{date} BETWEEN -{LARGEST_DATE} AND {LARGEST_DATE}"
        value = f"CAST(CASE WHEN {there} THEN {date} ELSE 0 END AS INTEGER)"
        # The first case is nearly every row's, and costs two comparisons. No `abs`: of the
        # smallest integer there is none, and one such row would stop the statement.
        return (
            f"CASE WHEN {in_nanoseconds(date)} THEN {date} "
            f"WHEN {value} NOT BETWEEN {1 - NANOSECONDS_FROM} AND {NANOSECONDS_FROM - 1} "
            f"THEN {value} WHEN {value} > {self.now} "
            f"THEN ({value} - {APPLE_EPOCH_UNIX}) * {NANOSECONDS} "
            f"ELSE {value} * {NANOSECONDS} END"
        )

    def _anchors(self) -> str:
        identity = f"coalesce({self._column('guid')}, m.date)"
        return f"SELECT m.ROWID, CAST({identity} AS TEXT) FROM message m"

    def _conditions(self) -> list[tuple[str, tuple[object, ...]]]:
        return self.wanted.conditions(self.time(), self._column("service"))

    def _filter(self, negation: str = "") -> str:
        found = " AND ".join(condition for condition, _ in self._conditions())
        return f" AND {negation}({found})" if found else ""


def in_nanoseconds(date: str) -> str:
    """Return the test whether a number can only be a time in nanoseconds since 2001."""
    return f"{date} BETWEEN {NANOSECONDS_FROM} AND {LARGEST_INTEGER}"


def marks(count: int) -> str:
    """Return so many places for values, divided by commas."""
    return ", ".join("?" * count)
