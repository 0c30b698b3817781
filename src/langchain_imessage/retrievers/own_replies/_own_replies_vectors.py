"""Sentence vectors of what was said, and the fusion of two orders of the same pairs.

Owns how an embedding model is asked, and how near vectors are. Whoever gives the model
decides where the texts go: one that is hosted is sent them.
"""

from __future__ import annotations

from array import array
from math import sqrt
from operator import itemgetter, mul
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import ExportError
from langchain_imessage.retrievers._rank_fusion import fusion_scores

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from langchain_core.embeddings import Embeddings

    from langchain_imessage.retrievers.own_replies._own_replies_store import ReplyStore

_BATCH = 256
_FLOAT = "f"


def embed_missing(store: ReplyStore, embeddings: Embeddings) -> None:
    """Embed what was said in the pairs that have no vector yet."""
    waiting = store.without_vector()
    for at in range(0, len(waiting), _BATCH):
        some = waiting[at : at + _BATCH]
        found = embeddings.embed_documents([said for _, said in some])
        ids = [id_ for id_, _ in some]
        vectors = map(_packed, found)
        store.put_vectors(dict(zip(ids, vectors, strict=True)))


class VectorRanks:
    """Orders pairs by how near their vectors are to a question's.

    Args:
        store: The pairs.
        embeddings: What made the vectors.

    Raises:
        ExportError: If the vectors are of different lengths: of two models.
    """

    def __init__(self, store: ReplyStore, embeddings: Embeddings) -> None:
        rows = store.vectors()
        self._embeddings = embeddings
        self._ids = [id_ for id_, _ in rows]
        self._length = len(rows[0][1]) if rows else 0
        if any(len(vector) != self._length for _, vector in rows):
            raise _two_models()
        self._products = _products(b"".join(vector for _, vector in rows), len(rows))

    def order(self, text: str, allowed: Collection[int] | None, most: int) -> list[int]:
        """Return the ids of the nearest, the nearest first.

        Args:
            text: What they are to be near to.
            allowed: Which may be returned; None for all.
            most: How many.
        """
        asked = _packed(self._embeddings.embed_query(text))
        if self._ids and len(asked) != self._length:
            raise _two_models()
        near = zip(self._products(asked), self._ids, strict=True)
        found = (one for one in near if allowed is None or one[1] in allowed)
        return [id_ for _, id_ in sorted(found, key=itemgetter(0), reverse=True)[:most]]


def fused(*orders: Iterable[int]) -> list[int]:
    """Return ids by reciprocal rank fusion: near the front of all orders first.

    Example:
        >>> fused([1, 2, 3], [3, 2])
        [3, 2, 1]
    """
    scores = fusion_scores(orders)
    return sorted(scores, key=lambda id_: (-scores[id_], -id_))


def _packed(vector: Sequence[float]) -> bytes:
    """Return a vector of length 1, as bytes."""
    length = sqrt(sum(map(mul, vector, vector))) or 1
    return array(_FLOAT, [value / length for value in vector]).tobytes()


def _products(vectors: bytes, count: int) -> Any:
    """Return what multiplies all vectors by one: numpy where it is installed.

    Whoever has a model of sentences nearly always has numpy; without it the time is that
    of Python's own loops.
    """
    try:
        import numpy as np
    except ImportError:
        return _plain_products(vectors, count)
    matrix = np.frombuffer(vectors, np.float32).reshape(count, -1 if count else 0)
    return lambda asked: (matrix @ np.frombuffer(asked, np.float32)).tolist()


def _plain_products(vectors: bytes, count: int) -> Any:
    size = len(vectors) // count if count else 0
    rows = [_floats(vectors[at * size : (at + 1) * size]) for at in range(count)]

    def products(asked: bytes) -> list[float]:
        wanted = _floats(asked)
        return [sum(map(mul, row, wanted)) for row in rows]

    return products


def _floats(packed: bytes) -> array[float]:
    floats: array[float] = array(_FLOAT)
    floats.frombytes(packed)
    return floats


def _two_models() -> ExportError:
    return ExportError(
        "The vectors are of another embedding model: build the index again"
    )
