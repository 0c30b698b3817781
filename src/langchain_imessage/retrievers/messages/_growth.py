"""One update of an index: what is new, read again, and without what is gone.

Owns which conversations are read again, and from when on. A conversation to which something
was added is read from its last unchanged segment on; one that is not what it was, whole.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from langchain_core.chat_sessions import ChatSession

from langchain_imessage.chatdb import Changes, DatabaseState
from langchain_imessage.decoding._compatibility_sentences import (
    parse_text_edit,
    parse_text_tapback,
)
from langchain_imessage.retrievers.messages._indexed_records import (
    chat_digest,
    packed,
    packed_chat,
    texts_in,
    unpacked_chat,
)
from langchain_imessage.timestamps import APPLE_EPOCH_UNIX, NANOSECONDS
from langchain_imessage.transforms import split_sessions
from langchain_imessage.transforms.messages._content import text_of
from langchain_imessage.transforms.messages._timestamps import seconds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from langchain_core.messages import BaseMessage

    from langchain_imessage.chat_loaders._rereading_sessions import OpenSessions
    from langchain_imessage.chatdb import ReadProgress
    from langchain_imessage.records import Chat

    Transform = Callable[[Iterable[ChatSession]], Iterable[ChatSession]]

GAP = timedelta(hours=1)
MESSAGES = 50
"""Where segments end, as in `IMessageLoader`: the documents of both are the same."""

_MARGIN = 2 * 86_400
"""Seconds before a change that are read again with it: what came later may have changed
what was said shortly before, as an edit does that is sent as a sentence."""

_ID_BITS = 20
"""A segment's id is its time, so that the newest are found first, and a number."""

