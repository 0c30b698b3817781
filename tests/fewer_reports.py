"""Has a process of pytest-xdist report a test once, not for its set-up and its end as well.

Owns nothing but that: each report is packed, sent and unpacked, at a third of a millisecond,
for thousands of tests. What fails or is skipped is reported in whatever phase it does, and
all phases are where `--durations` asks for their times.
"""

from __future__ import annotations

import pytest
from _pytest.runner import runtestprotocol


@pytest.hookimpl
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> object:
    """Run a test as pytest does, and report its call, and what did not pass."""
    if not hasattr(item.config, "workerinput") or item.config.option.durations:
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if report.when == "call" or not report.passed:
            item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
