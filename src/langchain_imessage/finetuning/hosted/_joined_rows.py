"""A row for each answer, with all before it → a row for each conversation.

mlx-lm once learned the last message of a row only, so its datasets repeat a conversation in
each row. A provider learns every answer of a row, and bills every token: there each answer
would be learned, and paid for, many times. Answers that were the last of no row keep weight 0.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from langchain_imessage.datasets.formats._row_tokens import row_counter
from langchain_imessage.datasets.formats._specs import SINKS
from langchain_imessage.files import replacing
from langchain_imessage.finetuning._inputs import read_rows
from langchain_imessage.finetuning.state._locks import locked
from langchain_imessage.json_lines import line_maker
from langchain_imessage.preparation._tokens import default_counter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from langchain_imessage.finetuning._inputs import TrainingFiles

    Message = dict[str, Any]

NOTE = (
    "The dataset has a row for each answer, with all before it (as mlx-lm reads it). It is "
    "sent as whole conversations, so that each answer is learned and paid for once."
)


def join_rows(files: TrainingFiles, max_tokens: int | None) -> TrainingFiles:
    """Return files with a row for each conversation, written beside the dataset's.

    Args:
        files: The files of a dataset.
        max_tokens: Tokens a row may have at the provider; None for any number.

    Returns:
        Other files, if the dataset has a row for each answer; else the same.
    """
    sink = SINKS.get(str(files.manifest.get("sink")))
    repeats = files.manifest.get("learned") == "last" or (sink and sink.unroll)
    if sink is None or sink.weights or not repeats:
        return files
    with locked(files.train):
        train = _joined_file(files.train, max_tokens)
        held_out = files.validation and _joined_file(files.validation, max_tokens)
    return replace(
        files,
        train=train,
        validation=held_out,
        manifest={k: v for k, v in files.manifest.items() if k != "files"},
        original=files.train,
        notes=(NOTE,),
    )


def joined(
    rows: Iterable[Any], count: Callable[[Any], int], max_tokens: int | None
) -> Iterator[dict[str, Any]]:
    """Yield a row for each run of rows that continue one another.

    Args:
        rows: Rows of `messages`, in the order of their file.
        count: Counts the tokens of a row.
        max_tokens: Tokens a row may have; None for any number.
    """
    open_row: _OpenRow | None = None
    for row in rows:
        if open_row is None or not open_row.take(row["messages"], count, max_tokens):
            if open_row:
                yield open_row.value()
            open_row = _OpenRow(row["messages"], count)
    if open_row:
        yield open_row.value()


class _OpenRow:
    """A conversation that the next row may continue."""

    def __init__(self, messages: list[Message], count: Callable[[Any], int]) -> None:
        self._messages = messages
        self._learned = {len(messages) - 1}
        self._tokens = count({"messages": messages})

    def take(
        self,
        messages: list[Message],
        count: Callable[[Any], int],
        max_tokens: int | None,
    ) -> bool:
        """Take a row over, if it goes on where this one ends and there is room."""
        head = int(messages[0]["role"] == "system")
        if messages[:head] != self._messages[: int(self._has_system())]:
            return False
        turns = messages[head:]
        new = turns[self._shared(turns) :]
        if len(new) == len(turns):
            return False
        tokens = self._tokens + count({"messages": new})
        if max_tokens is not None and tokens > max_tokens:
            return False
        self._tokens = tokens
        self._messages = [*self._messages, *new]
        self._learned.add(len(self._messages) - 1)
        return True

    def value(self) -> dict[str, Any]:
        """Return the row: answers that were the last of no row are not learned."""
        return {
            "messages": [
                {**message, "weight": 0}
                if message["role"] == "assistant" and place not in self._learned
                else message
                for place, message in enumerate(self._messages)
            ]
        }

    def _has_system(self) -> bool:
        return bool(self._messages[0]["role"] == "system")

    def _shared(self, turns: list[Message]) -> int:
        """Return how many of the turns are those that this row ends with."""
        own = self._messages[int(self._has_system()) :]
        for length in range(min(len(own), len(turns) - 1), 1, -1):
            if own[-length:] == turns[:length]:
                return length
        return 0


def _joined_file(path: Path, max_tokens: int | None) -> Path:
    """Write the joined rows beside a file, unless they are there."""
    target = path.with_name(f"{path.stem}.conversations.jsonl")
    to_line = line_maker()
    count = row_counter(default_counter())
    lines = [to_line(row) for row in joined(read_rows(path), count, max_tokens)]
    wanted = hashlib.sha256(b"".join(lines)).digest()
    if target.is_file() and hashlib.sha256(target.read_bytes()).digest() == wanted:
        return target
    with replacing(target) as file:
        file.writelines(line.decode("utf-8") for line in lines)
    return target
