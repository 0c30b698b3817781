"""How many threads OpenBLAS may use: as many as there are cores that nobody else uses.

A thread of OpenBLAS that waits for the others spins. On a busy computer all of them wait
most of the time: a step of training then takes four to ten times as long with a thread for
each core as with one thread. Reads what Linux tells of itself; changes nothing.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

VARIABLE = "OPENBLAS_NUM_THREADS"
_LOAD = Path("/proc/loadavg")
_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def free_cores() -> int:
    """Return how many cores this process may use that have nothing to do right now."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return max(1, min(cores, _quota()) - _running())


def _running() -> int:
    """Return how many other threads of this computer run or wait for a core."""
    with suppress(OSError, ValueError, IndexError):
        return int(_LOAD.read_text().split()[3].partition("/")[0]) - 1
    return 0


def _quota() -> int:
    """Return how many cores a container may use."""
    with suppress(OSError, ValueError):
        share, period = _QUOTA.read_text().split()
        if share != "max":
            return max(1, int(share) // int(period))
    return os.cpu_count() or 1
