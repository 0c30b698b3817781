"""A dataset's files → the answers it holds out, and those it trains on.

Owns which turn of a row is an answer to be evaluated.
"""

from __future__ import annotations

import json
from itertools import chain, pairwise, repeat
from os import PathLike
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from langchain_imessage.chatdb.sources._private_folders import private_folder
from langchain_imessage.datasets import Dataset, read_dataset, write_dataset
from langchain_imessage.datasets._example_index import EXAMPLES, read_facts
from langchain_imessage.datasets.formats._read_rows import said_in
from langchain_imessage.errors import ExportError
from langchain_imessage.evaluation.held_out._held_out import (
    HeldOut,
    HeldOutAnswer,
    TrainingReply,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from langchain_core.chat_sessions import ChatSession

    from langchain_imessage.datasets._example_index import ExampleFacts
    from langchain_imessage.datasets.formats._read_rows import Said

HELD_OUT_SHARE: Final = 0.2
"""Of the segments, where examples are given that no dataset was written of."""


def read_held_out(
    dataset: Dataset | str | PathLike[str] | Iterable[ChatSession],
) -> HeldOut:
    """Read what a dataset holds out.

    Args:
        dataset: A dataset, its folder, or examples: of those the latest segments are held
            out, as `write_dataset` does.

    Raises:
        ExportError: (a ValueError) If it is no dataset, or holds nothing out.
    """
    if isinstance(dataset, Dataset):
        return _read(dataset)
    if isinstance(dataset, str | PathLike):
        return _read(read_dataset(dataset))
    with private_folder() as folder:  # gone however this process ends
        return _read(
            write_dataset(dataset, folder, sink="trl", validation=HELD_OUT_SHARE)
        )


def _read(dataset: Dataset) -> HeldOut:
    if dataset.validation is None:
        raise ExportError(
            "The dataset holds nothing out to evaluate on: write it with "
            "validation=0.2, or of more conversations",
            path=dataset.folder,
        )
    last_only = dataset.manifest.get("learned") == "last"
    facts = [f for side, f in read_facts(dataset.folder / EXAMPLES) if side != "train"]
    return HeldOut(
        answers=tuple(
            answer
            for row in _rows(dataset.validation, facts)
            for answer in _answers(row, last_only=last_only)
        ),
        training=tuple(
            TrainingReply(said=row.turns[place - 1].text, reply=row.turns[place].text)
            for row in _rows(dataset.train)
            for place in _learned(row.turns, last_only=last_only)
        ),
        digest=str(dataset.manifest["files"]["validation"]["sha256"]),
        system_prompt=dataset.system_prompt,
    )


class _HeldOutRow(NamedTuple):
    """A line of a file."""

    number: int
    turns: list[Said]
    facts: ExampleFacts | None


def _rows(path: Path, facts: Sequence[ExampleFacts] = ()) -> Iterator[_HeldOutRow]:
    with path.open("rb") as file:
        known = chain(facts, repeat(None))
        for number, (line, about) in enumerate(zip(file, known), 1):  # noqa: B905 - endless
            yield _HeldOutRow(number, _turns(line), about)


def _turns(line: bytes) -> list[Said]:
    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError):
        return []
    return [turn for turn in said_in(row) if not turn.is_rejected]


def _learned(turns: Sequence[Said], *, last_only: bool) -> list[int]:
    """Return the places of the answers that are learned, each after something said."""
    places = [
        place
        for place, (before, turn) in enumerate(pairwise(turns), 1)
        if turn.role == "assistant" and turn.is_trained and before.role == "user"
    ]
    return places[-1:] if last_only else places


def _answers(row: _HeldOutRow, *, last_only: bool) -> Iterator[HeldOutAnswer]:
    example = row.facts.id if row.facts else f"line {row.number}"
    people = row.facts.people if row.facts else ()
    # Negative where it is not known: an example is its own segment then.
    segment = (row.facts.segment if row.facts else 0) or -row.number
    for place in _learned(row.turns, last_only=last_only):
        said = row.turns[place - 1]
        yield HeldOutAnswer(
            id=f"{example}:{place}",
            segment=segment,
            people=people,
            history=tuple(row.turns[: place - 1]),
            said=said.text,
            reply=row.turns[place].text,
            partner=tuple(_without_speakers(said.text, people)),
        )


def _without_speakers(text: str, people: Sequence[str]) -> Iterator[str]:
    """Yield what each speaker of a turn says: a name at the margin would give them away."""
    said: list[str] = []
    for line in text.split("\n"):
        speaker = next((p for p in people if line.startswith(f"{p}: ")), None)
        if speaker is not None and said:
            yield "\n".join(said)
            said = []
        said.append(line if speaker is None else line[len(speaker) + 2 :])
    yield "\n".join(said)
