"""What a local job writes and reads: its figures, its turns, its folder, its environment."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

import pytest

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning.hosted.catalog._providers import provider_named
from langchain_imessage.finetuning.local._config import (
    TrainingConfig,
    check,
    schedule_of,
)
from langchain_imessage.finetuning.local._job_dir import JobFolder, is_job_folder
from langchain_imessage.finetuning.local._job_status import read_config
from langchain_imessage.finetuning.local.models._base_model import (
    download_notice,
    is_folder,
)
from langchain_imessage.finetuning.local.processes._subprocesses import environment

if TYPE_CHECKING:
    from pathlib import Path

ASKED = {"role": "user", "content": "Slow?"}
TOLD = {"role": "assistant", "content": "And steady."}


def config(**figures: object) -> TrainingConfig:
    return TrainingConfig(**{"model": "m", "train": "t", **figures})  # type: ignore[arg-type]


@pytest.mark.parametrize(("examples", "batch_size"), [(1, 1), (3, 3), (100, 4)])
def test_a_batch_is_never_larger_than_the_dataset(
    examples: int, batch_size: int
) -> None:
    assert schedule_of(config(batch_size=None), examples).batch_size == batch_size


def test_figures_that_are_given_win_over_those_decided() -> None:
    given = {
        "iters": 7,
        "batch_size": 2,
        "report_every": 3,
        "evaluate_every": 5,
        "save_every": 6,
    }
    schedule = schedule_of(config(**given), 1000)
    assert {name: getattr(schedule, name) for name in given} == given


def test_checkpoints_are_made_at_steps_whose_loss_is_reported() -> None:
    schedule = schedule_of(config(report_every=4, save_every=6), 1000)
    assert schedule.save_every % schedule.report_every == 0
    assert schedule.save_every >= 6


def test_epochs_decide_the_steps() -> None:
    assert schedule_of(config(n_epochs=2, batch_size=4), 10).iters == 5


def test_a_recipe_survives_its_file() -> None:
    one = config(rank=3, begin_with="w")
    assert TrainingConfig.from_json(one.to_json()) == one


@pytest.mark.parametrize(
    "options", [{"rank": 0}, {"iters": -1}, {"learning_rate": "fast"}, {"scale": None}]
)
def test_figures_that_make_no_sense_are_refused_by_name(
    options: dict[str, object],
) -> None:
    with pytest.raises(FineTuningError, match=next(iter(options))) as caught:
        check(options)
    assert caught.value.code == "invalid_setting"


def test_every_option_of_the_table_is_a_figure_of_a_recipe() -> None:
    for name in provider_named("local").options:
        assert hasattr(config(), name)


def written(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> JobFolder:
    made = JobFolder(tmp_path / "local-1")
    made.make()
    return made


def test_all_files_of_a_job_are_their_owners_only(folder: JobFolder) -> None:
    folder.write(folder.config, "{}")
    folder.add_event("status", status="queued")
    os.close(folder.try_lock() or 0)
    os.close(folder.open_log(folder.log))
    for path in folder.path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def test_a_line_that_is_being_written_is_not_read_yet(folder: JobFolder) -> None:
    folder.add_event("status", status="queued")
    with folder.events.open("a") as file:
        file.write('{"kind": "sta')
    assert [told["kind"] for told in folder.read_events()] == ["status"]


def test_nothing_is_told_before_the_first_event(folder: JobFolder) -> None:
    assert list(folder.read_events()) == []


def test_the_lock_is_held_by_one_and_free_when_closed(folder: JobFolder) -> None:
    assert not folder.is_running()
    held = folder.try_lock()
    assert held is not None
    assert folder.try_lock() is None
    assert folder.is_running()
    os.close(held)
    assert not folder.is_running()


def test_a_number_that_nobody_holds_a_lock_for_is_no_trainers(
    folder: JobFolder,
) -> None:
    assert folder.pid() is None
    folder.lock.write_text(str(os.getpid()))
    assert folder.pid() is None
    held = folder.try_lock()
    assert held is not None
    assert folder.pid() == os.getpid()
    os.close(held)


def test_a_folder_is_cleared_of_what_a_run_left(folder: JobFolder) -> None:
    folder.write(folder.config, "{}")
    assert is_job_folder(folder.path)
    for _ in range(2):
        folder.adapters.mkdir()
        folder.clear()
    kept = sorted(path.name for path in folder.path.iterdir())
    assert kept == ["adapters-1", "adapters-2"]  # weights are never deleted unasked
    assert not is_job_folder(folder.path)


def test_a_process_gets_no_keys_no_telemetry_and_if_told_no_hub() -> None:
    base = {
        "OPENAI_API_KEY": "sk",
        "MY_SECRET": "s",
        "DB_PASSWORD": "pw",
        "PATH": "p",
        "PYTHONPATH": "q",
    }
    made = environment(base, offline=True)
    assert "sk" not in made.values()
    assert "s" not in made.values()
    assert "pw" not in made.values()
    assert made["PATH"] == "p"
    assert made["PYTHONPATH"].endswith(f"{os.pathsep}q")
    assert made["HF_HUB_OFFLINE"] == made["DO_NOT_TRACK"] == "1"
    assert made["WANDB_MODE"] == "disabled"
    assert "HF_HUB_OFFLINE" not in environment(base, offline=False)


def test_a_path_without_a_folder_is_no_name_on_the_hub(tmp_path: Path) -> None:
    assert is_folder(str(tmp_path))
    assert not is_folder("Qwen/Qwen3-0.6B")
    for path in ("/nowhere", "./nowhere", "~/nowhere/at/all", "a/b/c"):
        with pytest.raises(FineTuningError) as caught:
            is_folder(path)
        assert caught.value.code == "model_not_found"


def test_a_download_is_announced_and_says_that_nothing_is_sent() -> None:
    assert "none of your data is sent" in str(download_notice("Qwen/Qwen3-0.6B"))


@pytest.mark.parametrize("cut", [b'{"at": 1, "kind": "me', b"\0\0\0\n", b"[]\n", b"\n"])
def test_events_that_a_full_disk_cut_cost_no_others(tmp_path: Path, cut: bytes) -> None:
    job = JobFolder(tmp_path)
    job.add_event("status", status="running")
    with job.events.open("ab") as file:
        file.write(cut)
    job.add_event("status", status="failed")
    statuses = [event["status"] for event in job.read_events()]
    assert statuses == ["running", "failed"]


@pytest.mark.parametrize("text", ["", '{"model": "m"', "[]", "{}"])
def test_a_config_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    job = JobFolder(tmp_path)
    job.config.write_text(text)
    assert read_config(job) is None


def test_a_config_of_another_version_is_read(tmp_path: Path) -> None:
    job = JobFolder(tmp_path)
    job.config.write_text('{"model": "m", "train": "t", "rank": 4, "new": 1}')
    assert read_config(job) == config(rank=4)
