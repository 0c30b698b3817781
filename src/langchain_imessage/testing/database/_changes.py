"""Changes messages that were written: edited, unsent, scheduled, deleted.

Leaves in the rows what Messages leaves, and amends the truth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.testing.database._rows import RowWriter
from langchain_imessage.testing.database.blobs._bodies import SLOT, archive_body
from langchain_imessage.testing.database.blobs._edits import (
    edit_summary,
    rejoin,
    split_body,
    unsend_summary,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from langchain_imessage.testing.database._truth import Written

SEND_LATER = 2
"""The schedule type of a message that is sent later."""

WAITING = (1, 2, 3)
"""The schedule states of one that was not sent yet."""


class ChangeWriter(RowWriter):
    """Changes to messages of a new database; see `ChatDatabaseWriter`."""

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
        self._set_text(target, text)

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
            self._set_text(target, words)
        else:
            self._amend(target, text=None, fate="attachment only" if kept else "unsent")

    def schedule(self, target: Written) -> None:
        """Make a message one that waits to be sent.

        Raises:
            ValueError: If nothing could be sent later yet in that era.
        """
        self._require("schedule_type")
        self.update(target, schedule_type=SEND_LATER, schedule_state=WAITING[1])
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

    def _set_text(self, target: Written, text: str) -> None:
        """Amend the words of a message, which keeps its subject."""
        subject = self.value(target, "subject")
        self._amend(target, text=f"{subject}\n{text}" if subject else text)

    def _body(self, target: Written) -> bytes:
        blob = self.value(target, "attributedBody")
        return blob or archive_body(self.value(target, "text") or "")
