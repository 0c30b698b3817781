"""Claims about what is held out for validation."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from made_examples import DAY, example, examples

from langchain_imessage.datasets import _time_split, write_dataset
from langchain_imessage.datasets._time_split import Side
from langchain_imessage.errors import ExportError

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_imessage.datasets import Dataset


def questions(path: Path | None) -> list[str]:
    """Give the last questions of a file's rows."""
    if path is None:
        return []
    lines = map(json.loads, path.read_bytes().splitlines())
    return [line["messages"][-2]["content"] for line in lines]


def divided(
    made: list[Any], folder: Path, **options: Any
) -> tuple[list[str], list[str]]:
    dataset = divide(made, folder, **options)
    return questions(dataset.train), questions(dataset.validation)


def divide(made: list[Any], folder: Path, **options: Any) -> Dataset:
    options = {"sink": "trl", "count_tokens": len, "validation": 0.5, **options}
    return write_dataset(made, folder, **options)


def test_the_latest_segments_of_all_conversations_are_held_out(tmp_path: Path) -> None:
    made = [
        example("late", "a", chat="one", piece=1, day=9),
        example("early", "a", chat="one", piece=0, day=1),
        example("later", "a", chat="two", piece=1, day=8),
        example("earlier", "a", chat="two", piece=0, day=2),
    ]
    train, held_out = divided(made, tmp_path)
    assert (train, held_out) == (["early", "earlier"], ["late", "later"])


def test_a_segment_is_on_one_side_as_a_whole(tmp_path: Path) -> None:
    segment = [example(f"q{n}", "a", piece=1) for n in range(6)]
    made = [example("first", "a", piece=0), *segment]
    assert divided(made, tmp_path, validation=0.1) == (
        ["first"],
        [f"q{n}" for n in range(6)],
    )


def test_pieces_of_one_number_are_segments_of_their_conversations(
    tmp_path: Path,
) -> None:
    made = [example("q", "a", chat=f"{n}", piece=0, day=n) for n in range(4)]
    made = [*made, example("r", "a", chat="9", piece=0, day=5)]
    train, held_out = divided(made, tmp_path, validation=0.2)
    assert (len(train), held_out) == (4, ["r"])


def test_the_share_is_one_of_segments(tmp_path: Path) -> None:
    train, held_out = divided(examples(30), tmp_path, validation=0.1)
    assert (len(train), len(held_out)) == (27, 3)


def test_the_share_is_rounded(tmp_path: Path) -> None:
    train, held_out = divided(examples(26), tmp_path, validation=0.1)
    assert (len(train), len(held_out)) == (23, 3)


def test_first_pieces_of_one_conversation_read_twice_are_two_segments(
    tmp_path: Path,
) -> None:
    made = [example(f"q{n}", f"a{n}", piece=0, day=n) for n in range(4)]
    assert divided(made, tmp_path) == (["q0", "q1"], ["q2", "q3"])


def test_of_segments_that_ended_together_no_more_are_held_out_than_asked_for(
    tmp_path: Path,
) -> None:
    made = [example(f"q{n}", f"a{n}", piece=n, day=min(n, 2)) for n in range(10)]
    train, held_out = divided(made, tmp_path, validation=0.2)
    assert (len(train), held_out) == (8, ["q8", "q9"])


def sent(text: str, day: float, **kwargs: Any) -> HumanMessage:
    moment = datetime.fromtimestamp(day * DAY, UTC)
    return HumanMessage(
        text, id=f"{text} {day}", additional_kwargs={"sent_at": moment, **kwargs}
    )


def answered(text: str, day: float) -> AIMessage:
    moment = datetime.fromtimestamp(day * DAY, UTC)
    return AIMessage(text, id=f"{text} {day}", additional_kwargs={"sent_at": moment})


def test_a_segment_is_as_late_as_its_last_message(tmp_path: Path) -> None:
    made: list[Any] = [*examples(9)]
    late = [sent("old", 1), answered("a", 1), sent("late", 20), answered("b", 20)]
    made.append({"messages": late, "split": {"started": DAY, "piece": 99}})
    dataset = divide(made, tmp_path, validation=0.1)
    assert questions(dataset.validation) == ["late"]
    told = dataset.manifest["split"]
    assert told["train_last"] < told["validation_first"] == "1970-01-21T00:00:00+00:00"


def test_all_rows_of_a_segment_are_on_the_side_of_its_last_message(
    tmp_path: Path,
) -> None:
    split = {"started": DAY, "piece": 99}
    made: list[Any] = [
        *examples(9),
        {"messages": [sent("first", 1), answered("a", 1)], "split": split},
        {"messages": [sent("second", 20), answered("b", 20)], "split": split},
    ]
    train, held_out = divided(made, tmp_path, validation=0.1)
    assert (len(train), held_out) == (9, ["first", "second"])


def test_a_question_with_its_answer_is_on_one_side(tmp_path: Path) -> None:
    made = examples(6)
    repeated = example("what time?", "at nine", "so?", "yes", piece=1, chat="x")
    again = example("oh", "no", "What  time?", "At nine", piece=20, chat="y")
    train, held_out = divided([*made, repeated, again], tmp_path, validation=0.25)
    assert held_out == ["question 5"]
    assert len(train) == 7


def test_short_answers_that_are_given_every_day_bind_nothing(tmp_path: Path) -> None:
    made = [example("hey", "hi", f"q{n}", f"a{n}", piece=n) for n in range(6)]
    assert divided(made, tmp_path, validation=0.34)[1] == ["q4", "q5"]


