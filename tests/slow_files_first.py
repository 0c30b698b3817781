"""Has files with slow tests begin first, so that no process is left alone with one.

Owns their order among processes (pytest-xdist gives out files as they come, see the
Makefile). Within a file, and in one process, tests keep their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Move files that have a test marked slow to the front."""
    if hasattr(config, "workerinput"):
        slow = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: item.path not in slow)
