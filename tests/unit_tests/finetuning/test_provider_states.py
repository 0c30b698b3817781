"""Whatever a provider answers ends in one clear error, or the job goes on."""

from __future__ import annotations

import contextlib
import errno
import http.server
import json
import threading
from email.utils import formatdate
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from training_relay import Relay

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning import Pace, attach, jobs
from langchain_imessage.finetuning.calls._sdk_errors import ask
from langchain_imessage.finetuning.hosted._client import connect
from langchain_imessage.finetuning.hosted._hosted_backend import HostedBackend
from langchain_imessage.finetuning.hosted._job_objects import job_event, job_state
from langchain_imessage.finetuning.state import _state_file
from langchain_imessage.finetuning.state._file_content import digest_file
from langchain_imessage.finetuning.state._state_file import StateFile
from langchain_imessage.testing.openai_server.stores._stored_file import StoredFile
from langchain_imessage.testing.openai_server.stores._training_job import Training

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Time

    from langchain_imessage.finetuning import Job
    from langchain_imessage.finetuning.hosted._upload import Uploader
    from langchain_imessage.testing import FineTuningServer

openai = pytest.importorskip("openai")
EMPTY = {"format": 1, "uploads": [], "jobs": []}
RECORD = {"fingerprint": "f", "provider": "p", "base_url": None, "model": "m"}
RECORD |= {"began": 1}


class Portal(http.server.BaseHTTPRequestHandler):
    """Answers everything with the server's page."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind, body = self.server.page  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_DELETE = do_GET  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Log nothing."""


@pytest.fixture
def portal() -> Iterator[Any]:
    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    server.url = f"http://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "page",
    [
        ("text/html", b"<html>Welcome</html>"),
        ("application/json", b"{}"),
        ("application/json", b"[]"),
        ("application/json", b"null"),
        ("application/json", b'{"data": [1]}'),
        ("application/json", b"{"),
    ],
)
def test_a_page_that_is_no_answer_is_said_to_be(
    page: tuple[str, bytes], portal: Any, begin: Callable[..., Job]
) -> None:
    portal.page = page
    for call in (
        lambda: begin(base_url=portal.url),
        lambda: attach("ftjob-1", provider="openai", base_url=portal.url),
    ):
        with pytest.raises(FineTuningError, match="is base_url right"):
            call()


def test_an_error_of_a_callers_function_is_left_as_it_is(
    begin: Callable[..., Job],
) -> None:
    def say(line: str) -> None:
        if line.startswith("Uploading"):
            raise TypeError("mine")

    with pytest.raises(TypeError, match="mine"):
        begin(progress=say)


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        ({"status": "completed"}, "succeeded"),
        ({"status": "Canceled"}, "cancelled"),
        ({"status": "error"}, "failed"),
        ({"status": "paused"}, "paused"),
        ({"status": "halted", "finished_at": 5, "fine_tuned_model": "m"}, "succeeded"),
        (
            {
                "status": "halted",
                "finished_at": 5,
                "error": SimpleNamespace(code="c", message="m", param=None),
            },
            "failed",
        ),
        ({"status": "halted", "finished_at": 5}, "halted"),
    ],
)
def test_what_others_call_an_end_is_one(shown: dict[str, Any], status: str) -> None:
    given = {"id": "j", "model": "m", "training_file": "f", **shown}
    assert job_state(SimpleNamespace(**given)).status == status


@pytest.mark.parametrize("timeout", [0, 4, 30, 100])
def test_a_job_is_followed_for_as_long_as_was_asked(
    timeout: float, begin: Callable[..., Job], server: FineTuningServer, flying: Time
) -> None:
    server.play("odd_status", times=99)
    job = begin()
    began = flying.now
    with pytest.raises(FineTuningError, match=f"not done after {timeout}"):
        job.wait(progress=False, timeout=timeout)
    assert flying.now - began == pytest.approx(timeout)


