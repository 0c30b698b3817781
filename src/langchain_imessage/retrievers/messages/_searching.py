"""Looks words up in an index: the best segments first, and in each the messages that match.

First those that have all words, then those that have some. Owns what the full-text search is
asked. Segments are ranked so many at a time, the newest first: a search for a word that is
everywhere is quick, and whoever reads on finds every segment that has it.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.errors import DatabaseError
from langchain_imessage.retrievers.messages._indexed_records import (
    SearchHit,
    key_of,
    unpacked,
)
from langchain_imessage.retrievers.messages._reading import (
    chat_of_row,
    conversation_at,
    count_before,
)
from langchain_imessage.retrievers.messages._search_terms import (
    index_tokens,
    loose_terms,
    search_terms,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from langchain_imessage.retrievers.messages._indexed_records import (
        IndexedConversation,
    )
    from langchain_imessage.retrievers.messages._search_filters import SearchFilters
    from langchain_imessage.retrievers.messages._search_terms import SearchTerm

_CANDIDATES = 2_000
"""Segments that are ranked together: of a word that is in more of them, the newest first.
However many hits are wanted: else what comes next would depend on how many came before."""

_LOWEST, _HIGHEST = -(2**63), 2**63 - 1
_ID_BITS = 20


class _Candidate(NamedTuple):
    """A segment that has the words; the lower the rank, the better."""

    rank: float
    segment: int


class IndexSearch:
    """One search in an index.

    Args:
        connection: To the index.
        filters: Which messages are wanted.
    """

    def __init__(self, connection: sqlite3.Connection, filters: SearchFilters) -> None:
        self._connection = connection
        self._run = connection.execute
        self._filters = filters
        self._conversations: dict[int, IndexedConversation] = {}

    def find(self, query: str, limit: int, start: int = 0) -> list[SearchHit]:
        """Return hits for a query, the best first; for a blank one the newest segments."""
        terms = search_terms(query)
        if not terms and query.strip():
            return []
        start, stop = min(start, _HIGHEST), min(start + limit, _HIGHEST)
        return [*islice(self._hits(terms), start, stop)]

    def _hits(self, terms: Sequence[SearchTerm]) -> Iterator[SearchHit]:
        """Yield all segments with wanted messages, each once."""
        seen: set[int] = set()
        wanted = loose_terms(terms)
        for candidate in self._attempts(terms):
            if candidate.segment not in seen:
                seen.add(candidate.segment)
                hit = self._hit(candidate, wanted)
                if hit is not None:
                    yield hit

    def at(self, segment: int, key: str) -> SearchHit | None:
        """Return a segment that was found in another way.

        Args:
            segment: Its number.
            key: Its key.

        Returns:
            It, with all wanted messages as matches; None if there are none, if it is not
            what it was, or if its conversation is not wanted.
        """
        hit = self._hit(_Candidate(0, segment), ())
        if hit is None or hit.key != key:
            return None
        return hit if self._filters.chat_test()(hit.conversation.chat) else None

    def _attempts(self, terms: Sequence[SearchTerm]) -> Iterator[_Candidate]:
        """Yield candidates: with all words, then with some of them."""
        if not terms:
            yield from self._newest()
            return
        expressions = [f"({term.expression})" for term in terms]
        yield from self._ranked(" AND ".join(expressions))
        expressions = [f"({term.expression})" for term in loose_terms(terms)]
        if len(expressions) > 1:
            rare = [e for e in expressions if not self._is_everywhere(e)]
            yield from self._ranked(" OR ".join(rare or expressions))

    def _ranked(self, words: str) -> Iterator[_Candidate]:
        sql = (
            "SELECT bm25(words, 1, 0), rowid FROM words WHERE words MATCH ? "
            "AND rowid BETWEEN ? AND ?"
        )
        condition = self._condition(words)
        if condition is not None:
            for some in self._batches(sql, condition):
                yield from sorted(some, key=_best_first)

    def _newest(self) -> Iterator[_Candidate]:
        condition = self._condition("")
        if condition == "":
            sql = "SELECT 0, id FROM segment WHERE id BETWEEN ? AND ?"
            yield from chain.from_iterable(self._batches(sql))
        elif condition is not None:
            sql = "SELECT 0, rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?"
            yield from chain.from_iterable(self._batches(sql, condition))

    def _batches(self, sql: str, *values: str) -> Iterator[list[_Candidate]]:
        """Yield what a statement selects of the wanted times, the newest first."""
        first, last = self._ids()
        while True:
            rows = self._run(
                f"{sql} ORDER BY 2 DESC LIMIT {_CANDIDATES}",
                (*values, first, last),
            ).fetchall()
            yield [_Candidate._make(row) for row in rows]
            if len(rows) < _CANDIDATES:
                return
            last = rows[-1][1] - 1

    def _condition(self, words: str) -> str | None:
        """Add the filters to an expression; None if no conversation is wanted."""
        parts = [f"body : ({words})"] if words else []
        parts += [f'marks : "{mark}"' for mark in self._filters.marks()]
        if self._filters.names_conversations:
            wanted = self._filters.chat_test()
            numbers = [
                number
                for number, chat in self._run("SELECT number, chat FROM conversation")
                if wanted(chat_of_row(chat))
            ]
            if not numbers:
                return None
            parts.append("marks : (" + " OR ".join(f'"c{n}"' for n in numbers) + ")")
        return " AND ".join(parts)

    def _ids(self) -> tuple[int, int]:
        """Return between which ids the segments are that may have a wanted message."""
        after, before = self._filters.seconds()
        first, last = _LOWEST, _HIGHEST
        if before is not None:
            last = ((int(before) + 1) << _ID_BITS) - 1
        if after is not None:
            # The longest segment that began before it may still go on.
            (earliest,) = self._run(
                "SELECT min(first) FROM segment WHERE last >= ?", (after,)
            ).fetchone()
            first = _HIGHEST if earliest is None else int(earliest) << _ID_BITS
        return first, last

    def _is_everywhere(self, expression: str) -> bool:
        (count,) = self._run(
            "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)",
            (f"body : {expression}", _CANDIDATES + 1),
        ).fetchone()
        return bool(count > _CANDIDATES)

    def _hit(
        self, candidate: _Candidate, terms: Iterable[SearchTerm]
    ) -> SearchHit | None:
        """Return a segment as a hit; None if none of its messages is wanted."""
        row = self._run(
            "SELECT conversation, messages FROM segment WHERE id = ?",
            (candidate.segment,),
        ).fetchone()
        if row is None:
            return None
        number, data = row
        every = unpacked(data)
        messages = [m for m in every if self._filters.is_in_time(m)]
        matches = tuple(
            place
            for place, message in enumerate(messages)
            if self._filters.is_wanted(message) and _has(message.text, terms)
        )
        if not matches:
            return None
        conversation = self._conversations.get(number)
        if conversation is None:
            conversation = conversation_at(self._connection, number)
        if conversation is None:
            raise DatabaseError(
                "The search index has messages of no conversation. Delete its file: it is "
                "made again from your messages."
            )
        self._conversations[number] = conversation
        return SearchHit(
            conversation=conversation,
            start=count_before(self._connection, number, candidate.segment)
            + every.index(messages[0]),
            messages=tuple(messages),
            matches=matches,
            score=-candidate.rank,
            segment=candidate.segment,
            key=key_of(data),
        )


def _has(text: str, terms: Iterable[SearchTerm]) -> bool:
    """Return whether one of the terms is in a text, or there are none."""
    tokens = index_tokens(text)
    wanted = [*terms]
    return not wanted or any(term.is_in(tokens) for term in wanted)


def _best_first(candidate: _Candidate) -> tuple[float, int]:
    return candidate.rank, -candidate.segment
