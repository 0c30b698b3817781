"""The learner behind `FineTuningServer`: a parrot, not a model.

It remembers what was said to a person and what the person answered, and answers with the
remembered reply whose question is nearest: by character trigrams, rare ones weighing more.
It makes up nothing, understands nothing, and gives the same answer every time. So a test
or a demo can see that an answer came from the training file, and from no other place.

A function of its arguments: no I/O, no clock, no chance. Order decides every tie, and
sums are taken in an order that does not depend on hashes.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Pair = tuple[str, str]
"""What was said, and the reply to it."""

LOOKED_AT = 1_000
"""Characters of a text that are compared, its last ones: a question stands at the end."""

SAMPLE = 24
"""Pairs the error is measured on: enough for a curve, and under a second for 20,000."""

_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How wrong a parrot is about some pairs.

    Attributes:
        loss: How far its replies are from the wanted ones: 0.0 is word for word, 1.0 has
            no three characters in common.
        accuracy: The share of pairs it answers word for word.
    """

    loss: float
    accuracy: float


class Parrot:
    """Remembers pairs, and answers with the reply to the nearest.

    Args:
        pairs: What was said and the reply to it; of several replies to the same words
            the first is kept.

    Example:
        >>> parrot = Parrot([("Tea?", "Always."), ("Coffee?", "Never.")])
        >>> parrot.reply("more tea?")
        'Always.'
    """

    def __init__(self, pairs: Iterable[Pair]) -> None:
        first: dict[str, str] = {}
        for said, reply in pairs:
            first.setdefault(_plain(said), reply)
        self._exact = {said: index for index, said in enumerate(first)}
        self._replies = list(first.values())
        self._postings: defaultdict[str, list[int]] = defaultdict(list)
        grams = [_trigrams(said) for said in first]
        for index, found in enumerate(grams):
            for gram in found:
                self._postings[gram].append(index)
        self._weights = {
            gram: math.log1p(len(grams) / len(posting)) ** 2
            for gram, posting in self._postings.items()
        }
        weigh = self._weights.__getitem__
        self._norms = [math.sqrt(sum(map(weigh, found))) for found in grams]

    def __len__(self) -> int:
        """Count what it can be asked."""
        return len(self._replies)

    def reply(self, said: str, *, known: int | None = None) -> str | None:
        """Answer.

        Args:
            said: What is said to it.
            known: How much of what it remembers it may use, from the start; all of it by
                default. This is how it is half trained.

        Returns:
            The reply to the nearest question; where nothing is near the most frequent
            one, and where nothing is known None.
        """
        return self._replies_at(said, [len(self) if known is None else known])[0]

    def scores(self, pairs: Sequence[Pair], known: Sequence[int]) -> list[Score]:
        """Measure how wrong it is at several points of its training.

        Args:
            pairs: What to ask and what to hope for; a sample of them is, evenly.
            known: How much of what it remembers it may use, ascending.

        Returns:
            A score for each of `known`.
        """
        count = min(SAMPLE, len(pairs))
        sample = [pairs[at * len(pairs) // count] for at in range(count)]
        given = [self._replies_at(said, known) for said, _ in sample]
        wanted = [reply for _, reply in sample]
        return [
            _score(wanted, [replies[at] for replies in given])
            for at in range(len(known))
        ]

    def _replies_at(self, said: str, known: Sequence[int]) -> list[str | None]:
        """Answer at several points of the training, looking at each memory once."""
        plain = _plain(said)
        exact = self._exact.get(plain, len(self))
        if known and exact < known[0]:  # so there is no need to look for what is near
            return [self._replies[exact]] * len(known)
        near = iter(self._near(plain))
        index, nearness = next(near, (len(self), 0.0))
        best, best_nearness = None, 0.0
        replies: list[str | None] = []
        for limit in known:
            while index < limit:
                if nearness > best_nearness:
                    best, best_nearness = index, nearness
                index, nearness = next(near, (len(self), 0.0))
            chosen = exact if exact < limit else best
            usual = self._usual(limit)
            replies.append(usual if chosen is None else self._replies[chosen])
        return replies

    def _near(self, plain: str) -> list[tuple[int, float]]:
        """Find the memories that share a trigram, in order, and how near each is."""
        shared: dict[int, float] = {}
        for gram in _trigrams(plain):
            weight = self._weights.get(gram, 0.0)
            for index in self._postings.get(gram, ()):
                shared[index] = shared.get(index, 0.0) + weight
        return [(index, shared[index] / self._norms[index]) for index in sorted(shared)]

    def _usual(self, known: int) -> str | None:
        counted = Counter(self._replies[:known])
        return max(counted, key=counted.__getitem__, default=None)


def _score(wanted: Sequence[str], given: Sequence[str | None]) -> Score:
    pairs = list(zip(wanted, given, strict=True))
    count = len(pairs) or 1
    return Score(
        loss=sum(_distance(*pair) for pair in pairs) / count,
        accuracy=sum(one == other for one, other in pairs) / count,
    )


def _distance(wanted: str, given: str | None) -> float:
    if given is None or wanted == given:
        return float(given is None)
    ours, theirs = set(_trigrams(_plain(wanted))), set(_trigrams(_plain(given)))
    return 1 - 2 * len(ours & theirs) / (len(ours) + len(theirs))


def _plain(text: str) -> str:
    """Leave case, punctuation and the shape of apostrophes out, where words are left."""
    text = text.casefold()[-LOOKED_AT:]
    return " ".join(_WORDS.findall(text)) or text.strip()


def _trigrams(plain: str) -> dict[str, None]:
    """Cut a text up; a dict, for its order is that of the text."""
    padded = f"  {plain} "
    return dict.fromkeys([padded[at : at + 3] for at in range(len(padded) - 2)])
