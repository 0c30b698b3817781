"""Nothing is uploaded twice and no job is started twice, whatever is lost on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning import Pace, fine_tune
from langchain_imessage.finetuning.state._file_content import digest_file
from langchain_imessage.testing import FineTuningServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Time

    from langchain_imessage.finetuning import Job
    from langchain_imessage.finetuning.hosted._upload import Uploader

openai = pytest.importorskip("openai")

pytestmark = pytest.mark.slow
FILES, JOBS = "POST /files", "POST /fine_tuning/jobs"


def test_the_same_call_again_gives_the_job_that_is_there(
    begin: Callable[..., Job], lines: Callable[[str], int]
) -> None:
    def never(plan: object) -> bool:
        raise AssertionError(plan)

    first = begin()
    again = begin(confirm=never)
    assert again.job_id == first.job_id
    again.wait(progress=False)
    assert begin(confirm=never).status == "succeeded"
    assert (lines(FILES), lines(JOBS)) == (1, 1)


def test_other_settings_are_another_job_of_the_same_file(
    begin: Callable[..., Job], lines: Callable[[str], int]
) -> None:
    assert begin(n_epochs=2).job_id != begin(n_epochs=3).job_id
    assert (lines(FILES), lines(JOBS)) == (1, 2)


def test_a_job_that_ended_badly_is_started_anew(
    begin: Callable[..., Job], lines: Callable[[str], int]
) -> None:
    first = begin().cancel()
    assert begin().job_id != first.job_id
    assert (lines(FILES), lines(JOBS)) == (1, 2)


def test_a_lost_state_file_costs_no_second_job(
    begin: Callable[..., Job], train: Path, lines: Callable[[str], int]
) -> None:
    first = begin()
    (train.parent / "Ann and Bob.finetuning.json").unlink()
    assert begin().job_id == first.job_id
    assert (lines(FILES), lines(JOBS)) == (1, 1)


def test_a_job_whose_receipt_is_lost_is_found(
    begin: Callable[..., Job], server: FineTuningServer, lines: Callable[[str], int]
) -> None:
    server.play("lost_answer")
    assert begin().wait(progress=False).status == "succeeded"
    assert (lines(FILES), lines(JOBS)) == (1, 1)


def test_a_file_whose_receipt_is_lost_is_found(
    begin: Callable[..., Job], server: FineTuningServer, lines: Callable[[str], int]
) -> None:
    server.play("lost_answer", on=FILES)
    begin()
    assert (lines(FILES), lines(JOBS)) == (1, 1)


def test_a_file_that_cannot_be_compared_is_not_sent_twice(
    begin: Callable[..., Job], server: FineTuningServer, lines: Callable[[str], int]
) -> None:
    server.play("lost_answer", on=FILES)
    server.play("closed", times=9, on="GET /files/")
    for _ in range(2):
        with pytest.raises(FineTuningError, match="gives none back") as raised:
            begin()
        assert raised.value.code == "unknown_outcome"
    assert "file-" in str(raised.value)
    assert (lines(FILES), lines(JOBS)) == (1, 0)


def test_a_fault_that_may_have_started_a_job_starts_no_other(
    begin: Callable[..., Job], server: FineTuningServer, lines: Callable[[str], int]
) -> None:
    server.play("server_error", on=JOBS)
    with pytest.raises(FineTuningError, match="Run this again") as raised:
        begin()
    assert raised.value.code == "unknown_outcome"
    assert sum(r.line == JOBS for r in server.requests) == 1
    begin()
    assert (lines(FILES), lines(JOBS)) == (1, 1)


def test_a_job_started_by_somebody_who_died_is_found(
    begin: Callable[..., Job],
    train: Path,
    lines: Callable[[str], int],
) -> None:
    first = begin()
    path = train.parent / "Ann and Bob.finetuning.json"
    state = json.loads(path.read_text())
    state["jobs"][0]["job_id"] = None
    path.write_text(json.dumps(state))
    assert begin().job_id == first.job_id
    assert (lines(FILES), lines(JOBS)) == (1, 1)


def test_a_file_that_is_gone_there_is_sent_again(
    begin: Callable[..., Job], server: FineTuningServer, lines: Callable[[str], int]
) -> None:
    job = begin()
    client = openai.OpenAI(base_url=server.base_url, api_key="any")
    client.files.delete(job.state.file_ids[0])
    begin(seed=3)
    assert lines(FILES) == 2


def test_other_content_is_another_file(
    begin: Callable[..., Job], train: Path, lines: Callable[[str], int]
) -> None:
    begin()
    train.write_text(train.read_text().replace("Number", "No."))
    begin()
    assert (lines(FILES), lines(JOBS)) == (2, 2)


def test_jobs_are_known_again_where_no_metadata_is_kept(
    begin: Callable[..., Job],
    server: FineTuningServer,
    lines: Callable[[str], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from openai.resources.fine_tuning.jobs import Jobs

    create = Jobs.create

    def without(self: Any, *, metadata: object, **settings: Any) -> Any:  # noqa: ARG001 - what is left out
        return create(self, **settings)

    monkeypatch.setattr(Jobs, "create", without)
    server.play("lost_answer")
    job = begin(provider="nebius", model="llama")
    assert job.provider == "nebius"
    assert (lines(FILES), lines(JOBS)) == (1, 1)


class Killed(BaseException):
    """Stands for a process that ends here."""


def test_a_large_file_goes_in_parts(
    uploader: Callable[..., Uploader], large: Path, server: FineTuningServer
) -> None:
    said: list[str] = []
    content = digest_file(large, "train.jsonl")
    file_id = uploader(said.append).upload(content)
    posted = [r.line.split("/")[-1] for r in server.requests if r.method == "POST"]
    assert posted == ["uploads", "parts", "parts", "parts", "complete"]
    client = openai.OpenAI(base_url=server.base_url, api_key="any")
    assert client.files.content(file_id).content == large.read_bytes()
    assert client.files.retrieve(file_id).filename == "train.jsonl"
    assert "Uploading train.jsonl: 100 %" in said
    assert len(set(said)) == len(said)
    assert uploader().upload(content) == file_id


def test_an_interrupted_upload_goes_on_with_the_next_part(
    uploader: Callable[..., Uploader], large: Path, server: FineTuningServer
) -> None:
    def stop(line: str) -> None:
        if "78 %" in line:
            raise Killed

    content = digest_file(large, "train.jsonl")
    with pytest.raises(Killed):
        uploader(stop).upload(content)
    file_id = uploader().upload(content)
    whole = [r for r in server.requests if r.path.endswith("/parts") and r.status]
    assert len(whole) == 3
    client = openai.OpenAI(base_url=server.base_url, api_key="any")
    assert client.files.content(file_id).content == large.read_bytes()


def test_an_upload_that_expired_meanwhile_begins_anew(
    uploader: Callable[..., Uploader], large: Path, flying: Time
) -> None:
    def stop(line: str) -> None:
        if "78 %" in line:
            raise Killed

    content = digest_file(large, "train.jsonl")
    with pytest.raises(Killed):
        uploader(stop).upload(content)
    flying.sleep(4000)
    assert uploader().upload(content).startswith("file-")


def test_a_part_that_breaks_off_is_sent_again(
    uploader: Callable[..., Uploader], large: Path, server: FineTuningServer
) -> None:
    server.play("cut_upload", on="POST /uploads/", after=500)
    server.play("lost_answer", on="POST /uploads")
    content = digest_file(large, "train.jsonl")
    file_id = uploader().upload(content)
    client = openai.OpenAI(base_url=server.base_url, api_key="any")
    assert client.files.content(file_id).content == large.read_bytes()


def test_a_large_file_whose_receipt_is_lost_is_found(
    uploader: Callable[..., Uploader],
    large: Path,
    server: FineTuningServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from openai.resources.uploads import Uploads

    complete, calls = Uploads.complete, []

    def lose(*given: Any, **settings: Any) -> Any:
        calls.append(complete(*given, **settings))
        httpx2 = pytest.importorskip("httpx2")
        raise openai.APIConnectionError(request=httpx2.Request("POST", "http://x"))

    monkeypatch.setattr(Uploads, "complete", lose)
    file_id = uploader().upload(digest_file(large, "train.jsonl"))
    assert [call.file.id for call in calls] == [file_id]
    assert sum(r.path.endswith("/complete") for r in server.requests) == 1


CLIENT = """
import sys
from langchain_imessage.finetuning import Pace, fine_tune
train, base_url = sys.argv[1:]
pace = Pace(first=0.02, longest=0.02)
job = fine_tune(train, base_url=base_url, confirm=True, progress=False, pace=pace)
job.wait(progress=lambda line: print(line, flush=True))
"""


@pytest.mark.parametrize("after", [FILES, JOBS, "events"])
def test_a_client_that_is_killed_goes_on_where_it_was(after: str, train: Path) -> None:
    with FineTuningServer(
        job_polls=400, file_polls=100 if after == FILES else 1
    ) as server:
        command = [sys.executable, "-c", CLIENT, str(train), server.base_url]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ)
        deadline = time.monotonic() + 60
        while not any(after in r.line for r in server.requests):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        job = fine_tune(
            train,
            base_url=server.base_url,
            confirm=True,
            progress=False,
            pace=Pace(first=0.01, longest=0.01),
        )
        assert job.refresh().status != "failed"
        posted = [r.line for r in server.requests if r.method == "POST"]
        assert posted == [FILES, JOBS]
