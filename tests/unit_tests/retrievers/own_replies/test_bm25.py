"""What is compared of two texts, and how much each match counts."""

from __future__ import annotations

import pytest

from langchain_imessage.retrievers.own_replies._bm25 import bm25, rarity, terms_of


def score(asked: str, text: str) -> float:
    return bm25(dict.fromkeys(terms_of(asked), 1.0), terms_of(text), 10)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Café", "cafe\u0301"), ("LUNCH", "lunch"), ("ha\u200bha", "haha")],
)
def test_case_and_encoding_make_no_difference(one: str, other: str) -> None:
    assert terms_of(one) == terms_of(other)


def test_a_word_with_another_ending_shares_its_trigrams() -> None:
    assert score("racing", "raced") > 0
    assert score("race", "race") > score("race", "raced") > score("race", "lunch") == 0


@pytest.mark.parametrize("sign", ["?", "!", "❤", "🐕"])
def test_signs_are_compared_too(sign: str) -> None:
    assert score(sign, f"you{sign}") > score(sign, "you") == 0


def test_scripts_without_blanks_are_compared_in_pairs_of_characters() -> None:
    assert score("今日は何をする", "何をした") > 0


def test_a_long_text_is_compared_by_its_end() -> None:
    assert score("lunch", "x " * 1000 + "lunch") > 0
    assert score("lunch", "lunch" + " x" * 1000) == 0


def test_a_term_that_is_said_again_counts_less_each_time() -> None:
    once, twice, often = (
        bm25({"=ha": 1.0}, {"=ha": times, "=x": 10 - times}, 10) for times in (1, 2, 9)
    )
    assert once < twice < often < 2.2
    assert often - twice < 7 * (twice - once)


def test_of_two_texts_with_a_term_the_shorter_one_is_nearer() -> None:
    assert score("lunch", "lunch") > score("lunch", "lunch or something else today")


def test_a_rare_term_counts_more_and_every_term_more_than_nothing() -> None:
    assert rarity(100, 1) > rarity(100, 50) > rarity(100, 100) > 0
    assert rarity(100, 120) > 0
