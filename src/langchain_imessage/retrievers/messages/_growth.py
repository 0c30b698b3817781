"""One update of an index: what is new, read again, and without what is gone.

Owns which conversations are read again, and from when on. A conversation in which something
may have changed is read from there on; one that is not what it was, whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from langchain_core.chat_sessions import ChatSession

from langchain_imessage.chatdb import Changes
from langchain_imessage.decoding._compatibility_sentences import (
    FIRST_LETTERS,
    parse_text_edit,
    parse_text_tapback,
)
from langchain_imessage.garbage_collection import collection_paused
from langchain_imessage.retrievers.messages._indexed_records import (
    chat_digest,
    packed_chat,
)
from langchain_imessage.retrievers.messages._reading import chat_of_row
from langchain_imessage.retrievers.messages._segment_rows import SegmentRows
from langchain_imessage.timestamps import APPLE_EPOCH_UNIX, NANOSECONDS
from langchain_imessage.transforms.messages._content import text_of
from langchain_imessage.transforms.messages._timestamps import seconds_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from langchain_core.messages import BaseMessage

    from langchain_imessage.chat_loaders._rereading_sessions import OpenSessions
    from langchain_imessage.chatdb import DatabaseState, ReadProgress
    from langchain_imessage.chatdb.sync._fingerprints import ChangedPart
    from langchain_imessage.records import Chat
    from langchain_imessage.retrievers.messages._segment_rows import KeptPart

    Transform = Callable[[Iterable[ChatSession]], Iterable[ChatSession]]

_MARGIN = 2 * 86_400
"""Seconds before a change that are read again with it: what came later may have changed
what was said shortly before, as an edit does that is sent as a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A conversation in the index.

    Attributes:
        number: Its number.
        chat: What the database said of it.
        digest: Of the chat, before anybody who left was added.
        has_untimed: Whether some of its messages have no time.
    """

    number: int
    chat: Chat
    digest: str
    has_untimed: bool


class IndexGrowth:
    """One update of an index, within a transaction.

    Args:
        connection: To the index.
        sessions: The database, open.
        transform: What is done with the sessions before they are indexed; None for
            nothing. Conversations are then read whole.
        has_context: Whether what a message says can depend on messages long before it.
        progress: Called with how many conversations were read whole, and are to be.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        sessions: OpenSessions,
        *,
        transform: Transform | None,
        has_context: bool,
        progress: ReadProgress | None = None,
    ) -> None:
        self._run = connection.execute
        self._rows = SegmentRows(connection)
        self._sessions = sessions
        self._transform = transform
        self._progress = progress
        self._reads_whole = has_context or transform is not None

    def update(self, before: DatabaseState | None, now: DatabaseState) -> None:
        """Bring the index to the present state.

        Args:
            before: The state it was in; None if it is empty.
            now: The present state.
        """
        stored = self._stored()
        known = {one.digest: one for one in stored}
        changes = Changes()
        if before:
            changes = self._sessions.changes_since(before, now)
        parts = [(p, self._conversations_in(p, stored)) for p in changes.parts]
        whole: list[Chat] = []
        changed: list[tuple[Chat, Stored, int | None]] = []
        for chat in self._sessions.chats:
            one = known.pop(chat_digest(chat), None)
            if one is None:
                whole.append(chat)
            elif changes.everything or (chat.has_orphans and parts):
                changed.append((chat, one, None))
            else:
                times = [
                    part.first
                    for part, there in parts
                    if one.number in there or not part.chats.isdisjoint(chat.rowids)
                ]
                changed += [(chat, one, min(times))] if times else []
        for gone in known.values():
            self._forget(gone.number)
        whole += self._read_ends(changed)
        self._read_whole(whole)
        self._rows.finish()

    def _read_ends(
        self, changed: Iterable[tuple[Chat, Stored, int | None]]
    ) -> Iterator[Chat]:
        """Read conversations from where they may have changed on.

        Yields:
            Those for which that was not enough, and of which nothing is kept.
        """
        with collection_paused():  # once for all: a few new messages are in each
            for chat, one, first in changed:
                if first is None or not self._read_end(chat, one, first):
                    self._forget(one.number)
                    yield chat

    def _conversations_in(
        self, part: ChangedPart, stored: Sequence[Stored]
    ) -> set[int]:
        """Return which conversations had a message in a part, maybe."""
        untimed = {one.number for one in stored if one.has_untimed}
        return untimed | self._rows.conversations_in(
            _unix(part.first) - 1, _unix(part.last) + 1
        )

    def _stored(self) -> list[Stored]:
        rows = self._run("SELECT number, chat, digest, has_untimed FROM conversation")
        return [
            Stored(
                number=number,
                chat=chat_of_row(chat),
                digest=digest,
                has_untimed=bool(has_untimed),
            )
            for number, chat, digest, has_untimed in rows.fetchall()
        ]

    def _read_whole(self, chats: Sequence[Chat]) -> None:
        pairs = zip(chats, self._read(chats), strict=True)
        for done, (listed, (chat, session)) in enumerate(pairs, 1):
            number = self._run(
                "INSERT INTO conversation (digest, chat, has_untimed) VALUES (?, ?, 0)",
                (chat_digest(listed), packed_chat(chat)),
            ).lastrowid
            if not self._rows.add(cast("int", number), session["messages"]):
                self._run(
                    "UPDATE conversation SET has_untimed = 1 WHERE number = ?",
                    (number,),
                )
            if self._progress:
                self._progress(done, len(chats))

    def _read(self, chats: Iterable[Chat]) -> Iterator[tuple[Chat, ChatSession]]:
        for chat, session in self._sessions.read(chats):
            if self._transform is None or not session["messages"]:
                yield chat, session
            else:
                # One that is left out altogether is there as one without messages.
                done = [*self._transform([session])]
                yield chat, done[0] if done else ChatSession(messages=[])

    def _read_end(self, chat: Chat, stored: Stored, first: int) -> bool:
        """Read a conversation from where it may have changed on.

        Args:
            chat: The conversation.
            stored: It, as it is in the index.
            first: When the earliest message was sent that may have changed.

        Returns:
            Whether that was enough.
        """
        if self._reads_whole or stored.has_untimed or stored.chat.is_self:
            return False
        kept = self._rows.kept_before(stored.number, _unix(first) - _MARGIN)
        while kept is not None:
            now, messages = self._read_from(chat, kept)
            if now.is_self or any(map(_looks_back, messages)):
                return False
            all_timed = self._rows.replace(stored.number, kept, messages)
            if all_timed is not None:
                self._store(stored, _with_former(now, stored.chat), all_timed=all_timed)
                return True
            kept = kept.without_last()
        return False

    def _read_from(self, chat: Chat, kept: KeptPart) -> tuple[Chat, list[BaseMessage]]:
        start = kept.start
        after = (int(start) - APPLE_EPOCH_UNIX) * NANOSECONDS
        ((now, session),) = self._sessions.read([chat], after=after)
        found = session["messages"]
        return now, [m for m in found if (seconds_of(m) or start) >= start]

    def _store(self, stored: Stored, chat: Chat, *, all_timed: bool) -> None:
        if chat != stored.chat or not all_timed:
            self._run(
                "UPDATE conversation SET chat = ?, has_untimed = ? WHERE number = ?",
                (packed_chat(chat), not all_timed, stored.number),
            )

    def _forget(self, number: int) -> None:
        self._rows.delete_all(number)
        self._run("DELETE FROM conversation WHERE number = ?", (number,))


def _unix(nanoseconds: int) -> float:
    """Return a time of a database's in Unix seconds."""
    return nanoseconds / NANOSECONDS + APPLE_EPOCH_UNIX


def _looks_back(message: BaseMessage) -> bool:
    """Return whether a message may be an edit or a reaction of one long before it."""
    text = text_of(message.content)
    return text[:1] in FIRST_LETTERS and (
        parse_text_tapback(text) is not None or parse_text_edit(text) is not None
    )


def _with_former(chat: Chat, before: Chat) -> Chat:
    """Add who took part earlier, and wrote nothing in the part that was read again."""
    pairs = zip(before.participants, before.persons, strict=False)
    former = [pair for pair in pairs if pair[0] not in chat.participants]
    return replace(
        chat,
        participants=(*chat.participants, *(name for name, _ in former)),
        persons=(*chat.persons, *(person for _, person in former)),
    )