def test_a_job_that_succeeded_has_even_if_its_files_cannot_be_deleted(
    begin: Callable[..., Job], train: Path, server: FineTuningServer
) -> None:
    job = begin(delete_files=True)
    server.play("closed", times=1, on="DELETE /files")
    with pytest.warns(UserWarning, match="files are still there"):
        job.wait(progress=False)
    (record,) = jobs(train.parent)
    assert record.status == "succeeded"
    assert record.fine_tuned_model == job.fine_tuned_model
    assert record.delete_files  # the next time they are
    attach(train.parent / "Ann and Bob.finetuning.json").refresh()
    assert [r.status for r in server.requests if r.method == "DELETE"] == [403, 200]
    assert not jobs(train.parent)[0].delete_files


def asked_to_wait(headers: dict[str, str]) -> float | None:
    """Return the seconds that a refusal with some headers asks to wait."""
    httpx2 = pytest.importorskip("httpx2")
    request = httpx2.Request("GET", "http://127.0.0.1/v1/files")
    response = httpx2.Response(429, request=request, headers=headers)

    def fail() -> None:
        raise openai.RateLimitError("busy", response=response, body=None)

    with pytest.raises(FineTuningError) as raised:
        ask(fail, action="look")
    return raised.value.retry_after


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        (formatdate(1_000_090, usegmt=True), 90.0),
        (formatdate(999_000, usegmt=True), 0.0),
        ("nan", None),
        ("soon", None),
        ("Sat, 99 Nov 2026 10:00:00 GMT", None),
    ],
)
def test_a_wait_is_a_number_or_a_date_by_the_servers_clock(
    value: str, seconds: float | None
) -> None:
    headers = {"retry-after": value, "date": formatdate(1_000_000, usegmt=True)}
    assert asked_to_wait(headers) == seconds


def test_a_wait_in_milliseconds_is_the_more_precise_one() -> None:
    assert asked_to_wait({"retry-after-ms": "1500", "retry-after": "2"}) == 1.5


@pytest.mark.parametrize(
    "text",
    [
        '{"format": 1, "uploads": ["x"], "jobs": []}',
        '{"format": 1, "uploads": [], "jobs": [{"job_id": "x"}]}',
        json.dumps({**EMPTY, "jobs": [{**RECORD, "began": "yesterday"}]}),
        json.dumps({**EMPTY, "jobs": [{**RECORD, "files": [1]}]}),
        '{"format": 1, "uploads": {}, "jobs": 5}',
        "[]",
        "",
        "[" * 100_000,
    ],
)
def test_a_damaged_state_file_is_one_error(text: str, tmp_path: Path) -> None:
    path = tmp_path / "finetuning.json"
    path.write_text(text)
    with pytest.raises(FineTuningError, match="is damaged"):
        StateFile(path).read()
    path.write_bytes(b'\xff\xfe{"format": 1}')
    with pytest.raises(FineTuningError, match="is damaged"):
        StateFile(path).read()


def test_a_method_the_provider_lacks_is_refused_before_anything(
    begin: Callable[..., Job], server: FineTuningServer
) -> None:
    with pytest.raises(FineTuningError, match="no method dpo"):
        begin(provider="nebius", method="dpo")
    assert not server.requests


