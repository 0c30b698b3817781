"""Answers → how much of them was copied from the training file, or from the question.

Owns what counts as a copy. Short answers ("see you tomorrow") are everybody's, and count
neither way.
"""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING, Final, TypeAlias

from langchain_imessage.evaluation.figures._figure_records import Copied
from langchain_imessage.text import text_key, words_in

if TYPE_CHECKING:
    from collections.abc import Iterable

PHRASE: Final = 5
"""Words of a sequence that nobody says twice by chance, as in work on memorisation."""

_LONG: Final = 4
"""Words of an answer that can be called a copy."""

_MOSTLY: Final = 0.5
_ECHO: Final = 3

Phrase: TypeAlias = tuple[str, ...]


class CopyFinder:
    """Knows what the training answers say.

    Args:
        training: The answers in the training file.
    """

    def __init__(self, training: Iterable[str]) -> None:
        self._answers: set[str] = set()
        self._phrases: set[Phrase] = set()
        for text in training:
            self._answers.add(text_key(text))
            self._phrases.update(phrases_in(text, PHRASE))

    def has_phrase_of(self, text: str) -> bool:
        """Return whether a text has five words in a row of a training answer."""
        return not self._phrases.isdisjoint(phrases_in(text, PHRASE))

    def copied(self, answers: Iterable[tuple[str, str]]) -> Copied:
        """Measure how much is copied.

        Args:
            answers: What was said, and the answer.
        """
        exact, shares, repeated = [], [], []
        for said, answer in answers:
            if phrases := phrases_in(answer, PHRASE):
                shares.append(len(phrases & self._phrases) / len(phrases))
            if len(words_in(answer)) >= _LONG:
                exact.append(text_key(answer) in self._answers)
                repeated.append(_repeats(said, answer))
        return Copied(
            answers=fmean(exact) if exact else None,
            phrases=fmean(shares) if shares else None,
            repeated=fmean(repeated) if repeated else None,
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
    return len(phrases & phrases_in(said, _ECHO)) > _MOSTLY * len(phrases)
