"""A model is asked once for an answer, and goes on where it failed; nothing is told on."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.language_models import FakeListChatModel
from made_writers import write_conversations

from langchain_imessage.errors import EvaluationError, ExportError
from langchain_imessage.evaluation import evaluate

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_imessage import Dataset


class Counting(FakeListChatModel):
    """A chat model that counts how often it is asked, and fails from some call on."""

    def _call(self, messages: Any, *args: Any, **kwargs: Any) -> str:
        CALLS.append(1)
        if len(CALLS) > LIMIT[0]:
            raise RuntimeError(f"cannot answer {messages[-1].content}")
        return super()._call(messages, *args, **kwargs)


CALLS: list[int] = []
LIMIT = [10_000]


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    CALLS.clear()
    LIMIT[0] = 10_000
    return write_conversations(tmp_path / "dataset", segments=15, answers=8)


def run(dataset: Dataset, model: Any, **options: Any) -> Any:
    return evaluate(model, dataset, controls=False, progress=False, **options)


def test_an_answer_is_asked_for_once(dataset: Dataset) -> None:
    first = run(dataset, Counting(responses=["ok"]))
    second = run(dataset, Counting(responses=["ok"]))
    assert len(CALLS) == 24
    assert first.to_dict() == second.to_dict()


def test_a_model_of_other_settings_is_asked_anew(dataset: Dataset) -> None:
    run(dataset, Counting(responses=["ok"]), n=2)
    run(dataset, Counting(responses=["no"]), n=2)
    assert len(CALLS) == 4


def test_what_was_interrupted_goes_on_where_it_stopped(dataset: Dataset) -> None:
    LIMIT[0] = 18
    model = Counting(responses=["ok"])
    with pytest.raises(EvaluationError, match=r"model failed on \d of 8 answers"):
        run(dataset, model, concurrency=1)
    LIMIT[0] = 10_000
    CALLS.clear()
    run(dataset, model)
    assert len(CALLS) == 24 - 18


def test_an_error_quotes_nothing_that_was_asked(dataset: Dataset) -> None:
    LIMIT[0] = 0
    with pytest.raises(EvaluationError) as caught:
        run(dataset, Counting(responses=["ok"]), n=1)
    assert "cannot answer" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_the_answers_are_kept_in_a_private_file(dataset: Dataset) -> None:
    run(dataset, Counting(responses=["ok"]), n=3)
    path = dataset.folder / "answers.jsonl"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = [json.loads(line) for line in path.read_text().splitlines() if line]
    assert [row["answer"] for row in rows] == ["ok"] * 3


def test_a_torn_line_and_foreign_ones_are_passed_over(dataset: Dataset) -> None:
    run(dataset, Counting(responses=["ok"]), n=3)
    path = dataset.folder / "answers.jsonl"
    kept = path.read_bytes()[:-20]
    first, *rest = kept.splitlines(keepends=True)
    row = json.dumps({**json.loads(first), "answer": None}).encode()
    path.write_bytes(b'[1]\n"text"\n\n' + row + b"\n" + b"".join(rest))
    CALLS.clear()
    run(dataset, Counting(responses=["ok"]), n=3)
    assert len(CALLS) == 2  # the answer that is no text, and the torn one
    CALLS.clear()
    run(dataset, Counting(responses=["ok"]), n=3)
    assert not CALLS


def test_no_link_in_the_folder_is_followed(dataset: Dataset, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.write_text("")
    (dataset.folder / "answers.jsonl").symlink_to(target)
    with pytest.raises(ExportError, match="symbolic link"):
        run(dataset, Counting(responses=["ok"]), n=3)
    assert target.read_text() == ""


def test_a_function_may_have_changed_and_is_asked_again(dataset: Dataset) -> None:
    asked: list[Any] = []
    for _ in range(2):
        run(dataset, lambda one: asked.append(one) or "ok", n=3)
    assert len(asked) == 6


def test_in_a_file_that_is_named_a_function_is_known_by_its_name(
    dataset: Dataset, tmp_path: Path
) -> None:
    asked: list[Any] = []
    for _ in range(2):
        run(
            dataset,
            lambda one: asked.append(one) or "ok",
            n=3,
            cache=tmp_path / "kept.jsonl",
        )
    assert len(asked) == 3


def test_an_answer_that_is_no_text_is_an_error(dataset: Dataset) -> None:
    with pytest.raises(EvaluationError, match="TypeError"):
        run(dataset, lambda _: {"answer": "ok"}, n=2)


def test_langsmith_is_told_nothing(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    from langchain_core.tracers.context import tracing_v2_callback_var  # noqa: PLC0415
    from langsmith import utils
    from langsmith.run_helpers import get_tracing_context

    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    utils.get_env_var.cache_clear()
    seen: list[Any] = []

    def model(_: Any) -> str:
        seen.append(get_tracing_context()["enabled"])
        return "ok"

    run(dataset, model, n=2)
    utils.get_env_var.cache_clear()
    assert seen == [False, False]
    assert tracing_v2_callback_var.get() is None
