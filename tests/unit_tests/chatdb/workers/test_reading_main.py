"""A worker that is told to end does, whatever it reads."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from langchain_imessage.chatdb.workers._reading_main import _answers
from langchain_imessage.worker_processes import Terminated


@pytest.mark.parametrize(
    ("error", "is_answered"), [(Terminated(1), False), (SystemExit(1), True)]
)
def test_only_an_exit_of_the_content_function_is_an_answer(
    error: SystemExit, *, is_answered: bool
) -> None:
    def read(*_: object) -> None:
        raise error

    reader = SimpleNamespace(recent_from=(0,), read=read)
    job: Any = SimpleNamespace(reader=reader, on_error="skip")
    if is_answered:
        assert [answer.outcome for answer in _answers(job, [None])] == [None]  # type: ignore[list-item]
        return
    with pytest.raises(Terminated):
        list(_answers(job, [None]))  # type: ignore[list-item]
