"""Turns → what a line says, in the layout a sink wants.

Owns the layouts of conversations; those of preference pairs are with the pairs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.datasets.formats._limits import CHAT_ROLES
from langchain_imessage.transforms.messages._speakers import SOMEONE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from langchain_imessage.datasets.formats._example_turns import ExampleTurn

_ROLES = {"assistant": "model"}
"""What Gemini calls a role otherwise than OpenAI."""

_FROM = dict(zip(CHAT_ROLES, ("system", "human", "gpt"), strict=True))


def complete(value: dict[str, Any], *, weights: bool, names: bool) -> dict[str, Any]:
    """Add to a row of messages the keys that other rows of its file have."""
    for message in value["messages"]:
        if weights and message["role"] == "assistant":
            message.setdefault("weight", 1)
        if names and message["role"] == "user":
            message.setdefault("name", SOMEONE)
    return value


def unnamed_in(value: Mapping[str, Any]) -> int:
    """Return how many messages of a row `complete` would name."""
    return sum(
        message["role"] == "user" and "name" not in message
        for message in value.get("messages", ())
    )


def _messages(
    turns: Sequence[ExampleTurn],
    has_weights: bool,  # noqa: FBT001 - see LAYOUTS
    has_names: bool,  # noqa: FBT001
) -> dict[str, Any]:
    rows = []
    for turn in turns:
        row: dict[str, Any] = {"role": turn.role, "content": turn.content}
        if has_weights and turn.role == "assistant":
            row["weight"] = int(turn.weight != 0)
        if has_names and turn.role == "user":
            row["name"] = turn.name or SOMEONE
        rows.append(row)
    return {"messages": rows}


def _conversations(
    turns: Sequence[ExampleTurn],
    _weights: bool,  # noqa: FBT001 - see LAYOUTS
    _names: bool,  # noqa: FBT001
) -> dict[str, Any]:
    return {
        "conversations": [
            {"from": _FROM[turn.role], "value": turn.content} for turn in turns
        ]
    }


def _contents(
    turns: Sequence[ExampleTurn],
    _weights: bool,  # noqa: FBT001 - see LAYOUTS
    _names: bool,  # noqa: FBT001
) -> dict[str, Any]:
    said = [
        {"role": _ROLES.get(turn.role, turn.role), "parts": [{"text": turn.content}]}
        for turn in turns
    ]
    if said and said[0]["role"] == "system":
        return {"systemInstruction": {"parts": said[0]["parts"]}, "contents": said[1:]}
    return {"contents": said}


LAYOUTS: dict[str, Callable[[Sequence[ExampleTurn], bool, bool], dict[str, Any]]] = {
    "messages": _messages,
    "conversations": _conversations,
    "contents": _contents,
}
"""By shape: from turns, whether they have weights, and whether names, to a line."""
