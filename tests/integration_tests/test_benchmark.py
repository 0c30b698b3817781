"""The benchmark counts what it says it counts; how fast anything is, no test asks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("resource")  # Windows has none

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))


def run(script: str, *arguments: str) -> str:
    """Run a script of the benchmark, and return what it printed."""
    command = [sys.executable, str(BENCHMARKS / script), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def database(tmp_path: Path) -> str:
    """Write a database as the benchmark does."""
    path = str(tmp_path / "chat.db")
    run("speed/databases.py", path, json.dumps({"messages": 300, "chats": 5}))
    return path


def task(*arguments: str) -> list[Any]:
    """Run a task: its seconds of CPU, of wall, its peak and its result."""
    printed: list[Any] = json.loads(run("bench.py", *arguments))
    return printed


def test_the_scan_fetches_every_row(database: str) -> None:
    cpu, wall, peak, count = task("--task", "scan", "--path", database)
    assert count == 300
    assert cpu > 0
    assert wall > 0
    assert peak > 5


def test_a_rival_gets_the_path_an_empty_folder_and_its_cpu_is_counted(
    database: str, tmp_path: Path
) -> None:
    """A loop of some length: a child's CPU that was not counted would be next to none."""
    seen = tmp_path / "seen"
    code = (
        "import os, sys; open(sys.argv[1], 'w').write(repr((sys.argv[2], os.listdir())));"
        "sum(range(10**7))"
    )
    rival = f'{sys.executable} -c "{code}" {seen} {{}}'
    cpu, *_ = task("--task", "rival", "--path", database, "--rival", rival)
    assert seen.read_text() == repr((database, []))
    assert cpu > 0.05


def test_a_ratio_is_met_on_the_right_side_of_its_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from speed.bars import Ratio, cpu_ratio, print_ratios  # noqa: PLC0415
    from speed.measuring import Figures, Round  # noqa: PLC0415

    ours, theirs = (
        Figures([Round(cpu, 9, 9, None) for cpu in cpus]) for cpus in ([2, 3], [1, 2])
    )
    ratio = cpu_ratio("ours", ours, theirs, 2)
    assert (ratio.value, ratio.spread, ratio.is_met) == (2, (1.5, 2), True)
    slow = Ratio(name="slow", value=2.01, bar=2)
    print_ratios([slow, Ratio(name="fast", value=2.01, bar=2, at_most=False)])
    _, first, second = capsys.readouterr().out.splitlines()
    assert first.split() == ["slow", "2.01", "≤", "2", "MISSED"]
    assert second.split() == ["fast", "2.01", "≥", "2", "met"]
