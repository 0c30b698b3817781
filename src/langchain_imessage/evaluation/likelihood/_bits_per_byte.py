"""Held-out answers and a local job → bits per byte, before and after training.

Owns the figure: what a model needs to write down each real answer, by the bytes of the
answer, so that models of different vocabularies compare. Paired by answer: the base model
and the tuned one read the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from random import Random
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from langchain_imessage.evaluation.judging._ranking import interval
from langchain_imessage.finetuning.local.processes._scoring import score

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from langchain_imessage.evaluation.held_out._held_out import HeldOutAnswer
    from langchain_imessage.evaluation.judging._ranking import Estimate

OWN: Final = "what you answered"
OTHERS: Final = "what other people answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class BitsPerByte:
    """How well a model predicts answers, before it was trained and after.

    Attributes:
        of: Whose answers.
        answers: How many.
        base: Bits per byte of the base model.
        tuned: Bits per byte of the tuned one.
        change: The change in percent: below 0 it predicts better.
    """

    of: str
    answers: int
    base: float
    tuned: float
    change: Estimate

    @override
    def __str__(self) -> str:
        """Return it as a sentence."""
        low, high = self.change.low, self.change.high
        return (
            f"Bits per byte of {self.of} ({self.answers:,}): {self.base:.3f} before "
            f"training, {self.tuned:.3f} after it ({self.change.value:+.1f} % "
            f"[{low:+.1f}, {high:+.1f}])."
        )


def bits_per_byte(
    model: str | os.PathLike[str],
    adapter: str | os.PathLike[str],
    answers: Sequence[HeldOutAnswer],
    *,
    of: str = OWN,
    seed: int = 0,
) -> BitsPerByte | None:
    """Measure how well a local model predicts answers.

    Answers of one conversation are scored in one pass over it.

    Args:
        model: The base model: a folder, or a name as on the Hugging Face hub.
        adapter: What was learned: `job.fine_tuned_model`.
        answers: The answers, those of a conversation one after the other.
        of: Whose they are.
        seed: Of the interval.

    Returns:
        The figures; None if no answer was short enough for the model.

    Raises:
        FineTuningError: If the model cannot be loaded.
    """
    before, after = (nats_of(model, one, answers) for one in (None, adapter))
    return compared(before, after, answers, of=of, seed=seed)


def nats_of(
    model: str | os.PathLike[str],
    adapter: str | os.PathLike[str] | None,
    answers: Sequence[HeldOutAnswer],
) -> dict[int, float]:
    """Return how unlikely a model finds each answer, by its place among the answers.

    Args:
        model: The base model.
        adapter: What was learned; None for the base model itself.
        answers: The answers, those of a conversation one after the other.

    Returns:
        Minus the natural logarithm of each probability; none of an answer too long.

    Raises:
        FineTuningError: If the model cannot be loaded.
    """
    rows = _rows(answers)
    lines = [_line(row) for row in rows]
    return {
        rows[one.row].places[one.index]: one.nats
        for one in score(model, adapter, lines)
    }


def compared(
    before: Mapping[int, float],
    after: Mapping[int, float],
    answers: Sequence[HeldOutAnswer],
    *,
    of: str = OWN,
    seed: int = 0,
) -> BitsPerByte | None:
    """Return the figures of two models that scored the same answers.

    Args:
        before: How unlikely the base model finds each answer, as `nats_of` returns it.
        after: The same of the tuned model.
        answers: The answers.
        of: Whose they are.
        seed: Of the interval.
    """
    both = sorted(before.keys() & after.keys())
    if not both:
        return None
    sums: dict[int, list[float]] = {}
    for place in both:
        one = sums.setdefault(answers[place].segment, [0.0, 0.0, 0.0])
        one[0] += before[place] / log(2)
        one[1] += after[place] / log(2)
        one[2] += len(answers[place].reply.encode("utf-8", "replace"))

    def change(times: Mapping[int, int]) -> float:
        base, tuned, _ = _totals(sums, times)
        return 100 * (tuned - base) / base

    whole = dict.fromkeys(sums, 1)
    base, tuned, size = _totals(sums, whole)
    chance = Random(seed)  # noqa: S311 - repeatable, not secret
    return BitsPerByte(
        of=of,
        answers=len(both),
        base=base / size,
        tuned=tuned / size,
        change=interval(change(whole), sorted(sums), change, chance),
    )


def _totals(
    sums: Mapping[int, Sequence[float]], times: Mapping[int, int]
) -> tuple[float, float, float]:
    columns = [
        [value * number for value in sums[segment]] for segment, number in times.items()
    ]
    base, tuned, size = map(sum, zip(*columns, strict=True))
    return base, tuned, size


@dataclass(slots=True, kw_only=True)
class _ScoredRow:
    """A conversation, and the places in it of the answers that are scored."""

    messages: list[dict[str, Any]]
    places: dict[int, int]


def _rows(answers: Sequence[HeldOutAnswer]) -> list[_ScoredRow]:
    """Return conversations that have all answers: each of them is read once.

    An answer that continues the conversation of the one before goes into its row.
    """
    rows: list[_ScoredRow] = []
    for place, answer in enumerate(answers):
        messages = _messages(answer)
        if not rows or not _continues(messages, rows[-1].messages):
            rows.append(_ScoredRow(messages=messages, places={}))
        rows[-1].messages = messages
        rows[-1].places[len(messages) - 1] = place
    return rows


def _continues(later: list[Any], earlier: list[Any]) -> bool:
    return len(later) > len(earlier) and later[: len(earlier)] == earlier


def _messages(answer: HeldOutAnswer) -> list[dict[str, Any]]:
    before = [{"role": turn.role, "content": turn.text} for turn in answer.history]
    return [
        *before,
        {"role": "user", "content": answer.said},
        {"role": "assistant", "content": answer.reply},
    ]


def _line(row: _ScoredRow) -> Mapping[str, Any]:
    """Return a row in which only the answers that are scored have weight."""
    return {
        "messages": [
            {**message, "weight": 0}
            if message["role"] == "assistant" and place not in row.places
            else message
            for place, message in enumerate(row.messages)
        ]
    }
