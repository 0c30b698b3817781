"""Commands in processes of their own that start at once: forked from one that imported all.

Owns a Python that has imported the commands, and forks for each one; so that a hundred of
them can be killed in the seconds that ten would take to start.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_PROGRAM = r"""
import json, os, sys
import openai, typer
import langchain_imessage.finetuning
from langchain_imessage.cli import main
from langchain_imessage.cli._app import app
from langchain_imessage.preparation._tokens import default_counter
from openai.resources import files, uploads
from openai.resources.fine_tuning import jobs

openai.OpenAI(api_key="none").close()  # imports what connects
default_counter()("reads the vocabulary")
built = typer.main.get_command(app)
typer.main.get_command = lambda _: built

def child(order):
    os.environ.update(order["environment"])
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor, copy in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(descriptor, copy)
    sys.stdin = open(0, closefd=False)
    os.setpgid(0, 0)
    sys.argv = ["langchain-imessage", *order["words"]]
    exec(order["first"], {})
    return main()

children = {}
for line in sys.stdin:
    order = json.loads(line)
    if "pid" in order:
        _, status = os.waitpid(order["pid"], 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
        continue
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            code = child(order)
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        except BaseException:
            import traceback
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(code or 0)
    print(pid, flush=True)
"""


@dataclass(frozen=True, slots=True)
class Running:
    """A command that was started."""

    pid: int
    log: Path
    _commands: WarmCommands

    def wait(self) -> int:
        """Wait until it has ended; return its exit code, negative for a signal."""
        return int(self._commands.ask({"pid": self.pid}))

    @property
    def printed(self) -> str:
        """What it printed."""
        return self.log.read_text()


class WarmCommands:
    """Starts commands.

    Args:
        folder: Where they print to.
        environment: Theirs.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._started = 0
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **environment},
            text=True,
        )

    def start(
        self,
        *words: object,
        first: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> Running:
        """Start a command.

        Args:
            *words: Its arguments.
            first: Python that is run in its process before.
            environment: Variables of its own.
        """
        self._started += 1
        log = self._folder / f"{self._started}.log"
        order = {
            "words": [str(word) for word in words],
            "log": str(log),
            "first": first,
            "environment": dict(environment or {}),
        }
        return Running(int(self.ask(order)), log, self)

    def ask(self, order: dict[str, Any]) -> str:
        """Give an order, and return the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps(order)}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()
