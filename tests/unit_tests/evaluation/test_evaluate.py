"""A model is measured beside the person, the people they write with, and controls."""

from __future__ import annotations

import asyncio
import json
import stat
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import HumanMessage, SystemMessage
from made_writers import SYSTEM, conversations, write_conversations

from langchain_imessage import fine_tune, write_dataset
from langchain_imessage.errors import ExportError
from langchain_imessage.evaluation import Evaluation, aevaluate, evaluate
from langchain_imessage.evaluation.held_out._reading_held_out import read_held_out
from langchain_imessage.testing import FineTuningServer

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_imessage import Dataset
    from langchain_imessage.evaluation import SystemFigures

CONTROLS = (
    "old answer",
    "random old answer",
    "gibberish",
    "assistant phrases",
    "echo",
)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return write_conversations(tmp_path_factory.mktemp("made") / "dataset")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("small") / "dataset"
    return write_conversations(folder, segments=15, answers=4)


def training_replies(dataset: Dataset) -> Any:
    replies = iter(reply.reply for reply in read_held_out(dataset).training)
    return lambda _: next(replies)


@pytest.fixture(scope="module")
def evaluation(dataset: Dataset) -> Evaluation:
    """The figures of a model that gives back what the training file says."""
    model = training_replies(dataset)
    return evaluate(model, dataset, concurrency=1, progress=False)


@pytest.mark.untraced
@pytest.mark.slow
@pytest.mark.parametrize("control", CONTROLS)
def test_every_control_fails_at_least_one_figure(
    control: str, evaluation: Evaluation
) -> None:
    assert evaluation[control].kind == "control"
    assert evaluation[control].fails


@pytest.mark.untraced
@pytest.mark.slow
def test_you_are_100_and_the_people_you_write_with_0(evaluation: Evaluation) -> None:
    you, people = evaluation["you, again"], evaluation["the people you write with"]
    assert you.likeness is not None
    assert people.likeness is not None
    assert you.likeness.value == pytest.approx(100)
    assert people.likeness.value == pytest.approx(0, abs=1e-6)
    assert not you.fails
    assert not people.fails


@pytest.mark.untraced
@pytest.mark.slow
def test_training_replies_given_back_are_not_more_like_the_person_than_the_person(
    evaluation: Evaluation,
) -> None:
    model, you = evaluation["model"].likeness, evaluation["you, again"].likeness
    assert model is not None
    assert you is not None
    assert model.value <= you.high
    assert "copied" in evaluation["model"].fails


@pytest.mark.untraced
@pytest.mark.slow
def test_one_seed_gives_the_same_figures_and_another_gives_others_within_the_interval(
    dataset: Dataset, evaluation: Evaluation
) -> None:
    def again(seed: int) -> SystemFigures:
        model = training_replies(dataset)
        found = evaluate(
            model, dataset, controls=False, seed=seed, concurrency=1, progress=False
        )
        return found["model"]

    first, other = again(0), again(1)
    assert first == evaluation["model"]
    interval, drawn = first.likeness, other.likeness
    assert interval is not None
    assert drawn is not None
    assert interval.low <= drawn.value <= interval.high


@pytest.mark.slow
def test_nothing_is_told_of_two_who_write_alike(tmp_path: Path) -> None:
    alike = write_dataset(
        conversations(alike=True), tmp_path, sink="trl", validation=0.2
    )
    found = evaluate(lambda _: "ok", alike, controls=False, progress=False)
    assert found["model"].likeness is None
    assert found.cannot_tell is not None
    assert "cannot be told from the people you write with" in found.cannot_tell
    assert "cannot tell" in str(found)


@pytest.mark.parametrize(("segments", "answers"), [(60, 4), (20, 60)])
def test_nothing_is_told_of_too_few_answers_or_segments(
    segments: int, answers: int, tmp_path: Path
) -> None:
    few = write_conversations(tmp_path, segments=segments, answers=answers)
    found = evaluate(lambda _: "ok", few, controls=False, progress=False)
    assert found["you, again"].likeness is None
    assert found.cannot_tell is not None
    assert found.cannot_tell.startswith("Too few held-out answers")


@pytest.mark.untraced
@pytest.mark.slow
def test_no_words_of_anybody_are_printed(evaluation: Evaluation) -> None:
    printed = [
        repr(evaluation),
        str(evaluation),
        evaluation._repr_html_(),
        json.dumps(evaluation.to_dict()),
        repr(evaluation.answers),
        repr(evaluation.figures),
    ]
    for text in printed:
        for one in evaluation.answers:
            assert one.said not in text
            assert one.reply not in text
            assert one.answers["model"] not in text


