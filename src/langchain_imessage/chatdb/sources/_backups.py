"""Where a database comes from: a file, or an iPhone backup's folder, encrypted or not.

A backup keeps each file under the SHA-1 of its name. What is taken out of one, decrypted
or only put together, lies in a private folder until the reading ends.
"""

from __future__ import annotations

import hashlib
import io
import plistlib
import shutil
import tempfile
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_imessage.chatdb.sources._attachment_paths import beside, stored_tail
from langchain_imessage.chatdb.sources._connect import ACCESS_HINT, require_file
from langchain_imessage.decoding._plists import load_plist
from langchain_imessage.errors import (
    DatabaseAccessError,
    DatabaseNotFoundError,
    DecodeError,
    IMessageError,
    MissingDependencyError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_imessage.chatdb.sources._attachment_paths import Locator

_HOME, _MEDIA = "HomeDomain", "MediaDomain"
_MESSAGES = "Library/SMS/sms.db"
_CONTACTS = "Library/AddressBook/AddressBook.sqlitedb"
_MANIFESTS = ("Manifest.db", "Manifest.mbdb", "Manifest.plist")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What belongs together.

    Attributes:
        database: The database, with its `-wal` beside it.
        address_book: The contacts of the same phone, if there are any.
        locate: Finds attachments' files.
    """

    database: Path
    address_book: Path | None
    locate: Locator


def require_source(path: Path) -> None:
    """Refuse a path that is neither a readable SQLite file nor an iPhone backup.

    Raises:
        DatabaseError: As `require_file`; if the folder is no backup, or one without
            messages.
    """
    if not is_backup(path):
        require_file(path)
    elif not _is_encrypted(path) and _plain_file(path, _HOME, _MESSAGES) is None:
        raise DatabaseNotFoundError(
            f"The backup in {path} has no messages: Messages in iCloud leaves them out."
        )


def is_backup(path: Path) -> bool:
    """Tell whether a folder is an iPhone backup."""
    return path.is_dir() and (
        any((path / name).exists() for name in _MANIFESTS)
        or _plain_file(path, _HOME, _MESSAGES) is not None
    )


@contextmanager
def opened(
    path: Path, *, password: str | None = None, attachments: Path | None = None
) -> Iterator[Source]:
    """Make a source ready to be read.

    Args:
        path: A database file, or a backup's folder.
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
    if not is_backup(path):
        locate = beside(path, attachments)
        yield Source(database=path, address_book=None, locate=locate)
        return
    with tempfile.TemporaryDirectory(prefix="langchain-imessage-") as name:
        folder = Path(name)
        try:
            source = (
                _decrypted(path, folder, password, attachments)
                if _is_encrypted(path)
                else _put_together(path, folder)
            )
        except IMessageError:
            raise
        except OSError as error:
            raise DatabaseAccessError(f"May not read {path}. {ACCESS_HINT}") from error
        yield source


def _is_encrypted(path: Path) -> bool:
    try:
        manifest = load_plist((path / "Manifest.plist").read_bytes())
    except (OSError, DecodeError):
        return False
    return isinstance(manifest, dict) and bool(manifest.get("IsEncrypted"))


def _put_together(path: Path, folder: Path) -> Source:
    """Bring a plain backup's database and its `-wal` under names that belong together."""
    for suffix in ("", "-wal"):
        found = _plain_file(path, _HOME, _MESSAGES + suffix)
        if found is not None:
            shutil.copyfile(found, folder / ("sms.db" + suffix))

    def locate(stored: str) -> tuple[str, bool]:
        tail = stored_tail(stored)
        for domain in (_MEDIA, _HOME):
            found = tail and _plain_file(path, domain, f"Library/SMS/{tail}")
            if found:
                return str(found), True
        return stored, False

    return Source(
        database=folder / "sms.db",
        address_book=_plain_file(path, _HOME, _CONTACTS),
        locate=locate,
    )


def _plain_file(path: Path, domain: str, name: str) -> Path | None:
    """Find a file of a plain backup; before iOS 10 there were no subfolders."""
    digest = _digest(domain, name)
    candidates = (path / digest[:2] / digest, path / digest)
    return next((file for file in candidates if file.is_file()), None)


def _digest(domain: str, name: str) -> str:
    return hashlib.sha1(f"{domain}-{name}".encode(), usedforsecurity=False).hexdigest()


def _decrypted(
    path: Path, folder: Path, password: str | None, attachments: Path | None
) -> Source:
    if password is None:
        raise DatabaseAccessError(
            f"The backup in {path} is encrypted. Give its password: password=..."
        )
    try:
        import iphone_backup_decrypt as decrypt  # noqa: PLC0415
    except ImportError as error:
        raise MissingDependencyError("iphone-backup-decrypt", extra="backup") from error
    backup = decrypt.EncryptedBackup(backup_directory=str(path), passphrase=password)
    try:
        with redirect_stdout(io.StringIO()):  # it prints sizes and paths
            backup.test_decryption()
            return _extracted(backup, folder, attachments)
    except FileNotFoundError as error:
        raise DatabaseNotFoundError(f"The backup in {path} has no messages.") from error
    except (ValueError, KeyError, plistlib.InvalidFileException) as error:
        raise DatabaseAccessError(
            f"The backup in {path} cannot be decrypted: is the password right?"
        ) from error


def _listed(backup: Any) -> set[str]:
    """Name the attachments an encrypted backup has."""
    with backup.manifest_db_cursor() as cursor:
        rows = cursor.execute(
            "SELECT relativePath FROM Files "
            "WHERE flags = 1 AND relativePath LIKE 'Library/SMS/Attachments/%'"
        )
        return {name for (name,) in rows}


def _extracted(backup: Any, folder: Path, attachments: Path | None) -> Source:
    """Take the databases out of an encrypted backup.

    Attachments can be most of it: they are only decrypted to a folder that was named.
    """
    database, contacts = folder / "sms.db", folder / "AddressBook.sqlitedb"
    backup.extract_file(
        relative_path=_MESSAGES, domain_like=_HOME, output_filename=str(database)
    )
    for name, target in (
        (_MESSAGES + "-wal", folder / "sms.db-wal"),
        (_CONTACTS, contacts),
    ):
        try:
            backup.extract_file(
                relative_path=name, domain_like=_HOME, output_filename=str(target)
            )
        except FileNotFoundError:
            continue
    listed = _listed(backup)

    def locate(stored: str) -> tuple[str, bool]:
        name = f"Library/SMS/{stored_tail(stored)}"
        if name not in listed or attachments is None:
            return stored, name in listed
        target = attachments / (_digest(_MEDIA, name) + Path(name).suffix)
        there = target.exists() or _take_out(backup, name, target)
        return (str(target), True) if there else (stored, False)

    return Source(
        database=database,
        address_book=contacts if contacts.exists() else None,
        locate=locate,
    )


def _take_out(backup: Any, name: str, target: Path) -> bool:
    """Decrypt one file, whole or not at all; False if the backup does not have it."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".part")
    try:
        with redirect_stdout(io.StringIO()):
            backup.extract_file(relative_path=name, output_filename=str(unfinished))
    except (FileNotFoundError, ValueError):
        unfinished.unlink(missing_ok=True)
        return False
    unfinished.replace(target)
    return True
