"""Canaries and a local model → how exposed each is: its rank among codes that are as likely.

Owns the alternatives and the figure: log2 of how many codes there are, less log2 of the rank
of the planted one. A model that has not learned it ranks it anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from random import Random
from statistics import fmean
from typing import TYPE_CHECKING, Any

from langchain_imessage.finetuning.local.processes._scoring import score
from langchain_imessage.preparation._canaries import random_code

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Sequence

    from langchain_imessage.preparation._canaries import Canary


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """How well a model knows a canary.

    Attributes:
        number: The canary's number.
        times: How often it was planted.
        rank: Of its code by likelihood, from 1 for the likeliest.
        codes: Among how many codes.

    Example:
        >>> Exposure(number=1, times=4, rank=1, codes=32).bits
        5.0
    """

    number: int
    times: int
    rank: int
    codes: int

    @property
    def bits(self) -> float:
        """The exposure: 0 for the least likely code, the most for the likeliest."""
        return log2(self.codes) - log2(self.rank)


def by_chance(codes: int) -> float:
    """Return the exposure, on average, of what a model does not know.

    Example:
        >>> round(by_chance(32), 2)
        1.32
    """
    return fmean(log2(codes / rank) for rank in range(1, codes + 1))


def exposures(
    model: str | os.PathLike[str],
    adapter: str | os.PathLike[str] | None,
    planted: Sequence[Canary],
    *,
    prompt: str | None,
    alternatives: int,
    step: Callable[[], None],
) -> list[Exposure]:
    """Return how exposed each canary is.

    Args:
        model: The base model: a folder, or a name as on the Hugging Face hub.
        adapter: What was learned; None for the base model.
        planted: The canaries.
        prompt: The system prompt they were planted with.
        alternatives: How many other codes each is compared with: the same for any model.
        step: Called after each reading of the model.

    Raises:
        FineTuningError: If the model cannot be loaded.
    """
    size = alternatives + 1
    rows = [
        _row(canary, code, prompt)
        for canary in planted
        for code in (canary.code, *_others(canary, alternatives))
    ]
    nats = []
    for one in score(model, adapter, rows):
        nats.append(one.nats)
        step()
    found = []
    for place, canary in enumerate(planted):
        own, *others = nats[place * size : (place + 1) * size]
        rank = 1 + sum(other <= own for other in others)
        found.append(
            Exposure(number=canary.number, times=canary.times, rank=rank, codes=size)
        )
    return found


def _others(canary: Canary, alternatives: int) -> Iterator[str]:
    chance = Random(f"alternatives {canary.number}")  # noqa: S311 - repeatable
    known = {canary.code}
    while len(known) <= alternatives:
        code = random_code(chance)
        if code not in known:
            known.add(code)
            yield code


def _row(canary: Canary, code: str, prompt: str | None) -> dict[str, Any]:
    head = [] if prompt is None else [{"role": "system", "content": prompt}]
    return {
        "messages": [
            *head,
            {"role": "user", "content": canary.question},
            {"role": "assistant", "content": canary.answer(code)},
        ]
    }
