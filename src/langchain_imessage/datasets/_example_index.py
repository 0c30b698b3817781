"""`examples.jsonl`: what a dataset's rows cannot say of themselves, a line for each.

Owns the side file: the example's id, by which a decision names it, its conversation, who
speaks, when, and how much is learned from it. People are named as in the examples; a
trainer is never given this file.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any, Final

from langchain_imessage.json_lines import whole_characters
from langchain_imessage.timestamps import datetime_from_unix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from langchain_imessage.datasets._row_index import Index

EXAMPLES: Final = "examples.jsonl"
_UNREADABLE = (ValueError, TypeError, KeyError, RecursionError)

_HALF = "\\ud"

SIDES: Final = ("train", "validation")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleFacts:
    """What is known of a row beside its words.

    Attributes:
        id: Names it in decisions.
        chat: The number of its conversation, from 1.
        segment: The number of the segment of conversation it is from, from 1; 0 where
            unknown.
        title: The group's title; "" where there is none.
        people: Who speaks beside the owner, named as in the example.
        first: When its first message was sent, in ISO 8601; None where unknown.
        last: When its last one was sent.
        answers: How many answers are learned from it.
        tokens: How many it has.
    """

    id: str
    chat: int = 0
    segment: int = 0
    title: str = ""
    people: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None
    answers: int = 0
    tokens: int = 0

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show the id, never people."""
        return f"ExampleFacts(id={self.id!r})"


def index_lines(index: Index) -> Iterator[bytes]:
    """Yield the line of each row: those to train on first, each side in its file's order.

    Args:
        index: The rows, divided.
    """
    chats: dict[tuple[str, ...], int] = {}
    for about in index.abouts():
        chats.setdefault(about.chat, len(chats) + 1)
    for wanted, side in enumerate(SIDES):
        for facts in index.facts(wanted):
            row = {
                "side": side,
                "id": facts.id,
                "chat": chats[facts.about.chat],
                "segment": facts.segment,
                "title": facts.about.title,
                "people": facts.about.people,
                "first": _iso(facts.first),
                "last": _iso(facts.last),
                "answers": facts.answers,
                "tokens": facts.tokens,
            }
            line = json.dumps(row)
            if _HALF in line:  # of an emoji, perhaps without the other one
                line = json.dumps(whole_characters(row))
            yield line.encode() + b"\n"


def read_facts(path: Path) -> Iterator[tuple[str, ExampleFacts]]:
    """Yield the side and the facts of each row, until a line cannot be read."""
    if path.is_symlink() or not path.is_file():
        return
    with path.open("rb") as file, suppress(*_UNREADABLE):
        for line in file:
            row: Any = json.loads(line)
            row["people"] = tuple(row["people"])
            yield str(row.pop("side")), ExampleFacts(**row)


def _iso(seconds: float) -> str | None:
    if isnan(seconds):
        return None
    return datetime_from_unix(seconds).isoformat()
