"""Runs the examples in docstrings, README and docs, each document in a fresh folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser

pytest_plugins = [
    "fewer_reports",
    "kept_objects",
    "no_certificates",
    "quick_coverage",
    "slow_files_first",
]


def _enter(namespace: dict[str, Any]) -> None:
    namespace["_before"] = Path.cwd()
    namespace["_environment"] = dict(os.environ)
    namespace["_folder"] = tempfile.TemporaryDirectory()
    os.chdir(namespace["_folder"].name)


def _leave(namespace: dict[str, Any]) -> None:
    os.chdir(namespace["_before"])
    os.environ.clear()
    os.environ.update(namespace["_environment"])
    namespace["_folder"].cleanup()


pytest_collect_file = (
    Sybil(
        parsers=[PythonCodeBlockParser(), SkipParser()],
        patterns=["README.md", "docs/*.md", "contrib/langchain/*.md*"],
        setup=_enter,
        teardown=_leave,
    )
    + Sybil(
        parsers=[DocTestParser()],
        path="src",
        patterns=["**/*.py"],
        setup=_enter,
        teardown=_leave,
    )
).pytest()
