"""Judges tell two writers apart on segments that they have not read."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_imessage.evaluation.judging._cross_fitting import CrossFitted, deal_folds
from langchain_imessage.evaluation.judging._ranking import (
    Scored,
    auc,
    auc_by_segment,
    mean_by_segment,
)
from langchain_imessage.evaluation.judging._style_judge import StyleJudge
from langchain_imessage.evaluation.judging._text_vectors import TextVectors

scores = st.lists(st.integers(-3, 3).map(float), min_size=1, max_size=12)


@given(scores, scores)
def test_auc_is_the_share_of_pairs_in_which_the_first_is_higher(
    first: list[float], second: list[float]
) -> None:
    won = [(a > b) + (a == b) / 2 for a in first for b in second]
    assert auc(first, second) == pytest.approx(sum(won) / len(won))


def test_an_interval_is_wider_where_the_texts_of_a_segment_are_alike() -> None:
    apart = {place: [float(place % 2)] * 1 for place in range(200)}
    alike = {place: [float(place % 2)] * 20 for place in range(10)}
    narrow = mean_by_segment(apart, Random(0))
    wide = mean_by_segment(alike, Random(0))
    assert narrow is not None
    assert wide is not None
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)


def test_there_is_no_figure_of_nothing() -> None:
    assert mean_by_segment({1: []}, Random(0)) is None
    assert auc_by_segment([Scored(1, 0.5, is_first=True)], Random(0)) is None


@given(st.dictionaries(st.integers(0, 50), st.integers(1, 30), min_size=4))
def test_folds_are_of_whole_segments_and_about_as_large(sizes: dict[int, int]) -> None:
    folds = deal_folds(sizes, seed=3)
    assert folds.keys() == sizes.keys()
    filled = [sum(sizes[s] for s in folds if folds[s] == fold) for fold in range(4)]
    assert max(filled) - min(filled) <= max(sizes.values())


def test_a_judge_scores_a_writer_above_another() -> None:
    vectors = TextVectors()
    first = [vectors.of(f"haha yeah {n} lol") for n in range(30)]
    second = [vectors.of(f"Yes, I believe {n}.") for n in range(30)]
    judge = StyleJudge(first, second)
    assert judge.score(vectors.of("lol yeah haha 77")) > 0
    assert judge.score(vectors.of("No, I doubt 77.")) < 0
    assert judge.score(first[0]) == StyleJudge(first, second).score(first[0])


def test_a_judge_needs_two_writers() -> None:
    with pytest.raises(ValueError, match="both writers"):
        StyleJudge([TextVectors().of("one")], [])


def test_no_judge_has_read_the_segment_it_scores() -> None:
    """Words of one segment only weigh nothing there: nobody has learned them."""
    vectors = TextVectors()
    own = {
        s: [vectors.of(f"{chr(0x4E00 + s) * 9} ab {n}") for n in range(9)]
        for s in range(8)
    }
    others = {s: [vectors.of(f"ab {n}") for n in range(9)] for s in range(8)}
    folds = deal_folds(dict.fromkeys(own, 9))
    judges = CrossFitted(own, others, folds)
    sign = vectors.of(chr(0x4E00) * 9)
    unread, read = judges.score(0, sign), max(judges.score(s, sign) for s in own)
    assert unread == min(judges.score(s, sign) for s in own)
    assert read > unread


@pytest.mark.parametrize("text", ["", "\n", "\ud83d", "a" * 100_000, "नमस्ते 😀"])
def test_any_text_has_a_vector(text: str) -> None:
    vector = TextVectors().of(text)
    assert len(vector.places) == len(vector.weights) <= 4_010
    assert "a" * 10 not in repr(vector)
