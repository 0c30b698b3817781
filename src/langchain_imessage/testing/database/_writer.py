"""Writes a Messages database row by row, and keeps the truth beside it.

Everything is as Messages leaves it: own rows of a chat of two carry the other person's
handle, own rows of a group carry 0, dates are in the era's unit. No clock, no chance: the
same calls write the same rows.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from langchain_imessage.decoding._tapbacks import FIRST, FIRST_REMOVAL
from langchain_imessage.testing.database._attachment_files import File
from langchain_imessage.testing.database._bodies import SLOT, archive_body, units
from langchain_imessage.testing.database._edits import (
    edit_summary,
    rejoin,
    split_body,
    unsend_summary,
)
from langchain_imessage.testing.database._tables import TableWriter
from langchain_imessage.testing.database._tapback_sentences import (
    EMOJI,
    KINDS,
    STICKER,
    sentence,
)
from langchain_imessage.testing.database._truth import Fate, TrueRow, Written

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

GROUP, DIRECT = 43, 45
"""Chat styles."""

_SEND_LATER = 2
_WAITING = (1, 2, 3)
_NAMESPACE = uuid.UUID("6d657373-6167-4573-8000-74657374696e")

Store = Literal["both", "body", "text"]
"""Which columns hold a message's words."""


class ChatDatabaseWriter(TableWriter):
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
        attachments: int | Sequence[File] = 0,
        reply_to: str | None = None,
        guid: str | None = None,
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
            attachments: Those it has, or how many pictures; they stand before the words.
            reply_to: Guid of the message that began the thread it answers in.
            guid: Its own; made up if not given.
            columns: Further columns. With `subject` the truth has it as its first line.

        Returns:
            What was written.
        """
        chats = (chat,) if isinstance(chat, int) else tuple(chat or ())
        guid = guid or self._guid()
        files = (
            [File() for _ in range(attachments)]
            if isinstance(attachments, int)
            else list(attachments)
        )
        shown = [file for file in files if not file.is_hidden]
        whole = SLOT * len(shown) + (text or "")
        transfers = [f"at_{number}_{guid}" for number in range(len(files))]
        if body is None and whole:
            said = {t: f.transcription for t, f in zip(transfers, files, strict=True)}
            body = archive_body(whole, transfers=transfers, transcriptions=said)
        values = {
            "guid": guid,
            "text": whole or None if store != "body" else None,
            "attributedBody": body if store != "text" else None,
            "handle_id": sender or self._partner(chats),
            "is_from_me": int(sender is None),
            "thread_originator_guid": reply_to,
            "thread_originator_part": self._thread_part(reply_to),
            "cache_has_attachments": int(bool(files)),
            "part_count": len(shown) + bool(text),
            **columns,
        }
        written = self._row(chats, at, values)
        for transfer, file in zip(transfers, files, strict=True):
            self._attach(written, transfer, file, is_outgoing=sender is None)
        spoken = "\n".join(filter(None, (file.transcription for file in files)))
        words = "\n".join(filter(None, (columns.get("subject"), text or spoken)))
        fate = self._fate(chats, columns, words, len(shown))
        self._remember(written, chats, sender, at, words or None, fate)
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
        text: str | None = None,
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
            text: The sentence that stands for it on old devices; Apple's if not given.

        Returns:
            What was written.

        Raises:
            ValueError: If the era has no tapbacks.
        """
        self._require("associated_message_type")
        number = KINDS.index(kind) if kind in KINDS else EMOJI
        number = STICKER if kind == "sticker" else number
        known = self._truth.get(target.rowid)
        quoted = known.text if known else None
        said = text or sentence(kind, number, quoted, removed=removed)
        base = FIRST_REMOVAL if removed else FIRST
        place = "bp:" if part is None else f"p:{part}/"
        values = {
            "text": said,
            "attributedBody": archive_body(said),
            "handle_id": sender or self._partner((chat,)),
            "is_from_me": int(sender is None),
            "associated_message_guid": place + target.guid,
            "associated_message_type": base + number,
            "associated_message_emoji": kind if number == EMOJI else None,
            "associated_message_range_length": units(quoted or ""),
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

        Raises:
            ValueError: If nothing was edited yet in that era.
        """
        self._require("date_edited")
        parts = split_body(self._body(target))
        # Attachments are bubbles before the words, and stay.
        transfers = [
            f"at_{n}_{target.guid}" for n, (s, _) in parts.items() if s == SLOT
        ]
        part = len(transfers)
        text, moment = versions[-1]
        body = archive_body(SLOT * part + text, transfers=transfers)
        self.update(
            target,
            text=None,
            attributedBody=body if keep_body else None,
            date_edited=self._date(moment),
            message_summary_info=edit_summary(parts, part, versions),
        )
        self._say(target, text)

    def unsend(
        self, target: Written, *, at: datetime, parts: Sequence[int] | None = None
    ) -> None:
        """Take a message back, or some of its bubbles.

        Args:
            target: The message.
            at: When.
            parts: The bubbles; all of them if not given.

        Raises:
            ValueError: If nothing could be taken back yet in that era.
        """
        self._require("date_edited")
        before = split_body(self._body(target))
        gone = set(before) if parts is None else set(parts)
        kept = {part: before[part] for part in before if part not in gone}
        self.update(
            target,
            text=None,
            attributedBody=rejoin(kept) if kept else None,
            is_empty=int(not kept),
            part_count=len(kept),
            date_edited=self._date(at),
            message_summary_info=unsend_summary(before, gone),
        )
        bubbles = (text.replace(SLOT, "") for text, _ in kept.values())
        words = "\n".join(filter(None, bubbles))
        if words:
            self._say(target, words)
        else:
            self._amend(target, text=None, fate="attachment only" if kept else "unsent")

    def schedule(self, target: Written) -> None:
        """Make a message one that waits to be sent.

        Raises:
            ValueError: If nothing could be sent later yet in that era.
        """
        self._require("schedule_type")
        self.update(target, schedule_type=_SEND_LATER, schedule_state=_WAITING[1])
        self._amend(target, fate="scheduled")

    def delete(self, target: Written, *, at: datetime) -> None:
        """Move a message to Recently Deleted.

        Raises:
            ValueError: If there was no such place yet in that era.
        """
        self._require("delete_date", table="chat_recoverable_message_join")
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

        Raises:
            ValueError: If the era has no such rows.
        """
        self._require("item_type")
        values = {
            "item_type": item_type,
            "handle_id": sender or 0,
            "is_from_me": int(sender is None),
            **columns,
        }
        written = self._row((chat,), at, values)
        self._remember(written, (chat,), sender, at, None, "group event")
        return written

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
        rowid = self.insert("message", **self._there("message", columns))
        for chat in chats:
            link = {"chat_id": chat, "message_id": rowid, "message_date": date}
            self.insert("chat_message_join", **self._there("chat_message_join", link))
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
            is_from_me=sender is None,
            sent_at=at if isinstance(at, datetime) else None,
            text=text,
            fate=fate,
        )

    def _amend(self, target: Written, **changes: Any) -> None:
        self._truth[target.rowid] = replace(self._truth[target.rowid], **changes)

    def _say(self, target: Written, text: str) -> None:
        """Amend the words of a message, which keeps its subject."""
        subject = self.value(target, "subject")
        self._amend(target, text=f"{subject}\n{text}" if subject else text)

    def _fate(
        self,
        chats: tuple[int, ...],
        columns: dict[str, Any],
        words: str,
        attachments: int,
    ) -> Fate:
        waits = columns.get("schedule_state") in _WAITING
        if not chats:
            return "no chat"
        if (
            waits
            and self._there("message", columns).get("schedule_type") == _SEND_LATER
        ):
            return "scheduled"
        return "message" if words else "attachment only" if attachments else "empty"

    def _body(self, target: Written) -> bytes:
        blob = self.value(target, "attributedBody")
        return blob or archive_body(self.value(target, "text") or "")

    def _thread_part(self, reply_to: str | None) -> str | None:
        """Tell the range a reply answers to: the first bubble."""
        if reply_to is None:
            return None
        texts = (row.text for row in self._truth.values() if row.guid == reply_to)
        return f"0:0:{units(next(texts, None) or '')}"

    def _guid(self) -> str:
        return str(uuid.uuid5(_NAMESPACE, str(self._next("message")))).upper()

    def _chat_guid(self, guid: str, number: int) -> str:
        """Keep guids unique: Messages would not make the same chat twice, tests do."""
        taken = self._connection.execute("SELECT 1 FROM chat WHERE guid = ?", (guid,))
        return f"{guid}#{number}" if taken.fetchone() else guid

    def _partner(self, chats: Sequence[int]) -> int:
        """Tell what own rows have for a handle: the other person, or in groups 0."""
        members = self._members.get(chats[0], ()) if chats else ()
        return members[0] if len(members) == 1 else 0
