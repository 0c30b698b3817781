"""What a search gives, as plain values, and how they are kept in the index file; pure."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_imessage.errors import DatabaseError, take_quotation
from langchain_imessage.records import Chat
from langchain_imessage.transforms.messages._content import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from langchain_core.messages import BaseMessage

OWN, ATTACHMENT = 1, 2
"""Flags of a message."""

_CHAT_FIELDS = [one.name for one in fields(Chat)]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class IndexedMessage(NamedTuple):
    """A message, as it is in the index.

    Attributes:
        id: Its guid; None in databases made by hand.
        seconds: When it was sent, in Unix seconds; None where unknown.
        sender: Who wrote it, by name or address; the owner's own name for theirs.
        handle: The sender's address, where `sender` is a name.
        is_from_me: Whether the owner wrote it.
        has_attachment: Whether a picture, a voice message, a file is in it.
        text: What it says.
    """

    id: str | None
    seconds: float | None
    sender: str | None
    handle: str | None
    is_from_me: bool
    has_attachment: bool
    text: str

    @property
    def sent_at(self) -> datetime | None:
        """When it was sent, in UTC; None where unknown."""
        if self.seconds is None:
            return None
        return _EPOCH + timedelta(seconds=self.seconds)

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show ids and sizes, never words or people."""
        return f"IndexedMessage(id={self.id!r}, characters={len(self.text)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedConversation:
    """A conversation, as it is in the index.

    Attributes:
        number: Its own, as long as it is in this index.
        chat: What the database says of it.
        messages: How many it has.
        first, last: When they were sent, in Unix seconds; None where unknown.
    """

    number: int
    chat: Chat
    messages: int
    first: float | None
    last: float | None

    @property
    def title(self) -> str:
        """Its title, else who is in it."""
        return self.chat.title


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """A part of a conversation in which something was found.

    Attributes:
        conversation: The conversation.
        start: The place of the first of `messages` in the conversation, from 0.
        messages: What was said there: a segment, or the part of a long one.
        matches: The places in `messages` of those that were found.
        score: How well it matches: BM25, the higher the better.
        segment: The segment's own number in this index.
        key: What is equal for the same messages.

    Example:
        >>> from langchain_imessage import IMessageChatLoader
        >>> from langchain_imessage.testing import write_sample
        >>> from langchain_imessage.retrievers import MessageIndex
        >>> index = MessageIndex(IMessageChatLoader(write_sample("hits.db")), ":memory:")
        >>> _ = index.update()
        >>> hit = index.search("steady motto", limit=1)[0]
        >>> hit.conversation.title, hit.messages[hit.matches[0]].text
        ('Tortoise, Hare', "Slow and steady, that's my motto.")
    """

    conversation: IndexedConversation
    start: int
    messages: tuple[IndexedMessage, ...] = field(repr=False)
    matches: tuple[int, ...]
    score: float
    segment: int
    key: str = field(repr=False)


def packed(messages: Sequence[BaseMessage], times: Sequence[float | None]) -> bytes:
    """Return messages as they are kept: the speakers once, and each message as a row.

    Args:
        messages: The messages.
        times: When each was sent, in Unix seconds.
    """
    speakers: dict[tuple[Any, Any], int] = {}
    rows = []
    for message, seconds in zip(messages, times, strict=True):
        kwargs = message.additional_kwargs
        speaker = kwargs.get("sender"), kwargs.get("handle")
        flags = OWN * bool(kwargs.get("is_from_me"))
        flags |= ATTACHMENT * bool(kwargs.get("attachments"))
        place = speakers.setdefault(speaker, len(speakers))
        text = text_of(message.content)
        rows.append([message.id, seconds, place, flags, text])
    data = json.dumps([[*speakers], rows], ensure_ascii=False, separators=(",", ":"))
    return data.encode("utf-8", "surrogatepass")


def unpacked(data: bytes) -> tuple[IndexedMessage, ...]:
    """Return the messages that `packed` was given.

    Raises:
        DatabaseError: If it never was.
    """
    with _untampered():
        speakers, rows = json.loads(data.decode("utf-8", "surrogatepass"))
        return tuple(
            IndexedMessage(
                id=guid,
                seconds=seconds,
                sender=speakers[who][0],
                handle=speakers[who][1],
                is_from_me=bool(flags & OWN),
                has_attachment=bool(flags & ATTACHMENT),
                text=text,
            )
            for guid, seconds, who, flags, text in rows
        )


def texts_in(data: bytes) -> list[tuple[str | None, str]]:
    """Return id and text of each message that `packed` was given.

    Raises:
        DatabaseError: If it never was.
    """
    with _untampered():
        rows = json.loads(data.decode("utf-8", "surrogatepass"))[1]
        return [(row[0], row[4]) for row in rows]


def key_of(data: bytes) -> str:
    """Return what is equal for the same messages, and says nothing about them."""
    return hashlib.sha256(data).hexdigest()


def packed_chat(chat: Chat) -> str:
    """Return a conversation's record as it is kept."""
    return json.dumps(_values(chat))


def unpacked_chat(data: str) -> Chat:
    """Return the record that `packed_chat` was given.

    Raises:
        DatabaseError: If it never was.
    """
    with _untampered():
        found: dict[str, Any] = json.loads(data)
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in found.items()
        }
        return Chat(**values)


def chat_digest(chat: Chat) -> str:
    """Return what differs where a conversation is another one, or is called otherwise.

    The order of its chats is that of their use, and makes no difference.
    """
    found = {
        k: sorted(v) if isinstance(v, tuple) else v for k, v in _values(chat).items()
    }
    return json.dumps(found, sort_keys=True)


@contextmanager
def _untampered() -> Iterator[None]:
    """Take what cannot be unpacked for a damaged file; what is in it is not quoted."""
    try:
        yield
    except (
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        take_quotation(error)
        raise DatabaseError(
            "The search index has a row that this package did not write. Delete its file: "
            "it is made again from your messages."
        ) from None


def _values(chat: Chat) -> dict[str, Any]:
    # Texts, numbers, and tuples of them: `asdict` would copy each, at five times the cost.
    return {name: getattr(chat, name) for name in _CHAT_FIELDS}
