"""Has coverage look where a look is worth its time: tracing makes Python three times slower.

Owns when coverage traces: while unit tests run. Those that try hundreds of random examples,
those marked `untraced`, integration tests and documents run as they would without it: the
gate counts what unit tests cover by themselves. Nor is collecting traced; so that the first
lines of every module are, all are imported before.
"""

from __future__ import annotations

import pkgutil
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import langchain_imessage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coverage import Coverage

_UNIT_TESTS = Path(__file__).with_name("unit_tests")


def import_every_module() -> None:
    """Import the whole package, without what needs an extra that is not installed."""
    name = langchain_imessage.__name__
    for module in pkgutil.walk_packages(langchain_imessage.__path__, f"{name}."):
        if not module.name.endswith("__main__"):
            with suppress(ImportError):
                import_module(module.name)


def is_traced(item: pytest.Item) -> bool:
    """Return whether what a test runs counts for the gate."""
    if _UNIT_TESTS not in item.path.parents or item.get_closest_marker("untraced"):
        return False
    return not getattr(getattr(item, "obj", None), "is_hypothesis_test", False)


def _coverage() -> Coverage | None:
    """Return what measures this process; None where nothing does."""
    with suppress(ImportError):
        from coverage import Coverage  # noqa: PLC0415 - not everybody measures

        return Coverage.current()
    return None


_COVERAGE = pytest.StashKey["Coverage"]()
"""What measured this process while everything was imported."""


@pytest.hookimpl(tryfirst=True)
def pytest_collectstart(collector: pytest.Collector) -> None:
    """Stop looking once everything is imported."""
    if isinstance(collector, pytest.Session) and (coverage := _coverage()):
        import_every_module()
        coverage.stop()
        collector.config.stash[_COVERAGE] = coverage


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Look while a test runs that counts."""
    coverage = item.config.stash.get(_COVERAGE, None)
    if coverage is None or not is_traced(item):
        return (yield)
    coverage.start()
    try:
        return (yield)
    finally:
        coverage.stop()
