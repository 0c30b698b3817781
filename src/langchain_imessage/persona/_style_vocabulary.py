"""Texts → the frequent signs and small words that somebody writes more than others do; pure.

Owns which tokens may be named: emoji, laughter, and words of fixed tables. No other word of
a message gets through, however frequent it is.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from math import log, sqrt
from typing import TYPE_CHECKING, Final

from langchain_imessage.persona._telling_words import FUNCTION_WORDS, GREETINGS
from langchain_imessage.text import words_in
from langchain_imessage.transforms.style._informal_words import (
    ABBREVIATIONS,
    LAUGHTER,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_FEWEST: Final = 5
"""Times a token has to occur to be named."""

_MOST: Final = 3
_SHARE: Final = 0.02
"""Of the texts, that begin with a greeting for it to be named."""

_Z: Final = 2.6
"""Standard errors that a small word's frequency has to be above the others'."""

_EMOJI = re.compile(
    "[\U0001f300-\U0001faff\u2600-\u27bf]"
    "(?:\ufe0f|[\U0001f3fb-\U0001f3ff]|\u200d[\U0001f300-\U0001faff\u2600-\u27bf])*"
)
_REPEATED = re.compile(r"^(..)\1+.?$")
_ADDRESS = re.compile(r"\bwww\.", re.IGNORECASE)
"""In Japanese three of them are laughter."""

_SHORTENED = frozenset(
    word for word in ABBREVIATIONS - FUNCTION_WORDS if not LAUGHTER.fullmatch(word)
)


class TokenCounts:
    """What is counted of some texts.

    Args:
        texts: What was sent, turn by turn.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = self.words = self.greeted = 0
        self.emoji: Counter[str] = Counter()
        self.laughter: Counter[str] = Counter()
        self.greetings: Counter[str] = Counter()
        self.small: Counter[str] = Counter()
        for text in texts:
            self._add(text)

    def _add(self, text: str) -> None:
        words = words_in(text)
        self.texts += 1
        self.words += len(words)
        self.emoji.update(_EMOJI.findall(text))
        laughter = LAUGHTER.finditer(_ADDRESS.sub(" ", _EMOJI.sub(" ", text)))
        self.laughter.update(_laugh(one[0]) for one in laughter)
        self.small.update(w for w in words if w in FUNCTION_WORDS or w in ABBREVIATIONS)
        if words and words[0] in GREETINGS:
            self.greeted += 1
            self.greetings[words[0]] += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Single tokens that somebody writes often, the most frequent or telling first.

    Attributes:
        emoji: Their emoji.
        laughter: How they laugh.
        greetings: What they greet with; empty where they seldom do.
        greeted: The share of their turns that begin with a greeting.
        abbreviations: Those they use more than others do.
        small_words: Words of grammar and filling that they use more than others do.
    """

    emoji: tuple[str, ...]
    laughter: tuple[str, ...]
    greetings: tuple[str, ...]
    greeted: float
    abbreviations: tuple[str, ...]
    small_words: tuple[str, ...]

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show how many there are of each, never one of them."""
        return (
            f"Vocabulary(emoji={len(self.emoji)}, laughter={len(self.laughter)}, "
            f"greetings={len(self.greetings)}, abbreviations={len(self.abbreviations)}, "
            f"small_words={len(self.small_words)})"
        )


def vocabulary(own: TokenCounts, others: TokenCounts) -> Vocabulary:
    """Return the tokens that may be named of somebody's writing.

    Args:
        own: The owner's counts.
        others: Those of the people they write with.
    """
    greeted = own.greeted / max(own.texts, 1)
    return Vocabulary(
        emoji=_frequent(own.emoji),
        laughter=_frequent(own.laughter),
        greetings=_frequent(own.greetings) if greeted >= _SHARE else (),
        greeted=greeted,
        abbreviations=_more(own, others, _SHORTENED),
        small_words=_more(own, others, FUNCTION_WORDS),
    )


def vocabulary_sentences(found: Vocabulary) -> list[str]:
    """Return what to say of somebody's tokens."""
    lists = (
        ("Emoji you use: {}.", found.emoji, " "),
        ("You laugh like this: {}.", found.laughter, ", "),
        ("You greet with: {}.", found.greetings, ", "),
        ("Abbreviations you use: {}.", found.abbreviations, ", "),
        ("Small words you like: {}.", found.small_words, ", "),
    )
    return [said.format(between.join(words)) for said, words, between in lists if words]


def _frequent(counts: Counter[str]) -> tuple[str, ...]:
    # By frequency, and then by the token: the same texts give the same list.
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(token for token, count in order if count >= _FEWEST)[:_MOST]


def _more(
    own: TokenCounts, others: TokenCounts, allowed: Collection[str]
) -> tuple[str, ...]:
    """Return the words that one uses more: by the logarithm of the odds, and its error."""
    found = []
    for word in own.small.keys() & allowed:
        one, other = own.small[word], others.small[word]
        if one < _FEWEST:
            continue
        a, b = one + 0.5, other + 0.5
        rest_a, rest_b = own.words - one + 0.5, others.words - other + 0.5
        error = sqrt(1 / a + 1 / b + 1 / rest_a + 1 / rest_b)
        z = (log(a / rest_a) - log(b / rest_b)) / error
        if z >= _Z:
            found.append((-z, word))
    return tuple(word for _, word in sorted(found)[:_MOST])


def _laugh(written: str) -> str:
    """Return laughter without how long it is: hahahaha is haha."""
    return _REPEATED.sub(r"\1\1", written.lower())
