"""Private files: readable by their owner only, whole or not at all, through no planted link.

Owns how a file of ours is made, replaced and read again, and that no database is written
over. A folder may have come from somebody else, and a symbolic link in it would have us
replace, or upload, a file elsewhere. Independent of what else is in a file.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_imessage.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

_PRIVATE = 0o600
_OF_OTHERS = 0o077

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
"""Without it, opening a pipe that nobody writes to never returns. Windows has neither."""


BESIDE_A_DATABASE = ("-wal", "-shm", "-journal")
"""What the names of SQLite's own files beside a database end with."""

_EMPTY = 1
"""Bytes of a file that SQLite takes for an empty database, at most."""

_KIND = 0xFF
"""The part of SQLite's error codes that says of which kind an error is."""


@contextmanager
def replacing(
    path: Path, *, follow_link: bool = False, newline: str = "\n"
) -> Iterator[TextIO]:
    """Open a private sibling that takes the path's place when all went well.

    Args:
        path: The file to write or to replace.
        follow_link: Whether a symbolic link to a file of the same folder, or below it, is
            followed: only where the caller named the file itself.
        newline: As for `open`: "" writes line ends as they are.

    Yields:
        The sibling, to write text to as UTF-8.

    Raises:
        ExportError: If the path is a link that is not followed, is there and no file, or
            is a database's.
        OSError: If the file cannot be written.
    """
    final = _linked_file(path) if follow_link else path.absolute()
    with (
        _replacing(final) as descriptor,
        open(descriptor, "w", encoding="utf-8", newline=newline) as file,  # noqa: PTH123 - a descriptor has no Path
    ):
        yield file


def replace_bytes(
    path: Path, content: bytes, *, application: int | None = None
) -> None:
    """Write a private file of bytes, or replace it; as `replacing` does.

    Args:
        path: The file.
        content: Its bytes.
        application: The `application_id` of the databases that may be replaced; None for
            none.

    Raises:
        ExportError: As for `replacing`.
        OSError: If the file cannot be written.
    """
    with (
        _replacing(path.absolute(), application=application) as descriptor,
        open(descriptor, "wb") as file,  # noqa: PTH123 - a descriptor has no Path
    ):
        file.write(content)


def _linked_file(path: Path) -> Path:
    """Return the file a link points to, if it is in the link's folder; else the path."""
    real, folder = path.resolve(), path.parent.resolve()
    return real if real.is_relative_to(folder) else path.absolute()


@contextmanager
def _replacing(final: Path, *, application: int | None = None) -> Iterator[int]:
    """Open a private sibling, which whoever opens the descriptor closes."""
    require_replaceable(final)
    refuse_database(final, application=application)
    if not final.parent.is_dir():
        raise FileNotFoundError(
            errno.ENOENT, "There is no such folder", shown(final.parent)
        )
    descriptor, name = tempfile.mkstemp(  # whose mode is 0600
        dir=final.parent, prefix=f".{final.name[:60]}.", suffix=".part"
    )
    temporary = Path(name)
    try:
        yield descriptor
        temporary.replace(final)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def require_replaceable(path: Path) -> None:
    """Refuse a path that is there and no regular file.

    Raises:
        ExportError: If it is a link, a folder, a pipe or a device.
    """
    refuse_link(path)
    if path.exists() and not path.is_file():
        raise ExportError(
            f"{path.name} exists, but is not a file. Choose another name.", path=path
        )


def refuse_database(path: Path, *, application: int | None = None) -> None:
    """Refuse to write over a database, or over a file that SQLite keeps beside one.

    Args:
        path: What is to be written.
        application: The `application_id` of the databases that may be; None for none.

    Raises:
        ExportError: If it is one; it may hold messages that are nowhere else.
    """
    if database_application(path) not in {None, application}:
        raise ExportError(
            f"{path.name} is a database, which is not written over. Choose another name.",
            path=path,
        )
    refuse_beside_database(path)


def refuse_beside_database(path: Path) -> None:
    """Refuse to write over a file that SQLite keeps beside a database.

    Raises:
        ExportError: If it is one.
    """
    for ending in BESIDE_A_DATABASE:
        base = path.with_name(path.name.removesuffix(ending) or path.name)
        if base.name != path.name and database_application(base) is not None:
            raise ExportError(
                f"{path.name} belongs to the database {base.name}. Choose another name.",
                path=path,
            )


