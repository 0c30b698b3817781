"""Training files: what is learned from them, and what is wrong with them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from finetuning_scenario import ROWS, jsonl, row

from langchain_imessage.errors import RequestRefusedError
from langchain_imessage.testing.openai_server.learner import _training_file
from langchain_imessage.testing.openai_server.learner._training_file import (
    read_training_file,
)

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_imessage.testing.openai_server.learner._training_file import (
        LearnedFile,
    )

USER = {"role": "user", "content": "A secret?"}
REPLY = {"role": "assistant", "content": "A secret."}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "train.jsonl"


def read(path: Path, *rows: Any, **options: Any) -> LearnedFile:
    path.write_bytes(jsonl(list(rows)))
    return read_training_file(path, param="training_file", **{"fewest": 1, **options})


def complaint(path: Path, content: bytes) -> RequestRefusedError:
    path.write_bytes(jsonl(ROWS) + content)
    with pytest.raises(RequestRefusedError) as caught:
        read_training_file(path, param="training_file")
    return caught.value


def test_each_reply_is_learned_with_the_users_words_before_it(path: Path) -> None:
    turns = ["One?", "1.", "Two?", "2."]
    roles = ["user", "assistant"] * 2
    messages = [{"role": "system", "content": "Be brief."}]
    messages += [{"role": r, "content": t} for r, t in zip(roles, turns, strict=True)]
    lesson = read(path, {"messages": messages})
    assert lesson.pairs == [("One?", "1."), ("Two?", "2.")]
    assert (lesson.examples, lesson.words) == (1, 6)


def test_replies_of_weight_0_are_not_learned(path: Path) -> None:
    lesson = read(path, row("One?", "1.", weight=0), row("Two?", "2.", weight=1))
    assert lesson.pairs == [("Two?", "2.")]


def test_blocks_of_text_are_words(path: Path) -> None:
    block = {"type": "text", "text": "One?"}
    picture = {"type": "image_url", "image_url": {"url": "data:,"}}
    said = {"role": "user", "content": [block, picture]}
    assert read(path, {"messages": [said, REPLY]}).pairs == [("One?", "A secret.")]


def test_the_preferred_answer_is_learned(path: Path) -> None:
    both = {"preferred_output": [REPLY], "non_preferred_output": [REPLY]}
    lesson = read(path, {"input": {"messages": [USER]}, **both})
    assert lesson.pairs == [("A secret?", "A secret.")]


def test_a_call_of_a_tool_needs_no_words(path: Path) -> None:
    call = {"role": "assistant", "content": None, "tool_calls": [{}]}
    assert read(path, {"messages": [USER, call, REPLY]}).examples == 1


def test_examples_that_moderation_flags_are_counted(path: Path) -> None:
    lesson = read(path, *ROWS, flagged=re.compile("theta|mu"))
    assert lesson.flagged == 2


@pytest.mark.parametrize(
    ("example", "rule"),
    [
        ([], "is not an object"),
        ({}, "messages must be a list"),
        ({"messages": []}, "messages must be a list"),
        ({"messages": [REPLY, "A secret"]}, "message 2: role must be one of"),
        ({"messages": [{**USER, "role": ["user"]}]}, "role must be one of"),
        ({"messages": [{**USER, "content": ""}]}, "content must be a string"),
        ({"messages": [{**USER, "content": 7}]}, "content must be a string"),
        ({"messages": [{**USER, "content": "\ud83d"}]}, "half a character"),
        ({"messages": [{**USER, "weight": 0}]}, "weight must be 0 or 1"),
        ({"messages": [{**REPLY, "weight": 0.5}]}, "weight must be 0 or 1"),
        ({"messages": [{**REPLY, "weight": [0]}]}, "weight must be 0 or 1"),
        ({"messages": [{**USER, "name": "a secret"}]}, "name must match"),
        ({"messages": [USER]}, "there must be an assistant message"),
        ({"input": 1, "preferred_output": [REPLY]}, "must be lists"),
        (
            {"input": {"messages": [USER]}, "preferred_output": [REPLY]},
            "must be a list",
        ),
    ],
)
def test_a_bad_example_is_refused_by_line_and_rule_without_a_quote(
    path: Path, example: Any, rule: str
) -> None:
    refused = complaint(path, json.dumps(example).encode() + b"\n")
    assert refused.code == "invalid_training_file"
    assert refused.param == "training_file"
    assert "Line 13: " in str(refused)
    assert rule in str(refused)
    assert "secret" not in str(refused)


@pytest.mark.parametrize(
    "line", [b"{", b"\xff\n", b"NaN\n", b"\n", b"[" * 100_000 + b"\n"]
)
def test_what_is_not_json_is_refused(path: Path, line: bytes) -> None:
    assert "Line 13: is not valid JSON" in str(complaint(path, line))


def test_a_line_is_not_read_beyond_the_limit(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_training_file, "LONGEST_LINE", 200)
    assert "Line 13: is too long" in str(complaint(path, b"x" * 300))


def test_nine_examples_are_too_few(path: Path) -> None:
    path.write_bytes(jsonl(ROWS[:9]))
    with pytest.raises(
        RequestRefusedError, match=r"has 9 example.*at least 10"
    ) as caught:
        read_training_file(path, param="training_file")
    assert caught.value.code == "invalid_n_examples"


def test_a_file_nothing_can_be_learned_from_is_refused(path: Path) -> None:
    with pytest.raises(RequestRefusedError, match="answered by an assistant"):
        read(path, *[row("One?", "1.", weight=0)] * 10)
