"""Which turns of a training file are learned, and what is read before them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from made_examples import examples

from langchain_imessage import write_dataset
from langchain_imessage.datasets.formats._row_tokens import row_counter
from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning.local._examples import (
    conversations,
    count_own_turns,
    is_last_only,
)
from langchain_imessage.preparation._tokens import default_counter

if TYPE_CHECKING:
    from pathlib import Path

ASKED = {"role": "user", "content": "Slow?"}
TOLD = {"role": "assistant", "content": "And steady."}
AGAIN = {"role": "user", "content": "Still?"}


def written(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def learned(path: Path, *, last_only: bool = False) -> list[tuple[int, ...]]:
    return [one.learned for one in conversations(path, last_only=last_only)]


def test_all_own_turns_of_a_conversation_are_learned(tmp_path: Path) -> None:
    path = written(tmp_path / "t.jsonl", {"messages": [ASKED, TOLD, AGAIN, TOLD]})
    (one,) = conversations(path, last_only=False)
    assert one.learned == (1, 3)
    assert list(one.messages) == [ASKED, TOLD, AGAIN, TOLD]
    assert "Slow" not in repr(one)


def test_rows_that_continue_each_other_are_read_once(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"messages": [ASKED, TOLD]},
        {"messages": [ASKED, TOLD, AGAIN, TOLD]},
        {"messages": [AGAIN, TOLD]},
    ]
    path = written(tmp_path / "t.jsonl", *rows)
    assert learned(path, last_only=True) == [(1, 3), (1,)]
    # Rows for all their turns are examples of their own, however they begin.
    assert learned(path) == [(1,), (1, 3), (1,)]


def test_only_the_last_turn_of_a_row_for_it_is_learned(tmp_path: Path) -> None:
    path = written(tmp_path / "t.jsonl", {"messages": [ASKED, TOLD, AGAIN, TOLD]})
    assert learned(path, last_only=True) == [(3,)]


def test_a_turn_of_weight_0_and_one_without_words_are_context(tmp_path: Path) -> None:
    row = [ASKED, {**TOLD, "weight": 0}, AGAIN, {**TOLD, "content": " "}, ASKED, TOLD]
    path = written(tmp_path / "t.jsonl", {"messages": row}, {"messages": [ASKED]})
    assert learned(path) == [(5,)]


def test_an_answer_to_nothing_is_not_learned(tmp_path: Path) -> None:
    path = written(tmp_path / "t.jsonl", {"messages": [TOLD, ASKED, TOLD]})
    assert learned(path) == [(2,)]


def test_speakers_and_pictures_are_kept_as_words(tmp_path: Path) -> None:
    picture = {"type": "image_url", "image_url": {"url": "https://x/y.png"}}
    named = {"role": "user", "name": "Zoë", "content": "Slow?"}
    path = written(
        tmp_path / "t.jsonl",
        {"messages": [named, TOLD]},
        {"messages": [{"role": "user", "content": [picture]}, TOLD]},
        {
            "conversations": [
                {"from": "human", "value": "Slow?"},
                {"from": "gpt", "value": "And steady."},
            ]
        },
    )
    contents = [
        one.messages[0]["content"] for one in conversations(path, last_only=False)
    ]
    assert contents == ["Zoë: Slow?", "[image]", "Slow?"]


@pytest.mark.parametrize("text", ['{"messages": "A secret', '{"text": "A secret"}\n'])
def test_a_line_that_is_no_row_is_refused_without_quoting_it(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(text)
    with pytest.raises(FineTuningError) as caught:
        list(conversations(path, last_only=False))
    assert caught.value.code == "unreadable_file"
    assert "secret" not in str(caught.value)


def test_only_the_files_of_a_dataset_for_mlx_are_for_their_last_turns(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "data"
    dataset = write_dataset(examples(30), folder, sink="mlx", validation=0.2)
    other = written(folder / "other.jsonl", {"messages": [ASKED, TOLD]})
    assert dataset.validation is not None
    assert is_last_only(dataset.train)
    assert is_last_only(dataset.validation)
    assert not is_last_only(other)
    assert not is_last_only(written(tmp_path / "bare.jsonl", {"messages": [ASKED]}))
    write_dataset(examples(30), tmp_path / "openai", sink="openai")
    assert not is_last_only(tmp_path / "openai" / "train.jsonl")


def test_what_is_read_once_is_counted_once(tmp_path: Path) -> None:
    apart = written(tmp_path / "apart.jsonl", {"messages": [ASKED, TOLD, AGAIN, TOLD]})
    counts = count_own_turns(apart)
    assert counts.examples == 2
    row = {"messages": [ASKED, TOLD, AGAIN, TOLD]}
    assert counts.tokens == counts.billed == row_counter(default_counter())(row)
    assert counts.tokens > row_counter(default_counter())({"messages": [ASKED]})
