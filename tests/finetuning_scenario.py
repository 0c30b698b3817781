"""What the tests of the fine-tuning server share: rows, a client, and a full tour of it."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_imessage.testing import FineTuningServer

LETTERS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta")
LETTERS += ("eta", "theta", "iota", "kappa", "lambda", "mu")


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def row(said: str, reply: str, **keys: Any) -> dict[str, Any]:
    user = {"role": "user", "content": said}
    return {"messages": [user, {"role": "assistant", "content": reply, **keys}]}


ROWS = [
    row(f"Which letter is {letter}?", f"Number {number}.")
    for number, letter in enumerate(LETTERS, 1)
]


def jsonl(rows: list[Any]) -> bytes:
    return "".join(f"{json.dumps(each)}\n" for each in rows).encode()


def connect(server: FineTuningServer, **options: Any) -> Any:
    import openai

    given = {"max_retries": 0, "_strict_response_validation": True, **options}
    return openai.OpenAI(base_url=server.base_url, api_key="sk-any", **given)


def upload(client: Any, rows: list[Any] = ROWS, **options: Any) -> Any:
    file = ("train.jsonl", io.BytesIO(jsonl(rows)), "application/jsonl")
    return client.files.create(file=file, purpose="fine-tune", **options)


def start(client: Any, rows: list[Any] = ROWS, **options: Any) -> Any:
    given = {"model": "gpt-4o-mini", **options}
    file = upload(client, rows)
    return client.fine_tuning.jobs.create(training_file=file.id, **given)


def follow(client: Any, job_id: str) -> Any:
    """Retrieve a job until it has ended."""
    for _ in range(60):
        job = client.fine_tuning.jobs.retrieve(job_id)
        if job.status in {"succeeded", "failed", "cancelled"}:
            return job
    raise AssertionError(job.status)


def tuned(client: Any, rows: list[Any] = ROWS, **options: Any) -> str:
    """Tune a model and return its name."""
    name = follow(client, start(client, rows, **options).id).fine_tuned_model
    assert isinstance(name, str)
    return name


def ask(client: Any, model: str, said: str) -> str:
    messages = [{"role": "user", "content": said}]
    answer = client.chat.completions.create(model=model, messages=messages)
    text = answer.choices[0].message.content
    assert isinstance(text, str)
    return text


def tour(client: Any) -> None:
    """Use everything there is, once or more."""
    jobs = client.fine_tuning.jobs
    life = {"anchor": "created_at", "seconds": 3600}
    training, validation = upload(client, expires_after=life), upload(client, ROWS[:3])
    client.files.retrieve(training.id)
    client.files.content(training.id)
    list(client.files.list(limit=1, purpose="fine-tune", order="asc"))
    list(client.files.list(purpose="batch"))
    both = {"training_file": training.id, "validation_file": validation.id}
    numbers = {"n_epochs": 2, "batch_size": 4, "learning_rate_multiplier": 0.5}
    method = {"type": "supervised", "supervised": {"hyperparameters": numbers}}
    full = {"suffix": "me", "seed": 7, "metadata": {"sha256": "0" * 64}}
    job = jobs.create(model="gpt-4o-mini", method=method, **both, **full)
    model = follow(client, job.id).fine_tuned_model
    list(jobs.list_events(job.id, limit=4))
    list(jobs.checkpoints.list(job.id, limit=1))
    older = {"n_epochs": "auto"}
    other = jobs.create(
        model=model, training_file=training.id, hyperparameters=older, extra_body=None
    )
    list(jobs.list(limit=1))
    jobs.list(metadata={"sha256": "0" * 64})
    jobs.cancel(other.id)
    bad = start(client, ROWS[:3])
    follow(client, bad.id)
    list(client.models.list())
    client.models.retrieve(model)
    _talk(client, model)
    client.moderations.create(input="a darned thing")
    client.moderations.create(input=["a thing", "a darned thing"])
    client.moderations.create(input=[{"type": "text", "text": "a darned thing"}])
    client.models.delete(model)
    _upload_in_parts(client)
    client.files.delete(training.id)


def _talk(client: Any, model: str) -> None:
    messages = [{"role": "user", "content": "theta?"}]
    create = client.chat.completions.create
    create(model=model, messages=messages)
    create(model="gpt-4o", messages=messages, max_completion_tokens=3)
    options = {"include_usage": True}
    list(create(model=model, messages=messages, stream=True, stream_options=options))


def _upload_in_parts(client: Any) -> None:
    content = jsonl(ROWS)
    given = {"purpose": "fine-tune", "mime_type": "application/jsonl"}
    client.uploads.upload_file_chunked(
        file=content, filename="t.jsonl", bytes=len(content), part_size=400, **given
    )
    unfinished = client.uploads.create(filename="t.jsonl", bytes=5, **given)
    client.uploads.cancel(unfinished.id)
