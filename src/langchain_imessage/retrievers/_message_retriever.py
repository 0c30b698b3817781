"""IMessageRetriever: messages found by their words, as LangChain documents.

Owns what a document says and what its metadata are; the index is `messages`' to keep.
"""

from __future__ import annotations

from collections.abc import Collection  # noqa: TC003 - pydantic reads annotations
from datetime import datetime  # noqa: TC003 - likewise
from typing import TYPE_CHECKING, Any

from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import VectorStore  # noqa: TC002 - likewise
from pydantic import ConfigDict, Field, PrivateAttr
from typing_extensions import override

from langchain_imessage.chat_loaders.imessage import IMessageChatLoader
from langchain_imessage.errors import ArgumentTypeError
from langchain_imessage.retrievers.messages._message_index import MessageIndex
from langchain_imessage.retrievers.messages._search_filters import SearchFilters
from langchain_imessage.retrievers.messages._vectors import (
    fused,
    nearest,
    update_vectors,
)

if TYPE_CHECKING:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun

    from langchain_imessage.chatdb import ReadProgress
    from langchain_imessage.retrievers.messages._indexed_records import SearchHit

_DEEPER = 4
"""So many times the wanted number are ranked before two rankings are made one."""

_FILTERS = ("person", "chat", "after", "before", "own", "has_attachment")


class IMessageRetriever(BaseRetriever):
    """Find messages by their words, also by their meaning where there is a vector store.

    The words are looked up in a private index file (see `MessageIndex`), which is made at
    the first query: a million messages take about half a minute. `update` adds what is
    new since, and takes out what was deleted.

    A document is a segment of a conversation, or the part of a long one, with a line for
    each message; the metadata say who takes part, when it was, and which of its lines
    match. What is not known is left out:

    | key | value |
    |---|---|
    | `chat`, `chat_guid` | the conversation's title, else who is in it; its guid |
    | `participants` | the others, in one text |
    | `is_group` | whether there can be more than one of them |
    | `first_sent_at`, `last_sent_at` | when, in ISO 8601 and UTC |
    | `first_id`, `last_id` | the guids of its first and its last message |
    | `messages` | how many it has |
    | `matches` | the places of the messages that match, from 0 |
    | `score` | BM25, the higher the better |

    Args:
        loader: Loads the messages; without one, this Mac's own.
        index: The path of the index; ":memory:" for none. Defaults to a file in the
            user's folder for caches.
        k: How many documents to return.
        person: Only conversations with these people: names or addresses, any spelling.
        chat: Only these conversations: titles, addresses or guids.
        after: First moment; an aware datetime.
        before: First moment no longer wanted.
        own: Only the owner's messages (True), or only others' (False).
        has_attachment: Only messages with a picture, a file, ... (True), or without.
        vector_store: A LangChain vector store of its own, for hybrid search: `update`
            adds every segment to it, and the two rankings are made one. Whether messages
            leave the computer for that depends on its `Embeddings`.

    All of these but the first two and the last can be given to `invoke`, too.

    Raises:
        DatabaseError: If the database cannot be read, or the index not be written.

    Example:
        >>> from langchain_imessage import IMessageChatLoader
        >>> from langchain_imessage.testing import write_sample
        >>> loader = IMessageChatLoader(write_sample("chat.db"))
        >>> retriever = IMessageRetriever(loader=loader, index=":memory:", k=1)
        >>> document = retriever.invoke("steady motto")[0]
        >>> document.page_content.splitlines()[document.metadata["matches"][0]]
        "Tortoise: Slow and steady, that's my motto."
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    loader: IMessageChatLoader = Field(
        default_factory=IMessageChatLoader, exclude=True, repr=False
    )
    index: str | None = Field(default=None, exclude=True, repr=False)
    k: int = Field(default=4, ge=1)
    person: str | Collection[str] | None = Field(default=None, repr=False)
    chat: str | Collection[str] | None = Field(default=None, repr=False)
    after: datetime | None = None
    before: datetime | None = None
    own: bool | None = None
    has_attachment: bool | None = None
    vector_store: VectorStore | None = Field(default=None, exclude=True, repr=False)
    _message_index: MessageIndex | None = PrivateAttr(default=None)

    def update(self, *, progress: ReadProgress | None = None) -> bool:
        """Bring the index, and the vector store, to what the database is now.

        Args:
            progress: Called with how many conversations have been read, and how many
                there are.

        Returns:
            Whether anything had changed.

        Raises:
            DatabaseError: If the database cannot be read, or the index not be written.
        """
        index = self._message_index or MessageIndex(self.loader, self.index)
        changed = index.update(progress=progress)
        if self.vector_store is not None:
            update_vectors(index, self.vector_store)
        self._message_index = index
        return changed

    @override
    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        if self._message_index is None:
            self.update()
        limit = kwargs.pop("k", self.k)
        chosen = {name: kwargs.pop(name, getattr(self, name)) for name in _FILTERS}
        if kwargs:
            raise ArgumentTypeError(f"invoke takes no {', '.join(sorted(kwargs))}")
        hits = self._find(query, limit, SearchFilters(**chosen))
        return [_document(hit) for hit in hits[:limit]]

    def _find(self, query: str, limit: int, filters: SearchFilters) -> list[SearchHit]:
        index = self._message_index
        if index is None:
            return []
        store = self.vector_store
        if store is None:
            return index.search(query, limit=limit, filters=filters)
        deeper = _DEEPER * limit
        by_words = index.search(query, limit=deeper, filters=filters)
        return fused(
            [by_words, nearest(index, store, query, limit=deeper, filters=filters)]
        )


def _document(hit: SearchHit) -> Document:
    first, last = hit.messages[0], hit.messages[-1]
    chat = hit.conversation.chat
    found = {
        "chat": hit.conversation.title,
        "chat_guid": next(iter(chat.guids), None),
        "participants": ", ".join(chat.participants) or None,
        "is_group": chat.is_group,
        "first_sent_at": _iso(first.sent_at),
        "last_sent_at": _iso(last.sent_at),
        "first_id": first.id,
        "last_id": last.id,
        "messages": len(hit.messages),
        "matches": [*hit.matches],
        "score": hit.score,
    }
    lines = (
        f"{message.sender or '?'}: {' '.join(message.text.splitlines())}"
        for message in hit.messages
    )
    return Document(
        id=first.id,
        page_content="\n".join(lines),
        metadata={key: value for key, value in found.items() if value is not None},
    )


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
