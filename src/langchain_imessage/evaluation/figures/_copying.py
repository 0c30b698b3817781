"""Answers → how much of them was copied from the training file, or from the question.

Owns what counts as a copy: the same words, nearly the same, long phrases, or many short
pieces. Short answers ("see you tomorrow") are everybody's, and count neither way.
"""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING, Final, TypeAlias

from langchain_imessage.evaluation.figures._figure_records import Copied
from langchain_imessage.evaluation.figures._near_copies import (
    NearCopies,
    are_nearly_same,
)
from langchain_imessage.text import words_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PHRASE: Final = 5
"""Words of a sequence that nobody says twice by chance, as in work on memorisation."""

_LONG: Final = 4
"""Words of an answer that can be called a copy."""

_ENOUGH: Final = 20
"""Answers whose pairs of words say something: of a few, chance decides."""

_MOSTLY: Final = 0.5
_ECHO: Final = 3

Phrase: TypeAlias = tuple[str, ...]


class CopyFinder:
    """Knows what the training answers say.

    Args:
        training: The answers in the training file.
    """

    def __init__(self, training: Iterable[str]) -> None:
        texts = list(training)
        self._answers = set(map(words_in, texts))
        self._near = NearCopies(map(words_in, texts))
        self._phrases: set[Phrase] = set()
        for text in texts:
            self._phrases.update(phrases_in(text, PHRASE))

    def has_phrase_of(self, text: str) -> bool:
        """Return whether a text has five words in a row of a training answer."""
        return not self._phrases.isdisjoint(phrases_in(text, PHRASE))

    def copied(self, answers: Iterable[tuple[str, str]]) -> Copied:
        """Measure how much is copied.

        Args:
            answers: What was said, and the answer.
        """
        copies, pairs, shares, repeated = [], [], [], []
        for said, answer in answers:
            words = words_in(answer)
            if phrases := phrases_in(answer, PHRASE):
                shares.append(len(phrases & self._phrases) / len(phrases))
            if len(words) >= _LONG:
                copies.append(words in self._answers or self._near.has_nearly(words))
                pairs.append(self._near.known_pairs(words))
                repeated.append(_repeats(said, answer))
        return Copied(
            answers=_mean(copies),
            phrases=_mean(shares),
            pairs=_mean(pairs) if len(pairs) >= _ENOUGH else None,
            repeated=_mean(repeated),
        )


def phrases_in(text: str, size: int) -> set[Phrase]:
    """Return the sequences of so many words in a text.

    Example:
        >>> sorted(phrases_in("On my way!", 2))
        [('my', 'way'), ('on', 'my')]
    """
    words = words_in(text)
    return {words[at : at + size] for at in range(len(words) - size + 1)}


def _repeats(said: str, answer: str) -> bool:
    phrases = phrases_in(answer, _ECHO)
    if len(phrases & phrases_in(said, _ECHO)) > _MOSTLY * len(phrases):
        return True
    return are_nearly_same(words_in(answer), words_in(said))


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None
