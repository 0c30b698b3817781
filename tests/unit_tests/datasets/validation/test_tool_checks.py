"""Tools, their calls and their answers are found to be wrong before a provider does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.datasets import validate

if TYPE_CHECKING:
    from pathlib import Path

USER = {"role": "user", "content": "secret?"}
ANSWER = {"role": "assistant", "content": "secret"}
RESULT = {"role": "tool", "content": "secret", "tool_call_id": "1"}
TOOL: dict[str, Any] = {"type": "function", "function": {"name": "look"}}


def called(arguments: Any = "{}", **call: Any) -> dict[str, Any]:
    """Make a message that calls a tool."""
    function = {"name": "look", "arguments": arguments}
    given = {"id": "1", "type": "function", "function": function, **call}
    return {"role": "assistant", "content": None, "tool_calls": [given]}


def found_in(tmp_path: Path, *messages: Any, sink: str = "openai", **row: Any) -> Any:
    path = tmp_path / "train.jsonl"
    line = json.dumps({"messages": messages, **row}) + "\n"
    path.write_text(line * 12, "utf-8")
    return {
        (finding.message, finding.is_error)
        for finding in validate(path, sink)
        if finding.rule == "tools"
    }


@pytest.mark.parametrize(
    ("messages", "problem"),
    [
        ((USER, called(), RESULT, ANSWER), None),
        ((USER, called()), None),  # the call is what is learned
        ((USER, called(), RESULT, called(), RESULT, ANSWER), None),
        ((USER, called(), ANSWER), "A call before message 3 has no answer"),
        ((USER, RESULT, ANSWER), "Message 2 answers no call before it"),
        (
            (USER, called(), RESULT, RESULT, ANSWER),
            "Message 4 answers no call before it",
        ),
        (
            (USER, called(), {**RESULT, "tool_call_id": []}),
            "Message 3 answers no call before it",
        ),
        ((USER, called({})), "Message 2 has a call that is none"),
        ((USER, called(id=1)), "Message 2 has a call that is none"),
        ((USER, called(type="secret")), "Message 2 has a call that is none"),
        ((USER, called(function=[])), "Message 2 has a call that is none"),
        ((USER, {**called(), "tool_calls": 7}), "Message 2 has a call that is none"),
        ((USER, {**called(), "tool_calls": [7]}), "Message 2 has a call that is none"),
    ],
)
def test_each_call_is_whole_and_answered(
    messages: tuple[Any, ...], problem: str | None, tmp_path: Path
) -> None:
    found = found_in(tmp_path, *messages, tools=[TOOL])
    assert found == ({(problem, True)} if problem else set())


@pytest.mark.parametrize("arguments", ["{", "[" * 100_000])
def test_arguments_that_are_no_json_are_a_warning(
    arguments: str, tmp_path: Path
) -> None:
    found = found_in(tmp_path, USER, called(arguments))
    text = "Message 2 has a call whose arguments are no JSON"
    assert found == {(text, False)}


@pytest.mark.parametrize(
    "tools",
    [
        {},
        [7],
        [{"type": "function"}],
        [{"type": "function", "function": {"name": "two words"}}],
        [{"type": "function", "function": {"name": 7}}],
    ],
)
def test_tools_are_named_functions(tools: Any, tmp_path: Path) -> None:
    text = "The line's tools are no list of named functions"
    assert found_in(tmp_path, USER, ANSWER, tools=tools) == {(text, True)}
    assert found_in(tmp_path, USER, ANSWER, tools=[TOOL]) == set()
    assert found_in(tmp_path, USER, ANSWER, sink="trl", tools=tools) == set()
