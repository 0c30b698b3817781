"""Writes a Messages database row by row, and keeps the truth beside it.

Owns what a message, a tapback and a group event are made of. No clock, no chance: the same
calls write the same rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from langchain_imessage.decoding._tapbacks import FIRST, FIRST_REMOVAL
from langchain_imessage.testing.database._attachment_files import File
from langchain_imessage.testing.database._changes import (
    SEND_LATER,
    WAITING,
    ChangeWriter,
)
from langchain_imessage.testing.database._tapback_sentences import (
    EMOJI,
    KINDS,
    STICKER,
    sentence,
)
from langchain_imessage.testing.database.blobs._bodies import SLOT, archive_body, units

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from langchain_imessage.testing.database._truth import Fate, Written

Store = Literal["both", "body", "text"]
"""Which columns hold a message's words."""


class ChatDatabaseWriter(ChangeWriter):
    """A new Messages database.

    Use it as a context manager: it commits and closes at the end.

    Args:
        path: Where to write it; there must be nothing yet.
        era: Whose schema it has: one of `ERAS`.
        wal: Whether to leave it in WAL mode, as Messages does.

    Raises:
        FileExistsError: If there is something at the path.
        FileNotFoundError: If its folder is not there.
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
        # A row in no chat belongs to its sender's conversation, if it has a sender.
        is_homeless = not (chats or sender)
        fate = self._outcome(columns, words, len(shown), is_homeless=is_homeless)
        self._record(written, chats, sender, at, words or None, fate)
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
        self._record(written, (chat,), sender, at, None, "reaction")
        return written

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
        self._record(written, (chat,), sender, at, None, "group event")
        return written

    def _outcome(
        self,
        columns: dict[str, Any],
        words: str,
        attachments: int,
        *,
        is_homeless: bool,
    ) -> Fate:
        waits = columns.get("schedule_state") in WAITING
        if is_homeless:
            return "no chat"
        if (
            waits
            and self._existing("message", columns).get("schedule_type") == SEND_LATER
        ):
            return "scheduled"
        return "message" if words else "attachment only" if attachments else "empty"

    def _thread_part(self, reply_to: str | None) -> str | None:
        """Return the range a reply answers to: the first bubble."""
        if reply_to is None:
            return None
        texts = (row.text for row in self._truth.values() if row.guid == reply_to)
        return f"0:0:{units(next(texts, None) or '')}"
