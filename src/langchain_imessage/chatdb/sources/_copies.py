"""Takes a private copy of a database, for where it cannot be read in place.

Owns how the copying process is started and what its answers mean; `_copy_process` copies.
"""

from __future__ import annotations

import json
import os
import subprocess
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from langchain_imessage.errors import DatabaseAccessError
from langchain_imessage.files import shown
from langchain_imessage.worker_processes import interpreter

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SIDECARS: Final = ("-wal", "-journal")
"""What belongs to a copy: the `-shm` is rebuilt from the `-wal`."""

_IS_WATCHED: Final = os.name != "nt"
"""Whether the copying process ends with this one. In a virtual environment of Windows the
interpreter starts another, whose parent is not this process."""


def copy_database(
    pairs: Iterable[tuple[Path, Path]],
) -> None:
    """Copy a database's files, so that the copies are of one moment.

    Args:
        pairs: Each file and where its copy goes: the database, its `-wal`, its
            `-journal`. All but the first may be missing.

    Raises:
        DatabaseAccessError: If the database changes all the time, or no process can be
            started.
        OSError: If a file cannot be read or written.
    """
    paths = [path for pair in pairs for path in pair]
    answer = _run([os.fspath(path) for path in paths], name=shown(paths[0]))
    if answer.get("changed"):
        raise DatabaseAccessError(
            f"{shown(paths[0])} changed during each attempt to copy it. Quit Messages, or "
            "whatever writes to it, and try again."
        )
    if number := answer.get("errno"):
        raise OSError(number, os.strerror(number), shown(paths[0]))


def _run(paths: list[str], *, name: str) -> dict[str, int]:
    source = files(__package__).joinpath("_copy_process.py").read_text("utf-8")
    # Isolated, and without site: nothing in the environment or in the working folder runs.
    parent = str(os.getpid() if _IS_WATCHED else 0)
    command = [interpreter(), "-I", "-S", "-c", source, parent, *paths]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own file
            command, stdin=subprocess.DEVNULL, capture_output=True, check=True
        )
        answer: dict[str, int] = json.loads(done.stdout)
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        raise DatabaseAccessError(
            f"{name} must be copied to be read, and Python could not be started for it. "
            "Copy it together with its -wal file, open the copy once with sqlite3, which "
            "merges the two, and load that."
        ) from error
    return answer
