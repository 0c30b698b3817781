"""Runs tasks in turn, each in a fresh process, and keeps every round's figures.

Knows neither what a task does nor what figures are good.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_WHOSE = (RUSAGE_SELF, RUSAGE_CHILDREN)


class Run(NamedTuple):
    """A task on a database."""

    task: str
    path: Path
    command: str = ""


class Round(NamedTuple):
    """What a process cost: seconds of CPU (user + sys, children too), wall, and MiB."""

    cpu: float
    wall: float
    peak: float
    result: Any


@dataclass(slots=True)
class Figures:
    """The rounds of one run, in the order of time."""

    rounds: list[Round] = field(default_factory=list)

    @property
    def cpus(self) -> list[float]:
        """The seconds of CPU of each round."""
        return [one.cpu for one in self.rounds]

    @property
    def cpu(self) -> float:
        """The fewest seconds: what else a machine does makes a run slower, never faster."""
        return min(self.cpus)

    @property
    def wall(self) -> float:
        """The fewest seconds of wall time."""
        return min(one.wall for one in self.rounds)

    @property
    def peak(self) -> float:
        """The median of the peaks, in MiB."""
        return median(one.peak for one in self.rounds)

    @property
    def result(self) -> Any:
        """What the task returned."""
        return self.rounds[0].result


def run_in_process(task: Callable[..., Any], *arguments: str) -> None:
    """Run a task in this process, and print what it cost as JSON."""
    before, start = _cpu(), time.perf_counter()
    result = task(*arguments)
    wall = time.perf_counter() - start
    print(json.dumps(Round(_cpu() - before, wall, _peak(), result)))


def measure(runs: Sequence[Run], rounds: int) -> dict[Run, Figures]:
    """Run tasks in turn, as often as there are rounds.

    Every other round goes backwards, so that none always runs behind the same: memory
    that a large process has just given back comes slowly to the next.
    """
    figures = {run: Figures() for run in runs}
    for number in range(rounds):
        for run in runs[:: -1 if number % 2 else 1]:
            figures[run].rounds.append(_spawn(run))
    return figures


def _spawn(run: Run) -> Round:
    script = Path(__file__).parents[1] / "bench.py"
    command = [sys.executable, str(script), "--task", run.task, "--path", str(run.path)]
    if run.command:
        command += ["--rival", run.command]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{run.task} on {run.path} failed:\n{done.stderr.rstrip()}")
    return Round(*json.loads(done.stdout.splitlines()[-1]))


def _cpu() -> float:
    """Return this process's seconds of CPU, and those of its children that have ended."""
    return sum(one.ru_utime + one.ru_stime for one in map(getrusage, _WHOSE))


def _peak() -> float:
    """Return the most memory that this process or one of its children had, in MiB."""
    most = max(one.ru_maxrss for one in map(getrusage, _WHOSE))
    return most / (2**20 if sys.platform == "darwin" else 2**10)
