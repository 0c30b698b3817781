"""A scale begins with the people a person writes with, and ends with the person."""

from __future__ import annotations

from random import Random
from typing import Any, ClassVar

import pytest

from langchain_imessage.evaluation.figures import _likeness
from langchain_imessage.evaluation.figures._likeness import LikenessScale
from langchain_imessage.evaluation.held_out._held_out import HeldOutAnswer
from langchain_imessage.evaluation.judging._cross_fitting import FOLDS


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


class EachSegment(Judges):
    """Score a text by its segment, too: the further on, the more like the person."""

    def score(self, segment: int, number: float) -> float:
        return number + (segment / 24 if number > 0 else 0)


def test_an_interval_is_of_the_scale_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_likeness, "CrossFitted", EachSegment)
    made = scale("0.2", "-0.2")
    others = [(segment, "-0.1") for segment in made.folds]
    own = [(segment, "0.2") for segment in made.folds]
    always_the_same = made.likeness(others, Random(0))
    assert always_the_same is not None
    assert always_the_same.high - always_the_same.low > 2
    paired = made.likeness(own, Random(0))
    assert paired is not None
    assert (paired.low, paired.high) == pytest.approx((100, 100))


def test_who_set_the_scale_differs_on_it_from_segment_to_segment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_likeness, "CrossFitted", EachSegment)
    made = scale("0.2", "-0.2")
    found = made.spread([(segment, "0.2") for segment in made.folds], Random(0))
    assert found is not None
    assert found.value == pytest.approx(100)
    assert found.low < 95
    assert found.high > 105


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


class Recorded(Judges):
    """Remember the folds that judges are fitted on; score differently from each other."""

    folds: ClassVar[list[int]] = []

    def __init__(self, _first: Any, _second: Any, folds: Any, **_: Any) -> None:
        self.number = len(set(folds.values()))
        self.folds.append(self.number)

    def score(self, segment: int, number: float) -> float:
        return super().score(segment, number) + (0.2 if self.number == FOLDS else 0)


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    monkeypatch.setattr(_likeness, "CrossFitted", Recorded)
    monkeypatch.setattr(Recorded, "folds", [])
    return Recorded.folds


def test_of_few_answers_several_fits_are_averaged(recorded: list[int]) -> None:
    made = scale("0.3", "-0.3")
    assert recorded == [FOLDS, FOLDS + 1, FOLDS + 2]
    assert value(made, "0.3") == pytest.approx(100)
    # The mean of 1.2, 1 and 1 counts as 1, less the others' -0.3 + 0.2 / 3, in parts of 0.6.
    assert value(made, "1") == pytest.approx(100 * (1 + 0.3 - 0.2 / 3) / 0.6)
    # A judge's own 1.1 is not bounded before the mean.
    assert value(made, "0.9") == pytest.approx(200)


def test_many_answers_are_judged_by_one_fit(
    recorded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_likeness, "_MOST_READ", 240 * (FOLDS - 1))
    scale("0.3", "-0.3")
    assert recorded == [FOLDS]


def test_as_many_answers_are_read_as_may_be(
    recorded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_likeness, "_MOST_READ", 240 * (FOLDS - 1 + FOLDS))
    scale("0.3", "-0.3")
    assert recorded == [FOLDS, FOLDS + 1]
