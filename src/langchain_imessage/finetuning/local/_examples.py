"""A training file of any sink → the owner's turns, each with what comes before it.

Owns the reading of the files. A trainer that learns the last message of an example only
needs an example for each turn that is to be learned; files written for mlx have that.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    Message = Mapping[str, str]

_ROLES = {"human": "user", "gpt": "assistant", "system": "system"}
"""The roles of the layout "conversations", which some trainers take."""


def own_turns(path: Path, *, unrolled: bool) -> Iterator[list[Message]]:
    """Give what comes before each turn that is learned, with the turn.

    Args:
        path: A JSONL file of any of the sinks' layouts for conversations.
        unrolled: Each line is for its last turn only.

    Yields:
        Messages of role and content, the last one the assistant's. A turn of weight 0,
        and one that nothing was said before, is not learned.
    """
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            turns = [
                _turn(turn) for turn in row.get("messages") or row["conversations"]
            ]
            for end in [len(turns)] if unrolled else range(1, len(turns) + 1):
                if _is_learned(turns[:end]):
                    yield [_plain(turn) for turn in turns[:end]]


def _turn(turn: dict[str, Any]) -> dict[str, Any]:
    if "from" in turn:
        return {"role": _ROLES[turn["from"]], "content": turn["value"]}
    return turn


def _is_learned(turns: Sequence[dict[str, Any]]) -> bool:
    last = turns[-1]
    asked = any(turn["role"] == "user" for turn in turns)
    return asked and last["role"] == "assistant" and last.get("weight") != 0


def _plain(turn: dict[str, Any]) -> Message:
    content = turn["content"]
    if not isinstance(content, str):
        content = "".join(block.get("text", "") for block in content)
    return {"role": turn["role"], "content": content}
