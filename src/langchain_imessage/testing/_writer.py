"""Writes a Messages database row by row, and keeps the truth beside it.

Everything is as Messages leaves it: own rows of a chat of two carry the other person's
handle, own rows of a group carry 0, dates are in the era's unit. No clock, no chance: the
same calls write the same rows.
"""

from __future__ import annotations

import plistlib
import sqlite3
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from langchain_imessage.decoding._tapbacks import FIRST, FIRST_REMOVAL
from langchain_imessage.testing._bodies import SLOT, archive_body
from langchain_imessage.testing._schemas import has_second_dates, statements
from langchain_imessage.timestamps import NANOSECONDS, apple_from_datetime

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike
    from types import TracebackType

GROUP, DIRECT = 43, 45
"""Chat styles."""

_KINDS = ("loved", "liked", "disliked", "laughed", "emphasized", "questioned")
_VERBS = ("Loved", "Liked", "Disliked", "Laughed at", "Emphasized", "Questioned")
_EMOJI, _STICKER = 6, 7
_NAMESPACE = uuid.UUID("6d657373-6167-4573-8000-74657374696e")

Store = Literal["both", "body", "text"]
"""Which columns hold a message's words."""

Fate = Literal[
    "message",
    "reaction",
    "group event",
    "unsent",
    "scheduled",
    "deleted",
    "empty",
    "attachment only",
    "no chat",
]
"""What becomes of a row: a message, or why it is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A row that was written."""

    rowid: int
    guid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueRow:
    """What a reader must make of a row.

    Attributes:
        rowid: Of the message table.
        guid: Of the message.
        chats: ROWIDs of its chats.
        sender: Whose address it came from; None for the owner.
        sent_at: When it was sent, where it was written with a moment.
        text: Its words today; None if it has none.
        fate: What becomes of it.
    """

    rowid: int
    guid: str
    chats: tuple[int, ...]
    sender: str | None = field(repr=False)
    sent_at: datetime | None
    text: str | None = field(repr=False)
    fate: Fate


