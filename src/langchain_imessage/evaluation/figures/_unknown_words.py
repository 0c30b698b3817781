"""The words that somebody knows → the share of other texts' words that they do not; pure.

Owns what is unknown: gibberish is, a word with a letter wrong is not. A person's own texts
have typing errors, and nobody is found out by them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.text import words_in

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHORTEST, _LONGEST = 4, 40
"""Letters of a word that can have one wrong: shorter ones are all alike, and longer ones are
links, keys and laughter."""


class KnownWords:
    """Knows words, and those that differ from one of them by a letter.

    Args:
        words: The words, as `text.words_in` returns them.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._nearly: set[str] = set()
        for word in self._words:
            if _SHORTEST <= len(word) <= _LONGEST:
                self._nearly |= _with_a_gap(word)

    def unknown(self, texts: Iterable[str]) -> float:
        """Return the share of the words of texts that are unknown; 0 where there is none.

        Example:
            >>> KnownWords(["going", "home"]).unknown(["Gonig hpme", "glorp home"])
            0.25
        """
        words = [word for text in texts for word in words_in(text)]
        return sum(map(self._is_unknown, words)) / max(len(words), 1)

    def _is_unknown(self, word: str) -> bool:
        if word in self._words:
            return False
        can_be_mistyped = _SHORTEST <= len(word) <= _LONGEST + 1
        return not can_be_mistyped or self._nearly.isdisjoint(_with_a_gap(word))


def _with_a_gap(word: str) -> set[str]:
    """Return a word, and what it is without one of its letters.

    Two words that differ by a letter, or by where one of their letters stands, have one in
    common.
    """
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
