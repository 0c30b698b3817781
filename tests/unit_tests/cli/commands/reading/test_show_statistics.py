"""`stats`: what it prints."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("typer")

from langchain_imessage.cli.commands.reading._show_statistics import _duration
from langchain_imessage.testing import ChatDatabaseWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_stats_prints_who_when_how_much_and_how_fast(
    run: Callable, path: Path, at: Callable
) -> None:
    with ChatDatabaseWriter(path) as db:
        for number in range(3):
            chat = db.chat(db.handle(f"+1415555010{number}"))
            db.message(chat, "how are you", sender=number + 1, at=at(0))
            db.message(chat, "fine", at=at(0) + timedelta(minutes=4))
    said = run("stats", path, "--limit", "2")
    assert (
        "6 messages with words in 3 conversations; 2024-05-01 to 2024-05-01"
        in said.stdout
    )
    assert "Yours: 3 (50 %), 3 words; of others: 9 words" in said.stdout
    assert "you answer in 4 min, and are answered in - (medians)" in said.stdout
    assert said.stdout.count("+1415555010") == 2
    assert "and 1 more" in said.stderr
    report = json.loads(run("stats", path, "--json").stdout)
    assert report["messages"] == 6
    assert len(report["people"]) == 3


def test_stats_of_nothing(run: Callable, path: Path) -> None:
    with ChatDatabaseWriter(path):
        pass
    assert run("stats", path).stdout == "0 messages with words in 0 conversations\n"


@pytest.mark.slow
def test_stats_draws_a_picture(run: Callable, sample: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    out = tmp_path / "out.svg"
    assert "Chart" in run("stats", sample, "--plot", out).stderr
    assert out.exists()
    assert run("stats", sample, "--plot", tmp_path / "out.gif").exit_code == 2
    assert run("stats", sample, "--plot", "no/such/folder/x.png").exit_code == 2


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "-"), (5, "5 s"), (90, "2 min"), (3_599, "60 min"), (5_400, "1.5 h")],
)
def test_a_time_span_is_in_its_best_unit(seconds: float | None, words: str) -> None:
    assert _duration(seconds) == words
