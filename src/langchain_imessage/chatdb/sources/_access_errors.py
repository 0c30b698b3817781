"""What sqlite3 and the file system raise → this package's errors, by error code.

Owns which failure is blamed on what: only a refused file is a matter of Full Disk Access.
An error that Python itself makes of a row quotes the row, and is never chained.
"""

from __future__ import annotations

import errno
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from langchain_imessage.errors import (
    DatabaseAccessError,
    DatabaseError,
    DatabaseNotFoundError,
    IMessageError,
)
from langchain_imessage.files import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACCESS_HINT: Final = (
    "On macOS, either grant Full Disk Access to the app Python runs in (System Settings > "
    "Privacy & Security > Full Disk Access; start the app anew afterwards), or copy "
    "chat.db together with chat.db-wal to a folder of yours and load the copy."
)

_REFUSED: Final = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_AUTH,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
    }
)
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_LOCKED: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_DENIED: Final = frozenset({errno.EPERM, errno.EACCES, errno.EROFS})


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Turn what sqlite3 and the file system raise into this package's errors.

    Args:
        path: The database, to be named.

    Raises:
        DatabaseNotFoundError: If there is no such file.
        DatabaseAccessError: If it may not be read, is locked, or the disk is full.
        DatabaseError: If it is damaged, or closed.
    """
    try:
        yield
    except IMessageError:
        raise
    except sqlite3.Error as error:
        translated = _of_sqlite(shown(path), error)
        # Without a code it is Python's own, and may quote the column it failed at.
        raise translated from (error if error_code(error) is not None else None)
    except (OSError, ValueError) as error:
        raise _of_system(shown(path), error) from error


def error_code(error: sqlite3.Error) -> int | None:
    """Return SQLite's primary error code; extended ones have it in their last byte."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _of_sqlite(name: str, error: sqlite3.Error) -> DatabaseError:
    code = error_code(error)
    if code in _REFUSED:
        return DatabaseAccessError(f"Cannot open {name}. {ACCESS_HINT}")
    if code in _DAMAGED:
        return DatabaseError(
            f"{name} is damaged ({error}). Load a fresh copy made together with its "
            "-wal file, or recover what is left: sqlite3 chat.db .recover | "
            "sqlite3 recovered.db"
        )
    if code in _LOCKED:
        return DatabaseAccessError(
            f"{name} is locked by another program. Quit it, or load a copy."
        )
    if code == sqlite3.SQLITE_FULL:
        return _no_space(name)
    if code == sqlite3.SQLITE_INTERRUPT:
        return DatabaseError(
            f"Reading {name} was stopped: one query took more steps than its size explains."
        )
    if isinstance(error, sqlite3.ProgrammingError) and code is None:
        return DatabaseError(
            f"{name} was closed already: read it inside its `with` block."
        )
    reason = f": {error}" if code is not None else "."
    return DatabaseError(f"{name} cannot be read{reason}")


def _of_system(name: str, error: OSError | ValueError) -> DatabaseError:
    number = error.errno if isinstance(error, OSError) else None
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return DatabaseNotFoundError(f"File {name} not found")
    if number in _FULL:
        return _no_space(name)
    if number in _DENIED or number == errno.EIO:
        return DatabaseAccessError(f"No permission to read {name}. {ACCESS_HINT}")
    return DatabaseAccessError(f"Cannot read {name}: {error}")


def _no_space(name: str) -> DatabaseAccessError:
    return DatabaseAccessError(
        f"There is no space left to copy {name} while it is read. Free some, or set "
        "TMPDIR to a folder on a disk with space."
    )
