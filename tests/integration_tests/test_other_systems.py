"""What differs on Windows and macOS, simulated where it can be.

Other tests here simulate single differences: a missing fcntl, a Mac's folders, an
interpreter without the wheels of a platform. These go the whole way.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "as_on_windows.py"
KEYS = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "LANGSMITH_TRACING")

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="tells by /proc which files are open"
)


def run(
    part: str, folder: Path, encoding: str = "cp1252"
) -> subprocess.CompletedProcess[bytes]:
    """Run a part of the script in a terminal with an old code page."""
    environment = {k: v for k, v in os.environ.items() if k not in KEYS}
    environment |= {
        "PYTHONWARNDEFAULTENCODING": "1",
        "PYTHONIOENCODING": encoding,
        "LC_ALL": "C.UTF-8",
        "TMPDIR": str(
            folder / "tmp"
        ),  # else those with locks take its copies for stale
    }
    (folder / "tmp").mkdir()
    return subprocess.run(
        [sys.executable, str(SCRIPT), part],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


@pytest.mark.slow
def test_from_a_database_to_an_answer_without_what_only_posix_has(
    tmp_path: Path,
) -> None:
    pytest.importorskip("langchain_openai")
    done = run("journey", tmp_path)
    assert done.returncode == 0, done.stderr.decode("cp1252")


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp1252", "cp437"])
def test_the_commands_print_on_a_terminal_with_an_old_code_page(
    encoding: str, tmp_path: Path
) -> None:
    pytest.importorskip("typer")
    done = run("command_line", tmp_path, encoding)
    printed = done.stdout.decode(encoding)
    assert done.returncode == 0, done.stderr.decode(encoding)
    assert "10 conversations" in printed
    assert b"Traceback" not in done.stderr
