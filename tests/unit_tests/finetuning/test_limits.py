"""Limits hold exactly: the last day, the largest file, the last check, the longest wait."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning import _start_job, fine_tune
from langchain_imessage.finetuning._inputs import check_files
from langchain_imessage.finetuning._types import Checkpoint, JobState
from langchain_imessage.finetuning.calls._sdk_errors import ask
from langchain_imessage.finetuning.following._metrics import metrics_of
from langchain_imessage.finetuning.following._polling import poll
from langchain_imessage.finetuning.hosted._moderation import _batches
from langchain_imessage.finetuning.state._file_content import FileContent, digest_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Time

    from langchain_imessage.finetuning import Job
    from langchain_imessage.finetuning.hosted._upload import Uploader
    from langchain_imessage.testing import FineTuningServer

openai = pytest.importorskip("openai")
RUNNING = JobState(job_id="j", status="running", model="m")


def follow(flying: Time, *failures: bool, faults: int) -> int:
    """Count the checks until following is given up; after those given, all fail."""
    plan = iter(failures)
    made = [0]

    def check() -> tuple[JobState, list[Any]]:
        made[0] += 1
        if next(plan, True):
            raise FineTuningError("busy", code="provider_error", temporary=True)
        return RUNNING, []

    steps: Iterator[float] = poll(
        check,
        pace=flying.pace(faults=faults),
        report=lambda _: None,
        how_to_resume="",
    )
    with pytest.raises(FineTuningError, match="busy"):
        list(steps)
    return made[0]


def test_as_many_checks_may_fail_in_a_row_as_the_policy_says(flying: Time) -> None:
    assert follow(flying, faults=3) == 4


def test_a_check_that_succeeds_begins_the_count_anew(flying: Time) -> None:
    assert follow(flying, True, True, False, faults=3) == 7


def test_a_server_that_asks_for_more_than_ten_minutes_is_asked_again() -> None:
    httpx2 = pytest.importorskip("httpx2")
    request = httpx2.Request("GET", "http://127.0.0.1/v1/files")
    response = httpx2.Response(429, request=request, headers={"retry-after": "86400"})

    def fail() -> None:
        raise openai.RateLimitError("busy", response=response, body=None)

    with pytest.raises(FineTuningError) as raised:
        ask(fail, action="look")
    assert raised.value.retry_after == 600


def test_a_model_can_be_trained_on_its_last_day(train: Path, flying: Time) -> None:
    def plan_on(day: datetime) -> str | None:
        flying.now = day.timestamp()
        with pytest.raises(FineTuningError) as raised:
            fine_tune(
                train,
                provider="openai",
                api_key="key",
                model="gpt-3.5-turbo",
                confirm=False,
                progress=False,
                pace=flying.pace(),
            )
        return raised.value.code

    assert plan_on(datetime(2026, 10, 23, 23, tzinfo=UTC)) == "not_confirmed"
    assert plan_on(datetime(2026, 10, 24, tzinfo=UTC)) == "ended"


def test_a_file_may_be_exactly_as_large_as_the_provider_takes(
    train: Path, monkeypatch: pytest.MonkeyPatch, flying: Time
) -> None:
    for size, code in ((512_000_000, "not_confirmed"), (512_000_001, "too_large")):
        file = FileContent(path=train, name="t", size=size, sha256="", md5="")
        monkeypatch.setattr(_start_job, "digest_file", lambda *_, file=file: file)
        with pytest.raises(FineTuningError) as raised:
            fine_tune(
                train,
                provider="openai",
                api_key="key",
                confirm=False,
                progress=False,
                pace=flying.pace(),
            )
        assert raised.value.code == code


def test_a_sample_larger_than_the_file_is_the_file(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text('{"messages": [{"role": "user", "content": "x"}]}\n' * 3)
    for many in (7, 2**70):  # without a limit the second would be counted to
        batches = _batches(digest_file(path, "train.jsonl"), many)
        assert [number for batch in batches for number, _ in batch] == [1, 2, 3]


def test_the_loss_on_all_held_out_examples_counts_more() -> None:
    metrics = {"valid_loss": 1.0, "full_valid_loss": 2.0}
    (metric,) = metrics_of([], [Checkpoint(model="m", step=1, metrics=metrics)])
    assert metric.valid_loss == 2.0


def test_too_few_examples_count_in_the_training_file_only(tmp_path: Path) -> None:
    row = (
        '{"messages": [{"role": "user", "content": "a%d"}, '
        '{"role": "assistant", "content": "b"}]}\n'
    )
    train, held_out = tmp_path / "train.jsonl", tmp_path / "held_out.jsonl"
    train.write_text("".join(row % n for n in range(10)))
    held_out.write_text(row % 99)
    check_files([train, held_out], "openai")
    with pytest.raises(FineTuningError, match="does not accept"):
        check_files([held_out, train], "openai")


def test_a_job_of_unknown_status_does_not_keep_files(
    begin: Callable[..., Job], train: Path, server: FineTuningServer
) -> None:
    begin(seed=1)
    job = begin(seed=2, delete_files=True)
    state = train.parent / "Ann and Bob.finetuning.json"
    state.write_text(state.read_text().replace('"validating_files"', "null", 1))
    job.wait(progress=False)
    assert [r.path for r in server.requests if r.method == "DELETE"]


def test_a_temporary_error_in_a_part_does_not_begin_the_upload_anew(
    uploader: Callable[..., Uploader], tmp_path: Path, server: FineTuningServer
) -> None:
    def stop(line: str) -> None:
        if "78 %" in line:
            raise KeyboardInterrupt

    large = tmp_path / "large.jsonl"
    large.write_bytes(bytes(range(256)) * 10)
    content = digest_file(large, "train.jsonl")
    with pytest.raises(KeyboardInterrupt):
        uploader(stop).upload(content)
    server.play("server_error", times=99, on="POST /uploads/")
    with pytest.raises(FineTuningError, match="has a fault"):
        uploader().upload(content)
    assert sum(r.line == "POST /uploads" for r in server.requests) == 1


@pytest.mark.parametrize(
    "settings",
    [
        {"learning_rate_multiplier": True},
        {"beta": 0.5},  # of dpo only
        {"method": "dpo", "beta": 0},
        {"method": "dpo", "beta": 2.1},
        {"method": "dpo", "beta": "x"},
    ],
)
def test_a_setting_that_no_provider_takes_is_refused_here(
    settings: dict[str, Any], begin: Callable[..., Job], server: FineTuningServer
) -> None:
    with pytest.raises(FineTuningError) as raised:
        begin(**settings)
    assert raised.value.code == "invalid_setting"
    assert server.requests == []


@pytest.mark.parametrize("settings", [{"seed": "auto"}, {"suffix": 5}])
def test_a_setting_of_another_type_is_refused_here(
    settings: dict[str, Any], begin: Callable[..., Job], server: FineTuningServer
) -> None:
    (name,) = settings
    with pytest.raises(TypeError, match=f"{name} must be"):
        begin(**settings)
    assert server.requests == []


def test_a_validation_file_is_not_empty(
    begin: Callable[..., Job], train: Path, server: FineTuningServer
) -> None:
    empty = train.parent / "empty.jsonl"
    empty.touch()
    with pytest.raises(FineTuningError) as raised:
        begin(validation=empty)
    assert raised.value.code == "invalid_file"
    assert server.requests == []
