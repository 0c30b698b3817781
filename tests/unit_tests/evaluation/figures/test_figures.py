"""Figures say how far answers are copied, fit, and differ, and what gives them away."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from langchain_core.embeddings import Embeddings

from langchain_imessage.evaluation.figures._copying import CopyFinder
from langchain_imessage.evaluation.figures._differences_in_words import (
    differences_in_words,
)
from langchain_imessage.evaluation.figures._failed_figures import failed_figures
from langchain_imessage.evaluation.figures._figure_records import Copied, SystemFigures
from langchain_imessage.evaluation.figures._fitting_context import (
    fits_by_embeddings,
    fits_by_words,
    word_weights,
)
from langchain_imessage.evaluation.figures._unknown_words import KnownWords
from langchain_imessage.evaluation.judging._ranking import Estimate
from langchain_imessage.transforms.style._style_figures import summarize_style

TRAINED = ["see you at the old mill tomorrow", "ok"]


@pytest.mark.parametrize(
    ("said", "answer", "expected"),
    [
        ("when?", "See you at the OLD mill tomorrow!", (1.0, 1.0, 0.0)),
        ("when?", "see you at the old mill tomorrow", (1.0, 1.0, 0.0)),
        ("when?", "ok", (None, None, None)),
        ("when?", "at the old mill", (0.0, None, 0.0)),
        ("when?", "at the old mill tomorrow, say eight", (1.0, 1 / 3, 0.0)),
        ("when?", "see us at the old pub tomorrow", (1.0, 0.0, 0.0)),
        ("when?", "see us at that old pub tomorrow", (0.0, 0.0, 0.0)),
        ("so where do we meet", "where do we meet", (0.0, None, 1.0)),
        ("so where do we meet", "so where did we meet", (0.0, 0.0, 1.0)),
    ],
)
def test_copies_are_counted_from_four_words_on(
    said: str, answer: str, expected: tuple[float | None, ...]
) -> None:
    found = CopyFinder(TRAINED).copied([(said, answer)])
    assert (found.answers, found.phrases, found.repeated) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("see you at the old mill", 1.0),
        ("you at the mill", 2 / 3),  # of pieces
        ("mill the at you", 0.0),
        ("see you at", None),
    ],
)
def test_pairs_of_words_are_looked_up_in_old_answers(
    answer: str, expected: float | None
) -> None:
    found = CopyFinder(TRAINED).copied([("when?", answer)] * 20)
    assert found.pairs == pytest.approx(expected)


def test_pairs_of_words_of_a_few_answers_say_nothing() -> None:
    few = [("when?", "see you at the old mill")] * 19
    assert CopyFinder(TRAINED).copied(few).pairs is None


def test_an_answer_of_common_words_leads_to_nobody_elses() -> None:
    finder = CopyFinder(["so how are you today"] * 201)
    assert finder.copied([("hi", "so how are you all today")]).answers == 0
    assert finder.copied([("hi", "so how are you today")]).answers == 1


def test_a_word_with_a_letter_wrong_is_known() -> None:
    known = KnownWords(["tomorrow", "the", "mill"])
    assert known.unknown(["tomorow, tomorroww tomorrww, mlil"]) == 0
    assert known.unknown(["teh mill", "glorp mill"]) == 0.5
    assert known.unknown(["?"]) == 0


def test_a_phrase_of_the_training_file_is_found_in_a_longer_answer() -> None:
    finder = CopyFinder(TRAINED)
    assert finder.has_phrase_of("well see you at the old pub")
    assert not finder.has_phrase_of("see you at the pub")


CONTEXTS = ["the mill burned", "my dog barks", "the mill again", "your dog?"]


def test_an_answer_fits_by_the_rare_words_it_shares() -> None:
    weights = word_weights([*CONTEXTS, "the the", "the end"])
    answers = ["what mill", "good dog", "that mill", "a dog"]
    assert fits_by_words(CONTEXTS[:2], answers[:2], weights) == [1.0, 1.0]
    assert fits_by_words(CONTEXTS[:2], answers[1::-1], weights) == [0.0, 0.0]
    assert fits_by_words(CONTEXTS, ["ok"] * 4, weights) == [0.5] * 4


def test_the_same_words_weigh_the_same_in_whatever_order_a_set_has_them() -> None:
    """Else a rounding error decides which of two equal answers fits better."""
    chance = Random(0)
    words = [f"word{number}" for number in range(300)]
    weights = {word: 1 / number for number, word in enumerate(words, 3)}
    texts = [" ".join(chance.sample(words, len(words))) for _ in range(60)]
    assert fits_by_words(texts, texts, weights) == [0.5] * 60


def test_an_answer_fits_by_embeddings_where_they_are_given() -> None:
    class Letters(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[float(text.count(c)) for c in "abc"] for text in texts]

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    assert fits_by_embeddings(["aa", "bb"], ["a", "b"], Letters()) == [1.0, 1.0]
    assert fits_by_embeddings(["aa", "bb"], ["b", ""], Letters()) == [0.5, 0.0]


@pytest.mark.parametrize(
    ("these", "those", "expected"),
    [
        (["a b c d"], ["a b"], "longer by 100 %"),
        (["a b"], ["a b c d"], "shorter by 50 %"),
        (["ok"], ["ok 😀"], "no emoji"),
        (["ok 😀", "ok"], ["ok", "ok"], "emoji in 50 % instead of 0 %"),
        (["a\nb"], ["a"], "2.0 bubbles instead of 1.0"),
        (["ok"], ["ok."], "no punctuation at the end"),
        (["a, b"], ["a b"], "50.0 commas in 100 words instead of 0.0"),
    ],
)
def test_what_differs_is_named_with_its_size(
    these: list[str], those: list[str], expected: str
) -> None:
    found = differences_in_words(summarize_style(these), summarize_style(those))
    assert expected in found


def test_nothing_is_named_of_what_is_the_same() -> None:
    same = summarize_style(["Hello there.", "hm"])
    assert differences_in_words(same, same) == ()


def estimate(value: float) -> Estimate:
    return Estimate(value=value, low=value - 0.05, high=value + 0.05)


PERSON = SystemFigures(
    name="you, again",
    kind="person",
    answers=200,
    likeness=estimate(100),
    fits=estimate(0.65),
    copied=Copied(answers=0.01, phrases=0.02, pairs=0.65, repeated=0.0),
    unknown_words=0.02,
    words=5,
    bubbles=1.5,
)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ()),
        ({"likeness": estimate(40)}, ("unlike you",)),
        ({"fits": estimate(0.5)}, ("does not fit what was said",)),
        ({"told_apart": estimate(0.97)}, ("told apart",)),
        ({"told_apart": estimate(0.79)}, ()),
        ({"likeness": estimate(100.2)}, ("more like you than you are",)),
        ({"likeness": estimate(100.1)}, ()),
        ({"fits": estimate(0.54)}, ("does not fit what was said",)),
        ({"fits": replace(estimate(0.6), low=0.45)}, ()),
        ({"copied": Copied(answers=0.9)}, ("copied",)),
        ({"copied": Copied(phrases=0.9)}, ("copied",)),
        ({"copied": Copied(pairs=0.82)}, ("pieces of old answers",)),
        ({"copied": Copied(pairs=0.48)}, ("unusual phrases",)),
        ({"copied": Copied(pairs=0.6)}, ()),
        ({"copied": Copied(repeated=0.9)}, ("repeats what was said",)),
        ({"unknown_words": 0.2}, ("unknown words",)),
        ({"likeness": None, "fits": None}, ()),
    ],
)
def test_a_figure_that_gives_a_system_away_is_named(
    changed: dict[str, Any], expected: tuple[str, ...]
) -> None:
    assert failed_figures(replace(PERSON, **changed), PERSON) == expected


def test_who_writes_no_long_answers_has_no_pairs_to_compare() -> None:
    person = replace(PERSON, copied=Copied())
    assert failed_figures(replace(PERSON, copied=Copied(pairs=0.8)), person) == ()


def test_who_cannot_be_seen_to_fit_gives_nobody_else_away() -> None:
    person = replace(PERSON, fits=estimate(0.52))
    assert failed_figures(replace(PERSON, fits=estimate(0.5)), person) == ()
