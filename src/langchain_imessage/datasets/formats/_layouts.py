"""Turns → what a line says, in the layout a sink wants.

Owns the layouts of conversations; those of preference pairs are with the pairs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from langchain_imessage.datasets.formats._limits import CHAT_ROLES
from langchain_imessage.transforms.messages._speakers import SOMEONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from langchain_imessage.datasets.formats._example_turns import ExampleTurn

Said: TypeAlias = "tuple[str, str | list[dict[str, Any]]]"
"""A turn's role and its content."""

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


def marked(
    value: dict[str, Any],
    turns: Sequence[ExampleTurn],
    *,
    weights: bool,
    names: bool,
) -> dict[str, Any]:
    """Add their weights and names to the messages of a row, where it has any."""
    for message, turn in zip(value["messages"], turns, strict=True):
        if weights and turn.role == "assistant":
            message["weight"] = int(turn.weight != 0)
        if names and turn.role == "user":
            message["name"] = turn.name or SOMEONE
    return value


def _messages(said: Iterable[Said]) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": content} for role, content in said]}


def _conversations(said: Iterable[Said]) -> dict[str, Any]:
    turns = [{"from": _FROM[role], "value": content} for role, content in said]
    return {"conversations": turns}


def _contents(said: Iterable[Said]) -> dict[str, Any]:
    turns = [
        {"role": _ROLES.get(role, role), "parts": [{"text": content}]}
        for role, content in said
    ]
    if turns and turns[0]["role"] == "system":
        return {
            "systemInstruction": {"parts": turns[0]["parts"]},
            "contents": turns[1:],
        }
    return {"contents": turns}


LAYOUTS: dict[str, Callable[[Iterable[Said]], dict[str, Any]]] = {
    "messages": _messages,
    "conversations": _conversations,
    "contents": _contents,
}
"""By shape: from the role and the content of each turn to a line."""