def test_a_large_file_goes_whole_where_there_are_no_parts(
    uploader: Callable[..., Uploader],
    large: Path,
    server: FineTuningServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from openai.resources.uploads import Uploads

    def absent(*_: Any, **__: Any) -> Any:
        raise FineTuningError("no such page", code="not_found")

    monkeypatch.setattr(Uploads, "create", absent)
    assert uploader().upload(digest_file(large, "train.jsonl")).startswith("file-")
    assert [r.line for r in server.requests if r.method == "POST"] == ["POST /files"]


def test_a_file_that_stays_for_another_time_than_planned_is_sent_again(
    begin: Callable[..., Job], lines: Callable[[str], int], flying: Time
) -> None:
    begin(seed=1)
    begin(seed=2, expires_after=86_400)
    begin(seed=3, expires_after=86_400)
    assert lines("POST /files") == 2
    flying.sleep(86_400 - 1_800)  # it would be gone before the job is done
    begin(seed=4, expires_after=86_400)
    assert lines("POST /files") == 3


def test_a_file_of_the_same_name_and_size_is_not_taken_for_ours(
    begin: Callable[..., Job],
    train: Path,
    server: FineTuningServer,
) -> None:
    text = train.read_text()
    client = openai.OpenAI(base_url=server.base_url, api_key="any")
    other = text.replace("Number", "Zumber").encode()
    client.files.create(file=("train.jsonl", other), purpose="fine-tune")
    server.play("cut_upload", on="POST /files", after=10)
    job = begin()
    sent = client.files.content(job.state.file_ids[0]).read()
    assert sent == train.read_bytes()


def test_the_prompt_of_a_job_is_the_one_it_was_trained_with(
    begin: Callable[..., Job], train: Path
) -> None:
    job = begin()
    train.write_text(train.read_text().replace("You number", "You count"))
    again = attach(train.parent / "Ann and Bob.finetuning.json")
    assert again.job_id == job.job_id
    assert again.system_prompt == job.system_prompt == "You number {letters}."
    assert "number" not in repr(jobs(train.parent))
    assert json.loads((train.parent / "Ann and Bob.finetuning.json").read_text())


@pytest.mark.parametrize(
    ("created_at", "year"),
    [
        (1_790_000_000, 2026),
        ("2026-11-29T10:00:00Z", 2026),
        (10**20, 1970),
        (None, 1970),
    ],
)
def test_an_event_with_an_odd_time_is_an_event(created_at: Any, year: int) -> None:
    data = {"step": float("nan"), "train_loss": float("inf"), "valid_loss": 2}
    given = {"id": "e", "created_at": created_at, "message": None, "data": data}
    event = job_event(SimpleNamespace(**given, level="info", type="metrics"))
    assert (event.at.year, event.step, event.loss) == (year, None, None)


@pytest.mark.parametrize("finished_at", [10**20, 1e30, "soon", [5]])
def test_a_job_with_an_odd_time_has_ended_all_the_same(finished_at: Any) -> None:
    given = {"id": "j", "model": "m", "training_file": "f", "status": "succeeded"}
    shown = job_state(SimpleNamespace(**given, finished_at=finished_at))
    assert (shown.status, shown.finished_at) == ("succeeded", None)


@pytest.mark.parametrize("kind", ["closed", "server_error"])
def test_stopping_a_job_that_has_ended_is_no_error_whatever_the_refusal(
    kind: Any, begin: Callable[..., Job], server: FineTuningServer
) -> None:
    job = begin().wait(progress=False)
    stop = f"POST /fine_tuning/jobs/{job.job_id}/cancel"
    server.play(kind, times=9, on=stop)
    assert job.cancel().status == "succeeded"
    assert sum(r.line == stop for r in server.requests) == 1


def test_a_job_that_still_runs_and_cannot_be_stopped_is_an_error(
    begin: Callable[..., Job], server: FineTuningServer
) -> None:
    job = begin()
    server.play("closed", on=f"POST /fine_tuning/jobs/{job.job_id}/cancel")
    with pytest.raises(FineTuningError, match="cancel the job"):
        job.cancel()


def test_events_are_not_read_without_end(portal: Any, tmp_path: Path) -> None:
    event = {"id": "e", "created_at": 1, "message": "m", "level": "info", "type": "x"}
    page = {"object": "list", "has_more": True, "data": [event] * 100}
    portal.page = ("application/json", json.dumps(page).encode())
    backend = HostedBackend(
        connection=connect("openai", base_url=portal.url),
        state=StateFile(tmp_path / "state.json"),
        pace=Pace(),
    )
    assert [event.id for event in backend.events("j", None)] == ["e"]


def test_a_model_that_is_named_after_the_end_is_found(
    begin: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langchain_openai")
    show = Training.to_dict
    monkeypatch.setattr(
        Training, "to_dict", lambda self: {**show(self), "fine_tuned_model": None}
    )
    job = begin().wait(progress=False)
    with pytest.raises(FineTuningError, match="names no tuned model"):
        job.chat_model()
    monkeypatch.undo()
    assert job.chat_model(temperature=0).model_name == job.fine_tuned_model is not None


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Have a number of the next writes of state files succeed, and no other."""
    real, left = _state_file.replacing, [0]

    @contextlib.contextmanager
    def replacing(path: Path) -> Iterator[Any]:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        with real(path) as file:
            yield file

    def limit(writes: int) -> None:
        left[0] = writes
        monkeypatch.setattr(_state_file, "replacing", replacing)

    return limit


@pytest.mark.parametrize("writes", range(5))
def test_a_full_disk_starts_no_second_job(
    writes: int,
    full_disk: Callable[[int], None],
    begin: Callable[..., Job],
    lines: Callable[[str], int],
) -> None:
    full_disk(writes)
    with pytest.raises(FineTuningError, match="No space left") as raised:
        begin()
    created = lines("POST /fine_tuning/jobs")
    assert (raised.value.job_id is not None) == (created == 1)
    full_disk(99)
    assert begin().job_id == (raised.value.job_id or begin().job_id)
    assert lines("POST /fine_tuning/jobs") == 1


def test_a_job_is_followed_to_its_end_on_a_full_disk(
    full_disk: Callable[[int], None], begin: Callable[..., Job]
) -> None:
    job = begin()
    full_disk(0)
    with pytest.warns(UserWarning, match="No space left"):
        assert job.wait(progress=False).status == "succeeded"


def test_a_folder_that_is_gone_is_said_to_be(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "gone" / "finetuning.json")
    with pytest.raises(FineTuningError, match=r"finetuning\.json cannot be written"):
        file.note_request("j", "r")


def test_a_state_file_names_no_training_file_outside_its_folder(
    begin: Callable[..., Job], train: Path, tmp_path: Path
) -> None:
    begin()
    text = (train.parent / f"{train.stem}.finetuning.json").read_text()
    given = tmp_path / "given"
    given.mkdir()
    record = json.loads(text)
    record["jobs"][0] |= {"train": f"../{train.name}", "system_prompt": None}
    (given / "finetuning.json").write_text(json.dumps(record))
    assert attach(given).system_prompt is None


@pytest.mark.parametrize(
    ("status", "code"),
    [("failed", "invalid_file"), ("deleted", "file_gone"), ("ready", None)],
)
def test_a_file_that_will_never_be_processed_is_one_error_at_once(
    status: str,
    code: str | None,
    begin: Callable[..., Job],
    flying: Time,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    show = StoredFile.to_dict
    monkeypatch.setattr(
        StoredFile, "to_dict", lambda self: {**show(self), "status": status}
    )
    if code is None:
        assert begin().job_id
    else:
        with pytest.raises(FineTuningError) as raised:
            begin()
        assert raised.value.code == code
    assert sum(flying.slept) < 60


def test_checkpoints_of_a_server_that_knows_no_pages_are_read_once(
    portal: Any, tmp_path: Path
) -> None:
    checkpoint = {"id": "c", "fine_tuned_model_checkpoint": "ft:c", "step_number": 1}
    page = {"object": "list", "data": [{**checkpoint, "metrics": {}}]}
    portal.page = "application/json", json.dumps(page).encode()
    backend = HostedBackend(
        connection=connect("openai", base_url=portal.url),
        state=StateFile(tmp_path / "s.json"),
        pace=Pace(),
    )
    assert [one.model for one in backend.checkpoints("ftjob-1")] == ["ft:c"]


@pytest.mark.parametrize("body", [b"5", b'"x"', b"[]", b"[" * 5_000])
def test_an_answer_about_a_file_that_is_none_is_one_error(
    body: bytes, begin: Callable[..., Job], server: FineTuningServer
) -> None:
    with Relay(server.base_url) as relay:
        relay.bodies["GET /files/"] = body
        with pytest.raises(FineTuningError, match="what its API promises") as raised:
            begin(base_url=relay.base_url)
    assert raised.value.code == "unexpected_answer"


@pytest.mark.parametrize("odd", [5, ["a"], {"a": 1}, True])
def test_odd_values_of_a_job_damage_no_state_file(
    odd: object, begin: Callable[..., Job], train: Path, server: FineTuningServer
) -> None:
    with Relay(server.base_url) as relay:
        job = begin(base_url=relay.base_url)
        answer = {"id": job.job_id, "status": "succeeded", "model": odd}
        answer |= dict.fromkeys(("fine_tuned_model", "training_file"), odd)
        answer |= {"error": dict.fromkeys(("code", "message", "param"), odd)}
        relay.bodies[f"GET /fine_tuning/jobs/{job.job_id}"] = json.dumps(
            answer
        ).encode()
        assert job.refresh().status == "succeeded"
        assert job.fine_tuned_model is None
    assert jobs(train.parent)[0].status == "succeeded"
