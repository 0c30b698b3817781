"""A scale begins with the people a person writes with, and ends with the person."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from langchain_imessage.evaluation.figures import _likeness
from langchain_imessage.evaluation.figures._likeness import LikenessScale
from langchain_imessage.evaluation.held_out._held_out import HeldOutAnswer


class Texts:
    """Stand for texts whose vector is the number they are."""

    def of(self, text: str) -> float:
        return float(text)


class Judges:
    """Score a text as the number it is."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def score(self, _segment: int, number: float) -> float:
        return number


@pytest.fixture(autouse=True)
def judges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_likeness, "CrossFitted", Judges)


def scale(own: str, others: str) -> LikenessScale:
    """Return the scale of a person who always writes one thing, and is told another."""
    segments = {
        segment: [
            HeldOutAnswer(
                id=f"{segment}:{place}",
                segment=segment,
                said=others,
                reply=own,
                partner=(others,),
            )
            for place in range(20)
        ]
        for segment in range(12)
    }
    vectors: Any = Texts()
    return LikenessScale(segments, vectors, seed=0)


def value(made: LikenessScale, *texts: str) -> float:
    found = made.likeness(enumerate(texts), Random(0))
    assert found is not None
    return found.value


def test_it_is_the_same_for_the_judges_of_all_folds() -> None:
    made = scale("0.6", "-0.4")
    assert len(set(made.folds.values())) > 1
    for segment in made.folds:
        found = made.likeness([(segment, "0.1")], Random(0))
        assert found is not None
        assert found.value == pytest.approx(50)


def test_a_judge_that_is_surer_than_sure_counts_no_more() -> None:
    made = scale("0.5", "-0.5")
    assert value(made, "40") == value(made, "1") == pytest.approx(150)
    assert value(made, "-40") == value(made, "-1") == pytest.approx(-50)


def test_where_it_has_no_length_nothing_is_told() -> None:
    made = scale("3", "2")  # told apart, but by what counts no more
    assert made.auc is not None
    assert made.auc.value == 1
    assert made.likeness([(0, "3")], Random(0)) is None
    assert "cannot be told" in str(made.cannot_tell)
