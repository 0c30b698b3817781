"""What goes wrong on the way: each becomes one error that says what to do, or passes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import FineTuningError, MissingDependencyError
from langchain_imessage.finetuning import fine_tune
from langchain_imessage.finetuning._errors import failure, invalid_file, known_error
from langchain_imessage.finetuning._types import JobState
from langchain_imessage.finetuning.calls._sdk_errors import answered, ask
from langchain_imessage.testing import FineTuningServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Time

    from langchain_imessage.finetuning import Job

openai = pytest.importorskip("openai")


@pytest.fixture
def refused(begin: Callable[..., Job]) -> Callable[..., FineTuningError]:
    """Start a job that cannot be, and give the error."""

    def start(**settings: Any) -> FineTuningError:
        with pytest.raises(FineTuningError) as raised:
            begin(**settings).wait(progress=False)
        assert raised.value.__cause__ is None
        assert raised.value.__context__ is None
        return raised.value

    return start


def test_a_busy_provider_is_given_the_time_it_asks_for(
    begin: Callable[..., Job],
    server: FineTuningServer,
    flying: Time,
    lines: Callable[[str], int],
) -> None:
    for request in ("POST /files", "POST /fine_tuning/jobs", "GET /files"):
        server.play("rate_limit", on=request, retry_after=30)
    begin()
    assert flying.slept.count(30) == 3
    assert lines("POST /files") == lines("POST /fine_tuning/jobs") == 1


def test_a_provider_with_faults_is_asked_again(
    begin: Callable[..., Job], server: FineTuningServer, lines: Callable[[str], int]
) -> None:
    server.play("server_error", times=3, on="POST /files")
    server.play("server_error", times=2, on="GET /")
    assert begin().wait(progress=False).status == "succeeded"
    assert lines("POST /files") == 1


def test_a_provider_that_stays_busy_is_given_up(
    refused: Callable[..., FineTuningError], server: FineTuningServer
) -> None:
    server.play("rate_limit", times=99, on="POST /fine_tuning/jobs")
    error = refused()
    assert (error.code, error.temporary) == ("rate_limit", True)
    assert "asks to wait" in str(error)


def test_a_connection_that_breaks_in_mid_upload_is_taken_up_again(
    begin: Callable[..., Job], server: FineTuningServer, lines: Callable[[str], int]
) -> None:
    server.play("cut_upload", on="POST /files", after=100)
    assert begin().wait(progress=False).status == "succeeded"
    assert [r.status for r in server.requests if r.line == "POST /files"] == [None, 200]
    assert lines("POST /fine_tuning/jobs") == 1


def test_a_slow_file_is_waited_for(
    begin: Callable[..., Job], server: FineTuningServer, flying: Time
) -> None:
    server.play("slow_files", times=20)
    begin()
    assert flying.slept[:3] == [5, 7.5, 11.25]
    assert max(flying.slept) == 60


def test_a_file_that_is_never_processed_is_left_to_the_job(
    begin: Callable[..., Job], server: FineTuningServer, flying: Time
) -> None:
    server.play("slow_files", times=999)
    begin()
    assert 1800 < sum(flying.slept) < 2000


def test_an_organisation_that_is_shut_out_is_told_the_other_ways(
    refused: Callable[..., FineTuningError], server: FineTuningServer
) -> None:
    server.play("closed")
    error = refused()
    assert error.code == "closed"
    assert 'provider="local"' in str(error)
    assert "base_url=" in str(error)
    assert error.detail
    assert error.detail not in str(error)
    assert error.detail not in repr(error)


def test_used_up_quota_is_not_tried_again(
    refused: Callable[..., FineTuningError], server: FineTuningServer
) -> None:
    server.play("quota")
    error = refused()
    assert error.code == "quota"
    assert "billing" in str(error)
    assert sum(r.line == "POST /fine_tuning/jobs" for r in server.requests) == 1


@pytest.mark.parametrize(
    "words",
    ["You exceeded your current quota, please check your plan", "Insufficient balance"],
)
def test_used_up_quota_is_known_by_its_words(words: str) -> None:
    assert (known_error(None, words) or [""])[0] == "quota"
    assert known_error("rate_limit_exceeded", words) is None


def test_a_job_that_fails_says_what_to_do(
    refused: Callable[..., FineTuningError], server: FineTuningServer
) -> None:
    server.play("failing_job")
    error = refused()
    assert error.job_id
    assert error.job_id in str(error)
    assert error.detail is None or error.detail not in str(error)


def test_a_file_moderation_refuses_is_said_to_be(train: Path, flying: Time) -> None:
    with FineTuningServer(flagged=["theta", "beta"]) as server:
        job = fine_tune(
            train,
            base_url=server.base_url,
            confirm=True,
            progress=False,
            pace=flying.pace(),
        )
        with pytest.raises(FineTuningError) as raised:
            job.wait(progress=False)
    assert raised.value.code == "moderation"
    assert 'provider="local"' in str(raised.value)


def test_a_sample_that_is_flagged_stops_before_anything_is_uploaded(
    train: Path, flying: Time
) -> None:
    with FineTuningServer(flagged=["theta", "zeta"]) as server:
        with pytest.raises(FineTuningError, match="lines 6, 8") as raised:
            fine_tune(
                train,
                base_url=server.base_url,
                confirm=True,
                moderate=100,
                progress=False,
                pace=flying.pace(),
            )
        assert raised.value.code == "moderation"
        assert "theta" not in str(raised.value)
        assert not [r for r in server.requests if r.line == "POST /files"]


def test_a_sample_is_as_large_as_asked_for(
    begin: Callable[..., Job], server: FineTuningServer
) -> None:
    begin(moderate=4)
    (asked,) = [r.values for r in server.requests if r.line == "POST /moderations"]
    assert asked
    assert len(asked["input"]) == 4


def test_a_provider_without_moderation_says_so(begin: Callable[..., Job]) -> None:
    with pytest.raises(FineTuningError, match="no moderation endpoint"):
        begin(provider="nebius", moderate=3)


def test_a_bad_file_is_not_sent(
    train: Path, refused: Callable[..., FineTuningError], server: FineTuningServer
) -> None:
    train.write_text('{"messages": [{"role": "user", "content": "SECRET"}]}\n' * 9)
    error = refused()
    assert error.code == "invalid_file"
    assert "SECRET" not in str(error)
    assert "and " in str(error)
    assert not [r for r in server.requests if r.method == "POST"]


def test_a_file_that_is_no_jsonl_is_not_sent(
    train: Path, refused: Callable[..., FineTuningError], server: FineTuningServer
) -> None:
    train.write_text("Dear diary")
    assert refused().code == "invalid_file"
    assert not server.requests


def test_nobody_at_the_address_is_said_after_some_tries(
    refused: Callable[..., FineTuningError], flying: Time
) -> None:
    error = refused(base_url="http://127.0.0.1:9/v1")
    assert (error.code, error.temporary) == ("unreachable", True)
    assert len(flying.slept) == 5


def test_an_answer_without_its_fields_is_no_crash() -> None:
    with pytest.raises(FineTuningError, match="is base_url right"):
        answered("<html>", "id")


def test_a_key_that_is_not_taken_is_said_to_be() -> None:
    error = translated(openai.AuthenticationError, 401)
    assert error.code == "bad_key"


@pytest.mark.parametrize(
    ("kind", "status", "action", "code"),
    [
        ("PermissionDeniedError", 403, "start the job", "closed"),
        ("PermissionDeniedError", 403, "upload", "not_allowed"),
        ("NotFoundError", 404, "look", "not_found"),
        ("APIStatusError", 413, "upload", "too_large"),
        ("ConflictError", 409, "upload", "provider_error"),
        ("BadRequestError", 400, "upload", "refused"),
    ],
)
def test_each_status_is_one_error(
    kind: str, status: int, action: str, code: str
) -> None:
    error = translated(getattr(openai, kind), status, action)
    assert error.code == code
    assert "SECRET" not in str(error)
    assert error.detail == "SECRET"


def test_the_sdks_other_errors_are_odd_answers() -> None:
    def fail() -> None:
        raise openai.OpenAIError("SECRET")

    with pytest.raises(FineTuningError, match="is base_url right") as raised:
        ask(fail, action="look")
    assert raised.value.detail == "SECRET"


def test_what_is_no_error_of_the_sdk_is_left_as_it_is() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(fail, action="look")


@pytest.mark.parametrize(
    ("error_code", "detail", "code"),
    [
        ("invalid_training_file", "line 3: SECRET", "invalid_file"),
        ("exceeded_quota", "SECRET", "quota"),
        ("server_error", "blocked by our moderation system: SECRET", "moderation"),
        ("something_else", "SECRET", "something_else"),
        (None, None, "failed"),
    ],
)
def test_each_failure_is_one_error(
    error_code: str | None, detail: str | None, code: str
) -> None:
    state = JobState(
        job_id="ftjob-1",
        status="failed",
        model="m",
        error_code=error_code,
        error_param="training_file",
        detail=detail,
    )
    error = failure(state)
    assert (error.code, error.job_id, error.detail) == (code, "ftjob-1", detail)
    assert "SECRET" not in str(error) + repr(error) + repr(state)


def test_a_file_the_provider_refuses_is_an_error() -> None:
    assert invalid_file("SECRET").code == "invalid_file"
    assert invalid_file("SECRET against usage policies").code == "moderation"


def test_a_file_found_bad_on_arrival_ends_the_start(
    refused: Callable[..., FineTuningError], monkeypatch: pytest.MonkeyPatch
) -> None:
    from openai.resources.files import Files

    bad = SimpleNamespace(id="f", status="error", status_details="line 1: SECRET")
    monkeypatch.setattr(Files, "retrieve", lambda *_, **__: bad)
    error = refused()
    assert error.code == "invalid_file"
    assert error.detail == "line 1: SECRET"


def test_without_the_sdk_its_extra_is_named(
    train: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openai", None)
    with pytest.raises(MissingDependencyError, match=r"langchain-imessage\[openai\]"):
        fine_tune(train, base_url="http://127.0.0.1:9/v1", confirm=True)


def test_an_sdk_that_prints_messages_is_refused(
    train: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai, "__version__", "3.5.9")
    with pytest.raises(FineTuningError, match="prints the text") as raised:
        fine_tune(train, base_url="http://127.0.0.1:9/v1", confirm=True)
    assert raised.value.code == "old_sdk"


def translated(kind: Any, status: int, action: str = "look") -> FineTuningError:
    httpx2 = pytest.importorskip("httpx2")
    request = httpx2.Request("POST", "http://127.0.0.1/v1/files")
    response = httpx2.Response(status, request=request)

    def fail() -> None:
        raise kind("SECRET", response=response, body={"message": "SECRET"})

    with pytest.raises(FineTuningError) as raised:
        ask(fail, action=action)
    assert raised.value.__context__ is None
    return raised.value
