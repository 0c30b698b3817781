"""What is new for an index of own replies: whole conversations in which something changed.

Owns that an index grows as it was built: a redactor knows as many people as for a whole
pass, and nobody who opted out comes in because a later call did not say so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from langchain_core.chat_loaders import BaseChatLoader

from langchain_imessage.arguments import LOADED, check_arguments
from langchain_imessage.chat_loaders.imessage import IMessageChatLoader
from langchain_imessage.errors import ArgumentValueError
from langchain_imessage.preparation._prepared import people_of_loader
from langchain_imessage.retrievers._source_stamp import databases_of
from langchain_imessage.retrievers.own_replies._own_replies_pairs import (
    by_chat,
    chat_key,
    own_examples,
    pairs_of_examples,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_core.chat_sessions import ChatSession

    from langchain_imessage.retrievers.own_replies._own_replies_pairs import ReplyPair

_NO_CHOICES = frozenset({"progress", "workers"})
"""How it is read, which changes no pair."""


@check_arguments(source=LOADED)
def changed_pairs(
    source: Iterable[ChatSession] | BaseChatLoader, **choices: Any
) -> Iterator[tuple[str, list[ReplyPair]]]:
    """Yield each conversation of a source in which something is new, and all its pairs.

    Args:
        source: A loader with `since`, or whole conversations.
        **choices: What `prepare` takes.

    Yields:
        What distinguishes the conversation, and its pairs; none where none are left.
    """
    seen: dict[str, None] = {}
    learn = getattr(choices.get("redactor"), "learn", None)
    if learn is not None and isinstance(source, IMessageChatLoader):
        learn(people_of_loader(source))
    examples = own_examples(_noted(_sessions(source), seen), **choices)
    for chat, pairs in by_chat(pairs_of_examples(examples)):
        seen.pop(chat, None)
        yield chat, pairs
    for chat in seen:
        yield chat, []


def fingerprint(choices: Mapping[str, Any]) -> str:
    """Return what is equal for equal choices, and holds none of them."""
    plain = {
        name: _plain(value)
        for name, value in choices.items()
        if name not in _NO_CHOICES
    }
    return blake2b(
        json.dumps(plain, sort_keys=True).encode(), digest_size=8
    ).hexdigest()


def source_digest(loader: IMessageChatLoader) -> str:
    """Return what is equal for the same databases, and holds no path."""
    paths = databases_of(loader).encode("utf-8", "surrogatepass")
    return blake2b(paths, digest_size=8).hexdigest()


def require_same_source(before: str | None, source: object) -> None:
    """Refuse to take new pairs from somewhere else: nobody could tell them apart.

    Args:
        before: The digest of what the index was built from; None if unknown.
        source: A loader, or what is no database.

    Raises:
        ValueError: If it is a loader of another database.
    """
    if not (before and isinstance(source, IMessageChatLoader)):
        return
    if source_digest(source) != before:
        raise ArgumentValueError(
            "The index was built from another database: update it from that one, or "
            "build one of this in another file"
        )


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return sorted(map(str, value.items()))
    if value is None or isinstance(value, bool | int | float | str):
        return value
    # A redactor is another object each time; that there is one is the choice.
    return sorted(map(str, value)) if hasattr(value, "__len__") else True


def _sessions(
    source: Iterable[ChatSession] | BaseChatLoader,
) -> Iterator[ChatSession]:
    if isinstance(source, IMessageChatLoader):
        return (session for session, _ in source.lazy_load_updates())
    if isinstance(source, BaseChatLoader):
        return iter(source.lazy_load())
    return iter(source)


def _noted(
    sessions: Iterator[ChatSession], seen: dict[str, None]
) -> Iterator[ChatSession]:
    for session in sessions:
        seen[chat_key(session)] = None
        yield session
