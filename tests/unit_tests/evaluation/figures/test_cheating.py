"""Answers that are made of a person's old ones are found out; their own, mistyped, are not."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

import pytest

from langchain_imessage.evaluation.figures._copying import CopyFinder
from langchain_imessage.evaluation.figures._failed_figures import failed_figures
from langchain_imessage.evaluation.figures._figure_records import SystemFigures
from langchain_imessage.evaluation.figures._near_copies import (
    NearCopies,
    are_nearly_same,
)
from langchain_imessage.evaluation.figures._unknown_words import KnownWords

if TYPE_CHECKING:
    from collections.abc import Iterable

SYLLABLES = ["ba", "co", "du", "fel", "gim", "hor", "kas", "lun", "mi", "nop", "per"]
CHANCE = Random(0)
VOCABULARY = ["".join(CHANCE.choices(SYLLABLES, k=3)) for _ in range(300)]
HABITS = {word: CHANCE.sample(VOCABULARY, 20) for word in VOCABULARY}
"""What may come after each word; the first of it more often."""


def sentence(chance: Random) -> list[str]:
    words = [chance.choice(VOCABULARY)]
    while len(words) < 12:
        words.append(HABITS[words[-1]][min(19, int(chance.expovariate(0.2)))])
    return words


OLD = [sentence(CHANCE) for _ in range(200)]
NEW = [sentence(CHANCE) for _ in range(60)]


def pieces() -> list[list[str]]:
    """Put sentences together of four words each of old ones."""
    return [
        [
            word
            for old in CHANCE.choices(OLD, k=3)
            for at in [CHANCE.randrange(9)]
            for word in old[at : at + 4]
        ]
        for _ in range(60)
    ]


def chain() -> list[str]:
    """Put a word after each that came after it in some old sentence."""
    words = [CHANCE.choice(OLD)[0]]
    while len(words) < 12:
        after = [b for old in OLD for a, b in pairwise(old) if a == words[-1]]
        words.append(CHANCE.choice(after or VOCABULARY))
    return words


def changed(sentences: Iterable[list[str]]) -> list[list[str]]:
    """Put another word in place of every fourth."""
    return [
        [CHANCE.choice(VOCABULARY) if at % 4 == 2 else w for at, w in enumerate(words)]
        for words in sentences
    ]


def mistyped(words: list[str]) -> list[str]:
    """Exchange two letters of a word."""
    place = CHANCE.randrange(len(words))
    word = words[place]
    wrong = f"{word[0]}{word[2]}{word[1]}{word[3:]}"
    return [*words[:place], wrong, *words[place + 1 :]]


def figures(answers: Iterable[list[str]]) -> SystemFigures:
    texts = [" ".join(words) for words in answers]
    finder = CopyFinder(" ".join(words) for words in OLD)
    return SystemFigures(
        name="model",
        kind="model",
        answers=len(texts),
        copied=finder.copied(("so?", text) for text in texts),
        unknown_words=KnownWords(VOCABULARY).unknown(texts),
        words=12,
        bubbles=1,
    )


def fails(answers: Iterable[list[str]]) -> tuple[str, ...]:
    return failed_figures(figures(answers), replace(figures(NEW), kind="person"))


@pytest.mark.parametrize(
    ("answers", "failed"),
    [
        (OLD[:60], "copied"),
        (changed(OLD[:60]), "copied"),
        (pieces(), "pieces of old answers"),
        ([chain() for _ in range(60)], "pieces of old answers"),
        ([CHANCE.choices(VOCABULARY, k=12) for _ in range(60)], "unusual phrases"),
        ([mistyped(mistyped([w[::-1] for w in one])) for one in NEW], "unknown words"),
    ],
)
def test_what_is_made_of_old_answers_or_of_nothing_is_found_out(
    answers: list[list[str]], failed: str
) -> None:
    assert failed in fails(answers)


def test_new_answers_are_not_found_out_by_a_typing_error_in_each() -> None:
    assert fails(map(mistyped, NEW)) == ()


def test_a_word_without_end_takes_no_room() -> None:
    """A key of a hundred thousand letters is compared whole, not without each letter."""
    key = "f" * 100_000
    known = KnownWords([key, "tomorrow"])
    assert known.unknown([key]) == 0
    assert known.unknown([key + "f"]) == 1
    assert known.unknown(["tomorow"]) == 0


def test_few_words_are_not_nearly_others() -> None:
    """Asked "are you home tonight", "are you coming tonight" repeats nothing."""
    one, other = ["are", "you", "home", "tonight"], ["are", "you", "coming", "tonight"]
    assert not are_nearly_same(one, other)


def test_a_near_copy_is_found_behind_longer_answers_that_have_as_much_of_it() -> None:
    """Only a few old answers are compared: the likeliest, in whatever order they come."""
    copy = ["see", "you", "at", "the", "mill", "tomorrow"]
    longer = [[*copy[:4], *sentence(CHANCE)] for _ in range(20)]
    assert NearCopies([*longer, copy]).has_nearly([*copy[:4], "pub", "tonight"])
