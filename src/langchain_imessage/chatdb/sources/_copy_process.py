"""Copies a database's files so that the copy is of one moment; run in a process of its own.

POSIX drops all locks a process has on a file as soon as it closes any descriptor of it, so
a process that may have a database open, with SQLite's locks on it, must not open it to copy
it. This file is run by itself, so it imports nothing of this package. Its arguments are
the number of the process it works for, and pairs of paths, source and target: the database,
then its `-wal` and its `-journal`. It prints an object of JSON: empty, or with the `errno`
of what went wrong. If that process is gone, so are the copies.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from typing import NamedTuple

_ATTEMPTS = 5
"""A copy during which the files changed may be torn, and is made again this often."""

_CHUNK = 1 << 20
_BINARY = getattr(os, "O_BINARY", 0)

_JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")
_TAIL = 16
"""Bytes behind a super-journal's name: its length, its checksum, and the magic number."""
_PAGE_NUMBER = 4
"""Bytes before it."""

_HEADER = 100
"""Bytes at the beginning: of a database they hold the count of its transactions, of a
`-wal` the salts that are new whenever it begins again. A file's time alone is too coarse
where a writer writes every millisecond."""


class _State(NamedTuple):
    """What changes whenever a file is written to."""

    header: bytes
    size: int
    modified: int


def copy_files(pairs: list[tuple[str, str]], parent: int) -> bool:
    """Copy files that belong together.

    Args:
        pairs: Each file and where its copy goes. The first is the database; the others
            may be missing.
        parent: The number of the process that wants the copies; 0 to go on without it.

    Returns:
        Whether the copies are of one moment: nothing changed while they were made.

    Raises:
        ProcessLookupError: If that process is gone.
        OSError: If one cannot be read or written.
    """
    for _ in range(_ATTEMPTS):
        before = [_state(source) for source, _ in pairs]
        # The database before its -wal: what is moved from there into it meanwhile is in
        # both, and not in neither.
        for (source, target), state in zip(pairs, before, strict=True):
            if state is None:
                _remove(target)
            else:
                _copy(source, target, parent)
        if [_state(source) for source, _ in pairs] == before:
            for _, target in pairs:
                _forget_super_journal(target)
            return True
    return False


def _state(path: str) -> _State | None:
    """Return a file's state; None if it is missing, or a pipe, a device or a folder."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 - as in _remove
            return None
        descriptor = os.open(path, os.O_RDONLY | _BINARY)
    except FileNotFoundError:
        return None
    try:
        status = os.fstat(descriptor)
        header = os.read(descriptor, _HEADER)
    finally:
        os.close(descriptor)
    return _State(header, status.st_size, status.st_mtime_ns)


def _copy(source: str, target: str, parent: int) -> None:
    with (
        open(source, "rb", buffering=0) as old,  # noqa: PTH123 - as in _remove
        open(target, "wb", buffering=0, opener=_open_new) as new,
    ):
        while chunk := old.read(_CHUNK):
            if parent and os.getppid() != parent:
                raise ProcessLookupError
            view = memoryview(chunk)
            while view:
                view = view[new.write(view) :]


def _open_new(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _forget_super_journal(path: str) -> None:
    """Take out of a rollback journal the name of the file that SQLite would delete.

    The journal of a transaction over several databases ends with the name of another file
    (https://www.sqlite.org/fileformat2.html, "The Rollback Journal"). Where that is there,
    SQLite rolls the transaction back and deletes it; else it was committed, and SQLite
    ignores the journal. So a stranger's journal could name any file of the computer.
    """
    if not path.endswith("-journal") or not os.path.lexists(path):
        return
    descriptor = os.open(path, os.O_RDWR | _BINARY)
    try:
        size = os.fstat(descriptor).st_size
        tail = _read_at(descriptor, max(0, size - _TAIL), _TAIL)
        if len(tail) < _TAIL or not tail.endswith(_JOURNAL_MAGIC):
            return
        start = size - _TAIL - int.from_bytes(tail[:4], "big")
        name = _read_at(descriptor, max(0, start), size - _TAIL - start)
        is_there = start >= _PAGE_NUMBER and b"\0" not in name and os.path.lexists(name)
        os.ftruncate(descriptor, start - _PAGE_NUMBER if is_there else 0)
    finally:
        os.close(descriptor)


def _read_at(descriptor: int, start: int, length: int) -> bytes:
    os.lseek(descriptor, start, os.SEEK_SET)
    return os.read(descriptor, min(length, _CHUNK))


def _remove(path: str) -> None:
    if os.path.lexists(path):
        os.unlink(path)  # noqa: PTH108 - pathlib takes longer to import than this runs


def _main(arguments: list[str]) -> dict[str, object]:
    parent, *paths = arguments
    pairs = list(zip(paths[::2], paths[1::2], strict=True))
    try:
        is_whole = copy_files(pairs, int(parent))
    except ProcessLookupError:
        for _, target in pairs:
            _remove(target)
        return {}
    except FileNotFoundError as error:  # it was there a moment ago
        return {"changed": True, "errno": error.errno}
    except OSError as error:
        return {"errno": error.errno}
    return {} if is_whole else {"changed": True}


if __name__ == "__main__":
    print(json.dumps(_main(sys.argv[1:])))  # noqa: T201 - to the process that started it
