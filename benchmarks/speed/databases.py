"""The databases that are measured: written once, kept in the temporary folder.

All have the same chats, people, times and words; they differ in what else a message is.
A file's name has a digest of how it was made, so that another writer makes another file.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

SEGMENT = 20
"""Messages that come after each other in one conversation, on the average."""

DIRECTED = {"directed": 0.98}
"""Of the owner's messages, which are 45 % of all."""

RICH = {"rich": 0.05}
REALISTIC = {
    **DIRECTED,
    **RICH,
    "detected": 0.10,
    "edited": 0.03,
    "replies": 0.03,
    "empty": 0.02,
}
KINDS: dict[str, dict[str, float]] = {
    "plain": {},
    "directed": DIRECTED,
    "rich": RICH,
    "realistic": REALISTIC,
}


def database(kind: str, rows: int, largest: int) -> Path:
    """Return a database, which is written if it is not there yet.

    Args:
        kind: One of `KINDS`.
        rows: Of its message table.
        largest: Rows in its largest conversation.
    """
    options = {
        **KINDS[kind],
        "messages": rows,
        "largest": largest,
        "sitting": SEGMENT,
    }
    path = folder() / f"{kind}-{rows}-{_digest(options)}.db"
    if not path.exists():
        print(f"Writing {path}", file=sys.stderr)
        for outdated in path.parent.glob(f"{kind}-{rows}-*"):
            outdated.unlink()
        _write(path, options)
    return path


def folder() -> Path:
    """Return a folder below the temporary one that belongs to this user alone."""
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    place = Path(tempfile.gettempdir(), f"langchain-imessage-bench-{user}")
    place.mkdir(mode=0o700, exist_ok=True)
    about = place.lstat()
    if place.is_symlink() or (hasattr(os, "getuid") and about.st_uid != os.getuid()):
        sys.exit(f"{place} belongs to somebody else; remove it, or set TMPDIR.")
    return place


def _write(path: Path, options: dict[str, Any]) -> None:
    """Write a database in another process: this one's memory is seen in its children's."""
    unfinished = path.with_suffix(f".{os.getpid()}")
    command = [sys.executable, __file__, str(unfinished), json.dumps(options)]
    try:
        subprocess.run(command, check=True)
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _digest(options: dict[str, Any]) -> str:
    """Return a digest of the options and of the code that writes."""
    made = hashlib.sha256(json.dumps(options, sort_keys=True).encode())
    package = importlib.util.find_spec("langchain_imessage")
    if package is None or package.origin is None:
        sys.exit("langchain_imessage is not installed.")
    writer = Path(package.origin).parent / "testing" / "database"
    for source in sorted((*writer.glob("large/*.py"), *writer.glob("blobs/*.py"))):
        made.update(source.read_bytes())
    return made.hexdigest()[:12]


if __name__ == "__main__":
    from langchain_imessage.testing import write_large_database

    write_large_database(sys.argv[1], **json.loads(sys.argv[2]))
