"""The system prompt for one conversation with a tuned model, as its training had it.

Owns what is taken from the dataset's manifest for it; the words are made where those of the
training were.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from langchain_imessage.datasets import read_dataset
from langchain_imessage.errors import FineTuningError
from langchain_imessage.transforms import conversation_prompt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def serving_prompt(
    prompt: str | None,
    train: Path | None,
    *,
    to: str | None = None,
    group: str = "",
    at: datetime | None = None,
) -> str | None:
    """Return the system prompt with who is written to, and when.

    Args:
        prompt: What all examples begin with.
        train: The training file; None where it is not known.
        to: Who is written to, named as in the examples.
        group: The title of the group that is written to.
        at: When; now if None. Said only if training said it.

    Raises:
        FineTuningError: If training never said to whom, or in which group, one writes.
    """
    audience = _audience(train)
    people: Mapping[str, str] = audience.get("people") or {}
    if to is not None and to not in people:
        raise FineTuningError(
            "This model was not trained on conversations in which that person is named. "
            "Name them in prepare(people={...}); with a redactor, by their placeholder.",
            code="unknown_person",
        )
    if group and not audience.get("group_titles"):
        raise FineTuningError(
            "This model was not trained with the titles of groups: "
            "prepare(group_titles=True).",
            code="unknown_group",
        )
    moment = datetime.now(UTC).astimezone() if at is None else at
    return conversation_prompt(
        prompt,
        people={} if to is None else {to: people[to]},
        group=group,
        hour=moment.hour if audience.get("time_of_day") else None,
    )


def _audience(train: Path | None) -> Mapping[str, Any]:
    if train is None or not train.is_file():
        return {}
    try:
        dataset = read_dataset(train.parent)
    except ValueError:  # a bare file
        return {}
    return dataset.manifest.get("audience") or {} if dataset.train == train else {}
