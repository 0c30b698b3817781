"""Writes handles, chats and rows of the message table, and keeps the truth beside them.

Rows are as Messages leaves them: own rows of a chat of two carry the other person's handle,
own rows of a group carry 0, dates are in the era's unit. What a row means is for the
callers to say.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from langchain_imessage.testing.database._tables import TableWriter
from langchain_imessage.testing.database._truth import Fate, TrueRow, Written

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from langchain_imessage.testing.database._attachment_files import File

GROUP, DIRECT = 43, 45
"""Chat styles."""

_NAMESPACE = uuid.UUID("6d657373-6167-4573-8000-74657374696e")


class RowWriter(TableWriter):
    """The rows of a new database; see `ChatDatabaseWriter`."""

    def __init__(
        self, path: str | PathLike[str], *, era: str = "macos-15", wal: bool = False
    ) -> None:
        super().__init__(path, era=era, wal=wal)
        self._addresses: dict[int, str] = {}
        self._members: dict[int, tuple[int, ...]] = {}
        self._truth: dict[int, TrueRow] = {}

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
            "guid": guid or self._chat_guid(f"{service};{sign};{identifier}", number),
            "style": style,
            "chat_identifier": identifier,
            "service_name": service,
            "room_name": identifier if style == GROUP else None,
            **columns,
        }
        rowid = self.insert("chat", **self._existing("chat", values))
        for handle in participants:
            self.insert("chat_handle_join", chat_id=rowid, handle_id=handle)
        self._members[rowid] = participants
        return rowid

    def _row(
        self, chats: Sequence[int], at: datetime | int, values: dict[str, Any]
    ) -> Written:
        guid = self._guid()
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
        rowid = self.insert("message", **self._existing("message", columns))
        for chat in chats:
            link = {"chat_id": chat, "message_id": rowid, "message_date": date}
            self.insert(
                "chat_message_join", **self._existing("chat_message_join", link)
            )
        return Written(rowid=rowid, guid=str(values.get("guid", guid)))

    def _attach(
        self, written: Written, guid: str, file: File, *, is_outgoing: bool
    ) -> None:
        values = {
            "guid": guid,
            "original_guid": guid,
            "filename": file.write(self.path.parent, guid),
            "is_outgoing": int(is_outgoing),
            **file.columns(),
        }
        attachment = self.insert("attachment", **self._existing("attachment", values))
        self.insert(
            "message_attachment_join",
            message_id=written.rowid,
            attachment_id=attachment,
        )

    def _record(  # noqa: PLR0917  # private, and always called in this order
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
            is_from_me=sender is None,
            sent_at=at if isinstance(at, datetime) else None,
            text=text,
            fate=fate,
        )

    def _amend(self, target: Written, **changes: Any) -> None:
        self._truth[target.rowid] = replace(self._truth[target.rowid], **changes)

    def _guid(self) -> str:
        return str(uuid.uuid5(_NAMESPACE, str(self._next("message")))).upper()

    def _chat_guid(self, guid: str, number: int) -> str:
        """Keep guids unique: Messages would not make the same chat twice, tests do."""
        taken = self._connection.execute("SELECT 1 FROM chat WHERE guid = ?", (guid,))
        return f"{guid}#{number}" if taken.fetchone() else guid

    def _partner(self, chats: Sequence[int]) -> int:
        """Return what own rows have for a handle: the other person, or in groups 0."""
        members = self._members.get(chats[0], ()) if chats else ()
        return members[0] if len(members) == 1 else 0
