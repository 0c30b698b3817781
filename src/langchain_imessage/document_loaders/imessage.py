"""IMessageLoader: conversations as LangChain documents, a segment each, for retrieval.

Owns what a document says and what its metadata are; who, when and what was said is the
chat loader's to find out, and where a segment ends the transforms'.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, cast

from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document
from typing_extensions import override

from langchain_imessage.arguments import COUNTER, GAP, WHOLE, check_arguments, or_none
from langchain_imessage.chat_loaders.imessage import IMessageChatLoader
from langchain_imessage.errors import ArgumentValueError
from langchain_imessage.timestamps import datetime_from_unix
from langchain_imessage.transforms import split_sessions
from langchain_imessage.transforms.messages._content import ids_of, text_of
from langchain_imessage.transforms.messages._participants import chat_of
from langchain_imessage.transforms.messages._timestamps import seconds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from os import PathLike
    from typing import Unpack

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

    from langchain_imessage.chat_loaders.imessage import LoaderKeywords
    from langchain_imessage.records import Ledger

_MESSAGES = 50
"""In a document: some 500 words, which is what embeddings are made for."""

_GAP = timedelta(hours=1)
"""A fixed one: what was said later must not move where earlier documents begin."""

_SOMEBODY = "?"
"""Who said what nobody can be named for."""


class IMessageLoader(BaseLoader):
    """Load conversations as documents: a segment each, or a part of a long one.

    A document's `page_content` has a line for each message, with who said it before what
    they said. Its `id` is the guid of its first message: loaded again, also with `since`,
    a document in which something is new or changed comes whole, and replaces itself in a
    store by its id. The metadata are texts, numbers and booleans only, as every
    vector store takes them, and what is not known is left out:

    | key | value |
    |---|---|
    | `source` | the path |
    | `chat`, `chat_guid` | the conversation's title, else who is in it; its guid |
    | `participants` | the others, in one text |
    | `is_group` | whether there can be more than one of them |
    | `segment` | the segment's number in its conversation, from 0 |
    | `first_sent_at`, `last_sent_at` | when, in ISO 8601 and UTC |
    | `first_seconds`, `last_seconds` | the same in Unix seconds, to compare with |
    | `first_id`, `last_id` | the guids of its first and its last message |
    | `messages` | how many it has |

    Args:
        path: The database, or an iPhone backup's folder; None for this Mac's own.
        gap: How long a pause ends a segment: an hour, or another time. "auto" finds it
            for each conversation, but another one when that has grown, and with it other
            documents. None ends it at no pause.
        messages_per_document: The most messages a document has; None for no limit.
        max_tokens: The most tokens the words of a document have.
        count_tokens: Counts a text's tokens; needed with `max_tokens`.
        **options: What else `IMessageChatLoader` takes, such as `contacts`, `chats`,
            `content="annotated"`, or `since` for what is new alone.

    Raises:
        DatabaseNotFoundError: (a FileNotFoundError) If there is no such file.
        DatabaseError: If it cannot be read, with what to do about it.
        ValueError: If there is `max_tokens` but no `count_tokens`.

    Example:
        >>> from langchain_imessage.testing import write_sample
        >>> loader = IMessageLoader(write_sample("chat.db"))
        >>> document = next(loader.lazy_load())
        >>> print(document.page_content.splitlines()[1])
        Hare: Speed is key!
        >>> document.metadata["participants"], document.metadata["messages"]
        ('Tortoise, Hare', 7)
    """

    @check_arguments(
        gap=GAP,
        messages_per_document=or_none(WHOLE),
        max_tokens=or_none(WHOLE),
        count_tokens=COUNTER,
    )
    def __init__(
        self,
        path: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
        *,
        gap: timedelta | Literal["auto"] | None = _GAP,
        messages_per_document: int | None = _MESSAGES,
        max_tokens: int | None = None,
        count_tokens: Callable[[str], int] | None = None,
        **options: Unpack[LoaderKeywords],
    ) -> None:
        if max_tokens is not None and count_tokens is None:
            raise ArgumentValueError("max_tokens needs count_tokens")
        self._loader = IMessageChatLoader(path, **options)
        self._gap = gap
        self._messages = messages_per_document
        self._max_tokens = max_tokens
        self._count_tokens = count_tokens

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show counts and which options are set, never names, numbers or a path."""
        return f"<IMessageLoader of {self._loader!r}>"

    @property
    def ledger(self) -> Ledger:
        """Where each row of the message table went in the latest pass."""
        return self._loader.ledger

    @property
    def cursor(self) -> str:
        """What the latest pass delivered: as `since` it makes another go on there.

        Raises:
            IncompletePassError: If that pass is not whole: go on with the cursor before.
        """
        return self._loader.cursor

    @override
    def lazy_load(self) -> Iterator[Document]:
        """Load the documents, one conversation at a time.

        Yields:
            Documents: the most recently used conversation first, its oldest segment
            first.

        Raises:
            DatabaseError: If the database cannot be read, with what to do about it.
        """
        source = str(self._loader.db_path)
        for session, places in self._loader.lazy_load_updates():
            messages = session["messages"]
            new = None if places is None else {messages[p].id for p in places} | {None}
            for piece in self._pieces(session):
                said = piece["messages"]
                if new is None or any(message.id in new for message in said):
                    yield Document(
                        id=_id(said[0]),
                        page_content="\n".join(map(_line, said)),
                        metadata={"source": source, **_metadata(piece)},
                    )

    def _pieces(self, session: ChatSession) -> Iterator[ChatSession]:
        return split_sessions(
            [session],
            gap=self._gap,
            max_messages=self._messages,
            max_tokens=self._max_tokens,
            count_tokens=self._count_tokens,
        )


def _line(message: BaseMessage) -> str:
    sender = message.additional_kwargs.get("sender") or _SOMEBODY
    return f"{sender}: {text_of(message.content)}"


def _metadata(session: ChatSession) -> dict[str, Any]:
    chat = chat_of(session)
    split: Mapping[str, Any] = cast("dict[str, Any]", session)["split"]
    messages = session["messages"]
    times = [time for m in messages if (time := seconds_of(m)) is not None]
    first, last = min(times, default=None), max(times, default=None)
    participants = ", ".join(chat.get("participants") or ())
    found = {
        "chat": chat.get("name") or participants or None,
        "chat_guid": next(iter(chat.get("guids") or ()), None),
        "participants": participants or None,
        "is_group": chat.get("is_group"),
        "segment": split["piece"],
        "first_sent_at": _iso(first),
        "last_sent_at": _iso(last),
        "first_seconds": first,
        "last_seconds": last,
        "first_id": _id(messages[0]),
        "last_id": _id(messages[-1]),
        "messages": len(messages),
    }
    return {key: value for key, value in found.items() if value is not None}


def _id(message: BaseMessage) -> str | None:
    return next(map(str, ids_of(message)), None)


def _iso(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime_from_unix(seconds).isoformat(timespec="seconds")