class ChatDatabaseWriter:
    """A new Messages database.

    Use it as a context manager: it commits and closes at the end.

    Args:
        path: Where to write it; there must be nothing yet.
        era: Whose schema it has: one of `ERAS`.
        wal: Whether to leave it in WAL mode, as Messages does.

    Raises:
        FileExistsError: If there is something at the path.
        ValueError: If there is no such era.

    Example:
        >>> from datetime import datetime, UTC
        >>> noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
        >>> with ChatDatabaseWriter("chat.db", era="macos-26") as db:
        ...     ann = db.handle("+15550101")
        ...     chat = db.chat(ann)
        ...     hello = db.message(chat, "hello", sender=ann, at=noon)
        ...     thumb = db.reaction(hello, "liked", chat=chat, at=noon)
        >>> [row.fate for row in db.truth]
        ['message', 'reaction']
    """

    def __init__(
        self, path: str | PathLike[str], *, era: str = "macos-15", wal: bool = False
    ) -> None:
        self.path = Path(path)
        if self.path.exists():
            raise FileExistsError(f"{self.path} exists already")
        schema = statements(era)
        self._in_seconds = has_second_dates(era)
        self._connection = sqlite3.connect(self.path)
        if wal:
            self._connection.execute("PRAGMA journal_mode = WAL")
        for statement in schema:
            self._connection.execute(statement)
        self._columns: dict[str, frozenset[str]] = {}
        self._addresses: dict[int, str] = {}
        self._members: dict[int, tuple[int, ...]] = {}
        self._truth: dict[int, TrueRow] = {}

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Commit and close."""
        self._connection.commit()
        self._connection.close()

    @property
    def truth(self) -> tuple[TrueRow, ...]:
        """What a reader must make of each row, by ROWID."""
        return tuple(self._truth[rowid] for rowid in sorted(self._truth))

    def handle(self, address: str, *, service: str = "iMessage", **columns: Any) -> int:
        """Write an address; the same one twice is one row.

        Returns:
            Its ROWID.
        """
        known = self._connection.execute(
            "SELECT ROWID FROM handle WHERE id = ? AND service = ?", (address, service)
        ).fetchone()
        rowid = (
            int(known[0])
            if known
            else self.insert("handle", id=address, service=service, **columns)
        )
        self._addresses[rowid] = address
        return rowid

    def chat(
        self,
        *participants: int,
        style: int | None = None,
        service: str = "iMessage",
        guid: str | None = None,
        **columns: Any,
    ) -> int:
        """Write a chat and who is in it, its owner excepted.

        Args:
            participants: Handles.
            style: `GROUP` or `DIRECT`; by their number if not given.
            service: iMessage, SMS, ...
            guid: If not given, made as Messages makes it.
            columns: Further columns, such as `display_name`.

        Returns:
            Its ROWID.
        """
        number = self._next("chat")
        if style is None:
            style = DIRECT if len(participants) == 1 else GROUP
        identifier = f"chat{number:06}"
        if style == DIRECT and participants:
            identifier = self._addresses[participants[0]]
        sign = "-" if style == DIRECT else "+"
        values = {
            "guid": guid or f"{service};{sign};{identifier}#{number}",
            "style": style,
            "chat_identifier": identifier,
            "service_name": service,
            "room_name": identifier if style == GROUP else None,
            **columns,
        }
        rowid = self.insert("chat", **self._there("chat", values))
        for handle in participants:
            self.insert("chat_handle_join", chat_id=rowid, handle_id=handle)
        self._members[rowid] = participants
        return rowid

    def message(
        self,
        chat: int | Sequence[int] | None,
        text: str | None,
        *,
        at: datetime | int,
        sender: int | None = None,
        store: Store = "both",
        body: bytes | None = None,
        attachments: int = 0,
        reply_to: str | None = None,
        **columns: Any,
    ) -> Written:
        """Write a message.

        Args:
            chat: The chat it is in; several, or None for none.
            text: Its words; None if it has none.
            at: When it was sent; an integer is stored as it is.
            sender: A handle; None for the owner.
            store: Which columns hold the words.
            body: A body in place of the one archived from the text.
            attachments: How many it has; they stand before the words.
            reply_to: Guid of the message that began the thread it answers in.
            columns: Further columns.

        Returns:
            What was written.
        """
        chats = (chat,) if isinstance(chat, int) else tuple(chat or ())
        whole = SLOT * attachments + (text or "")
        values = {
            "text": whole or None if store != "body" else None,
            "attributedBody": body or (archive_body(whole) if whole else None),
            "handle_id": sender or self._partner(chats),
            "is_from_me": int(sender is None),
            "thread_originator_guid": reply_to,
            "cache_has_attachments": int(attachments > 0),
            **columns,
        }
        if store == "text":
            values["attributedBody"] = None
        written = self._row(chats, at, values)
        for number in range(attachments):
            self._attach(written, number)
        fate: Fate = (
            "message" if text else "attachment only" if attachments else "empty"
        )
        self._remember(written, chats, sender, at, text, fate if chats else "no chat")
        return written

    def reaction(
        self,
        target: Written,
        kind: str,
        *,
        chat: int,
        at: datetime | int,
        sender: int | None = None,
        part: int | None = 0,
        removed: bool = False,
    ) -> Written:
        """Write a tapback, or its removal.

        Args:
            target: The message it is on.
            kind: loved, liked, disliked, laughed, emphasized, questioned, sticker, or an
                emoji.
            chat: The chat it is in.
            at: When.
            sender: A handle; None for the owner.
            part: The bubble it is on; None for the balloon.
            removed: Whether it takes the reaction away.

        Returns:
            What was written.
        """
        number = _KINDS.index(kind) if kind in _KINDS else _EMOJI
        number = _STICKER if kind == "sticker" else number
        verb = _VERBS[number] if number < _EMOJI else f"Reacted {kind} to"
        sentence = f"{verb} “{self._truth[target.rowid].text}”"
        base = FIRST_REMOVAL if removed else FIRST
        place = "bp:" if part is None else f"p:{part}/"
        values = {
            "text": sentence,
            "attributedBody": archive_body(sentence),
            "handle_id": sender or self._partner((chat,)),
            "is_from_me": int(sender is None),
            "associated_message_guid": place + target.guid,
            "associated_message_type": base + number,
            "associated_message_emoji": kind if number == _EMOJI else None,
        }
        written = self._row((chat,), at, values)
        self._remember(written, (chat,), sender, at, None, "reaction")
        return written

    def edit(
        self,
        target: Written,
        *versions: tuple[str, datetime],
        keep_body: bool = True,
    ) -> None:
        """Make a message an edited one.

        Args:
            target: The message.
            versions: Every version with its moment, the original first.
            keep_body: Whether the body holds the last one, or only the history does.
        """
        history = [
            {"t": archive_body(text), "d": apple_from_datetime(moment) / NANOSECONDS}
            for text, moment in versions
        ]
        text, moment = versions[-1]
        summary = {"ust": True, "ec": {"0": history}, "ep": [0]}
        self.update(
            target,
            text=None,
            attributedBody=archive_body(text) if keep_body else None,
            date_edited=self._date(moment),
            message_summary_info=_plist(summary),
        )
        self._amend(target, text=text)

    def unsend(self, target: Written, *, at: datetime) -> None:
        """Make a message an unsent one."""
        whole = {"lo": 0, "le": len(self._truth[target.rowid].text or "")}
        self.update(
            target,
            text=None,
            attributedBody=None,
            is_empty=1,
            part_count=0,
            date_edited=self._date(at),
            message_summary_info=_plist({"ust": True, "rp": [0], "otr": {"0": whole}}),
        )
        self._amend(target, text=None, fate="unsent")

    def schedule(self, target: Written) -> None:
        """Make a message one that waits to be sent."""
        self.update(target, schedule_type=2, schedule_state=2)
        self._amend(target, fate="scheduled")

    def delete(self, target: Written, *, at: datetime) -> None:
        """Move a message to Recently Deleted."""
        for chat in self._truth[target.rowid].chats:
            self.insert(
                "chat_recoverable_message_join",
                chat_id=chat,
                message_id=target.rowid,
                delete_date=self._date(at),
            )
        self._connection.execute(
            "DELETE FROM chat_message_join WHERE message_id = ?", (target.rowid,)
        )
        self._amend(target, fate="deleted")

    def group_event(
        self,
        chat: int,
        *,
        item_type: int,
        at: datetime | int,
        sender: int | None = None,
        **columns: Any,
    ) -> Written:
        """Write that someone joined, left, renamed the group, ...

        Args:
            chat: The group.
            item_type: 1 joined or removed, 2 renamed, 3 left or changed the photo, ...
            at: When.
            sender: Who did it: a handle; None for the owner.
            columns: Such as `group_action_type`, `group_title`, `other_handle`.

        Returns:
            What was written.
        """
        values = {
            "item_type": item_type,
            "handle_id": sender or 0,
            "is_from_me": int(sender is None),
            **columns,
        }
        written = self._row((chat,), at, values)
        self._remember(written, (chat,), sender, at, None, "group event")
        return written

    def insert(self, table: str, **columns: Any) -> int:
        """Write any row.

        Returns:
            Its ROWID.
        """
        names = ", ".join(columns)
        marks = ", ".join("?" * len(columns))
        cursor = self._connection.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values())
        )
        return int(cursor.lastrowid or 0)

    def update(self, target: Written, **columns: Any) -> None:
        """Change columns of a message; those the era lacks are passed over."""
        there = self._there("message", columns)
        names = ", ".join(f"{name} = ?" for name in there)
        self._connection.execute(
            f"UPDATE message SET {names} WHERE ROWID = ?",
            (*there.values(), target.rowid),
        )

    def value(self, target: Written, column: str) -> Any:
        """Read one column of a message back."""
        return self._connection.execute(
            f"SELECT {column} FROM message WHERE ROWID = ?", (target.rowid,)
        ).fetchone()[0]

    def _row(
        self, chats: Sequence[int], at: datetime | int, values: dict[str, Any]
    ) -> Written:
        guid = str(uuid.uuid5(_NAMESPACE, str(self._next("message")))).upper()
        date = self._date(at)
        columns = {
            "guid": guid,
            "date": date,
            "service": "iMessage",
            "is_finished": 1,
            "part_count": 1,
            "version": 10,
            **values,
        }
        rowid = self.insert("message", **self._there("message", columns))
        for chat in chats:
            link = {"chat_id": chat, "message_id": rowid, "message_date": date}
            self.insert("chat_message_join", **self._there("chat_message_join", link))
        return Written(rowid=rowid, guid=str(values.get("guid", guid)))

    def _attach(self, written: Written, number: int) -> None:
        guid = f"at_{number}_{written.guid}"
        values = {
            "guid": guid,
            "original_guid": guid,
            "filename": f"~/Library/Messages/Attachments/{number}.jpeg",
            "mime_type": "image/jpeg",
        }
        attachment = self.insert("attachment", **self._there("attachment", values))
        self.insert(
            "message_attachment_join",
            message_id=written.rowid,
            attachment_id=attachment,
        )

    def _remember(  # noqa: PLR0917  # private, and always called in this order
        self,
        written: Written,
        chats: tuple[int, ...],
        sender: int | None,
        at: datetime | int,
        text: str | None,
        fate: Fate,
    ) -> None:
        self._truth[written.rowid] = TrueRow(
            rowid=written.rowid,
            guid=written.guid,
            chats=chats,
            sender=None if sender is None else self._addresses[sender],
            sent_at=at if isinstance(at, datetime) else None,
            text=text,
            fate=fate,
        )

    def _amend(self, target: Written, **changes: Any) -> None:
        self._truth[target.rowid] = replace(self._truth[target.rowid], **changes)

    def _partner(self, chats: Sequence[int]) -> int:
        """Tell what own rows have for a handle: the other person, or in groups 0."""
        members = self._members.get(chats[0], ()) if chats else ()
        return members[0] if len(members) == 1 else 0

    def _date(self, at: datetime | int) -> int:
        if isinstance(at, int):
            return at
        nanoseconds = apple_from_datetime(at)
        return nanoseconds // NANOSECONDS if self._in_seconds else nanoseconds

    def columns(self, table: str) -> frozenset[str]:
        """Name the columns a table has in this era; none if there is no such table."""
        if table not in self._columns:
            rows = self._connection.execute(
                "SELECT name FROM pragma_table_info(?)", (table,)
            )
            self._columns[table] = frozenset(row[0] for row in rows)
        return self._columns[table]

    def _there(self, table: str, values: dict[str, Any]) -> dict[str, Any]:
        """Keep the columns this era has."""
        there = self.columns(table)
        return {name: value for name, value in values.items() if name in there}

    def _next(self, table: str) -> int:
        row = self._connection.execute(f"SELECT max(ROWID) FROM {table}").fetchone()
        return int(row[0] or 0) + 1


def _plist(summary: dict[str, Any]) -> bytes:
    return plistlib.dumps(summary, fmt=plistlib.FMT_BINARY)
