"""`blind`: a page for a friend, and what came back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from langchain_imessage.evaluation import EvaluatedAnswer, Evaluation
from langchain_imessage.preparation import write_vault
from langchain_imessage.transforms import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have an evaluation of redacted answers to one person, and a vault."""
    monkeypatch.chdir(tmp_path)
    redactor = Redactor(names=["Ann Lee"], detectors=())
    name = redactor.redact_text("Ann Lee")
    write_vault(redactor.vault, "vault.json")
    answers = tuple(
        EvaluatedAnswer(
            id=str(n),
            people=(name,),
            said=f"{n}?",
            reply=f"r{n}",
            answers={"tuned": f"m{n}"},
        )
        for n in range(6)
    )
    (tmp_path / "dataset").mkdir()
    evaluation = Evaluation(figures=(), held_out=6, segments=6, answers=answers)
    evaluation.save(tmp_path / "dataset" / "evaluation.json")
    return "dataset"


def test_a_page_is_written_and_its_answers_are_read(
    run: Callable, folder: str, tmp_path: Path
) -> None:
    named = ["--person", "Ann Lee", "--vault", "vault.json", "-n", "5"]
    result = run("blind", folder, *named, "-o", "ann.html")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines() == [
        "ann.html: send this only to the person it is for.",
        "ann.key.json: keep this one.",
        "Then: langchain-imessage blind --read blind-answers.json --key ann.key.json",
    ]
    key = json.loads((tmp_path / "ann.key.json").read_text())
    said = {"format": 1, "page": key["page"], "knows": "well", "chosen": key["real"]}
    (tmp_path / "back.json").write_text(json.dumps(said))
    read = ["blind", "--read", "back.json", "--key", "ann.key.json"]
    assert run(*read).stdout.startswith("all: 100 % right, 5 of 5 [57 %, 100 %]")
    found = json.loads(run(*read, "--json").stdout)
    assert found["all"]["p_value"] == pytest.approx(0.0625)
    assert found["hardly"] is None
    file = f"{folder}/evaluation.json"
    result = run("blind", file, *named, "--json")
    assert json.loads(result.stdout) == {"page": "blind.html", "key": "blind.key.json"}


def test_what_is_missing_is_said(run: Callable, folder: str) -> None:
    result = run("blind", folder)
    assert (result.exit_code, "with --person" in result.stderr) == (2, True)
    result = run("blind", folder, "--person", "Ann Lee")
    assert result.exit_code == 1
    assert "name them as in the examples" in result.stderr


def test_a_file_that_is_not_there_is_named(
    run: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "no.json: No such file" in run("blind", "--read", "no.json").stderr
    (tmp_path / "dataset").mkdir()
    said = run("blind", "--person", "Ann").stderr
    assert "no file dataset/evaluation.json: `langchain-imessage evaluate`" in said
