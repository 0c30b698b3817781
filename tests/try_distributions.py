"""Tries what is built in fresh environments, as somebody who installs it does.

Run by `make compat` (a wheel, with this Python) and `make dist` (all that is in `dist/`, with
the oldest and the newest Python there is), not by pytest: it needs the package index. Each
try is an environment of its own that gets a distribution, one langchain-core, and nothing of
this checkout.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parent.parent
CORES = ("langchain-core==1.0.0", "langchain-core")
MINORS = range(14, 10, -1)
TRY = r"""
import pathlib, sys, warnings
warnings.filterwarnings("error", module=r"langchain_imessage(\..*)?")
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
version = ".".join(map(str, sys.version_info[:3]))
print("  works with Python", version, "and langchain-core", langchain_core.__version__)
"""
TIMED = """
import resource, subprocess, sys
def spent(code):
    def used():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime
    times = []
    for _ in range(5):
        before = used()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(used() - before)
    return min(times)
nothing = spent("pass")
for name in ("langchain_imessage", "langchain_imessage.cli._app"):
    print(f"  import {name}: {spent('import ' + name) - nothing:.3f} s of CPU")
"""


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run a command, and stop if it fails."""
    subprocess.run([str(part) for part in command], cwd=cwd, check=True)


def interpreters() -> list[str]:
    """Return the newest and the oldest supported Python on the PATH or pyenv has."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = []
    for minor in MINORS:
        for path in (
            shutil.which(f"python3.{minor}"),
            *sorted(pyenv.glob(f"3.{minor}.*/bin/python"), reverse=True),
            sys.executable,
        ):
            if path and _is_minor(path, minor):
                found.append(str(path))
                break
    return [found[0], found[-1]] if len(found) > 1 else found


def _is_minor(path: str | Path, minor: int) -> bool:
    code = f"import sys; sys.exit(sys.version_info[:2] != (3, {minor}))"
    asked = subprocess.run([path, "-c", code], capture_output=True, check=False)
    return asked.returncode == 0


def installed(python: str, folder: Path, *packages: str | Path) -> Path:
    """Make an environment with these packages; return its Python."""
    inside = folder / "venv" / "bin" / "python"
    uv = shutil.which("uv")
    if uv:
        run(uv, "venv", "--quiet", "--python", python, folder / "venv")
        run(uv, "pip", "install", "--quiet", "--python", inside, *packages)
    else:
        run(python, "-m", "venv", folder / "venv")
        run(inside, "-m", "pip", "install", "--quiet", *packages)
    return inside


def try_with(python: str, distribution: Path, core: str) -> None:
    """Install a distribution beside one langchain-core, and use it."""
    with tempfile.TemporaryDirectory() as name:
        inside = installed(python, Path(name), distribution, core)
        # On Python 3.14 what langchain-core imports warns by itself: ours alone count.
        run(inside, "-c", TRY, cwd=Path(name))


def try_command(python: str, wheel: Path) -> None:
    """Install the command beside the newest of all it needs, use it, and time it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        inside = installed(python, folder, f"{wheel}[cli]")
        command = inside.with_name("langchain-imessage")
        run(command, "sample", cwd=folder)
        run(command, "chats", "sample.db", "--limit", "1", cwd=folder)
        if sys.platform != "win32":
            run(inside, "-c", TIMED, cwd=folder)


def try_built(folder: Path) -> None:
    """Try every wheel and source distribution in a folder."""
    pythons = interpreters()
    for distribution in sorted([*folder.glob("*.whl"), *folder.glob("*.tar.gz")]):
        size = distribution.stat().st_size / 1000
        print(f"{distribution.name}, {size:,.0f} kB", flush=True)  # noqa: T201
        for python, core in product(pythons, CORES):
            try_with(python, distribution, core)
    for wheel in folder.glob("*-none-any.whl"):
        try_command(pythons[0], wheel)


def main() -> None:
    """Try what is in a folder; without one, build a wheel and try it with this Python."""
    if folders := sys.argv[1:]:
        try_built(Path(folders[0]))
        return
    with tempfile.TemporaryDirectory() as name:
        build = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps")
        run(*build, "--wheel-dir", name, ROOT)
        (wheel,) = Path(name).glob("*.whl")
        for core in CORES:
            try_with(sys.executable, wheel, core)


if __name__ == "__main__":
    main()
