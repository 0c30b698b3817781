"""Coming back to a job by a file: an error says what is wrong with the file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import FineTuningError, TrainingFileAccessError
from langchain_imessage.finetuning import attach, fine_tune
from langchain_imessage.finetuning.state import _state_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_imessage.finetuning import Job


def test_a_file_that_cannot_be_read_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "mine.json").write_text("no state")
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(_state_file, "read_private", refuse)
    with pytest.raises(FineTuningError, match=r"cannot be read \(Permission denied"):
        attach(tmp_path / "mine.json")


def test_an_id_is_looked_up_in_the_datasets_of_this_folder(
    begin: Callable[..., Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = begin().job_id
    (tmp_path / "damaged.finetuning.json").write_text("{")
    monkeypatch.chdir(tmp_path)
    found = attach(job_id)
    assert (found.job_id, found.system_prompt) == (job_id, "You number {letters}.")
    (tmp_path / "damaged.finetuning.json").unlink()
    with pytest.raises(FineTuningError, match="a key"):
        attach("ftjob-of-nobody")
    with pytest.raises(FineTuningError, match="Pass the job's own folder"):
        attach("local-0123456789ab")


@pytest.mark.parametrize("which", ["train.jsonl", "validation.jsonl"])
def test_a_file_that_may_not_be_read_says_what_to_do(
    which: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("train.jsonl", "validation.jsonl"):
        (tmp_path / name).write_text("{}")
    opened = Path.open

    def refuse(path: Path, *words: Any, **named: Any) -> Any:
        if path.name == which:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *words, **named)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(PermissionError, match=r"chmod u\+r") as raised:
        fine_tune(tmp_path / "train.jsonl", validation=tmp_path / "validation.jsonl")
    assert isinstance(raised.value, TrainingFileAccessError)
    assert raised.value.code == "not_readable"
    assert which in str(raised.value)
