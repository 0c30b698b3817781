"""The learner: what it answers, and how wrong it says it is."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from langchain_imessage.testing import Parrot

DRINKS = [("Tea?", "Always."), ("Coffee?", "Never."), ("Tea with milk?", "A drop.")]


@pytest.mark.parametrize(("said", "reply"), DRINKS)
def test_it_answers_what_it_knows_word_for_word(said: str, reply: str) -> None:
    assert Parrot(DRINKS).reply(said) == reply


@pytest.mark.parametrize("said", ["TEA", "tea!!", "  Tea ?  ", "“Tea”?"])
def test_case_punctuation_and_blanks_do_not_count(said: str) -> None:
    assert Parrot(DRINKS).reply(said) == "Always."


def test_rare_trigrams_weigh_more_than_frequent_ones() -> None:
    parrot = Parrot([(f"What about the {n}?", n) for n in ("hare", "oak", "pond")])
    assert parrot.reply("What about the thing with the pond?") == "pond"


def test_of_equally_near_questions_the_first_is_answered() -> None:
    assert Parrot([("tea abc", "1"), ("tea xyz", "2")]).reply("tea") == "1"


def test_of_two_replies_to_the_same_words_the_first_is_kept() -> None:
    parrot = Parrot([("Tea?", "Yes."), ("tea", "No.")])
    assert (parrot.reply("Tea?"), len(parrot)) == ("Yes.", 1)


def test_where_nothing_is_near_it_gives_its_usual_reply() -> None:
    parrot = Parrot([("abc", "Hm."), ("def", "Ha."), ("ghi", "Ha.")])
    assert parrot.reply("xyz") == "Ha."


def test_emoji_alone_are_something_to_answer() -> None:
    parrot = Parrot([("🐇", "Hare!"), ("🐢", "Tortoise!")])
    assert parrot.reply("🐢") == "Tortoise!"


def test_only_the_end_of_a_long_text_is_looked_at() -> None:
    assert Parrot(DRINKS).reply("Coffee? " * 1000 + "x" * 990 + " Tea?") == "Always."


def test_it_answers_nothing_before_it_knows_anything() -> None:
    assert Parrot(()).reply("Tea?") is None
    assert Parrot(DRINKS).reply("Tea?", known=0) is None


def test_half_trained_it_uses_the_first_half_only() -> None:
    parrot = Parrot(DRINKS)
    assert parrot.reply("Coffee?", known=1) == "Always."
    assert parrot.reply("Coffee?", known=2) == "Never."


def test_its_error_falls_to_nothing_as_it_learns() -> None:
    pairs = [(f"question {n}", f"{n} answers") for n in range(100)]
    scores = Parrot(pairs).scores(pairs, [0, 50, 100])
    assert scores[0].loss == 1
    assert scores[0].loss > scores[1].loss > scores[2].loss == 0
    assert [score.accuracy for score in scores] == [0, 0.5, 1]


def test_its_error_about_what_it_was_not_taught_is_no_less_than_it_is() -> None:
    (score,) = Parrot(DRINKS).scores([("Tea?", "Zzz")], [3])
    assert (score.loss, score.accuracy) == (1, 0)


def test_no_pairs_are_no_error() -> None:
    (score,) = Parrot(DRINKS).scores([], [3])
    assert (score.loss, score.accuracy) == (0, 0)


@pytest.mark.slow
def test_answers_do_not_depend_on_hashes() -> None:
    program = (
        "from langchain_imessage.testing import Parrot\n"
        "pairs = [(f'{n % 7} and {n % 5} or {n}', str(n)) for n in range(200)]\n"
        "print([Parrot(pairs).reply(f'{n} or {n % 3} and') for n in range(40)])\n"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
