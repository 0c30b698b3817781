"""Threads that multiply matrices: no more than there are cores with nothing to do."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from langchain_imessage.finetuning.local.processes import _blas_threads
from langchain_imessage.finetuning.local.processes._blas_threads import free_cores

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("load", "quota", "free"),
    [
        ("0.00 0.00 0.00 1/151 11027", "max 100000", 8),
        ("5.00 0.00 0.00 4/151 11027", "max 100000", 5),
        ("5.00 0.00 0.00 30/151 11027", "max 100000", 1),
        ("0.00 0.00 0.00 1/151 11027", "250000 100000", 2),
        ("0.00 0.00 0.00 1/151 11027", "50000 100000", 1),
        (None, None, 8),
        ("", "unknown", 8),
    ],
)
def test_cores_that_others_use_or_that_are_not_ours_get_no_thread(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    load: str | None,
    quota: str | None,
    free: int,
) -> None:
    for name, text in (("_LOAD", load), ("_QUOTA", quota)):
        path = tmp_path / name
        if text is not None:
            path.write_text(text)
        monkeypatch.setattr(_blas_threads, name, path)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    assert free_cores() == free
