"""A page of one person's own chat: what is on it, and what is not."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import EvaluationError
from langchain_imessage.evaluation import (
    BlindTrial,
    EvaluatedAnswer,
    Evaluation,
    blind_page,
)
from langchain_imessage.transforms import Redactor

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "</script><script>alert(1)</script><!-- \u2028"


def answered(number: int, *people: str, said: str = "lunch?") -> EvaluatedAnswer:
    return EvaluatedAnswer(
        id=str(number),
        people=people,
        history=tuple(
            (("user", "assistant")[turn % 2], f"turn {turn} of {number}")
            for turn in range(8)
        ),
        said=said,
        reply=f" real {number}\nsure ",
        answers={"tuned": f"made {number}", "plain": f"plain {number}"},
    )


def evaluation_of(*answers: EvaluatedAnswer) -> Evaluation:
    return Evaluation(figures=(), held_out=9, segments=9, answers=answers)


def data_of(page: Path) -> Any:
    text = page.read_text()
    found = re.search(
        r'<script type="application/json" id="trials">(.*?)</script>', text
    )
    assert found
    return json.loads(found[1])


def key_beside(page: Path) -> Any:
    return json.loads(page.with_suffix(".key.json").read_text())


def test_a_page_has_the_chat_with_that_person_alone(tmp_path: Path) -> None:
    answers = [answered(n, "Ann Lee") for n in range(5)]
    answers += [answered(7, "Bob"), answered(8, "Ann Lee", "Bob"), answered(9)]
    evaluation = evaluation_of(*answers)
    page = blind_page(evaluation, "Ann Lee", tmp_path / "ann.html", n=4)
    assert page == tmp_path / "ann.html"
    data = data_of(page)
    assert (data["person"], len(data["trials"])) == ("Ann Lee", 4)
    assert not re.search("(real|made|of) [789]", page.read_text())
    for trial, real in zip(data["trials"], key_beside(page)["real"], strict=True):
        number = trial["answers"][real].split()[1]
        assert trial["answers"][real] == f"real {number}\nsure"
        assert trial["answers"][1 - real] == f"made {number}"
        assert trial["context"][-1] == ["reader", "lunch?"]
        assert trial["context"][-2] == ["owner", f"turn 7 of {number}"]
        assert len(trial["context"]) == 6


def test_which_answer_is_real_is_only_in_the_key(tmp_path: Path) -> None:
    many = [answered(n, "Ann") for n in range(60)]
    page = blind_page(evaluation_of(*many), "Ann", tmp_path / "a.html", n=50)
    data, key = data_of(page), key_beside(page)
    assert set(data) == {"format", "page", "person", "trials"}
    assert set(data["trials"][0]) == {"context", "answers"}
    assert data["page"] == key["page"]
    assert 10 < sum(key["real"]) < 40
    for file in (page, page.with_suffix(".key.json")):
        assert file.stat().st_mode & 0o777 == 0o600
    # The same seed draws another order for other answers: it cannot be looked up.
    others = [answered(n + 100, "Ann") for n in range(60)]
    other = blind_page(evaluation_of(*others), "Ann", tmp_path / "b.html", n=50)
    assert key_beside(other)["real"] != key["real"]
    before = page.read_bytes()
    blind_page(evaluation_of(*many), "Ann", tmp_path / "a.html", n=50)
    assert page.read_bytes() == before


def test_the_page_loads_nothing_and_text_is_no_markup(tmp_path: Path) -> None:
    trial = BlindTrial(context=(("reader", HOSTILE),), real=HOSTILE, model="ok")
    page = blind_page([trial], HOSTILE, tmp_path / "a.html")
    text = page.read_text()
    assert "alert(1)</script>" not in text
    assert "default-src 'none'" in text
    assert "require-trusted-types-for 'script'" in text
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)
    assert data_of(page)["person"] == HOSTILE


def test_an_evaluation_is_read_from_its_file(tmp_path: Path) -> None:
    evaluation = evaluation_of(*(answered(n, "Ann") for n in range(3)))
    saved = evaluation.save(tmp_path / "evaluation.json")
    page = blind_page(saved, "Ann", tmp_path / "a.html", model="plain")
    assert "plain 1" in page.read_text()
    assert "made 1" not in page.read_text()
    direct = blind_page(evaluation, "Ann", tmp_path / "b.html", model="plain")
    assert data_of(page) == data_of(direct)
    saved.write_text('{"answers": [{"secret": 1}]}')
    with pytest.raises(EvaluationError, match="not an evaluation") as caught:
        blind_page(saved, "Ann", tmp_path / "a.html")
    assert caught.value.__cause__ is None


def test_the_system_prompt_is_nothing_that_anybody_said(tmp_path: Path) -> None:
    history = (("system", "Be yourself."), ("user", "hi"), ("assistant", "hey"))
    one = replace(answered(1, "Ann"), history=history)
    page = blind_page(evaluation_of(one), "Ann", tmp_path / "a.html")
    (trial,) = data_of(page)["trials"]
    assert trial["context"] == [
        ["reader", "hi"],
        ["owner", "hey"],
        ["reader", "lunch?"],
    ]


def test_names_come_back_where_there_is_a_vault(tmp_path: Path) -> None:
    redactor = Redactor(names=["Ann Lee", "Bob Ray"], detectors=())
    ann, bob = redactor.redact_text("Ann Lee"), redactor.redact_text("Bob Ray")
    evaluation = evaluation_of(
        answered(1, ann, said=f"is {bob} there?"), answered(2, bob)
    )
    page = blind_page(evaluation, "Ann Lee", tmp_path / "a.html", redactor=redactor)
    assert "is Bob Ray there?" in page.read_text()
    assert ann not in page.read_text()
    assert len(data_of(page)["trials"]) == 1
    blind_page(evaluation, ann, tmp_path / "a.html")


def test_what_cannot_be_asked_is_refused_without_a_name(tmp_path: Path) -> None:
    same = EvaluatedAnswer(
        id="1", people=("Ann",), said="?", reply="Ok", answers={"tuned": "ok "}
    )
    path = tmp_path / "a.html"
    for answers, model in (([same], None), ([answered(1, "Ann")], "other")):
        with pytest.raises(EvaluationError, match="differs from the real one"):
            blind_page(evaluation_of(*answers), "Ann", path, model=model)
    with pytest.raises(EvaluationError, match="that person alone") as caught:
        blind_page(evaluation_of(same), "Carla", path)
    assert "Carla" not in str(caught.value)
    with pytest.raises(ValueError, match="n must be"):
        blind_page(evaluation_of(same), "Ann", path, n=0)
    assert not path.exists()


def test_pages_of_other_names_have_keys_of_other_names(tmp_path: Path) -> None:
    trials = [BlindTrial(context=(("reader", "Lunch?"),), real="sure", model="Yes!")]
    names = ["ann.html", "ann.htm", "ann.1", "ann.2"]
    for name in names:
        blind_page(trials, "Ann", tmp_path / name)
    assert {path.name for path in tmp_path.glob("*.key.json")} == {
        "ann.key.json",
        *(f"{name}.key.json" for name in names[1:]),
    }


def test_without_a_question_there_is_no_page(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="no question"):
        blind_page([], "Ann", tmp_path / "blind.html")
    assert not [*tmp_path.iterdir()]


def test_each_question_is_reported(tmp_path: Path) -> None:
    found = evaluation_of(*(answered(n, "Ann Lee") for n in range(3)))
    told: list[tuple[int, int | None]] = []
    page = tmp_path / "blind.html"
    blind_page(found, "Ann Lee", page, n=2, progress=lambda *step: told.append(step))
    assert told == [(1, 2), (2, 2)]
