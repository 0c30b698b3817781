"""`evaluate` measures a folder's job or named models, and says where the figures are."""

from __future__ import annotations

import json
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("typer")

from langchain_core.language_models import FakeListChatModel
from made_writers import conversations

from langchain_imessage import fine_tune, write_dataset
from langchain_imessage.testing import FineTuningServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a dataset in the folder the command looks for."""
    monkeypatch.chdir(tmp_path)
    talks = conversations(segments=50, answers=3)
    return write_dataset(talks, tmp_path / "dataset", validation=0.2).folder


@pytest.fixture
def langchain(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Have a LangChain that makes models which say ok, and remember their names."""
    asked: list[str] = []

    def init_chat_model(name: str) -> Any:
        if name.startswith("none"):
            raise ImportError("Unable to import langchain_none.\nPlease install it")
        asked.append(name)
        return FakeListChatModel(responses=["ok"])

    module: Any = ModuleType("langchain.chat_models")
    module.init_chat_model = init_chat_model
    monkeypatch.setitem(sys.modules, "langchain", ModuleType("langchain"))
    monkeypatch.setitem(sys.modules, "langchain.chat_models", module)
    return asked


def test_the_latest_job_is_measured_and_too_few_answers_end_with_3(
    run: Callable, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    with FineTuningServer(job_polls=0) as server:
        job = fine_tune(folder, base_url=server.base_url, confirm=True, progress=False)
        job.wait(progress=False)
        result = run("evaluate", "--answers", 4, "--no-controls")
    assert result.exit_code == 3, result.stderr
    lines = result.stdout.splitlines()
    assert [line.split("  ")[0] for line in lines[1:4]] == [
        "you, again",
        "the people you write with",
        "tuned",
    ]
    assert "Cannot tell: Too few held-out answers: 30 in 10 segments" in result.stdout
    saved = json.loads((folder / "evaluation.json").read_text())
    assert len(saved["answers"]) == 4


def test_a_model_is_measured_by_its_name(
    run: Callable, folder: Path, langchain: list[str]
) -> None:
    models = ["ollama:one", "ollama:two"]
    options = [word for name in models for word in ("--model", name)]
    result = run("evaluate", folder, *options, "-n", 3, "--json", "-o", "x.json")
    assert result.exit_code == 3, result.stderr
    found = json.loads(result.stdout)
    names = [one["name"] for one in found["figures"] if one["kind"] == "model"]
    assert names == langchain == models
    assert found["file"] == "x.json"
    assert "answers" not in found


def test_without_a_job_or_a_model_it_says_what_to_do(
    run: Callable, folder: Path
) -> None:
    result = run("evaluate", folder)
    assert result.exit_code == 1
    assert "No job was started in this folder" in result.stderr


def test_a_missing_package_is_one_line(
    run: Callable, folder: Path, langchain: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run("evaluate", folder, "--model", "none:x")
    assert result.exit_code == 1
    assert result.stderr == "Error: Unable to import langchain_none.\n"
    assert not langchain
    monkeypatch.setitem(sys.modules, "langchain.chat_models", None)
    result = run("evaluate", folder, "--model", "none:x")
    assert "pip install 'langchain-imessage[models]'" in result.stderr
