"""What the fine-tuning server plays, as OpenAI's own client meets it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from finetuning_scenario import ROWS, connect, follow, start, tuned, upload

from langchain_imessage.testing import Fault, FineTuningServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_imessage.testing.openai_server._faults import FaultKind

openai = pytest.importorskip("openai")


@pytest.fixture
def patient(server: FineTuningServer) -> Iterator[Any]:
    """A client that tries again, as it does of itself."""
    with connect(server, max_retries=3) as client:
        yield client


def lines(server: FineTuningServer, line: str) -> list[int | None]:
    """The answers' statuses to one kind of request; None where it was cut."""
    return [request.status for request in server.requests if request.line == line]


def test_a_limit_says_how_long_to_wait(server: FineTuningServer, client: Any) -> None:
    server.play("rate_limit", retry_after=2.5)
    with pytest.raises(openai.RateLimitError) as caught:
        upload(client)
    assert caught.value.response.headers["retry-after"] == "2.5"
    assert caught.value.code == "rate_limit_exceeded"
    upload(client)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "status"), [("rate_limit", 429), ("server_error", 500)]
)
def test_what_passes_passes_after_some_times(
    server: FineTuningServer, patient: Any, kind: FaultKind, status: int
) -> None:
    server.play(kind, times=2, on="POST /files", retry_after=0.01)
    upload(patient)
    assert lines(server, "POST /files") == [status, status, 200]


def test_a_used_up_quota_is_another_kind_of_429(
    server: FineTuningServer, client: Any
) -> None:
    server.play("quota")
    with pytest.raises(openai.RateLimitError) as caught:
        start(client)
    assert caught.value.code == "insufficient_quota"


def test_an_organisation_may_be_refused(server: FineTuningServer, client: Any) -> None:
    server.play("closed", times=2)
    for _ in range(2):
        with pytest.raises(openai.PermissionDeniedError):
            start(client)
    assert list(client.fine_tuning.jobs.list()) == []


def test_a_cut_upload_leaves_no_file(server: FineTuningServer, client: Any) -> None:
    server.play("cut_upload", after=300)
    with pytest.raises(openai.APIConnectionError):
        upload(client)
    assert list(client.files.list()) == []
    cut, _ = server.requests
    assert (cut.line, cut.status, cut.size) == ("POST /files", None, 300)


@pytest.mark.slow
def test_a_large_upload_may_be_cut_while_it_is_sent(
    server: FineTuningServer, client: Any
) -> None:
    server.play("cut_upload", after=1 << 20)
    with pytest.raises(openai.APIConnectionError):
        upload(client, ROWS * 20_000)
    assert lines(server, "POST /files") == [None]


def test_a_part_of_an_upload_may_be_cut(server: FineTuningServer, client: Any) -> None:
    server.play("cut_upload", after=10)
    begun = client.uploads.create(
        filename="f", bytes=4, purpose="fine-tune", mime_type="text/plain"
    )
    with pytest.raises(openai.APIConnectionError):
        client.uploads.parts.create(begun.id, data=b"four")
    part = client.uploads.parts.create(begun.id, data=b"four")
    assert client.uploads.complete(begun.id, part_ids=[part.id]).file.bytes == 4


def test_a_stream_may_be_cut_after_some_pieces(
    server: FineTuningServer, client: Any
) -> None:
    model = tuned(client)
    server.play("cut_stream", after=2)
    messages = [{"role": "user", "content": "Which letter is theta?"}]
    stream = client.chat.completions.create(model=model, messages=messages, stream=True)
    heard: list[str] = []
    # Which error it is, is up to the HTTP library below the client.
    with pytest.raises(Exception, match=r"(?i)peer|read|connection"):
        heard.extend(piece.choices[0].delta.content for piece in stream)
    assert heard == ["", "Number"]


def test_an_answer_may_be_lost_after_the_job_was_made(
    server: FineTuningServer, client: Any
) -> None:
    server.play("lost_answer")
    with pytest.raises(openai.APIConnectionError):
        start(client, metadata={"digest": "1"})
    (job,) = client.fine_tuning.jobs.list(metadata={"digest": "1"})
    assert follow(client, job.id).status == "succeeded"
    assert lines(server, "POST /fine_tuning/jobs") == [None]


def test_any_answer_may_be_lost(server: FineTuningServer, client: Any) -> None:
    job = start(client)
    server.play("lost_answer", on="GET /fine_tuning/jobs", times=2)
    for _ in range(2):
        with pytest.raises(openai.APIConnectionError):
            client.fine_tuning.jobs.retrieve(job.id)
    assert client.fine_tuning.jobs.retrieve(job.id).status == "running"


def test_a_job_may_fail_after_its_events(server: FineTuningServer, client: Any) -> None:
    server.play("failing_job")
    job = follow(client, start(client).id)
    assert (job.status, job.error.code) == ("failed", "server_error")
    assert job.fine_tuned_model is None
    types = [event.type for event in client.fine_tuning.jobs.list_events(job.id)]
    assert "metrics" in types
    assert follow(client, start(client).id).status == "succeeded"


def test_a_status_nobody_knows_passes(server: FineTuningServer) -> None:
    server.play("odd_status", status="pondering", times=2)
    with connect(server, _strict_response_validation=False) as client:
        job = start(client)
        found = [client.fine_tuning.jobs.retrieve(job.id).status for _ in range(7)]
    assert found[2:4] == ["pondering"] * 2
    assert found[-1] == "succeeded"


def test_processing_may_be_slow(server: FineTuningServer, client: Any) -> None:
    server.play("slow_files", times=2)
    slow, usual = upload(client), upload(client)
    found = [client.files.retrieve(slow.id).status for _ in range(3)]
    assert found == ["uploaded", "uploaded", "processed"]
    assert client.files.retrieve(usual.id).status == "processed"


def test_faults_may_be_given_at_the_start() -> None:
    fault = Fault(kind="server_error", on="POST /files")
    with FineTuningServer(faults=[fault]) as server, connect(server) as client:
        with pytest.raises(openai.InternalServerError):
            upload(client)
        upload(client)


def test_there_is_no_other_fault(server: FineTuningServer) -> None:
    with pytest.raises(ValueError, match="rate_limit"):
        server.play("earthquake")  # type: ignore[arg-type]


def test_the_refusals_are_in_the_published_shape(server: FineTuningServer) -> None:
    for kind in ("rate_limit", "server_error", "quota", "closed"):
        server.play(kind)  # type: ignore[arg-type]
    with connect(server) as client:
        for _ in range(2):
            with pytest.raises(openai.APIStatusError):
                upload(client)
        for _ in range(2):
            with pytest.raises(openai.APIStatusError):
                client.fine_tuning.jobs.create(model="gpt-4o", training_file="f")
    for request in server.requests:
        error = json.loads(json.dumps(request.answer))["error"]
        assert error.keys() == {"message", "type", "param", "code"}
