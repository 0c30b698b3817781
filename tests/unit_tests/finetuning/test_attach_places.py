"""Coming back to a job by its id: which record is meant, and what is said where none is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from training_relay import Relay

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning import attach, jobs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from langchain_imessage.finetuning import Job
    from langchain_imessage.testing import FineTuningServer

pytest.importorskip("openai")


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_an_address_hides_no_record_of_this_folder(
    begin: Callable[..., Job], server: FineTuningServer
) -> None:
    job_id = begin().job_id
    found = attach(f" {job_id}\n", base_url=server.base_url)
    assert found.system_prompt == "You number {letters}."


def test_another_provider_than_the_recorded_one_is_refused(
    begin: Callable[..., Job], train: Path
) -> None:
    job_id = begin().job_id
    for named in (job_id, train, train.with_suffix(".finetuning.json")):
        with pytest.raises(FineTuningError, match="of openai, not of nebius"):
            attach(named, provider="nebius")


def test_what_could_not_be_read_is_said_where_an_id_is_not_found(
    begin: Callable[..., Job], tmp_path: Path
) -> None:
    job_id = begin().job_id
    (tmp_path / "damaged.finetuning.json").write_text("{")
    assert attach(job_id).job_id == job_id
    for unknown in ("ftjob-of-nobody", "local-0123456789ab"):
        with pytest.raises(FineTuningError, match="is damaged"):
            attach(unknown)


def test_an_id_at_two_places_is_refused(
    begin: Callable[..., Job], train: Path, tmp_path: Path, server: FineTuningServer
) -> None:
    job_id = begin().job_id
    path = train.with_suffix(".finetuning.json")
    text = path.read_text().replace(server.base_url, "http://elsewhere.test/v1")
    (tmp_path / "other.finetuning.json").write_text(text)
    with pytest.raises(FineTuningError, match="Pass state= with the one you mean"):
        attach(job_id)
    assert attach(job_id, base_url=server.base_url).job_id == job_id
    assert attach(job_id, state=path).job_id == job_id


def test_a_state_file_without_the_job_is_named_with_the_id(
    begin: Callable[..., Job], train: Path
) -> None:
    begin()
    path = train.with_suffix(".finetuning.json")
    with pytest.raises(FineTuningError, match=r"finetuning\.json has no job ftjob-x"):
        attach("ftjob-x", state=path)


def test_attach_records_what_it_saw_and_deletes_nothing(
    begin: Callable[..., Job], train: Path, server: FineTuningServer
) -> None:
    job_id = begin(delete_files=True).job_id
    path = train.with_suffix(".finetuning.json")
    with Relay(server.base_url) as relay:
        answer = {"id": job_id, "status": "succeeded", "model": "m"}
        relay.bodies[f"GET /fine_tuning/jobs/{job_id}"] = json.dumps(answer).encode()
        attach(job_id, base_url=relay.base_url)
    (record,) = jobs()
    assert (record.status, record.delete_files) == ("succeeded", True)
    assert json.loads(path.read_text())["uploads"]
    assert not any(r.line.startswith("DELETE") for r in server.requests)


def test_how_to_follow_a_job_again_names_its_address(
    begin: Callable[..., Job], train: Path, server: FineTuningServer
) -> None:
    job_id = begin().job_id
    train.with_suffix(".finetuning.json").unlink()
    job = attach(job_id, base_url=server.base_url)
    with pytest.raises(TypeError, match=f"base_url='{server.base_url}'"):
        job.__reduce__()
