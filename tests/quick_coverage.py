"""Has coverage look where a look is worth its time: tracing makes Python three times slower.

Owns when coverage traces: while unit tests and documents run. Integration tests, slow ones
that try hundreds of random examples and those marked `untraced` run as they would without
it: the gate counts what the others cover by themselves. Nor is collecting traced; so that
the first lines of every module are, all are imported before.
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

_INTEGRATION = Path(__file__).with_name("integration_tests")


def import_every_module() -> None:
    """Import the whole package, without what needs an extra that is not installed."""
    name = langchain_imessage.__name__
    for module in pkgutil.walk_packages(langchain_imessage.__path__, f"{name}."):
        if not module.name.endswith("__main__"):
            with suppress(ImportError):
                import_module(module.name)


def is_traced(item: pytest.Item) -> bool:
    """Return whether what a test runs counts for the gate."""
    if _INTEGRATION in item.path.parents or item.get_closest_marker("untraced"):
        return False
    tries_examples = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    return not (tries_examples and item.get_closest_marker("slow"))


_COVERAGE = pytest.StashKey["Coverage"]()
"""What measured this process while everything was imported."""


@pytest.hookimpl(tryfirst=True)
def pytest_collectstart(collector: pytest.Collector) -> None:
    """Stop looking once everything is imported.

    In a process of pytest-xdist two look: pytest-cov's for one process, which it began too
    early to know, goes on below the one whose findings it takes, if that alone is stopped.
    """
    if isinstance(collector, pytest.Session) and (coverage := _running()):
        import_every_module()
        collector.config.stash[_COVERAGE] = coverage
        while running := _running():
            running.stop()


def _running() -> Coverage | None:
    """Return what measures this process, and was begun last; None where nothing does."""
    with suppress(ImportError):
        from coverage import Coverage  # noqa: PLC0415 - not everybody measures

        return Coverage.current()
    return None


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