@pytest.mark.untraced
@pytest.mark.slow
def test_a_saved_evaluation_is_private_and_has_the_answers(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    path = evaluation.save(tmp_path / "evaluation.json")
    saved = json.loads(path.read_text("utf-8"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(saved["answers"]) == 200
    assert saved["answers"][0]["answers"]["model"]
    assert saved["settings"]["seed"] == 0
    assert saved["settings"]["version"]
    assert saved["settings"]["held_out_sha256"]


def test_a_name_cannot_become_markup(small: Dataset) -> None:
    name = "<script>alert(1)</script>"
    found = evaluate(
        lambda _: "ok", small, against={name: lambda _: "no"}, progress=False
    )
    assert "<script>" not in found._repr_html_()
    assert name in str(found)


@pytest.mark.slow
def test_a_plot_has_a_line_for_each_system(evaluation: Evaluation) -> None:
    pytest.importorskip("matplotlib").use("agg")
    axes = evaluation.plot()
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == [one.name for one in reversed(evaluation.figures)]


def test_empty_answers_are_counted(small: Dataset) -> None:
    found = evaluate(lambda _: " \n", small, n=3, controls=False, progress=False)
    assert found["model"].empty == 3
    assert "model: 3 of 3 answers are empty." in str(found)


def test_a_chain_is_given_the_input_and_the_history(small: Dataset) -> None:
    asked: list[Any] = []
    evaluate(lambda one: asked.append(one) or "ok", small, n=12, progress=False)
    held_out = read_held_out(small).answers
    later = next(one for one in asked if one["input"] == held_out[-1].said)
    assert [message.type for message in later["history"]] == ["human", "ai"] * 3
    assert later["history"][0].content == held_out[-1].history[1].text


def test_a_chat_model_is_given_the_prompt_of_the_example(small: Dataset) -> None:
    class Recorder(FakeListChatModel):
        def _call(self, messages: Any, *args: Any, **kwargs: Any) -> str:
            recorded.append(messages)
            return super()._call(messages, *args, **kwargs)

    recorded: list[Any] = []
    evaluate(Recorder(responses=["ok"]), small, n=1, progress=False)
    (messages,) = recorded
    assert messages[0] == SystemMessage(SYSTEM)
    assert isinstance(messages[-1], HumanMessage)


@pytest.mark.slow
def test_a_job_is_evaluated_with_its_model_and_the_losses_of_its_provider(
    tmp_path: Path,
) -> None:
    talks = conversations(segments=40, answers=3)
    made = write_dataset(talks, tmp_path / "data", validation=0.2)
    with FineTuningServer() as server:
        job = fine_tune(made, base_url=server.base_url, confirm=True, progress=False)
        job.wait(progress=False)
        found = evaluate(job, made, controls=False, n=5, progress=False)
    assert found["tuned"].answers == 5
    assert any("loss on held-out examples" in note for note in found.notes)
    assert job.job_id in found.settings["models"]["tuned"]["is"]


def test_examples_are_evaluated_without_a_folder(tmp_path: Path) -> None:
    talks = conversations(segments=15, answers=4)
    found = evaluate(lambda _: "ok", talks, n=3, progress=False)
    assert found.held_out == 12
    assert not [*tmp_path.iterdir()]


def test_a_dataset_that_holds_nothing_out_is_refused(tmp_path: Path) -> None:
    talks = conversations(segments=5, answers=2)
    made = write_dataset(talks, tmp_path, sink="trl", validation=0)
    with pytest.raises(ExportError, match="holds nothing out"):
        evaluate(lambda _: "ok", made, progress=False)


def test_two_systems_of_one_name_are_refused(small: Dataset) -> None:
    with pytest.raises(ValueError, match="another line of the table"):
        evaluate(lambda _: "ok", small, against={"echo": lambda _: "ok"})
    with pytest.raises(ValueError, match="another line of the table"):
        evaluate(lambda _: "ok", small, name="echo")


@pytest.mark.parametrize("name", ["two\nlines", "\x1b[31mred"])
def test_a_name_that_would_break_the_table_is_refused(
    small: Dataset, name: str
) -> None:
    with pytest.raises(ValueError, match="cannot be printed"):
        evaluate(lambda _: "ok", small, name=name)


def test_a_name_that_is_no_text_is_refused(small: Dataset) -> None:
    against: Any = {1: lambda _: "no"}
    with pytest.raises(TypeError, match="texts"):
        evaluate(lambda _: "ok", small, against=against)


@pytest.mark.parametrize("wrong", [{"n": 0}, {"concurrency": 0}])
def test_fewer_than_one_answer_is_refused(wrong: Any, small: Dataset) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        evaluate(lambda _: "ok", small, **wrong)


def test_progress_is_reported_without_words(small: Dataset) -> None:
    lines: list[str] = []
    evaluate(lambda _: "ok", small, n=12, controls=False, progress=lines.append)
    assert lines[0] == "Reading what is held out"
    assert "Asking model: 12 of 12 answers" in lines


def test_it_runs_without_blocking(small: Dataset) -> None:
    async def run() -> Evaluation:
        return await aevaluate(lambda _: "ok", small, n=2, progress=False)

    assert asyncio.run(run())["model"].answers == 2
