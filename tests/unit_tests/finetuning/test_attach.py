"""Coming back to a job by a file: an error says what is wrong with the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning import attach
from langchain_imessage.finetuning.state import _state_file


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
