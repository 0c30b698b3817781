"""A training file of any sink → conversations, each with the own turns to learn.

Owns which turns are learned, and that a conversation is read once: a file for mlx holds a
row for each own turn, with everything before it again, and all of these are one
conversation here. Reads files, and loads no model and no tokenizer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_imessage.datasets import read_dataset
from langchain_imessage.datasets.formats._read_rows import said_in
from langchain_imessage.datasets.formats._row_tokens import row_counter
from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._errors import local_error
from langchain_imessage.finetuning._inputs import FileCounts, read_rows
from langchain_imessage.preparation._tokens import counter_name, default_counter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from langchain_imessage.datasets.formats._read_rows import Said

    Message = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedConversation:
    """The messages of a row, or of several that continue each other.

    Attributes:
        messages: Role and content of each: an optional system message, then user and
            assistant messages. Speakers are named in the content, and an image is a word.
        learned: The indexes of the assistant messages to learn, in order.
    """

    messages: tuple[Message, ...]
    learned: tuple[int, ...]

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show the numbers of messages, never words."""
        return f"LearnedConversation(messages={len(self.messages)}, learned={len(self.learned)})"


def conversations(path: Path, *, last_only: bool) -> Iterator[LearnedConversation]:
    """Yield the conversations of a training file.

    Args:
        path: A JSONL file of any of the sinks' formats for conversations.
        last_only: Each row is for its last message only, as rows for mlx are. Rows that
            continue the row before become one conversation.

    Yields:
        What is to be learned: not a turn of weight 0, nor one without words, nor one
        with nothing from others before it. A conversation without any is left out.

    Raises:
        FineTuningError: If a line is no such row.
    """
    pending: LearnedConversation | None = None
    for row in _rows(path):
        found = conversation_of(row, last_only=last_only)
        if pending and last_only and _continues(found, pending):
            found = LearnedConversation(
                messages=found.messages, learned=(*pending.learned, *found.learned)
            )
        elif pending and pending.learned:
            yield pending
        pending = found
    if pending and pending.learned:
        yield pending


def conversation_of(row: Any, *, last_only: bool = False) -> LearnedConversation:
    """Return a row's messages, and which of them are learned.

    Args:
        row: A line of a training file of any of the sinks' formats for conversations.
        last_only: The row is for its last message only.

    Raises:
        FineTuningError: If it is no such row.
    """
    said = said_in(row)
    if not said:
        raise local_error("unreadable_file")
    return LearnedConversation(
        messages=tuple({"role": one.role, "content": _words(one)} for one in said),
        learned=tuple(_learned(said, last_only=last_only)),
    )


def is_last_only(path: Path) -> bool:
    """Return whether a file's rows are for their last message only.

    Those are the files of a dataset for mlx; another file beside them is not.
    """
    try:
        dataset = read_dataset(path.parent)
    except ValueError:
        return False
    return dataset.sink == "mlx" and path in {dataset.train, dataset.validation}


def count_own_turns(path: Path) -> FileCounts:
    """Count what a local training learns and reads in one pass over a file."""
    counter = default_counter()
    count = row_counter(counter)
    examples = tokens = 0
    for one in conversations(path, last_only=is_last_only(path)):
        examples += len(one.learned)
        tokens += count({"messages": list(one.messages)})
    return FileCounts(
        examples=examples, tokens=tokens, billed=tokens, counter=counter_name(counter)
    )


def _rows(path: Path) -> Iterator[Any]:
    try:
        yield from read_rows(path)
    except FineTuningError as error:
        raise local_error("unreadable_file", f"({error})") from None


def _words(said: Said) -> str:
    return f"{said.name}: {said.text}" if said.name else said.text


def _learned(said: Sequence[Said], *, last_only: bool) -> Iterator[int]:
    is_asked = False
    for index, one in enumerate(said):
        is_asked |= one.role == "user"
        if one.role != "assistant" or not (one.is_trained and one.text.strip()):
            continue
        if is_asked and not (last_only and index < len(said) - 1):
            yield index


def _continues(later: LearnedConversation, earlier: LearnedConversation) -> bool:
    before = earlier.messages
    return len(later.messages) > len(before) and later.messages[: len(before)] == before
