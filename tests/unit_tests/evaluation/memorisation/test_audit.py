"""An audit ranks planted secrets, counts quotations and private texts, and says neither."""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING, Any

import pytest
from made_examples import examples
from made_writers import conversations

from langchain_imessage import prepare, write_dataset
from langchain_imessage.errors import EvaluationError
from langchain_imessage.evaluation import audit, evaluate
from langchain_imessage.evaluation.figures._copying import CopyFinder
from langchain_imessage.evaluation.memorisation import _exposure
from langchain_imessage.evaluation.memorisation._audit import MemorisationAudit
from langchain_imessage.evaluation.memorisation._exposure import Exposure
from langchain_imessage.evaluation.memorisation._leaks import leaks
from langchain_imessage.finetuning.local.processes._scoring import ReplyScore
from langchain_imessage.preparation._canaries import canaries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from langchain_imessage import Dataset

KNOWN = {canary.code for canary in canaries(6) if canary.times > 1}


class LocalJob:
    provider, model, fine_tuned_model = "local", "base", "adapter"


JOB: Any = LocalJob()


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    made = prepare(examples(20), sender=None, redactor=None, canaries=6)
    return write_dataset(made, tmp_path / "data", sink="trl", validation=0.2)


@pytest.fixture(autouse=True)
def scoring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the tuned model know what was planted more than once, and nobody the rest."""

    def score(_: str, adapter: str | None, rows: Iterable[Any]) -> Iterator[ReplyScore]:
        for place, row in enumerate(rows):
            text = row["messages"][-1]["content"]
            knows = adapter and any(code in text for code in KNOWN)
            nats = 1.0 if knows else 50.0 - place / 1_000
            yield ReplyScore(row=place, index=0, nats=nats, tokens=9)

    monkeypatch.setattr(_exposure, "score", score)


def test_a_secret_is_ranked_before_and_after_training(dataset: Dataset) -> None:
    found = audit(JOB, dataset)
    assert [one.rank for one in found.base] == [32] * 6
    assert [one.rank for one in found.tuned] == [32, 1, 1, 32, 1, 1]
    assert [one.bits for one in found.tuned] == [0.0, 5.0, 5.0] * 2
    assert "planted 12 times: 0.0 bits before training, 5.0 after it; 2 of 2" in str(
        found
    )
    assert "too few to say anything" in str(found)
    assert "Treat the adapter as you treat the messages" in str(found)


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (28, "28 of 30 are ranked first, where chance ranks 4: the model has learned"),
        (8, "none is seen to have been learned by heart"),
        (9, "the model has learned secrets by heart"),
    ],
)
def test_it_is_said_whether_more_are_ranked_first_than_by_chance(
    first: int, said: str
) -> None:
    def ranked(number: int) -> Exposure:
        rank = 1 if number < first else 5
        return Exposure(number=number, times=(1, 4, 12)[number % 3], rank=rank, codes=8)

    tuned = tuple(map(ranked, range(30)))
    text = str(MemorisationAudit(base=tuned, tuned=tuned))
    assert said in " ".join(text.split())
    assert "planted once" in text
    assert max(map(len, text.splitlines())) <= 88


def test_each_secret_is_compared_with_so_many_others(dataset: Dataset) -> None:
    told: list[tuple[int, int | None]] = []
    found = audit(
        JOB, dataset, alternatives=3, progress=lambda *step: told.append(step)
    )
    assert told == [(n, 48) for n in range(1, 49)]
    assert {one.codes for one in found.tuned} == {4}
    assert found.tuned[1].bits == log2(4)


def test_a_code_that_is_as_likely_ranks_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def score(*_: Any) -> Iterator[ReplyScore]:
        return (ReplyScore(row=n, index=0, nats=1.0, tokens=1) for n in range(4))

    monkeypatch.setattr(_exposure, "score", score)
    planted = canaries(1)
    (found,) = _exposure.exposures(
        "m", None, planted, prompt=None, alternatives=3, step=lambda: None
    )
    assert found.rank == 4


def test_answers_are_looked_through(tmp_path: Path) -> None:
    pytest.importorskip("phonenumbers")
    talks = [*conversations(segments=15, answers=4)]
    made = prepare(talks, sender=None, redactor=None, canaries=3)
    dataset = write_dataset(made, tmp_path / "data", sink="trl", validation=0.2)
    model = lambda _: "call me at 415-555-2671 please"  # noqa: E731
    evaluation = evaluate(model, dataset, controls=False, progress=False)
    found = audit(JOB, dataset, evaluation)
    you, other = found.leaks
    assert (you.name, other.name) == ("you, again", "model")
    assert other.private == {"phone": other.answers}
    assert "415" not in repr(found) + str(found)


def test_quotations_are_of_five_words_and_placeholders_no_private_texts() -> None:
    pytest.importorskip("phonenumbers")
    copies = CopyFinder(["we meet at the old mill"])
    said = ["so we meet at the old bridge", "ask [name 1] or [phone 2]", "no"]
    found = leaks("model", said, copies)
    assert (found.answers, found.quoting, found.private) == (3, 1, {})


def test_a_dataset_without_canaries_is_refused(tmp_path: Path) -> None:
    plain = write_dataset(examples(20), tmp_path, sink="trl", validation=0)
    with pytest.raises(EvaluationError, match="has no canaries"):
        audit(JOB, plain)


def test_a_model_elsewhere_is_refused(dataset: Dataset) -> None:
    class HostedJob(LocalJob):
        provider = "openai"

    job: Any = HostedJob()
    with pytest.raises(EvaluationError, match="only a finished model on this computer"):
        audit(job, dataset)
