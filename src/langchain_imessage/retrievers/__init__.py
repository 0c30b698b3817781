"""Retrievers over one's own history; each is imported when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.lazy_names import lazy_names

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

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "_message_retriever": ("IMessageRetriever",),
        "messages._indexed_records": (
            "IndexedConversation",
            "IndexedMessage",
            "SearchHit",
        ),
        "messages._message_index": ("SEARCH_CONTENT", "MessageIndex"),
        "messages._search_filters": ("SearchFilters",),
        "own_replies._own_replies": ("OwnRepliesRetriever", "OwnRepliesSelector"),
        "own_replies._own_replies_index": ("OwnRepliesIndex",),
        "own_replies._own_replies_pairs": ("ReplyPair",),
    },
)
