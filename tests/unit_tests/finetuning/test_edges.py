"""What providers do beside the common way, and what is left when something is missing."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import FineTuningError, MissingDependencyError
from langchain_imessage.finetuning._inputs import system_prompt_of
from langchain_imessage.finetuning._types import Checkpoint, Event
from langchain_imessage.finetuning.following._metrics import metrics_of
from langchain_imessage.finetuning.hosted import _hosted_backend as _backend
from langchain_imessage.finetuning.hosted import _upload
from langchain_imessage.finetuning.hosted._job_objects import job_event, job_state
from langchain_imessage.finetuning.hosted._moderation import _batches
from langchain_imessage.finetuning.state._file_content import digest_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from langchain_imessage.finetuning import Job
    from langchain_imessage.testing import FineTuningServer

pytest.importorskip("openai")


def test_an_events_words_are_read_where_there_are_no_figures() -> None:
    words = "Step 3/10: training loss=0.25, validation loss=0.5"
    event = job_event(
        SimpleNamespace(
            id="e", created_at=0, level="info", message=words, type=None, data=None
        )
    )
    assert (event.step, event.loss, event.kind) == (3, 0.25, "message")
    assert event.at == datetime(1970, 1, 1, tzinfo=UTC)
    assert "validation" not in repr(event)


def test_an_error_of_empty_fields_is_none() -> None:
    job = SimpleNamespace(
        id="j",
        status="paused",
        model="m",
        error=SimpleNamespace(code=None, message=None, param=None),
        training_file="f",
        validation_file=None,
        fine_tuned_model=None,
        trained_tokens=None,
        finished_at=5,
    )
    state = job_state(job)
    assert (state.error_code, state.detail, state.error_param) == (None, None, None)
    assert state.file_ids == ("f",)
    assert state.finished_at == datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC)


def test_figures_of_one_step_are_put_together() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    events = [
        Event(id="1", at=at, step=1, loss=2.0),
        Event(id="2", at=at, step=1, data={"valid_loss": 3}),
        Event(id="3", at=at),
        Event(id="4", at=at, step=2, data={"train_loss": True}),
    ]
    kept = [Checkpoint(model="m", step=1, metrics={"full_valid_loss": 2.5})]
    (metric,) = metrics_of(events, kept)
    assert (metric.step, metric.train_loss, metric.valid_loss) == (1, 2.0, 2.5)


def test_a_sample_is_spread_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl"
    path.write_text('{"content": "x"}\n' * 100)
    content = digest_file(path, "train.jsonl")
    batches = _batches(content, 50)
    assert [len(batch) for batch in batches] == [32, 18]
    assert [number for number, _ in batches[0]][:3] == [1, 3, 5]
    assert len(_batches(content, 32)[0]) == 32
    assert sum(map(len, _batches(content, 500))) == 100


def test_a_provider_that_lists_no_jobs_can_be_used(
    begin: Callable[..., Job], server: FineTuningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from openai.resources.fine_tuning.jobs import Jobs

    def absent(*_: Any, **__: Any) -> Any:
        raise FineTuningError("no such page", code="not_found")

    monkeypatch.setattr(Jobs, "list", absent)
    assert begin().wait(progress=False).status == "succeeded"

    def broken(*_: Any, **__: Any) -> Any:
        raise FineTuningError("no", code="bad_key")

    monkeypatch.setattr(Jobs, "list", broken)
    with pytest.raises(FineTuningError, match="no"):
        begin(seed=2)
    assert sum(r.line == "POST /fine_tuning/jobs" for r in server.requests) == 1


def test_a_job_that_is_known_here_but_not_there_is_started(
    begin: Callable[..., Job], train: Path, server: FineTuningServer
) -> None:
    job = begin()
    state = train.parent / "Ann and Bob.finetuning.json"
    state.write_text(state.read_text().replace(job.job_id, "ftjob-gone"))
    assert begin().job_id == job.job_id
    server.play("closed", on="GET /fine_tuning/jobs/")
    with pytest.raises(FineTuningError, match="may not do that"):
        begin()


@pytest.mark.parametrize(
    ("call", "request_line"),
    [
        (lambda job: job.cancel(), "POST /fine_tuning/jobs/"),
        (lambda job: job._backend.forget(job.state), "DELETE /files"),
    ],
)
def test_what_may_not_be_done_is_said(
    call: Callable[[Job], Any],
    request_line: str,
    begin: Callable[..., Job],
    server: FineTuningServer,
) -> None:
    job = begin()
    server.play("closed", on=request_line)
    with pytest.raises(FineTuningError, match="may not do that"):
        call(job)


def test_a_file_may_not_be_looked_for(
    begin: Callable[..., Job], server: FineTuningServer
) -> None:
    begin()
    server.play("closed", on="GET /files/")
    with pytest.raises(FineTuningError, match="may not do that"):
        begin(seed=4)


def test_an_older_file_of_the_same_size_is_another(
    begin: Callable[..., Job],
    server: FineTuningServer,
    flying: Any,
    train: Path,
    tmp_path: Path,
) -> None:
    text = train.read_text()
    begin()
    flying.sleep(1000)
    other = tmp_path / "other.jsonl"
    other.write_text(text.replace("Number", "Nummer"))
    server.play("server_error", on="POST /files")
    begin(other)
    assert (
        sum(r.line == "POST /files" and r.status == 200 for r in server.requests) == 2
    )


def test_a_part_that_is_refused_ends_the_upload(
    begin: Callable[..., Job], server: FineTuningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        _backend, "Uploader", lambda **s: _upload.Uploader(**{**s, "part": 500})
    )
    server.play("closed", on="POST /uploads/")
    with pytest.raises(FineTuningError, match="may not do that"):
        begin()
    assert begin().wait(progress=False).status == "succeeded"


@pytest.mark.parametrize(
    ("module", "extra", "use"),
    [
        ("matplotlib", "plot", lambda job: job.plot()),
        ("langchain_openai", "openai", lambda job: job.chat_model()),
    ],
)
def test_what_is_missing_is_named(
    module: str,
    extra: str,
    use: Callable[[Job], Any],
    begin: Callable[..., Job],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = begin().wait(progress=False)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingDependencyError, match=rf"\[{extra}\]"):
        use(job)
    assert job.model == "gpt-4.1-mini-2025-04-14"


def test_a_job_that_failed_cannot_be_talked_to(
    begin: Callable[..., Job], server: FineTuningServer
) -> None:
    server.play("failing_job")
    job = begin()
    while job.refresh().status != "failed":
        pass
    with pytest.raises(FineTuningError, match="failed"):
        job.chat_model()


def test_a_damaged_line_is_named_where_the_prompt_is_looked_for(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text('{"messages": []}\nDear diary')
    with pytest.raises(FineTuningError, match="Line 2 of train"):
        system_prompt_of(path)
    path.write_text("")
    assert system_prompt_of(path) is None
    path.write_text('{"prompt": 1}\n[]\n')
    assert system_prompt_of(path) is None
