"""Locks between threads, processes and terminals that work on the same files.

Owns that a lock leaves no file behind: the training file or its folder is what is locked.
"""

from __future__ import annotations

import errno
import os
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_RETRY = 0.05
"""Seconds between two attempts to take a lock."""

_UNSUPPORTED = frozenset(
    {errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP}
)
"""A file system without such locks: the provider is asked for the job all the same."""

_held: set[tuple[int, int, int]] = set()
"""Locks of this process: device and inode of the file, and the thread that holds it."""

_threads = threading.RLock()
"""On Windows, which has no such locks."""


@contextmanager
def locked(path: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock of a file or folder, for which other threads and processes wait.

    The thread that holds it may take it again. The lock ends with the process, however that
    ends.

    Args:
        path: The file or folder; its content is not touched.
        on_wait: Called repeatedly while another holds the lock; may raise to give up.
    """
    flock = _flock()
    if flock is None:
        with _locked_in_this_process(path, on_wait):
            yield
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        status = os.fstat(descriptor)
        holder = (status.st_dev, status.st_ino, threading.get_ident())
        if holder in _held:
            yield
            return
        _take(lambda: flock(descriptor), on_wait)
        _held.add(holder)
        try:
            yield
        finally:
            _held.discard(holder)
    finally:
        os.close(descriptor)


def _flock() -> Callable[[int], None] | None:
    """Return what locks a descriptor or raises BlockingIOError; None on Windows."""
    try:
        import fcntl
    except ImportError:
        return None
    return lambda descriptor: fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def _locked_in_this_process(path: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    path.stat()  # what is not there cannot be locked on other systems either
    while not _threads.acquire(timeout=_RETRY):
        on_wait()
    try:
        yield
    finally:
        _threads.release()


def shared_folder() -> Path:
    """Return the folder whose lock all calls of a user take: the home folder."""
    try:
        home = Path.home()
    except RuntimeError:  # a user without one
        home = Path()
    return home if home.is_dir() else Path(tempfile.gettempdir())


def _take(attempt: Callable[[], None], on_wait: Callable[[], None]) -> None:
    while True:
        try:
            return attempt()
        except BlockingIOError:
            on_wait()
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
                raise
            return None
        time.sleep(_RETRY)
