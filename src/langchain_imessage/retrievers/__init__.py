"""Retrievers over one's own history; each is imported when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_imessage.retrievers._message_retriever import IMessageRetriever
    from langchain_imessage.retrievers.messages._indexed_records import (
        IndexedConversation,
        IndexedMessage,
        SearchHit,
    )
    from langchain_imessage.retrievers.messages._message_index import (
        SEARCH_CONTENT,
        MessageIndex,
    )
    from langchain_imessage.retrievers.messages._search_filters import SearchFilters
    from langchain_imessage.retrievers.own_replies._own_replies import (
        OwnRepliesRetriever,
        OwnRepliesSelector,
    )
    from langchain_imessage.retrievers.own_replies._own_replies_index import (
        OwnRepliesIndex,
    )
    from langchain_imessage.retrievers.own_replies._own_replies_pairs import ReplyPair

__all__ = [
    "SEARCH_CONTENT",
    "IMessageRetriever",
    "IndexedConversation",
    "IndexedMessage",
    "MessageIndex",
    "OwnRepliesIndex",
    "OwnRepliesRetriever",
    "OwnRepliesSelector",
    "ReplyPair",
    "SearchFilters",
    "SearchHit",
]

_HOME_OF = {
    "IMessageRetriever": "_message_retriever",
    "IndexedConversation": "messages._indexed_records",
    "IndexedMessage": "messages._indexed_records",
    "MessageIndex": "messages._message_index",
    "OwnRepliesIndex": "own_replies._own_replies_index",
    "OwnRepliesRetriever": "own_replies._own_replies",
    "OwnRepliesSelector": "own_replies._own_replies",
    "ReplyPair": "own_replies._own_replies_pairs",
    "SEARCH_CONTENT": "messages._message_index",
    "SearchFilters": "messages._search_filters",
    "SearchHit": "messages._indexed_records",
}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
