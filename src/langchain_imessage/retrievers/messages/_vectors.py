"""An index's segments in a LangChain vector store, and two rankings made one.

The store holds copies: what it finds counts only if the index still has it as it was.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from langchain_core.documents import Document

from langchain_imessage.retrievers._rank_fusion import fusion_scores
from langchain_imessage.retrievers.messages._index_file import writing
from langchain_imessage.retrievers.messages._indexed_records import key_of, unpacked

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from langchain_core.vectorstores import VectorStore

    from langchain_imessage.retrievers.messages._indexed_records import SearchHit
    from langchain_imessage.retrievers.messages._message_index import MessageIndex
    from langchain_imessage.retrievers.messages._search_filters import SearchFilters

_BATCH = 256
"""Segments that are embedded at once."""


def update_vectors(index: MessageIndex, store: VectorStore) -> None:
    """Add to a store the segments it lacks, and delete from it those that are gone.

    Args:
        index: The index.
        store: The store; one belongs to one index.
    """
    with index.connected() as connection:
        rows = connection.execute("SELECT id, messages FROM segment ORDER BY id")
        keys = {key_of(data): segment for segment, data in rows}
        before = {key for (key,) in connection.execute("SELECT key FROM embedded")}
    if gone := [*(before - keys.keys())]:
        store.delete(gone)
    for some in _batches([*keys]):
        missing = _missing(store, some, before)
        documents = [_document(index, keys[key], key) for key in some if key in missing]
        if documents:
            store.add_documents(documents, ids=[document.id for document in documents])
    with index.connected() as connection, writing(connection):
        connection.execute("DELETE FROM embedded")
        connection.executemany(
            "INSERT INTO embedded VALUES (?)", ((key,) for key in keys)
        )


def nearest(
    index: MessageIndex,
    store: VectorStore,
    query: str,
    *,
    limit: int,
    filters: SearchFilters,
) -> list[SearchHit]:
    """Return the segments that mean most nearly what a query does."""
    found = []
    for document in store.similarity_search(query, k=limit):
        segment, key = document.metadata.get("segment"), document.id
        if isinstance(segment, int) and key:
            found.append(index.segment(segment, key, filters=filters))
    return [hit for hit in found if hit is not None]


def fused(rankings: Sequence[Sequence[SearchHit]]) -> list[SearchHit]:
    """Make one ranking of several: by the sum of the inverse ranks."""
    scores = fusion_scores([hit.segment for hit in ranking] for ranking in rankings)
    hits: dict[Hashable, SearchHit] = {}
    for hit in chain.from_iterable(rankings):
        hits.setdefault(hit.segment, hit)
    return sorted(hits.values(), key=lambda hit: -scores[hit.segment])


def _missing(store: VectorStore, keys: Sequence[str], before: set[str]) -> set[str]:
    """Return which keys a store lacks; where it cannot tell, those not given to it."""
    try:
        there = {document.id for document in store.get_by_ids(keys)}
    except NotImplementedError:
        there = {*before}
    return {key for key in keys if key not in there}


def _document(index: MessageIndex, segment: int, key: str) -> Document:
    with index.connected() as connection:
        (data,) = connection.execute(
            "SELECT messages FROM segment WHERE id = ?", (segment,)
        ).fetchone()
    lines = (f"{message.sender or '?'}: {message.text}" for message in unpacked(data))
    return Document(
        id=key, page_content="\n".join(lines), metadata={"segment": segment}
    )


def _batches(keys: Sequence[str]) -> Iterator[list[str]]:
    waiting = iter(keys)
    while some := [*islice(waiting, _BATCH)]:
        yield some
