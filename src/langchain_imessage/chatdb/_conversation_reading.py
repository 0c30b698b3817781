"""One conversation: its rows are read, and made a conversation; counts those that are not.

Owns nothing of a pass: the same here and in another process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.chatdb._assembling import Assembled, assemble
from langchain_imessage.chatdb.sources._access_errors import translated_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from langchain_imessage.chatdb._ledger import RowCounts
    from langchain_imessage.chatdb.assembly._rendering import ContentPolicy
    from langchain_imessage.chatdb.databases._open_databases import OpenDatabases
    from langchain_imessage.chatdb.rows._columns import MessageRow
    from langchain_imessage.records import Chat


class Reading(NamedTuple):
    """A conversation that was read.

    Attributes:
        assembled: It, and what of it is no message.
        may_lack_sender: Whether a received message can be nobody's.
    """

    assembled: Assembled
    may_lack_sender: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationReader:
    """Reads one conversation after another.

    Attributes:
        databases: The databases, open.
        policy: What a message's content is; None for its words.
        recent_from: By database, the ROWID behind which messages are recent.
        path: The first database, to be named in errors.
    """

    databases: OpenDatabases
    policy: ContentPolicy | None
    recent_from: Sequence[int]
    path: Path

    def read(
        self,
        chat: Chat,
        counts: Sequence[RowCounts],
        report: Callable[[MessageRow], None],
    ) -> Reading:
        """Read a conversation.

        Args:
            chat: The conversation.
            counts: Where rows that are no messages are counted, by database.
            report: Called with each row whose words cannot be read.

        Raises:
            DatabaseError: If the file is damaged.
        """
        with translated_errors(self.path):
            gathered = self.databases.gather(
                chat,
                counts,
                wants_wordless=self.policy is not None,
                recent_from=self.recent_from,
                report=report,
            )
        assembled = assemble(
            chat,
            gathered.found,
            may_be_self=self.databases.owner.may_be_self(chat),
            policy=self.policy,
            own=self.databases.owner.persons,
        )
        return Reading(assembled, gathered.may_lack_sender)
