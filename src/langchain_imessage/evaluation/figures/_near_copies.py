"""Old answers → whether another one is nearly one of them, and of how much of theirs it is.

Owns what is nearly the same: two thirds of the words, in the same order. Who changes every
fourth word of an old answer has written none of his own, and no phrase of it is left whole.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from difflib import SequenceMatcher
from heapq import nsmallest
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SAME: Final = 2 / 3
_SHORTEST: Final = 5
"""Words of an answer that can nearly be another one: of fewer, too many are."""

_COMMON: Final = 200
"""Answers with a pair of words from which on it is everybody's, and leads to none of them."""

_COMPARED: Final = 5
_MOST_WORDS: Final = 200


class NearCopies:
    """Finds answers again that were changed a little.

    Args:
        answers: The words of each old answer.
    """

    def __init__(self, answers: Iterable[Sequence[str]]) -> None:
        self._answers: list[Sequence[str]] = []
        self._having: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for words in answers:
            for pair in set(pairwise(words)):
                self._having[pair].append(len(self._answers))
            self._answers.append(words)

    def has_nearly(self, words: Sequence[str]) -> bool:
        """Return whether an answer of these words is one of the old ones, but for a third."""
        shared: Counter[int] = Counter()
        for pair in set(pairwise(words)):
            if len(places := self._having.get(pair, ())) <= _COMMON:
                shared.update(places)

        def distance(place: int) -> tuple[float, int]:
            """Return how unlike an old answer is; of equal ones the first comes first.

            The pairs were counted in no order, which differs from process to process.
            """
            both = len(words) + len(self._answers[place])
            return -shared[place] / both, place

        return any(
            are_nearly_same(words, self._answers[place])
            for place in nsmallest(_COMPARED, shared, distance)
        )

    def known_pairs(self, words: Sequence[str]) -> float:
        """Return the share of an answer's pairs of words that an old answer has.

        Args:
            words: Two or more.
        """
        pairs = set(pairwise(words))
        return sum(pair in self._having for pair in pairs) / len(pairs)


def are_nearly_same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether two answers have most of their words in common, in the same order.

    Of an answer that is too short nothing is said: it is False.

    Example:
        >>> one = "see you at the mill tomorrow".split()
        >>> are_nearly_same(one, "see her at the mill today".split())
        True
        >>> are_nearly_same(one, "see her at the old pub today".split())
        False
    """
    if len(one) < _SHORTEST:
        return False
    one, other = one[:_MOST_WORDS], other[:_MOST_WORDS]
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _SAME
