"""What changes, or goes, after its plan was agreed to is not trained on, and not kept there."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning import Pace
from langchain_imessage.finetuning.hosted._client import connect
from langchain_imessage.finetuning.state._file_content import digest_file
from langchain_imessage.finetuning.state._state_file import JobRecord, State, StateFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Time

    from langchain_imessage.finetuning import Job
    from langchain_imessage.finetuning.hosted._upload import Uploader
    from langchain_imessage.testing import FineTuningServer

pytest.importorskip("openai")


@pytest.mark.parametrize("side", ["train", "validation"])
def test_a_file_that_changed_after_the_plan_was_shown_is_not_sent(
    side: str, begin: Callable[..., Job], train: Path, server: FineTuningServer
) -> None:
    held_out = train.with_name("held out.jsonl")
    held_out.write_text(train.read_text())

    def agree(_: object) -> bool:
        path = train if side == "train" else held_out
        path.write_text(path.read_text().replace("Number", "No."))
        return True

    with pytest.raises(FineTuningError, match="changed since it was checked") as raised:
        begin(confirm=agree, validation=held_out)
    assert raised.value.code == "file_changed"
    assert not any(r.size for r in server.requests)  # neither file was sent
    assert not StateFile(train.with_suffix(".finetuning.json")).read().jobs


def _change(path: Path) -> None:
    """Change a file's text, and keep its size and times."""
    before = path.stat()
    path.write_text(path.read_text().replace("alpha", "ALPHA"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _at_the_server(server: FineTuningServer) -> list[Any]:
    client = connect("openai", base_url=server.base_url).client
    return list(client.files.list())


def test_a_file_that_changed_while_a_request_is_repeated_is_not_sent(
    begin: Callable[..., Job], train: Path, server: FineTuningServer, flying: Time
) -> None:
    server.play("rate_limit", on="POST /files")

    def sleep(seconds: float) -> None:
        flying.sleep(seconds)
        _change(train)

    with pytest.raises(FineTuningError, match="changed since it was checked") as raised:
        begin(pace=Pace(clock=flying.clock, sleep=sleep))
    assert raised.value.code == "file_changed"
    assert not _at_the_server(server)
    state = StateFile(train.with_suffix(".finetuning.json")).read()
    assert not state.uploads
    assert not state.jobs


def test_a_file_that_is_replaced_once_it_is_open_is_sent_as_it_was(
    uploader: Callable[..., Uploader], train: Path, server: FineTuningServer
) -> None:
    content, new = digest_file(train, "train.jsonl"), train.with_name("new")

    def replace_it(line: str) -> None:
        if line.startswith("Uploading") and not new.exists():
            new.write_text("new")
            new.replace(train)

    file_id = uploader(replace_it).upload(content)
    client = connect("openai", base_url=server.base_url).client
    sent = client.files.content(file_id).read()
    assert hashlib.sha256(sent).hexdigest() == content.sha256


@pytest.mark.parametrize("part", [1_000, 10**6])
def test_what_was_sent_of_a_file_that_changes_meanwhile_is_deleted(
    part: int,
    uploader: Callable[..., Uploader],
    train: Path,
    server: FineTuningServer,
) -> None:
    content = digest_file(train, "train.jsonl")
    sender = replace(uploader(lambda line: "100" in line and _change(train)), part=part)
    with pytest.raises(FineTuningError, match="changed since it was checked"):
        sender.upload(content)
    assert not _at_the_server(server)
    assert not sender.state.read().uploads
    lines = [request.line.split("/")[-1] for request in server.requests]
    assert "complete" not in lines
    assert ("cancel" in lines) == (part == 1_000)


def test_a_file_that_changed_is_not_sampled(
    begin: Callable[..., Job], train: Path, server: FineTuningServer
) -> None:
    with pytest.raises(FineTuningError, match="Nothing was sent"):
        begin(confirm=lambda _: _change(train) or True, moderate=3)
    assert not any(request.size for request in server.requests)


def _move_away(path: Path) -> None:
    path.rename(path.with_name("moved"))


def _make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("lose", [Path.unlink, _move_away, _make_folder])
@pytest.mark.parametrize("moderate", [0, 3])
def test_a_file_that_is_gone_after_the_plan_is_one_error(
    moderate: int,
    lose: Callable[[Path], None],
    begin: Callable[..., Job],
    train: Path,
    server: FineTuningServer,
) -> None:
    with pytest.raises(FileNotFoundError, match="no longer there") as raised:
        begin(confirm=lambda _: lose(train) or True, moderate=moderate)
    assert isinstance(raised.value, FineTuningError)
    assert raised.value.code == "file_changed"
    assert not any(request.size for request in server.requests)


def test_a_job_that_was_not_begun_leaves_an_earlier_unconfirmed_one() -> None:
    earlier = JobRecord(
        fingerprint="f", provider="openai", base_url="u", model="m", began=1
    )
    other = replace(earlier, fingerprint="g")
    now = replace(earlier, began=2)
    state = State(jobs=(other, now))
    assert state.without_job(now, earlier).jobs == (other, earlier)
    assert state.without_job(now, None).jobs == (other,)
