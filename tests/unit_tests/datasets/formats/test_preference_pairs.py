"""Claims about pairs of a better and a worse answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from made_examples import example

from langchain_imessage.datasets import read_dataset, validate, write_dataset
from langchain_imessage.errors import ExportError

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_core.chat_sessions import ChatSession

LIKED = {"kind": "loved", "emoji": None, "is_from_me": False}
DISLIKED = {"kind": "disliked", "emoji": None, "is_from_me": False}


def rated(
    question: str, answer: str, *reactions: dict[str, Any], **options: Any
) -> ChatSession:
    session = example(question, answer, **options)
    session["messages"][-1].additional_kwargs["reactions"] = list(reactions)
    return session


def pairs(made: list[ChatSession], folder: Path, **options: Any) -> list[Any]:
    options = {"sink": "trl-dpo", "validation": 0, "count_tokens": len, **options}
    dataset = write_dataset(made, folder, **options)
    return [json.loads(line) for line in dataset.train.read_bytes().splitlines()]


def answers(pair: Any) -> tuple[str, str]:
    return pair["chosen"][0]["content"], pair["rejected"][0]["content"]


def test_a_liked_and_a_disliked_answer_to_the_same_words_are_a_pair(
    tmp_path: Path,
) -> None:
    made = [
        rated("How are you?", "meh", DISLIKED, piece=1, system="Be Ann."),
        rated(" how ARE  you", "great!", LIKED, piece=2, system="Be Ann."),
    ]
    (pair,) = pairs(made, tmp_path)
    assert pair == {
        "prompt": [
            {"role": "system", "content": "Be Ann."},
            {"role": "user", "content": " how ARE  you"},
        ],
        "chosen": [{"role": "assistant", "content": "great!"}],
        "rejected": [{"role": "assistant", "content": "meh"}],
    }


def test_openai_has_them_in_its_own_shape(tmp_path: Path) -> None:
    made = [rated("q", "a", DISLIKED, piece=1), rated("q", "b", LIKED, piece=2)]
    assert pairs(made, tmp_path, sink="openai-dpo") == [
        {
            "input": {"messages": [{"role": "user", "content": "q"}]},
            "preferred_output": [{"role": "assistant", "content": "b"}],
            "non_preferred_output": [{"role": "assistant", "content": "a"}],
        }
    ]


@pytest.mark.parametrize(
    "reactions",
    [
        [],
        [{**DISLIKED, "is_from_me": True}],
        [{"kind": "questioned", "emoji": None}],
        [{"kind": "emoji", "emoji": "🐢"}],
        [LIKED, DISLIKED],
    ],
)
def test_no_clear_verdict_of_others_makes_no_pair(
    reactions: list[dict[str, Any]], tmp_path: Path
) -> None:
    made = [rated("q", "a", *reactions, piece=1), rated("q", "b", LIKED, piece=2)]
    with pytest.raises(ExportError, match=r"no pair.*no verdict: 1, no counterpart: 1"):
        pairs(made, tmp_path)


@pytest.mark.parametrize(
    ("reaction", "chosen"),
    [({"kind": "emoji", "emoji": "👎"}, "b"), ({"kind": "disliked"}, "b")],
)
def test_an_emoji_is_a_verdict(
    reaction: dict[str, Any], chosen: str, tmp_path: Path
) -> None:
    made = [
        rated("q", "a", reaction, piece=1),
        rated("q", "b", {"kind": "emoji", "emoji": "😂"}, piece=2),
    ]
    assert answers(pairs(made, tmp_path)[0]) == (chosen, "a")


def test_other_words_the_same_answer_or_another_system_make_no_pair(
    tmp_path: Path,
) -> None:
    made = [
        rated("q", "a", LIKED, piece=1),
        rated("r", "b", DISLIKED, piece=2),
        rated("q", "a", DISLIKED, piece=3),
        rated("q", "c", DISLIKED, piece=4, system="Be Ann."),
    ]
    with pytest.raises(ExportError, match="no counterpart: 4"):
        pairs(made, tmp_path)


def test_an_answer_is_in_one_pair_at_most(tmp_path: Path) -> None:
    first = rated("q", "a", LIKED, piece=1)
    made = [
        first,
        first,
        *(rated("q", f"no {n}", DISLIKED, piece=n) for n in (2, 3)),
        rated("q", "b", LIKED, piece=4),
    ]
    found = pairs(made, tmp_path)
    assert list(map(answers, found)) == [("a", "no 2"), ("b", "no 3")]
    assert read_dataset(tmp_path).manifest["left_out"] == {}


def test_bubbles_that_become_one_answer_add_up_their_verdicts(tmp_path: Path) -> None:
    session = rated("q", "a", LIKED, piece=1)
    session["messages"] = [
        *session["messages"],
        rated("", "a2", DISLIKED, DISLIKED, piece=1)["messages"][1],
    ]
    made = [session, rated("q", "b", LIKED, piece=2)]
    assert answers(pairs(made, tmp_path)[0]) == ("b", "a\na2")


def test_a_pair_that_is_too_long_is_counted(tmp_path: Path) -> None:
    made = [
        rated("q", "a" * 100, DISLIKED, piece=1),
        rated("q", "b", LIKED, piece=2),
        rated("r", "a", DISLIKED, piece=3),
        rated("r", "b", LIKED, piece=4),
    ]
    assert len(pairs(made, tmp_path, max_tokens=60)) == 1
    assert read_dataset(tmp_path).manifest["left_out"] == {"too long": 2}


def test_a_pair_that_shares_a_segment_with_training_is_trained_on(
    tmp_path: Path,
) -> None:
    made = [
        rated("q", "a", DISLIKED, piece=1),
        rated("q", "b", LIKED, piece=2),
        rated("r", "a", DISLIKED, piece=3),
        rated("s", "a", DISLIKED, piece=4),
        rated("s", "b", LIKED, piece=5),
        rated("r", "c", LIKED, piece=5),
        rated("t", "a", DISLIKED, piece=6),
        rated("t", "c", LIKED, piece=7),
    ]
    dataset = write_dataset(made, tmp_path, sink="trl-dpo", validation=0.5)
    assert dataset.manifest["files"]["train"]["examples"] == 3
    assert dataset.manifest["files"]["validation"]["examples"] == 1
    assert dataset.manifest["left_out"] == {}
    assert dataset.manifest["split"]["repeated"] == 1


def test_a_pair_with_an_answer_of_no_time_is_for_training(tmp_path: Path) -> None:
    timeless = rated("q", "a", DISLIKED, piece=9)
    timeless["split"]["started"] = None  # type: ignore[typeddict-item]
    made = [
        timeless,
        rated("q", "b", LIKED, piece=8),
        *(rated("r", "a", DISLIKED, piece=1), rated("r", "b", LIKED, piece=2)),
        *(rated("s", "a", DISLIKED, piece=3), rated("s", "b", LIKED, piece=4)),
    ]
    dataset = write_dataset(made, tmp_path, sink="trl-dpo", validation=0.5)
    assert dataset.manifest["files"]["train"]["examples"] == 2
    assert dataset.manifest["files"]["validation"]["examples"] == 1


@pytest.mark.parametrize("sink", ["openai-dpo", "trl-dpo"])
def test_what_is_written_is_valid(sink: str, tmp_path: Path) -> None:
    made = []
    for n in range(20):
        made += [
            rated(f"q{n}", "a", DISLIKED, piece=2 * n),
            rated(f"q{n}", f"b{n}", LIKED, piece=2 * n + 1),
        ]
    assert write_dataset(made, tmp_path, sink=sink).validation
    assert validate(tmp_path, sink) == []
