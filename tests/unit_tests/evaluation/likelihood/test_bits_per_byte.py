"""Bits per byte of real answers, base against tuned, paired and by segment."""

from __future__ import annotations

from dataclasses import replace
from math import log
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.datasets.formats._read_rows import Said
from langchain_imessage.errors import FineTuningError
from langchain_imessage.evaluation.held_out._held_out import HeldOutAnswer
from langchain_imessage.evaluation.likelihood import _bits_per_byte as bits
from langchain_imessage.evaluation.likelihood._job_likelihood import (
    job_likelihood,
    swapped,
)
from langchain_imessage.finetuning.local.processes._scoring import ReplyScore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HISTORY = (Said("system", "Be me."), Said("user", "hi"), Said("assistant", "yo"))


def answer(segment: int, reply: str = "fine") -> HeldOutAnswer:
    return HeldOutAnswer(
        id=f"{segment}", segment=segment, history=HISTORY, said="how?", reply=reply
    )


class LocalJob:
    provider, model, fine_tuned_model = "local", "base", "adapter"


def scoring(monkeypatch: pytest.MonkeyPatch, *, too_long: int = -1) -> list[Any]:
    """Have the base model need 2 bits for each byte, and the tuned one 1."""
    seen: list[Any] = []

    def score(_: str, adapter: str | None, rows: Iterable[Any]) -> Iterator[ReplyScore]:
        for place, row in enumerate(rows):
            seen.append(row)
            if adapter and place == too_long:
                continue
            for index, message in enumerate(row["messages"]):
                if message["role"] != "assistant" or message.get("weight") == 0:
                    continue
                size = len(message["content"].encode())
                nats = log(2) * size * (1 if adapter else 2)
                yield ReplyScore(row=place, index=index, nats=nats, tokens=size)

    monkeypatch.setattr(bits, "score", score)
    return seen


def test_bits_are_by_byte_and_their_change_in_percent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scoring(monkeypatch)
    found = bits.bits_per_byte("base", "adapter", [answer(1), answer(2, "größer")])
    assert found is not None
    assert (found.base, found.tuned) == pytest.approx((2.0, 1.0))
    assert found.change.value == found.change.low == found.change.high == -50.0
    assert str(found) == (
        "Bits per byte of what you answered (2): 2.000 before training, 1.000 after it "
        "(-50.0 % [-50.0, -50.0])."
    )


def test_answers_that_are_context_only_are_not_scored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = scoring(monkeypatch)
    bits.bits_per_byte("base", "adapter", [answer(1)])
    roles = [(m["role"], m.get("weight")) for m in seen[0]["messages"]]
    assert roles == [
        ("system", None),
        ("user", None),
        ("assistant", 0),
        ("user", None),
        ("assistant", None),
    ]


def test_answers_of_one_conversation_are_scored_in_one_pass_over_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = scoring(monkeypatch)
    first = answer(1)
    history = (*HISTORY, Said("user", "how?"), Said("assistant", "fine"))
    second = HeldOutAnswer(
        id="2", segment=1, history=history, said="sure?", reply="größer"
    )
    other = replace(first, said="who?")
    found = bits.bits_per_byte("base", "adapter", [first, second, other])
    assert found is not None
    assert found.answers == 3
    before, after = seen[:2], seen[2:]
    assert before == after
    assert [m.get("weight", 1) for m in before[0]["messages"]] == [1, 1, 0, 1, 1, 1, 1]


def test_an_answer_that_one_of_the_two_cannot_read_counts_for_neither(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scoring(monkeypatch, too_long=0)
    found = bits.bits_per_byte("base", "adapter", [answer(1), answer(2)])
    assert found is not None
    assert found.answers == 1
    assert bits.bits_per_byte("base", "adapter", [answer(1)]) is None


def test_one_scoring_of_the_base_model_serves_several_trainings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [answer(1), answer(2, "größer")]
    scoring(monkeypatch)
    before = bits.nats_of("base", None, answers)
    after = bits.nats_of("base", "adapter", answers)
    assert before == pytest.approx({0: 8 * log(2), 1: 16 * log(2)})
    assert bits.compared(before, after, answers) == bits.bits_per_byte(
        "base", "adapter", answers
    )


def test_what_others_said_is_an_answer_to_the_person() -> None:
    (turned,) = swapped([answer(1)])
    assert (turned.said, turned.reply) == ("yo", "how?")
    assert [turn.role for turn in turned.history] == ["system", "assistant"]
    first = HeldOutAnswer(id="1", segment=1, said="hi", reply="yo")
    assert swapped([first]) == []


def test_a_local_job_has_bits_of_both_and_a_failure_is_a_note(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job: Any = LocalJob()
    scoring(monkeypatch)
    found, note = job_likelihood(job, [answer(1)], seed=0)
    assert [one.of for one in found] == [bits.OWN, bits.OTHERS]
    assert note is None

    def fail(*_: Any) -> None:
        raise FineTuningError("no such model")

    monkeypatch.setattr(bits, "score", fail)
    assert job_likelihood(job, [answer(1)], seed=0) == (
        (),
        "Bits per byte are not measured: no such model",
    )
