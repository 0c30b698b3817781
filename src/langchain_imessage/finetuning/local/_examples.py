"""A training file of any sink → the owner's turns, each with the messages before it.

A trainer that learns only the last message of an example needs an example for each turn
to be learned; files written for mlx have that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.datasets.formats._reading import said_in
from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._errors import local_error
from langchain_imessage.finetuning._inputs import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from langchain_imessage.datasets.formats._reading import Said

    Message = Mapping[str, str]


def own_turns(path: Path, *, unrolled: bool) -> Iterator[list[Message]]:
    """Yield each turn that is learned, with the messages before it.

    Args:
        path: A JSONL file of any of the sinks' layouts for conversations.
        unrolled: Each line is for its last turn only.

    Yields:
        Messages of role and content, the last one the assistant's. A turn of weight 0,
        and one that nothing was said before, is not learned.
    """
    for row in _rows(path):
        turns = said_in(row)
        if not turns:
            raise local_error("unreadable_file")
        for end in [len(turns)] if unrolled else range(1, len(turns) + 1):
            if _is_learned(turns[:end]):
                yield [{"role": one.role, "content": one.text} for one in turns[:end]]


def _rows(path: Path) -> Iterator[Any]:
    try:
        yield from read_rows(path)
    except FineTuningError as error:
        raise local_error("unreadable_file", f"({error})") from None


def _is_learned(turns: Sequence[Said]) -> bool:
    last = turns[-1]
    answers = any(turn.role == "user" for turn in turns)
    return answers and last.role == "assistant" and last.is_trained