def test_a_quotation_is_on_the_side_of_what_it_quotes(tmp_path: Path) -> None:
    words = "the long and winding road that leads to your door"
    made = [
        *examples(6),
        example("what?", words, piece=1, chat="x"),
        example(f"you said:\n{words.upper()}", "true", piece=20, chat="y"),
    ]
    train, held_out = divided(made, tmp_path, validation=0.25)
    assert (len(train), held_out) == (7, ["question 5"])


def test_a_reply_is_on_the_side_of_what_it_replies_to(tmp_path: Path) -> None:
    made: list[Any] = [*examples(6)]
    asked = [sent("remember", 1), answered("sure", 1)]
    reply = [sent("now", 20, reply_to="remember 1"), answered("ok", 20)]
    made += [{"messages": asked}, {"messages": reply}]
    train, held_out = divided(made, tmp_path, validation=0.25)
    assert (len(train), held_out) == (7, ["question 5"])


def test_examples_without_a_time_are_for_training(tmp_path: Path) -> None:
    timeless = example("timeless", "a", piece=9)
    timeless["split"]["started"] = None  # type: ignore[typeddict-item]
    train, held_out = divided([timeless, *examples(2)], tmp_path)
    assert (train, held_out) == (["timeless", "question 0"], ["question 1"])


def test_a_duration_counts_back_from_the_last_segment(tmp_path: Path) -> None:
    held_out = divided(examples(10), tmp_path, validation=timedelta(days=2))[1]
    assert held_out == ["question 7", "question 8", "question 9"]


def test_a_moment_is_where_validation_begins(tmp_path: Path) -> None:
    moment = datetime.fromtimestamp(8 * DAY, UTC)
    dataset = divide(examples(10), tmp_path, validation=moment)
    assert questions(dataset.validation) == ["question 8", "question 9"]
    assert dataset.manifest["split"] == {
        "share": None,
        "cutoff": "1970-01-09T00:00:00+00:00",
        "train_last": "1970-01-08T00:00:00+00:00",
        "validation_first": "1970-01-09T00:00:00+00:00",
        "shared_messages": 0,
        "shared_segments": 0,
        "repeated": 0,
    }


def test_without_split_each_session_is_a_segment_at_its_first_time(
    tmp_path: Path,
) -> None:
    made: list[Any] = [
        {
            "messages": [
                HumanMessage(f"q{n}"),
                AIMessage(
                    "a", additional_kwargs={"sent_at": datetime(2024, 5, n, tzinfo=UTC)}
                ),
            ]
        }
        for n in (3, 1, 2)
    ]
    assert divided(made, tmp_path, validation=0.4) == (["q1", "q2"], ["q3"])


def test_a_message_in_training_is_not_held_out(tmp_path: Path) -> None:
    made = examples(6)
    window: Any = example("new", "newer", piece=9)
    window["messages"] = [*made[0]["messages"], *window["messages"]]
    dataset = divide([*made, window], tmp_path, validation=0.3)
    assert questions(dataset.validation) == ["question 5"]
    assert questions(dataset.train)[-1] == "new"
    assert dataset.manifest["left_out"] == {}
    assert dataset.manifest["split"]["repeated"] == 1


def test_the_same_words_are_not_on_both_sides(tmp_path: Path) -> None:
    made = [*examples(4), example("q", "a", piece=1), example("q", "a", piece=9)]
    dataset = divide(made, tmp_path, validation=0.34)
    assert questions(dataset.validation) == ["question 3"]


def test_what_shares_something_with_what_was_given_back_is_given_back(
    tmp_path: Path,
) -> None:
    made = [
        *examples(6),
        example("who goes there", "me and you", piece=1, chat="x"),
        example(
            "who goes there", "me and you", "and who?", "nobody", piece=20, chat="y"
        ),
        example("and who?", "nobody", "well well", "indeed", piece=21, chat="z"),
    ]
    train, held_out = divided(made, tmp_path, validation=0.33)
    assert (len(train), held_out) == (8, ["question 5"])


@pytest.mark.parametrize("made", [[], [example("r", "b", piece=0)]])
def test_one_segment_cannot_be_divided(made: list[Any], tmp_path: Path) -> None:
    dataset = divide([example("q", "a", piece=0), *made], tmp_path)
    assert dataset.validation is None
    assert dataset.manifest["split"]["cutoff"] is None
    assert dataset.notes[0].startswith("Too few segments")


def test_a_side_with_too_few_for_the_sink_undoes_the_division(tmp_path: Path) -> None:
    dataset = divide(examples(20), tmp_path, sink="mlx", validation=0.15)
    assert (dataset.validation, len(questions(dataset.train))) == (None, 20)
    assert divide(examples(20), tmp_path, sink="mlx", validation=0.2).validation


def test_nothing_is_held_out_if_nothing_is_asked_for(tmp_path: Path) -> None:
    dataset = divide(examples(20), tmp_path, validation=0)
    assert (dataset.validation, dataset.notes) == (None, ())


@pytest.mark.parametrize(
    "validation", [-0.1, 1, 2.0, timedelta(), datetime(2024, 5, 1)]
)
def test_what_cannot_be_held_out_is_refused(validation: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="validation"):
        divide(examples(20), tmp_path, validation=validation)
    assert list(tmp_path.iterdir()) == []


def test_an_unclean_division_is_never_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The proof does not rely on the dividing being right."""

    def badly(_: object) -> bytearray:
        sides = bytearray(len(made))
        sides[-2:] = bytes([Side.VALIDATION, Side.TRAIN])
        return sides

    monkeypatch.setattr(_time_split, "_sides", badly)
    made = [*examples(4), example("r", "a", piece=4), example("s", "b", piece=4)]
    with pytest.raises(ExportError, match="not clean"):
        divide(made, tmp_path)
    assert list(tmp_path.iterdir()) == []
