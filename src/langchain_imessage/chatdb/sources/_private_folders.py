"""A folder for copies: readable by its owner only, and gone after us however we end.

Owns that nothing is left behind: it is deleted on exit, and what a killed process could
not delete goes when the next one starts. A lock on the folder, which the system drops
with the process, tells whether anybody still uses it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX: Final = "langchain-imessage-copy-"


@contextmanager
def private_folder() -> Iterator[Path]:
    """Make a folder that is deleted on exit.

    Yields:
        The folder, of mode 0700.

    Raises:
        OSError: If there is no place for one.
    """
    folder, lock = _make()
    try:
        with folder as name:
            yield Path(name)
    finally:
        if lock is not None:
            os.close(lock)


def sweep() -> None:
    """Delete the folders of processes that were killed.

    Only the caller's own, of this package's name, that nobody holds.
    """
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if entry.name.startswith(_PREFIX) and _is_own_folder(entry):
                _remove_if_free(entry.path)


def _make() -> tuple[tempfile.TemporaryDirectory[str], int | None]:
    """Make a folder, and another one if somebody swept it before it was locked."""
    while True:
        folder = tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True)
        try:
            return folder, _lock(folder.name)
        except (BlockingIOError, FileNotFoundError):
            folder.cleanup()


def _is_own_folder(entry: os.DirEntry[str]) -> bool:
    with suppress(OSError):
        is_folder = entry.is_dir(follow_symlinks=False)
        owner = entry.stat(follow_symlinks=False).st_uid
        return is_folder and hasattr(os, "getuid") and owner == os.getuid()
    return False


def _remove_if_free(path: str) -> None:
    with suppress(OSError):
        lock = _lock(path)
        if lock is not None:
            shutil.rmtree(path, ignore_errors=True)
            os.close(lock)


def _lock(path: str) -> int | None:
    """Lock a folder.

    Returns:
        A descriptor that holds the lock; None where the system has no such locks.

    Raises:
        BlockingIOError: If another holds it.
        FileNotFoundError: If it is gone.
    """
    try:
        import fcntl
    except ImportError:  # Windows deletes no folder that is in use
        return None
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.stat(path)  # noqa: PTH116 - it may have gone before it was locked
    except (BlockingIOError, FileNotFoundError):
        os.close(descriptor)
        raise
    except OSError:  # some network file systems
        os.close(descriptor)
        return None
    return descriptor
