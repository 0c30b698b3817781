"""Answers and what was said before → how well they fit it.

Owns the comparison: an answer against another one of the same system, so that a system
gains nothing by how it writes. By the rare words they share, or by embeddings of a model.
"""

from __future__ import annotations

from collections import Counter
from math import fsum, log, sqrt
from typing import TYPE_CHECKING, Final

from langchain_imessage.text import words_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from langchain_core.embeddings import Embeddings

_UNSEEN: Final = 8.0
"""The weight of a word that is not in the training file: as if in one text of 3,000."""


def word_weights(texts: Iterable[str]) -> Mapping[str, float]:
    """Return the weight of each word: the fewer texts have it, the higher."""
    counts: Counter[str] = Counter()
    number = 0
    for number, text in enumerate(texts, 1):  # noqa: B007 - counted
        counts.update(set(words_in(text)))
    return {word: log(number / count) for word, count in counts.items()}


def fits_by_words(
    contexts: Sequence[str], answers: Sequence[str], weights: Mapping[str, float]
) -> list[float]:
    """Return for each answer whether it shares more with its context than another does.

    Args:
        contexts: What was said before each answer.
        answers: The answers, in the same order.
        weights: Of words.

    Returns:
        1 where it does, 0 where the other one does, 0.5 where neither.
    """
    said = [set(words_in(context)) for context in contexts]
    told = [set(words_in(answer)) for answer in answers]

    def weight(words: Iterable[str]) -> float:
        # Exact: a set has no order, and equal weights must stay equal.
        return fsum(weights.get(word, _UNSEEN) for word in words)

    def likeness(context: int, answer: int) -> float:
        return weight(said[context] & told[answer]) / sqrt(1 + weight(told[answer]))

    return _won(len(answers), likeness)


def fits_by_embeddings(
    contexts: Sequence[str], answers: Sequence[str], embeddings: Embeddings
) -> list[float]:
    """Return the same, by the cosine of two embeddings."""
    said = [_unit(v) for v in embeddings.embed_documents([c or " " for c in contexts])]
    told = [_unit(v) for v in embeddings.embed_documents([a or " " for a in answers])]

    def likeness(context: int, answer: int) -> float:
        return sum(a * b for a, b in zip(said[context], told[answer], strict=True))

    return _won(len(answers), likeness)


def _won(number: int, likeness: Callable[[int, int], float]) -> list[float]:
    """Compare each answer with the one half a list away, from another conversation."""
    won = []
    for place in range(number):
        own = likeness(place, place)
        other = likeness(place, (place + number // 2) % number)
        won.append(0.5 if own == other else float(own > other))
    return won


def _unit(vector: Sequence[float]) -> list[float]:
    length = sqrt(sum(x * x for x in vector)) or 1.0
    return [x / length for x in vector]
