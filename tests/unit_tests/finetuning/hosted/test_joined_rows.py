"""A row for each answer becomes a row for each conversation, at a provider."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import IMessageChatLoader, prepare, write_dataset
from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning.hosted._joined_rows import _joined_file, joined
from langchain_imessage.testing import write_sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from langchain_imessage.finetuning import Job, Plan

pytest.importorskip("openai")
SYSTEM = {"role": "system", "content": "Be brief."}


def talk(*numbers: int) -> list[dict[str, Any]]:
    return [
        {"role": role, "content": f"{role} {n}"}
        for n in numbers
        for role in ("user", "assistant")
    ]


def join(*rows: list[dict[str, Any]], most: int | None = None) -> list[Any]:
    given = [{"messages": row} for row in rows]
    made = joined(given, lambda row: len(row["messages"]), most)
    return [row["messages"] for row in made]


def unlearned(messages: list[dict[str, Any]]) -> list[str]:
    return [m["content"] for m in messages if m.get("weight") == 0]


def test_rows_that_continue_one_another_are_one() -> None:
    rows = [[SYSTEM, *talk(*range(n))] for n in (1, 2, 3)]
    assert join(*rows) == [[SYSTEM, *talk(0, 1, 2)]]


def test_a_row_that_lost_its_oldest_turns_continues() -> None:
    (row,) = join(talk(0, 1, 2), talk(1, 2, 3), talk(2, 3, 4))
    assert [m["content"] for m in row] == [m["content"] for m in talk(0, 1, 2, 3, 4)]
    assert unlearned(row) == ["assistant 0", "assistant 1"]


def test_answers_that_were_the_last_of_no_row_are_not_learned() -> None:
    (row,) = join(talk(0, 1, 2), talk(1, 2, 3, 4))
    assert unlearned(row) == ["assistant 0", "assistant 1", "assistant 3"]


def test_another_conversation_or_prompt_is_another_row() -> None:
    assert len(join(talk(0, 1), talk(5, 6))) == 2
    assert len(join(talk(0), [SYSTEM, *talk(0, 1)])) == 2
    assert len(join(talk(0), talk(0))) == 2


def test_a_row_is_no_longer_than_the_provider_takes() -> None:
    rows = [talk(*range(n)) for n in range(1, 7)]
    made = join(*rows, most=6)
    assert [len(row) for row in made] == [6, 8, 10, 12]
    assert unlearned(made[1]) == [f"assistant {n}" for n in range(3)]


def test_a_dataset_for_mlx_is_sent_as_conversations(
    tmp_path: Path, begin: Callable[..., Job]
) -> None:
    write_sample(tmp_path / "chat.db")
    examples = prepare(IMessageChatLoader(tmp_path / "chat.db"), sender="Tortoise")
    plans: list[Plan] = []

    def note(plan: Plan) -> bool:
        plans.append(plan)
        return False

    for sink in ("openai", "mlx"):
        write_dataset(examples, tmp_path / sink, sink=sink, validation=0)
        with pytest.raises(FineTuningError, match="Not confirmed"):
            begin(tmp_path / sink, confirm=note)
    whole, answers = plans
    assert whole.notes == ()
    assert "each answer is learned and paid for once" in str(answers)
    assert answers.files[0].tokens == pytest.approx(whole.files[0].tokens, rel=0.1)
    whole_file = tmp_path / "mlx" / "train.conversations.jsonl"
    learned = [
        message["content"]
        for line in whole_file.read_text().splitlines()
        for message in json.loads(line)["messages"]
        if message["role"] == "assistant" and message.get("weight") != 0
    ]
    rows = (tmp_path / "mlx" / "train.jsonl").read_text().splitlines()
    assert learned == [json.loads(row)["messages"][-1]["content"] for row in rows]


def test_joined_rows_are_written_where_they_are_not_there_already(
    tmp_path: Path,
) -> None:
    train = tmp_path / "train.jsonl"
    train.write_text(json.dumps({"messages": talk(1)}))
    made = _joined_file(train, None)
    first, content = made.stat().st_ino, made.read_bytes()
    assert _joined_file(train, None).stat().st_ino == first, "the same is not replaced"
    made.write_bytes(b"of another dataset\n")
    assert _joined_file(train, None).read_bytes() == content