_UNTIMED = -1
"""The second of a segment whose time is unknown."""


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
        self._sessions = sessions
        self._transform = transform
        self._progress = progress
        self._reads_whole = has_context or transform is not None
        self._texts: Counter[tuple[str | None, str]] = Counter()
        self._run("CREATE TEMP TABLE IF NOT EXISTS added (id INTEGER PRIMARY KEY)")
        self._run("DELETE FROM temp.added")

    def update(self, before: DatabaseState | None) -> None:
        """Bring the index to the present state.

        Args:
            before: The state it was in; None if it is empty.
        """
        stored = self._stored()
        known = {one.digest: one for one in stored}
        changes = self._sessions.changes_since(before) if before else Changes()
        whole: list[Chat] = []
        changed: list[tuple[Chat, Stored]] = []
        for chat in self._sessions.chats:
            one = known.pop(chat_digest(chat), None)
            if one is None:
                whole.append(chat)
            elif _may_have_changed(chat, changes):
                changed.append((chat, one))
        for gone in known.values():
            self._forget(gone.number)
        for chat, one in changed:
            if not self._read_end(chat, one, changes.earliest):
                self._forget(one.number)
                whole.append(chat)
        self._read_whole(whole)
        self._index_added()
        if +self._texts:  # something that was said is no longer there: nor in the file
            self._run("INSERT INTO words (words) VALUES ('optimize')")

    def _stored(self) -> list[Stored]:
        rows = self._run("SELECT number, chat, digest, has_untimed FROM conversation")
        return [
            Stored(
                number=number,
                chat=unpacked_chat(chat),
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
            self._add(cast("int", number), session)
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

    def _read_end(self, chat: Chat, stored: Stored, earliest: int | None) -> bool:
        """Read a conversation from its first segment on that may have changed.

        Returns:
            Whether that was enough.
        """
        if earliest is None or self._reads_whole or stored.has_untimed:
            return False
        if stored.chat.is_self or chat.has_orphans:
            return False
        moment = earliest / NANOSECONDS + APPLE_EPOCH_UNIX - _MARGIN
        found = self._run(
            "SELECT piece FROM segment WHERE conversation = ? AND first <= ? "
            "ORDER BY first DESC, id DESC LIMIT 1",
            (stored.number, moment),
        ).fetchone()
        if found is None:
            return False
        (start,) = found
        after = (int(start) - APPLE_EPOCH_UNIX) * NANOSECONDS
        ((now, session),) = self._sessions.read([chat], after=after)
        messages = [m for m in session["messages"] if (seconds_of(m) or start) >= start]
        if now.is_self or any(map(_looks_back, messages)):
            return False
        self._delete("conversation = ? AND first >= ?", (stored.number, start))
        session["messages"] = messages
        self._add(stored.number, session)
        self._run(
            "UPDATE conversation SET chat = ? WHERE number = ?",
            (packed_chat(_with_former(now, stored.chat)), stored.number),
        )
        return True

    def _add(self, number: int, session: ChatSession) -> None:
        pieces = split_sessions([session], gap=GAP, max_messages=MESSAGES)
        for piece in pieces:
            messages = piece["messages"]
            times = [seconds_of(message) for message in messages]
            known = [time for time in times if time is not None]
            data = packed(messages)
            started = cast("dict[str, Any]", piece)["split"]["started"]
            first, last = min(known, default=None), max(known, default=None)
            marks = " ".join([f"c{number}", *_marks(messages)])
            row = (number, started, first, last, len(messages), marks, data)
            self._insert(first, row)
            if len(known) < len(times):
                self._run(
                    "UPDATE conversation SET has_untimed = 1 WHERE number = ?",
                    (number,),
                )
            if self._texts:
                self._texts.subtract(texts_in(data))

    def _insert(self, first: float | None, row: tuple[Any, ...]) -> None:
        number = (_UNTIMED if first is None else int(first)) << _ID_BITS
        while True:
            try:
                self._run(
                    "INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (number, *row),
                )
            except sqlite3.IntegrityError:
                number += 1
            else:
                self._run("INSERT INTO temp.added VALUES (?)", (number,))
                return

    def _forget(self, number: int) -> None:
        self._delete("conversation = ?", (number,))
        self._run("DELETE FROM conversation WHERE number = ?", (number,))

    def _delete(self, condition: str, values: tuple[Any, ...]) -> None:
        for (data,) in self._run(
            f"SELECT messages FROM segment WHERE {condition}", values
        ):
            self._texts.update(texts_in(data))
        self._run(
            "INSERT INTO words (words, rowid, body, marks) SELECT 'delete', id, "
            f"terms(messages), marks FROM segment WHERE {condition} ORDER BY id",
            values,
        )
        self._run(f"DELETE FROM segment WHERE {condition}", values)

    def _index_added(self) -> None:
        """Index the words of the added segments: by far the fastest in the order of ids."""
        self._run(
            "INSERT INTO words (rowid, body, marks) SELECT s.id, terms(s.messages), "
            "s.marks FROM temp.added a CROSS JOIN segment s ON s.id = a.id ORDER BY a.id"
        )
        self._run("DELETE FROM temp.added")


def _may_have_changed(chat: Chat, changes: Changes) -> bool:
    if changes.everything:
        return True
    if chat.has_orphans and (changes.chats or changes.earliest is not None):
        return True
    return not changes.chats.isdisjoint(chat.rowids)


def _looks_back(message: BaseMessage) -> bool:
    """Return whether a message may be an edit or a reaction of one long before it."""
    text = text_of(message.content)
    return parse_text_tapback(text) is not None or parse_text_edit(text) is not None


def _with_former(chat: Chat, before: Chat) -> Chat:
    """Add who took part earlier, and wrote nothing in the part that was read again."""
    pairs = zip(before.participants, before.persons, strict=False)
    former = [pair for pair in pairs if pair[0] not in chat.participants]
    return replace(
        chat,
        participants=(*chat.participants, *(name for name, _ in former)),
        persons=(*chat.persons, *(person for _, person in former)),
    )


def _marks(messages: Sequence[BaseMessage]) -> Iterator[str]:
    """Yield what a segment can be filtered by."""
    kwargs = [message.additional_kwargs for message in messages]
    if any(one.get("is_from_me") for one in kwargs):
        yield "own"
    if not all(one.get("is_from_me") for one in kwargs):
        yield "others"
    if any(one.get("attachments") for one in kwargs):
        yield "attached"
