"""Says how many processes run the tests, and has files that take long begin first.

So no core waits, and no process is left alone with a long file. Owns their order among
processes (pytest-xdist gives out files as they come, see the Makefile). Within a file,
and in one process, tests keep their order.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_xdist_auto_num_workers() -> int:
    """Return how many processes `-n auto` starts.

    One more than there are cores, as some tests wait for a browser or another process.
    More than four gain nothing, as single files are then what takes longest.
    """
    return min((os.cpu_count() or 1) + 1, 4)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Move integration tests, and files that have a test marked slow, to the front."""
    if hasattr(config, "workerinput"):
        first = {item.path for item in items if _takes_long(item)}
        items.sort(key=lambda item: item.path not in first)


def _takes_long(item: pytest.Item) -> bool:
    is_integration = "integration_tests" in item.path.parts
    return is_integration or item.get_closest_marker("slow") is not None
