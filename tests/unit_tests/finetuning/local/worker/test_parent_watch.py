"""A worker process ends when the process that started it does, however that ends."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from langchain_imessage.finetuning.local.worker import _parent_watch


@pytest.fixture(autouse=True)
def exits(monkeypatch: pytest.MonkeyPatch) -> None:
    """End as `sys.exit` does, which can be tested."""
    monkeypatch.setattr(os, "_exit", sys.exit)


def test_it_ends_when_it_has_another_parent() -> None:
    with pytest.raises(SystemExit, match="0"):
        _parent_watch._end_with(-1)


def test_it_ends_when_its_input_does(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter([([], [], []), ([0], [], [])])
    monkeypatch.setattr("select.select", lambda *_: next(looks))
    monkeypatch.setattr(os, "read", lambda *_: b"")
    with pytest.raises(SystemExit, match="0"):
        _parent_watch._end_with(os.getppid())


SCORER = """
import time
from langchain_imessage.finetuning.local.worker import _scorer_main

def never(order, found):
    print("began", flush=True)
    time.sleep(600)

_scorer_main._lines = never
_scorer_main.main()
"""


@pytest.mark.slow
def test_the_scorer_ends_while_it_computes() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SCORER],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(b"{}\n\n")
        process.stdin.flush()
        assert process.stderr.readline() == b"began\n"
        process.stdin.close()
        assert process.wait(60) == 0