def database_application(path: Path) -> int | None:
    """Return the `application_id` of a database; None for what is no database.

    SQLite is asked, read-only and without a lock: closing a descriptor of a database drops
    the locks that this process has on it.
    """
    import sqlite3  # noqa: PLC0415 - only who writes needs it, and the import costs time

    if not path.is_file() or path.stat().st_size <= _EMPTY:
        return None
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as database:
            (found,) = database.execute("PRAGMA application_id").fetchone()
            return int(found)
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & _KIND
        if code == sqlite3.SQLITE_CANTOPEN and not os.access(path, os.R_OK):
            raise PermissionError(
                errno.EACCES, "It cannot be read", shown(path)
            ) from error
        return None if code == sqlite3.SQLITE_NOTADB else 0


def read_private(path: Path, *, most: int | None = None) -> bytes:
    """Read a file of ours.

    Args:
        path: The file.
        most: Bytes that it has at most; None for any number.

    Raises:
        ExportError: If it is a symbolic link, no regular file, or larger.
        OSError: If it cannot be read.
    """
    refuse_link(path)
    with open(open_regular(path, follow_link=False), "rb") as file:
        if most is not None and os.fstat(file.fileno()).st_size > most:
            raise ExportError(f"Larger than {most / 1_000_000:,.0f} MB", path=path)
        return file.read()


def refuse_link(path: Path) -> None:
    """Refuse a symbolic link.

    Raises:
        ExportError: If it is one.
    """
    if path.is_symlink():
        raise ExportError(
            f"{path.name} is a symbolic link, which is not followed: it may lead out of "
            "the folder. Remove it, or put the file itself there.",
            path=path,
        )


def open_regular(path: Path, *, follow_link: bool) -> int:
    """Open a regular file for reading, and nothing else.

    Neither waits for a pipe nor touches a device.

    Returns:
        A descriptor; the caller closes it.

    Raises:
        ExportError: If it is there, but is no regular file.
        OSError: If it cannot be opened, also because it is a link.
    """
    flags = os.O_RDONLY | _NO_WAIT | (0 if follow_link else _NO_LINK)
    # Asked before and after: opening a device can already do something.
    if not stat.S_ISREG(path.stat(follow_symlinks=follow_link).st_mode):
        raise ExportError("Not a regular file", path=path)
    descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ExportError("Not a regular file", path=path)
    return descriptor


def read_within(path: Path, folders: Iterable[Path], *, most: int) -> bytes | None:
    """Read a regular file that really is in one of some folders.

    Args:
        path: What may be a stranger's choice.
        folders: Resolved ones.
        most: Bytes; a larger file is not read.

    Returns:
        Its bytes; None if it is in none of them, also by a link, or larger.

    Raises:
        ExportError: If it is there, but is no regular file.
        OSError: If it cannot be read.
    """
    real = path.resolve()
    if not any(real.is_relative_to(folder) for folder in folders):
        return None
    with open(open_regular(real, follow_link=False), "rb") as file:
        if os.fstat(file.fileno()).st_size > most:
            return None
        return file.read(most)


def open_private(path: str | Path, flags: int) -> int:
    """Open a file for its owner only, and through no link: an `opener` for `open`.

    A file that is there already is made private before anything is written to it.

    Raises:
        OSError: If it cannot be opened, also because it is a link, a pipe, or another
            user's.
    """
    is_there = os.path.lexists(path)
    descriptor = os.open(path, flags | _NO_LINK | _NO_WAIT, _PRIVATE)
    try:
        if is_there:
            _make_private(descriptor, path)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _make_private(descriptor: int, path: str | Path) -> None:
    """Take what others may do with a file from them, or refuse it."""
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "Not a regular file", shown(path))
    if not hasattr(os, "geteuid"):
        return
    # What root owns nobody else can have planted; so all files look on some USB sticks.
    if found.st_uid not in {os.geteuid(), 0}:
        raise PermissionError(errno.EACCES, "Another user's file", shown(path))
    if found.st_mode & _OF_OTHERS:
        with suppress(PermissionError):  # such a stick has no modes either
            os.fchmod(descriptor, _PRIVATE)


def shown(path: str | os.PathLike[str]) -> str:
    """Return a path as text that can be printed, whatever bytes its name is of."""
    return os.fspath(path).encode("utf-8", "replace").decode()
