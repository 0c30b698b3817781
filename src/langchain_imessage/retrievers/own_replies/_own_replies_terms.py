"""Which pairs share words with a text: BM25 over the lists of a store.

Owns what of the lists is read. The rarest terms say which pairs are worth a comparison, and
these are compared as a whole: so a query takes the same time however common its words are.
"""

from __future__ import annotations

from collections import defaultdict
from heapq import nlargest
from operator import itemgetter
from typing import TYPE_CHECKING

from langchain_imessage.retrievers.own_replies._bm25 import bm25, rarity, terms_of
from langchain_imessage.text import text_key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from langchain_imessage.retrievers.own_replies._own_replies_store import ReplyStore

_READ_AT_MOST = 60_000
"""Entries of the terms' lists that a query reads, those of the rarest terms first: a term
that most texts have decides nothing, and costs most."""


class TermRanks:
    """Orders pairs by the terms they share with a text.

    Args:
        store: The pairs.
    """

    def __init__(self, store: ReplyStore) -> None:
        self._store = store
        self._pairs, self._average = store.size()

    def order(self, text: str, allowed: Collection[int] | None, most: int) -> list[int]:
        """Return the ids of the nearest, the nearest first.

        What says the same comes before all else, and of equally near pairs the latest.

        Args:
            text: What they are to be near to.
            allowed: Which may be returned; None for all.
            most: How many.
        """
        having = dict(self._store.having(terms_of(text)))
        asked = {term: rarity(self._pairs, texts) for term, texts in having.items()}
        scores = self._scores(asked, having, allowed)
        best = nlargest(most, scores.items(), key=itemgetter(1))
        pairs = self._store.pairs([id_ for id_, _ in best])
        same = text_key(text)
        exact = {
            id_: (
                text_key(pair.said) == same,
                bm25(asked, terms_of(pair.said), self._average),
                pair.sent_at or 0,
            )
            for id_, pair in pairs.items()
        }
        return sorted(exact, key=exact.__getitem__, reverse=True)

    def _scores(
        self,
        asked: Mapping[str, float],
        having: Mapping[str, int],
        allowed: Collection[int] | None,
    ) -> Mapping[int, float]:
        """Return what the rarest terms say of the pairs that have them."""
        scores: defaultdict[int, float] = defaultdict(float)
        read = 0
        for term in sorted(having, key=having.__getitem__):
            read += having[term]
            if read > _READ_AT_MOST and scores:
                break
            weight = asked[term]
            for id_ in self._store.ids_of(term):
                if allowed is None or id_ in allowed:
                    scores[id_] += weight
        return scores
