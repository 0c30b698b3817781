"""A public person → their dataset, and those of their held-out answers that are scored.

Owns how a dataset is made of a person, and which answers stand for all.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_imessage import (
    IMessageChatLoader,
    prepare,
    read_dataset,
    write_dataset,
)
from langchain_imessage.evaluation.held_out._reading_held_out import read_held_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from langchain_imessage import Dataset
    from langchain_imessage.evaluation.held_out._held_out import HeldOutAnswer

sys.path.append(str(Path(__file__).parents[2] / "examples"))

_BUILD = Path(__file__).parents[2] / "build" / "twin"

LONGEST = 384
"""Tokens of an example: two processor cores take seconds for 1,000."""


def chosen_person(description: str | None) -> argparse.Namespace:
    """Return whom a command is about: `owner`, and the `folder` of the datasets."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--owner", default="0f9fe1f8", help="the beginning of an id")
    parser.add_argument("--folder", type=Path, default=_BUILD)
    return parser.parse_args()


def dataset_of(owner: str, folder: Path, *, named: bool = False) -> Dataset:
    """Write an owner's dataset, unless it is there."""
    from public_person import write_person  # noqa: PLC0415 - it is an example

    place = folder / owner / ("named" if named else "dataset")
    if (place / "manifest.json").exists():
        return read_dataset(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    database = place.with_suffix(".db")
    database.unlink(missing_ok=True)  # of an interrupted call
    loader = IMessageChatLoader(write_person(database, owner))
    people = dict.fromkeys(partners(loader), "") if named else None
    examples = prepare(loader, max_tokens=LONGEST, people=people)
    return write_dataset(examples, place, validation=0.2)


def partners(loader: IMessageChatLoader) -> set[str]:
    """Return who writes with the owner."""
    return {
        str(message.additional_kwargs["sender"])
        for session in loader.lazy_load()
        for message in session["messages"]
        if not message.additional_kwargs["is_from_me"]
    }


def scored(dataset: Dataset, count: int) -> list[HeldOutAnswer]:
    """Return held-out answers: of examples by chance, whole, until there are so many."""
    examples: dict[str, list[HeldOutAnswer]] = {}
    for answer in read_held_out(dataset).answers:
        examples.setdefault(answer.id.rpartition(":")[0], []).append(answer)
    order = sorted(examples)
    random.Random(0).shuffle(order)  # noqa: S311 - repeatable
    return [*_until(count, [examples[one] for one in order])]


def _until(
    count: int, groups: Sequence[Sequence[HeldOutAnswer]]
) -> Iterator[HeldOutAnswer]:
    for group in groups:
        if count <= 0:
            return
        yield from group
        count -= len(group)
