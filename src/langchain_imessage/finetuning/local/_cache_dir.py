"""Folders of this package in the user's cache: for what can be made again.

Owns where they are and that nobody else writes there: what is in them is loaded as code and
as models. Holds nothing of the messages.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from langchain_imessage.errors import FineTuningError

_PRIVATE = 0o700
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def cache_dir(name: str) -> Path:
    """Return a folder of the cache; it is made when missing, for its owner only.

    Args:
        name: The folder's name.

    Raises:
        FineTuningError: If the folder belongs to another user, or others can write to it.
        OSError: If it cannot be made.
    """
    home = _root() / "langchain-imessage"
    home.parent.mkdir(parents=True, exist_ok=True)
    for path in (home, home / name):
        path.mkdir(mode=_PRIVATE, exist_ok=True)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or not _is_ours_alone(found):
            raise FineTuningError(
                f"{path} is not a folder that only you can write to: remove it, or set "
                "XDG_CACHE_HOME to another folder",
                code="unsafe_cache",
            )
    return home / name


def _is_ours_alone(found: os.stat_result) -> bool:
    if not hasattr(os, "getuid"):
        return True  # Windows has lists of rights, and every folder the same mode
    return found.st_uid == os.getuid() and not found.st_mode & _OTHERS_WRITE


def _root() -> Path:
    """Return the user's cache."""
    if named := os.environ.get("XDG_CACHE_HOME"):
        return Path(named).expanduser().absolute()
    home = Path.home()
    return home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache"
