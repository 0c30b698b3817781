"""The tools of a line, their calls and their answers, by OpenAI's line schema.

Owns what a call must have, and that each is answered. No message quotes the line.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_imessage.datasets.formats._limits import MAX_FUNCTIONS, NAME
from langchain_imessage.datasets.validation._findings import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def tool_problems(row: dict[str, Any]) -> Iterator[Problem]:
    """Check the tools that a line defines.

    Args:
        row: The line.

    Yields:
        What OpenAI would object to.
    """
    functions, tools = row.get("functions"), row.get("tools")
    if isinstance(functions, list) and len(functions) > MAX_FUNCTIONS:
        yield Problem("tools", f"The line has more than {MAX_FUNCTIONS} functions")
    if tools is None:
        return
    if not isinstance(tools, list) or not all(_is_tool(tool) for tool in tools):
        yield Problem("tools", "The line's tools are no list of named functions")


def call_problems(messages: Sequence[dict[str, Any]]) -> Iterator[Problem]:
    """Check the calls of tools in a conversation, and their answers.

    Args:
        messages: The line's messages.

    Yields:
        What OpenAI would object to.
    """
    open_calls: set[Any] = set()
    for number, message in enumerate(messages, 1):
        if message.get("role") == "tool":
            answered = message.get("tool_call_id")
            if not isinstance(answered, str) or answered not in open_calls:
                yield Problem("tools", f"Message {number} answers no call before it")
            else:
                open_calls.remove(answered)
            continue
        if open_calls:
            yield Problem("tools", f"A call before message {number} has no answer")
        open_calls = set()
        if not (calls := message.get("tool_calls")):
            continue
        if not isinstance(calls, list) or not all(_is_call(call) for call in calls):
            yield Problem("tools", f"Message {number} has a call that is none")
            return
        open_calls = {call["id"] for call in calls}
        if not all(_is_json(call["function"]["arguments"]) for call in calls):
            text = f"Message {number} has a call whose arguments are no JSON"
            yield Problem("tools", text, is_error=False)


def _is_tool(tool: Any) -> bool:
    function = _function(tool)
    name = function.get("name")
    return isinstance(name, str) and bool(NAME.fullmatch(name))


def _is_call(call: Any) -> bool:
    function = _function(call)
    return isinstance(call, dict) and all(
        isinstance(value, str)
        for value in (call.get("id"), function.get("name"), function.get("arguments"))
    )


def _function(value: Any) -> dict[str, Any]:
    """Return the function of a tool or a call; an empty one if it is of another kind."""
    is_function = isinstance(value, dict) and value.get("type") == "function"
    function = value.get("function") if is_function else None
    return function if isinstance(function, dict) else {}


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
