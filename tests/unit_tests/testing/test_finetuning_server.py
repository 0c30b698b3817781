"""The fine-tuning server as OpenAI's own client sees it, in its strict mode."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.testing import FineTuningServer

if TYPE_CHECKING:
    from collections.abc import Iterator

openai = pytest.importorskip("openai")

GREEK = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "lambda",
    "mu",
]
ROWS = [
    {
        "messages": [
            {"role": "user", "content": f"Which letter is {letter}?"},
            {"role": "assistant", "content": f"Number {number}."},
        ]
    }
    for number, letter in enumerate(GREEK, 1)
]


def jsonl(rows: list[Any]) -> io.BytesIO:
    return io.BytesIO("".join(f"{json.dumps(row)}\n" for row in rows).encode())


def connect(server: FineTuningServer, **options: Any) -> Any:
    given = {"max_retries": 0, "_strict_response_validation": True, **options}
    return openai.OpenAI(base_url=server.base_url, api_key="any", **given)


@pytest.fixture
def server() -> Iterator[FineTuningServer]:
    with FineTuningServer() as server:
        yield server


@pytest.fixture
def client(server: FineTuningServer) -> Iterator[Any]:
    with connect(server) as client:
        yield client


def upload(client: Any, rows: list[Any] = ROWS) -> str:
    file = ("train.jsonl", jsonl(rows), "application/jsonl")
    return client.files.create(file=file, purpose="fine-tune").id


def follow(client: Any, job_id: str) -> Any:
    for _ in range(50):
        job = client.fine_tuning.jobs.retrieve(job_id)
        if job.status in {"succeeded", "failed", "cancelled"}:
            return job
    raise AssertionError(job.status)


def test_a_file_becomes_a_model_that_answers_from_it(client: Any) -> None:
    created = client.fine_tuning.jobs.create(
        model="gpt-4o-mini", training_file=upload(client), suffix="Me"
    )
    job = follow(client, created.id)
    assert job.fine_tuned_model.startswith("ft:gpt-4o-mini:parrot:me:")
    answer = client.chat.completions.create(
        model=job.fine_tuned_model,
        messages=[{"role": "user", "content": "which letter is THETA"}],
    )
    assert answer.choices[0].message.content == "Number 8."
