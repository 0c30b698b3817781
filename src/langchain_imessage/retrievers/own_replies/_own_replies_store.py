"""Pairs and the terms of what was said in them, in an SQLite database; its private file.

Owns the tables, and how they are filled, grown and saved. The database is in memory; a file
of it is written whole. What a query compares is for those who ask.
"""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from contextlib import contextmanager
from itertools import islice
from threading import RLock
from typing import TYPE_CHECKING, Any
from weakref import finalize

from typing_extensions import override

from langchain_imessage.files import replace_bytes
from langchain_imessage.retrievers.own_replies._bm25 import terms_of
from langchain_imessage.retrievers.own_replies._own_replies_tables import (
    APPLICATION,
    ID_TYPE,
    database_of,
    new_database,
    pair_of_row,
    people_in,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from langchain_imessage.retrievers.own_replies._own_replies_pairs import ReplyPair

_FLUSH = 20_000_000
"""Ids held before they are written: 80 MB."""

_FEW = 500
"""Values bound in one statement; SQLite takes 999 in its oldest versions."""


class ReplyStore:
    """The tables.

    Args:
        database: An open database of this form; a new one in memory if None.
    """

    def __init__(self, database: sqlite3.Connection | None = None) -> None:
        self.lock = RLock()
        self._database = database or new_database()
        # There is nothing to close for those who use it, as it holds no file.
        finalize(self, self._database.close)
        self._waiting: defaultdict[str, array[int]] = defaultdict(
            lambda: array(ID_TYPE)
        )
        self._held = 0

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)})"

    def __reduce__(self) -> tuple[Any, ...]:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Let copies and other processes have the tables: a connection stays where it is."""
        return _store_of, (self._content(),)

    def __len__(self) -> int:
        return self.size()[0]

    def size(self) -> tuple[int, float]:
        """Return how many pairs there are, and how many terms they have on average."""
        ((pairs, terms),) = self._rows("SELECT count(*), avg(terms) FROM pairs")
        return pairs, terms or 0.0

    def about(self) -> dict[str, str]:
        """Return what is noted of the whole."""
        return dict(self._rows("SELECT name, value FROM about"))

    def note(self, values: Mapping[str, str]) -> None:
        """Note something of the whole."""
        with self.lock, self._database as database:
            database.executemany("REPLACE INTO about VALUES (?, ?)", values.items())

    def replace_chats(
        self, conversations: Iterable[tuple[str, Sequence[ReplyPair]]]
    ) -> int:
        """Take the pairs of conversations, in place of those they had; all or none.

        Args:
            conversations: What distinguishes each, and all its pairs.

        Returns:
            How many pairs are new or have changed.
        """
        with self._change():
            return sum(self._replace(chat, pairs) for chat, pairs in conversations)

    def add(self, pairs: Iterable[ReplyPair]) -> int:
        """Take pairs, each in place of one of the same key; all or none.

        Returns:
            How many.
        """
        added = 0
        waiting = iter(pairs)
        with self._change():
            while some := {pair.key: pair for pair in islice(waiting, _FEW)}:
                found = f"SELECT id FROM pairs WHERE key IN ({_marks(list(some))})"
                self._remove([id_ for (id_,) in self._rows(found, list(some))])
                self._insert(some.values())
                added += len(some)
        return added

    @contextmanager
    def _change(self) -> Iterator[None]:
        with self.lock:
            try:
                with self._database:
                    yield
                    self._flush()
            finally:
                self._waiting.clear()
                self._held = 0

    def having(self, terms: Iterable[str]) -> list[tuple[str, int]]:
        """Return which terms there are, and how many pairs have each."""
        found: list[tuple[str, int]] = []
        for some in _batches(list(terms)):
            found += self._rows(
                f"SELECT term, texts FROM terms WHERE term IN ({_marks(some)})", some
            )
        return found

    def ids_of(self, term: str) -> array[int]:
        """Return the ids of the pairs that have a term; some may be gone."""
        rows = self._rows("SELECT ids FROM terms WHERE term = ?", [term])
        ids = array(ID_TYPE)
        for (blob,) in rows:
            ids.frombytes(blob)
        return ids

    def pairs(self, ids: Collection[int]) -> dict[int, ReplyPair]:
        """Return pairs by their ids; those that are gone are left out."""
        found: dict[int, ReplyPair] = {}
        for some in _batches(list(ids)):
            for id_, *values in self._rows(
                f"{_PAIRS} WHERE id IN ({_marks(some)})", some
            ):
                found[id_] = pair_of_row(values)
        return found

    def all_pairs(self) -> Iterator[ReplyPair]:
        """Yield every pair, in the order of their ids."""
        for _, *values in self._rows(f"{_PAIRS} ORDER BY id"):
            yield pair_of_row(values)

    def some(self, ids: Collection[int]) -> Iterator[ReplyPair]:
        """Yield pairs by their ids, in their order."""
        for some in _batches(sorted(ids)):
            yield from self.pairs(some).values()

    def ids_before(self, seconds: float) -> set[int]:
        """Return the ids of the pairs that were answered before a moment."""
        rows = self._rows("SELECT id FROM pairs WHERE sent_at < ?", [seconds])
        return {id_ for (id_,) in rows}

    def newest_ids(self) -> list[int]:
        """Return the ids of all pairs, the one answered last first."""
        rows = self._rows("SELECT id FROM pairs ORDER BY sent_at DESC, id DESC")
        return [id_ for (id_,) in rows]

    def people(self) -> dict[str, tuple[str, ...]]:
        """Return who is in the conversations, by how that is stored."""
        rows = self._rows("SELECT DISTINCT people FROM pairs")
        return {people: people_in(people) for (people,) in rows}

    def ids_with(self, people: Collection[str]) -> set[int]:
        """Return the ids of the pairs with these people, as `people` returned them."""
        found: set[int] = set()
        for some in _batches(list(people)):
            rows = self._rows(
                f"SELECT id FROM pairs WHERE people IN ({_marks(some)})", some
            )
            found.update(id_ for (id_,) in rows)
        return found

    def without_vector(self) -> list[tuple[int, str]]:
        """Return the id and the words of each pair that has no vector."""
        return self._rows(
            "SELECT id, said FROM pairs WHERE id NOT IN (SELECT id FROM vectors)"
        )

    def put_vectors(self, vectors: Mapping[int, bytes]) -> None:
        """Keep vectors, as bytes."""
        with self.lock, self._database as database:
            database.executemany("REPLACE INTO vectors VALUES (?, ?)", vectors.items())

    def vectors(self) -> list[tuple[int, bytes]]:
        """Return the vector of each pair that has one."""
        return self._rows("SELECT id, vector FROM vectors JOIN pairs USING (id)")

    def save(self, path: Path) -> None:
        """Write the database to a private file, whole or not at all."""
        replace_bytes(path, self._content(), application=APPLICATION)

    def _content(self) -> bytes:
        with self.lock:
            return self._database.serialize()

    def _replace(self, chat: str, pairs: Sequence[ReplyPair]) -> int:
        pairs = list({pair.key: pair for pair in pairs}.values())
        known = {key: rest for key, *rest in self._known(chat, pairs)}
        kept: set[int] = set()
        new: list[ReplyPair] = []
        changed = 0
        for pair in pairs:
            id_, said, answered = known.get(pair.key, (0, "", ""))
            if said != pair.said:
                new.append(pair)
                continue
            kept.add(id_)
            if answered != pair.answered:  # further bubbles, as a rule
                changed += 1
                self._database.execute(
                    "UPDATE pairs SET answered = ?, sent_at = ?, chat = ? WHERE id = ?",
                    [pair.answered, pair.sent_at, chat, id_],
                )
        self._remove([id_ for id_, *_ in known.values() if id_ not in kept])
        self._insert(new)
        return len(new) + changed

    def _known(self, chat: str, pairs: Sequence[ReplyPair]) -> Iterator[Any]:
        """Yield what there is of a conversation, and of these pairs under another name."""
        yield from self._rows(f"{_KNOWN} WHERE chat = ?", [chat])
        for some in _batches([pair.key for pair in pairs]):
            yield from self._rows(f"{_KNOWN} WHERE key IN ({_marks(some)})", some)

    def _remove(self, ids: Sequence[int]) -> None:
        """Remove pairs, and their words from the lists: nothing of them is kept."""
        if not ids:
            return
        self._flush()
        gone: defaultdict[str, set[int]] = defaultdict(set)
        for id_, pair in self.pairs(ids).items():
            for term in terms_of(pair.said):
                gone[term].add(id_)
        for term, left in gone.items():
            kept = array(ID_TYPE, [id_ for id_ in self.ids_of(term) if id_ not in left])
            self._database.execute("DELETE FROM terms WHERE term = ?", [term])
            if kept:
                self._waiting[term] = kept
        for table in ("pairs", "vectors"):
            self._database.executemany(
                f"DELETE FROM {table} WHERE id = ?", [(id_,) for id_ in ids]
            )

    def _insert(self, pairs: Iterable[ReplyPair]) -> None:
        database, waiting = self._database, self._waiting
        for pair in pairs:
            terms = terms_of(pair.said)
            values = [pair.key, pair.chat, pair.said, pair.answered, pair.sent_at]
            row = [*values, json.dumps(pair.people), terms.total()]
            id_ = database.execute(
                "INSERT INTO pairs (key, chat, said, answered, sent_at, people, terms) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            ).lastrowid
            for term in terms:
                waiting[term].append(id_ or 0)
            self._held += len(terms)
            if self._held > _FLUSH:
                self._flush()

    def _flush(self) -> None:
        self._database.executemany(
            "INSERT INTO terms VALUES (?1, ?2, ?3) ON CONFLICT (term) DO UPDATE SET "
            "texts = texts + ?2, ids = CAST(ids || ?3 AS BLOB)",
            ((term, len(ids), ids.tobytes()) for term, ids in self._waiting.items()),
        )
        self._waiting.clear()
        self._held = 0

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        with self.lock:
            return self._database.execute(statement, values).fetchall()


def _store_of(content: bytes) -> ReplyStore:
    return ReplyStore(database_of(content))


_KNOWN = "SELECT key, id, said, answered FROM pairs"
_PAIRS = "SELECT id, said, answered, sent_at, people, chat, key FROM pairs"


def _batches(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[at : at + _FEW] for at in range(0, len(values), _FEW))


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))
