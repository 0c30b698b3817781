"""Has files that take long begin first, so that no process is left alone with one.

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
    """Move integration tests, and files that have a test marked slow, to the front."""
    if hasattr(config, "workerinput"):
        first = {item.path for item in items if _takes_long(item)}
        items.sort(key=lambda item: item.path not in first)


def _takes_long(item: pytest.Item) -> bool:
    is_integration = "integration_tests" in item.path.parts
    return is_integration or item.get_closest_marker("slow") is not None
