"""What a dataset holds out is read from the files of any sink, each answer once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from dataset_folders import talk, write_folder
from langchain_core.messages import HumanMessage
from made_examples import example, examples
from made_writers import conversations

from langchain_imessage import write_dataset
from langchain_imessage.evaluation.held_out._reading_held_out import read_held_out

if TYPE_CHECKING:
    from pathlib import Path

SINKS = ["openai", "mlx", "trl", "mistral", "sharegpt", "gemini", "llamafactory"]


@pytest.mark.parametrize("sink", SINKS)
def test_each_answer_is_held_out_once_whatever_the_format(
    sink: str, tmp_path: Path
) -> None:
    talks = conversations(segments=50, answers=3)
    held_out = read_held_out(write_dataset(talks, tmp_path, sink=sink, validation=0.2))
    expected = [
        (talk["messages"][place - 1].content, talk["messages"][place].content)
        for talk in talks[-10:]
        for place in (2, 4, 6)
    ]
    assert sorted((one.said, one.reply) for one in held_out.answers) == sorted(expected)
    assert len({one.id for one in held_out.answers}) == 30
    assert len(held_out.by_segment) == 10
    assert len(held_out.training) == 120


def test_windows_of_one_segment_are_one_segment(tmp_path: Path) -> None:
    turns = [f"turn {place} of a long talk about something" for place in range(40)]
    talks = [*examples(12), example(*turns, piece=12), example(*turns[::-1], piece=13)]
    made = write_dataset(talks, tmp_path, sink="trl", validation=0.1, max_tokens=200)
    held_out = read_held_out(made)
    assert made.manifest["files"]["validation"]["examples"] > 1
    assert len(held_out.by_segment) == 1


def test_answers_of_weight_0_are_context_only(tmp_path: Path) -> None:
    row = talk("a", "b", "c", "d")
    row["messages"][1]["weight"] = 0
    held_out = read_held_out(write_folder(tmp_path / "data", [row] * 10, [row]))
    assert [one.reply for one in held_out.answers] == ["d"]
    assert [turn.text for turn in held_out.answers[0].history] == ["a", "b"]


def test_names_of_speakers_are_not_what_they_say(tmp_path: Path) -> None:
    said = [("[name 1]", "hi\nall"), ("[name 2]", "and you: ok?")]
    messages: list[Any] = [
        HumanMessage(f"{name}: {text}", additional_kwargs={"sender": name})
        for name, text in said
    ]
    group: Any = example("?", "yo", piece=99)
    group["messages"] = [*messages, group["messages"][-1]]
    talks = [*examples(30), group]
    made = write_dataset(talks, tmp_path, sink="trl", validation=0.01)
    (answer,) = read_held_out(made).answers
    assert answer.people == ("[name 1]", "[name 2]")
    assert answer.partner == ("hi\nall", "and you: ok?")
    assert answer.said.startswith("[name 1]: hi")


def test_lines_that_cannot_be_read_are_passed_over(tmp_path: Path) -> None:
    rows = [talk("a", "b"), "{", "[]", '{"messages": 3}', talk("c", "d")]
    held_out = read_held_out(write_folder(tmp_path / "data", rows * 3, rows))
    assert [one.reply for one in held_out.answers] == ["b", "d"]
    assert len(held_out.by_segment) == 2


def test_no_words_are_in_a_repr(tmp_path: Path) -> None:
    rows = [talk("secret question", "secret answer")]
    held_out = read_held_out(write_folder(tmp_path / "data", rows, rows))
    for one in (held_out, held_out.answers[0], held_out.training[0]):
        assert "secret" not in repr(one)
