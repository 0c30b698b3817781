"""An index of own replies: which old pairs are nearest to what has just been said.

Owns building, growing and searching it. Which pairs there are of a source, how they are
stored and how texts are compared are files of their own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from typing_extensions import override

from langchain_imessage.arguments import (
    EMBEDDINGS,
    PATH,
    SOURCE,
    TEXT,
    WHOLE,
    check_arguments,
)
from langchain_imessage.chat_loaders.imessage import IMessageChatLoader
from langchain_imessage.errors import ArgumentValueError
from langchain_imessage.retrievers.own_replies._own_replies_changes import (
    changed_pairs,
    fingerprint,
    require_same_source,
    source_digest,
)
from langchain_imessage.retrievers.own_replies._own_replies_file import load_store
from langchain_imessage.retrievers.own_replies._own_replies_pairs import (
    distinct,
    pair_of_texts,
    reply_pairs,
)
from langchain_imessage.retrievers.own_replies._own_replies_store import ReplyStore
from langchain_imessage.retrievers.own_replies._own_replies_subsets import (
    Subsets,
    is_before,
    seconds_of_moment,
)
from langchain_imessage.retrievers.own_replies._own_replies_terms import TermRanks
from langchain_imessage.retrievers.own_replies._own_replies_vectors import (
    VectorRanks,
    embed_missing,
    fused,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from langchain_core.chat_loaders import BaseChatLoader
    from langchain_core.chat_sessions import ChatSession
    from langchain_core.embeddings import Embeddings

    from langchain_imessage.retrievers.own_replies._own_replies_pairs import (
        ReplyPair,
        Source,
    )

_COMPARED = 100
"""Pairs that are compared as a whole, by each way of comparing."""


class OwnRepliesIndex:
    """Pairs of what was said and what the owner answered, to be searched by the former.

    What is near is decided by BM25 over words and character trigrams, and if there are
    `embeddings` by the fusion of that order with theirs. The index is in memory; `save`
    writes a private file (it holds messages), `load` reads it.

    Args:
        store: The pairs.
        embeddings: A LangChain embedding model. It is given what was said in every pair,
            and every question; a hosted one is sent them.
        redactor: What replaced what is private in the pairs, if anything did: finds people
            by their names though the pairs have placeholders.

    Example:
        >>> from langchain_imessage import IMessageChatLoader
        >>> from langchain_imessage.testing import write_sample
        >>> loader = IMessageChatLoader(write_sample("chat.db"))
        >>> index = OwnRepliesIndex.build(loader, sender="Tortoise")
        >>> index
        OwnRepliesIndex(pairs=29)
        >>> index.search("what is a golden thread", k=1)[0].answered
        'The one you keep hold of when the path turns dark.'
    """

    def __init__(
        self,
        store: ReplyStore | None = None,
        *,
        embeddings: Embeddings | None = None,
        redactor: Any = None,
    ) -> None:
        self._store = store or ReplyStore()
        self._embeddings = embeddings
        self._redactor = redactor
        self._reset()

    @classmethod
    @check_arguments(source=SOURCE, embeddings=EMBEDDINGS)
    def build(
        cls,
        source: Source,
        *,
        before: datetime | None = None,
        embeddings: Embeddings | None = None,
        **choices: Any,
    ) -> Self:
        """Make an index.

        Args:
            source: A chat loader or sessions; what `prepare` returned; or a dataset, or
                its folder (its training file: nothing that is held out).
            before: Only replies sent before this moment, now and whenever it grows.
            embeddings: See the class.
            **choices: For a loader or sessions, what `prepare` takes: `sender`, `never`,
                `redactor`, `progress` and so on. Nothing is replaced unless there is a
                `redactor`.

        Returns:
            The index.

        Raises:
            ExportError: (a ValueError) If the folder holds no dataset.
            TypeError: If there are choices for what is prepared already.
            ValueError: If `before` has no time zone, or a choice is none there is.
        """
        redactor = choices.get("redactor") or getattr(source, "redactor", None)
        made = cls(embeddings=embeddings, redactor=redactor)
        limit = None if before is None else seconds_of_moment(before)
        about = {"choices": fingerprint(choices)}
        if limit is not None:
            about["before"] = repr(limit)
        made._store.note(about)
        made.add_pairs(reply_pairs(source, **choices))
        made._note_cursor(source)
        return made

    @classmethod
    @check_arguments(path=PATH, embeddings=EMBEDDINGS)
    def load(
        cls,
        path: str | os.PathLike[str],
        *,
        embeddings: Embeddings | None = None,
        redactor: Any = None,
    ) -> Self:
        """Read an index from its file.

        Args:
            path: What `save` wrote.
            embeddings: See the class; pairs without a vector get one.
            redactor: See the class.

        Raises:
            ExportError: (a ValueError) If the file is none, damaged, or a symbolic link.
            OSError: If the file cannot be read.
        """
        found = cls(load_store(Path(path)), embeddings=embeddings, redactor=redactor)
        found._embed()
        return found

    @check_arguments(path=PATH)
    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the index to a file that only its owner can read, whole or not at all.

        Args:
            path: The file.

        Raises:
            ExportError: (a ValueError) If the path is a symbolic link, or no file.
            OSError: If the file cannot be written.
        """
        self._store.save(Path(path))

    def update(
        self, source: Iterable[ChatSession] | BaseChatLoader, **choices: Any
    ) -> int:
        """Take what is new: conversations come in place of what the index has of them.

        Args:
            source: `IMessageChatLoader(path, since=index.cursor)`, of the database that the
                index was built from, or whole conversations.
            **choices: As for `build`: the same ones, but for `progress`.

        Returns:
            How many pairs are new or have changed.

        Raises:
            ValueError: If the choices are not those the index was built with, or a loader
                is of another database.
        """
        require_same_source(self._store.about().get("source"), source)
        if self._store.about().get("choices") != fingerprint(choices):
            raise ArgumentValueError(
                "The index was built with other choices: pass the same sender, never, "
                "redactor and so on as then, or build it again"
            )
        self._redactor = choices.get("redactor") or self._redactor
        limit = self._limit()
        added = self._store.replace_chats(
            (chat, [pair for pair in pairs if is_before(pair, limit)])
            for chat, pairs in changed_pairs(source, **choices)
        )
        self._changed()
        self._note_cursor(source)
        return added

    def add_pairs(self, pairs: Iterable[ReplyPair]) -> int:
        """Take pairs, each in place of one of the same key.

        Args:
            pairs: The pairs.

        Returns:
            How many were sent before the moment that the index ends at, if it has one.
        """
        limit = self._limit()
        added = self._store.add(pair for pair in pairs if is_before(pair, limit))
        self._changed()
        return added

    def add(self, said: str, answered: str) -> None:
        """Take one more pair, of no conversation and no time.

        Args:
            said: What somebody wrote.
            answered: The reply to it.
        """
        self._store.add([pair_of_texts(said, answered)])
        self._changed()

    @property
    def cursor(self) -> str | None:
        """What has been read: the `since` of the loader to `update` from; None if unknown."""
        return self._store.about().get("cursor")

    @override
    def __repr__(self) -> str:
        """Show how many pairs there are, never words or people."""
        return f"{type(self).__name__}(pairs={len(self)})"

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self._store)

    def __iter__(self) -> Iterator[ReplyPair]:
        """Yield every pair."""
        return self._store.all_pairs()

    def pairs(
        self, *, to: str | None = None, before: datetime | None = None
    ) -> Iterator[ReplyPair]:
        """Yield the pairs of one person, or before a moment; see `search`.

        Args:
            to: Only replies to this person.
            before: Only replies sent before this moment.
        """
        allowed = self._subsets.ids(to, before)
        return self._store.all_pairs() if allowed is None else self._store.some(allowed)

    def name_of(self, person: str) -> str:
        """Return what the pairs call a person: a placeholder where they are redacted.

        Args:
            person: A name or an address.

        Raises:
            ValueError: If nobody is called so.
        """
        return self._subsets.name_of(person)

    @check_arguments(text=TEXT, k=WHOLE)
    def search(
        self,
        text: str,
        k: int = 5,
        *,
        to: str | None = None,
        before: datetime | None = None,
    ) -> list[ReplyPair]:
        """Return the pairs whose question is nearest to a text, the nearest first.

        Args:
            text: What has just been said.
            k: How many; of pairs that say the same, one.
            to: Only replies in conversations with this person: named as in the pairs, or
                with a redactor as it knows them.
            before: Only replies sent before this moment.

        Raises:
            ValueError: If nobody is called so, or `before` has no time zone.
        """
        allowed = self._subsets.ids(to, before)
        orders = [ranks.order(text, allowed, _COMPARED) for ranks in self._ranks()]
        order = orders[0] if len(orders) == 1 else fused(*orders)
        pairs = self._store.pairs(order)
        return distinct((pairs[id_] for id_ in order if id_ in pairs), k)

    @check_arguments(k=WHOLE)
    def latest(
        self, k: int, *, to: str | None = None, before: datetime | None = None
    ) -> list[ReplyPair]:
        """Return the pairs that were answered last, the last first; see `search`.

        Args:
            k: How many.
            to: Only replies to this person.
            before: Only replies sent before this moment.
        """
        allowed = self._subsets.ids(to, before)
        order = self._store.newest_ids()
        found = [id_ for id_ in order if allowed is None or id_ in allowed][: 4 * k]
        pairs = self._store.pairs(found)
        return distinct((pairs[id_] for id_ in found), k)

    def _ranks(self) -> list[TermRanks | VectorRanks]:
        """Return what orders the pairs, made when it is first needed."""
        if not self._orders:
            self._orders.append(TermRanks(self._store))
            if self._embeddings is not None:
                self._orders.append(VectorRanks(self._store, self._embeddings))
        return self._orders

    def _limit(self) -> float:
        return float(self._store.about().get("before", "inf"))

    def _changed(self) -> None:
        self._embed()
        self._reset()

    def _embed(self) -> None:
        if self._embeddings is not None:
            embed_missing(self._store, self._embeddings)

    def _note_cursor(self, source: object) -> None:
        if isinstance(source, IMessageChatLoader):
            stamp = source_digest(source)
            self._store.note({"cursor": source.cursor, "source": stamp})

    def _reset(self) -> None:
        """Forget what was kept for queries."""
        self._orders: list[TermRanks | VectorRanks] = []
        self._subsets = Subsets(self._store, self._redactor)
