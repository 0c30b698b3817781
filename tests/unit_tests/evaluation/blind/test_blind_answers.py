"""What friends chose, and what that is worth."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import EvaluationError
from langchain_imessage.evaluation import (
    BlindFigures,
    BlindTrial,
    blind_page,
    read_answers,
)

if TYPE_CHECKING:
    from pathlib import Path


def figures(correct: int, total: int) -> BlindFigures:
    return BlindFigures(correct=correct, total=total)


@pytest.mark.parametrize(
    ("correct", "total", "low", "high"),
    [(30, 40, 0.598, 0.858), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0)],
)
def test_the_interval_is_wilsons(
    correct: int, total: int, low: float, high: float
) -> None:
    assert figures(correct, total).interval == pytest.approx((low, high), abs=6e-4)


@pytest.mark.parametrize(
    ("correct", "total", "p"),
    [
        (30, 40, 0.002221),
        (10, 40, 0.002221),
        (20, 40, 1.0),
        (9, 10, 0.021484),
        (1, 1, 1.0),
    ],
)
def test_the_test_is_exact(correct: int, total: int, p: float) -> None:
    assert figures(correct, total).p_value == pytest.approx(p, abs=1e-6)


def test_what_is_needed_grows_as_the_share_nears_a_half() -> None:
    assert figures(30, 40).needed == 38
    assert figures(65, 100).needed == 113
    assert figures(25, 100).needed == figures(75, 100).needed
    assert figures(20, 40).needed is None


@pytest.mark.parametrize(
    ("correct", "total", "said"),
    [
        (30, 40, "told apart (p = 0.0022)"),
        (10, 40, "the model taken for you (p = 0.0022)"),
        (23, 40, "takes about 463 choices"),
        (20, 40, "not told from guessing (p = 1)"),
    ],
)
def test_figures_are_said_in_a_line(correct: int, total: int, said: str) -> None:
    assert str(figures(correct, total)).endswith(said)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    trials = [
        BlindTrial(context=(("reader", str(n)),), real=f"r{n}", model=f"m{n}")
        for n in range(10)
    ]
    return blind_page(trials, "Ann", tmp_path / "blind.html")


@pytest.fixture
def key(page: Path) -> Any:
    return json.loads(page.with_suffix(".key.json").read_text())


def result(tmp_path: Path, name: str, **values: Any) -> Path:
    path = tmp_path / name
    path.write_text(json.dumps({"format": 1, **values}))
    return path


def test_choices_are_counted_and_groups_said_apart(
    tmp_path: Path, page: Path, key: Any
) -> None:
    right = list(key["real"])
    wrong = [1 - one for one in right]
    first = [*right[:8], None, None]
    files = [
        result(tmp_path, "1.json", page=key["page"], knows="well", chosen=first),
        result(tmp_path, "2.json", page=key["page"], knows="hardly", chosen=wrong),
    ]
    keys = page.with_suffix(".key.json")
    one = read_answers(files[0], keys)
    assert (one.all, one.well, one.hardly) == (figures(8, 8), figures(8, 8), None)
    assert len(str(one).splitlines()) == 1
    both = read_answers(files, [keys])
    assert (both.all, both.hardly, both.files) == (figures(8, 18), figures(0, 10), 2)
    assert "people who hardly do: 0 % right, 0 of 10" in str(both)
    assert read_answers([*files, files[0]], keys) == both  # twice the same file


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"page": "other", "chosen": [0] * 10, "knows": "well"}, "different pages"),
        ({"chosen": [0] * 9, "knows": "well"}, "different pages"),
        ({"chosen": [None] * 10, "knows": "well"}, "No answer was chosen"),
        ({"chosen": [0] * 10, "knows": "me"}, "how well"),
        ({"chosen": [0] * 10}, "how well"),
        ({"chosen": [0] * 10, "knows": ["well"]}, "how well"),
        ({"chosen": [2] * 10, "knows": "well"}, "neither a result"),
        ({"chosen": [True] * 10, "knows": "well"}, "neither a result"),
        ({"chosen": "secret", "knows": "well"}, "neither a result"),
        ({"knows": "well"}, "neither a result"),
    ],
)
def test_what_anybody_may_have_written_is_not_believed(
    tmp_path: Path, page: Path, key: Any, values: dict[str, Any], said: str
) -> None:
    file = result(tmp_path, "1.json", **{"page": key["page"], **values})
    with pytest.raises(EvaluationError, match=said) as caught:
        read_answers(file, page.with_suffix(".key.json"))
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_json_is_refused(tmp_path: Path, page: Path) -> None:
    (tmp_path / "1.json").write_text("no JSON [")
    with pytest.raises(EvaluationError, match="neither a result"):
        read_answers(tmp_path / "1.json", page.with_suffix(".key.json"))
