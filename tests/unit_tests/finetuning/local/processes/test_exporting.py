"""Exporting: whole or not at all, private, and never over what is there."""

from __future__ import annotations

import errno
import json
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import ExportError, FineTuningError
from langchain_imessage.finetuning import Job
from langchain_imessage.finetuning._types import JobState
from langchain_imessage.finetuning.calls._retry import Pace
from langchain_imessage.finetuning.following._polling import JobContext
from langchain_imessage.finetuning.local.export import _exporter_main
from langchain_imessage.finetuning.local.processes import _exporting
from langchain_imessage.finetuning.local.processes._exporting import export_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WORKS = """
import pathlib, sys
form, model, adapters, target = sys.argv[1:]
target = pathlib.Path(target)
(target if form == "gguf" else target / "config.json").write_text(f"{form} of {model}")
"""
FAILS = 'import sys; print(\'{"code": "no_gguf", "message": "why"}\'); sys.exit(1)'
DIES = "import sys; sys.exit(9)"


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a small process in the place of the one that needs mlx-lm."""

    def use(script: str) -> None:
        def start(_: str, arguments: list[str], **__: Any) -> subprocess.Popen[bytes]:
            words = [sys.executable, "-c", script, *arguments]
            return subprocess.Popen(words, stdout=subprocess.PIPE, umask=0o077)

        monkeypatch.setattr(_exporting, "start", start)

    use(WORKS)
    return use


def export(tmp_path: Path, form: str, name: str) -> Path:
    log, adapters = tmp_path / "export.log", tmp_path / "adapters"
    path = tmp_path / name
    return export_model(form, path, model=str(tmp_path), adapters=adapters, log=log)


@pytest.mark.usefixtures("process")
@pytest.mark.parametrize("form", ["fused", "peft"])
def test_a_folder_is_for_its_owner_only(tmp_path: Path, form: str) -> None:
    folder = export(tmp_path, form, "out/model")
    assert (folder / "config.json").read_text() == f"{form} of {tmp_path}"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


@pytest.mark.usefixtures("process")
def test_a_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = export(tmp_path, "gguf", "me.gguf")
    assert path.read_text() == f"gguf of {tmp_path}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.usefixtures("process")
def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    assert (export(tmp_path, "fused", "model") / "config.json").is_file()


@pytest.mark.usefixtures("process")
@pytest.mark.parametrize("form", ["fused", "gguf"])
def test_what_is_there_stays(tmp_path: Path, form: str) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "mine").touch()
    with pytest.raises(ExportError, match="already exists"):
        export(tmp_path, form, "model")
    assert (tmp_path / "model" / "mine").is_file()


@pytest.mark.usefixtures("process")
def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "model").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ExportError, match="symbolic link"):
        export(tmp_path, "fused", "model")


@pytest.mark.parametrize(("script", "message"), [(FAILS, "why"), (DIES, "export.log")])
def test_one_that_fails_says_why_and_leaves_nothing(
    tmp_path: Path, process: Callable[[str], None], script: str, message: str
) -> None:
    process(script)
    with pytest.raises(FineTuningError, match=message):
        export(tmp_path, "fused", "out/model")
    assert not list((tmp_path / "out").iterdir())


def test_another_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FineTuningError, match="fused, peft or gguf"):
        export(tmp_path, "onnx", "model")


def job(status: str, **backend: Any) -> Job:
    found = JobState(job_id="j", status=status, model="m", fine_tuned_model="f")
    kind = type("Backend", (), backend)
    return Job(found, JobContext(backend=kind(), provider="nebius", pace=Pace()))


def test_a_job_exports_by_its_backend(tmp_path: Path) -> None:
    def export(_: Any, state: JobState, form: str, path: Path) -> Path:
        return path / f"{form}-{state.fine_tuned_model}"

    assert job("succeeded", export=export).export("peft", tmp_path).name == "peft-f"
    with pytest.raises(FineTuningError, match="failed"):
        job("failed", export=export).export("peft", tmp_path)


def test_a_model_of_a_provider_is_not_exported(tmp_path: Path) -> None:
    with pytest.raises(FineTuningError, match="trained at nebius") as caught:
        job("succeeded").export("fused", tmp_path)
    assert caught.value.code == "not_local"
    assert json.dumps(caught.value.job_id) == '"j"'


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*_: Any) -> None:
        raise OSError(number, "secret")

    monkeypatch.setattr(_exporter_main, "write_peft", fill)
    with pytest.raises(FineTuningError, match="disk is full") as caught:
        _exporter_main._export("peft", "model", tmp_path, tmp_path / "model")
    assert caught.value.code == "no_room"
