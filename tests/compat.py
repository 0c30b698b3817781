"""Builds the wheel and tries it with the oldest and the newest langchain-core there is.

Run by `make compat`, not by pytest: it needs the package index. Each try is a fresh
environment that gets the wheel and nothing of this checkout.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
OLDEST = "langchain-core==1.0.0"
NEWEST = "langchain-core"
TRY = """
import pathlib, sys
import langchain_core
from langchain_imessage import IMessageChatLoader, map_ai_messages, merge_chat_runs
from langchain_imessage import convert_messages_for_finetuning, write_jsonl
from langchain_imessage.testing import write_sample
loader = IMessageChatLoader(path=write_sample("chat.db"))
sessions = list(map_ai_messages(merge_chat_runs(loader.lazy_load()), sender="Tortoise"))
assert len(convert_messages_for_finetuning(sessions)) == 10
assert write_jsonl(sessions, "train.jsonl") == 10
assert "langchain_community" not in sys.modules
import langchain_imessage
package = pathlib.Path(langchain_imessage.__file__).parent
assert (package / "datasets" / "report" / "page" / "report.html").is_file()
assert (package / "py.typed").is_file()
print("works with langchain-core", langchain_core.__version__)
"""


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run a command, and stop if it fails."""
    subprocess.run([str(part) for part in command], cwd=cwd, check=True)


def try_with(wheel: Path, core: str, folder: Path) -> None:
    """Install the wheel beside one langchain-core, and use it."""
    python = folder / "venv" / "bin" / "python"
    uv = shutil.which("uv")
    if uv:
        run(uv, "venv", "--quiet", "--python", sys.executable, folder / "venv")
        run(uv, "pip", "install", "--quiet", "--python", python, wheel, core)
    else:
        run(sys.executable, "-m", "venv", folder / "venv")
        run(python, "-m", "pip", "install", "--quiet", wheel, core)
    run(python, "-W", "error", "-c", TRY, cwd=folder)


def main() -> None:
    """Build once, try twice."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps")
        run(*build, "--wheel-dir", folder, ROOT)
        (wheel,) = folder.glob("*.whl")
        for core in (OLDEST, NEWEST):
            place = folder / core.replace("=", "-")
            place.mkdir()
            try_with(wheel, core, place)


if __name__ == "__main__":
    main()
