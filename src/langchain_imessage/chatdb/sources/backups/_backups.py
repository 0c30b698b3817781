"""Where a database comes from: a file, or an iPhone backup's folder, encrypted or not.

Owns that the parts of a source are found together. What is taken out of a backup,
decrypted or only put together, is private, and gone as soon as it is open.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_imessage.chatdb.sources._access_errors import translated_errors
from langchain_imessage.chatdb.sources._attachment_paths import (
    FOLDERS,
    beside,
    stored_tail,
)
from langchain_imessage.chatdb.sources._connect import require_file, sidecar
from langchain_imessage.chatdb.sources._copies import copy_database
from langchain_imessage.chatdb.sources._private_folders import private_folder, sweep
from langchain_imessage.chatdb.sources.backups._backup_files import (
    CONTACTS,
    HOME,
    MEDIA,
    MESSAGES,
    backup_of,
    backups_in,
    is_backup,
    is_encrypted,
    plain_file,
)
from langchain_imessage.chatdb.sources.backups._encrypted_backups import DecryptedBackup
from langchain_imessage.errors import DatabaseAccessError, DatabaseNotFoundError
from langchain_imessage.files import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from langchain_imessage.chatdb.sources._attachment_paths import Locator

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What belongs together.

    Attributes:
        database: The database, with its `-wal` beside it.
        is_copy: Whether it was taken out of a backup, and is to go once it is open; the
            address book with it.
        address_book: The contacts of the same phone, if there are any.
        locate: Finds attachments' files.
    """

    database: Path
    is_copy: bool = False
    address_book: Path | None = None
    locate: Locator


def require_source(path: Path) -> None:
    """Refuse a path that is neither a readable SQLite file nor an iPhone backup.

    Args:
        path: The path.

    Raises:
        DatabaseError: As `require_file`; if the folder is no backup, or one without
            messages.

    Example:
        >>> try:
        ...     require_source(Path("absent.db"))
        ... except FileNotFoundError as error:
        ...     type(error).__name__
        'DatabaseNotFoundError'
    """
    with translated_errors(path):
        source = backup_of(path)
        if not is_backup(source):
            _refuse_folder_of_backups(source)
            require_file(source)
        elif not is_encrypted(source) and plain_file(source, HOME, MESSAGES) is None:
            raise DatabaseNotFoundError(
                f"The backup in {shown(source)} has no messages: Messages in iCloud leaves "
                "them out."
            )


def _refuse_folder_of_backups(path: Path) -> None:
    names = backups_in(path) if path.is_dir() else []
    if names:
        more = f" and {len(names) - _MOST_NAMED} more" * (len(names) > _MOST_NAMED)
        raise DatabaseAccessError(
            f"{shown(path)} is a folder of iPhone backups. Give one of them, such as "
            f"{shown(path / names[0])}. There are: "
            f"{', '.join(map(shown, names[:_MOST_NAMED]))}{more}."
        )


@contextmanager
def opened(
    path: Path, *, password: str | None = None, attachments: Path | None = None
) -> Iterator[Source]:
    """Make a source ready to be read.

    Args:
        path: A database file, or a backup's folder, or a path inside one.
        password: An encrypted backup's.
        attachments: The folder to look for a database's attachments in, or to decrypt an
            encrypted backup's to.

    Yields:
        The source; what was taken out of a backup is deleted on exit, attachments in a
        folder that was named excepted.

    Raises:
        DatabaseAccessError: If the backup is encrypted and the password missing or wrong.
        MissingDependencyError: If it is encrypted and iphone-backup-decrypt is missing.
    """
    require_source(path)
    sweep()
    backup = backup_of(path)
    if not is_backup(backup):
        yield Source(database=path, locate=beside(path.resolve(), attachments))
        return
    with private_folder() as folder, ExitStack() as stack:
        with translated_errors(backup):
            if is_encrypted(backup):
                taken = DecryptedBackup(backup, password, folder)
                stack.callback(taken.close)
                source = _decrypted(taken, attachments)
            else:
                source = _put_together(backup, folder)
        yield source


def attachment_folders(
    path: Path, attachments: str | PathLike[str] | None = None
) -> tuple[Path, ...]:
    """Return where the attachments of a source may be; a row can name any other file.

    Args:
        path: As for `opened`.
        attachments: As for `opened`.

    Example:
        >>> attachment_folders(Path("chat.db"), "copied")[0].as_posix()
        'copied/Attachments'
    """
    named = None if attachments is None else Path(attachments)
    backup = backup_of(path)
    if is_backup(backup):
        return (backup,) if named is None else (backup, named)
    folder = path.resolve().parent if named is None else named
    return tuple(folder / name for name in FOLDERS)


def _decrypted(taken: DecryptedBackup, attachments: Path | None) -> Source:
    return Source(
        database=taken.database,
        is_copy=True,
        address_book=taken.address_book,
        locate=taken.locator(attachments),
    )


def _put_together(backup: Path, folder: Path) -> Source:
    """Bring a plain backup's database and its `-wal` under names that belong together."""
    database = plain_file(backup, HOME, MESSAGES)
    wal = plain_file(backup, HOME, MESSAGES + "-wal")
    if database is not None and wal is not None:
        copy = folder / "sms.db"
        copy_database([(database, copy), (wal, sidecar(copy, "-wal"))])
        database = copy
    return Source(
        database=database or backup,
        is_copy=wal is not None,
        address_book=plain_file(backup, HOME, CONTACTS),
        locate=partial(_locate_in, backup),
    )


def _locate_in(backup: Path, stored: str) -> tuple[str, bool]:
    """Return where a plain backup has an attachment."""
    tail = stored_tail(stored)
    for domain in (MEDIA, HOME):
        found = tail and plain_file(backup, domain, f"Library/SMS/{tail}")
        if found:
            return str(found), True
    return stored, False
