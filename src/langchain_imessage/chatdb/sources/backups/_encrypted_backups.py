"""An encrypted iPhone backup → the databases in it, decrypted to a private folder.

Owns the only use of iphone-backup-decrypt. What it raises on a damaged backup is of any
kind; here it becomes an error of ours, and no error holds the password.
"""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
from collections import defaultdict
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_imessage.chatdb.sources._attachment_paths import stored_tail
from langchain_imessage.chatdb.sources.backups._backup_files import (
    CONTACTS,
    HOME,
    MEDIA,
    MESSAGES,
    digest,
    is_inside,
)
from langchain_imessage.errors import (
    DatabaseAccessError,
    DatabaseNotFoundError,
    MissingDependencyError,
)
from langchain_imessage.files import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_imessage.chatdb.sources._attachment_paths import Locator


class DecryptedBackup:
    """A backup whose password was right; its list of files is decrypted until it is closed.

    Args:
        path: The backup's folder.
        password: Its password.
        folder: A private folder to decrypt to.

    Raises:
        DatabaseAccessError: If the password is missing or wrong, or the backup damaged.
        DatabaseNotFoundError: If it has no messages.
        MissingDependencyError: If iphone-backup-decrypt is not installed.
    """

    def __init__(self, path: Path, password: str | None, folder: Path) -> None:
        self._name, self._path = shown(path), path
        secret = self._secret(password)
        try:
            import iphone_backup_decrypt as decrypt  # noqa: PLC0415
        except ImportError as error:
            raise MissingDependencyError(
                "iphone-backup-decrypt", extra="backup"
            ) from error
        with self._translated():
            if not is_inside(path / "Manifest.db", path):
                raise ValueError  # a link out of it, or a pipe
            self._backup = decrypt.EncryptedBackup(
                backup_directory=_not_expanded(path, folder), passphrase=secret
            )
            try:
                self._take_out_databases(folder / "databases")
            except BaseException:
                self.close()
                raise
            _forget_manifest(self._backup)

    def close(self) -> None:
        """Forget the list of files, and what reads it.

        The library would when the garbage collector comes by, in whichever thread that is,
        and fail where it is another than this one.
        """
        connection = self._backup._temp_manifest_db_conn  # noqa: SLF001
        self._backup._temp_manifest_db_conn = None  # noqa: SLF001
        if connection is not None:
            with suppress(sqlite3.Error):  # of another thread: it ends with what has it
                connection.close()
        _forget_manifest(self._backup)

    def locator(self, attachments: Path | None) -> Locator:
        """Return where attachments are: decrypted, one by one, to the folder named.

        They can be most of a backup: without a folder they are listed only.
        """

        def locate(stored: str) -> tuple[str, bool]:
            name = f"Library/SMS/{stored_tail(stored)}"
            if name not in self._listed or attachments is None:
                return stored, name in self._listed
            target = attachments / (digest(MEDIA, name) + Path(name).suffix)
            there = target.exists() or self._take_out_whole(name, target)
            return (str(target), True) if there else (stored, False)

        return locate

    def _secret(self, password: str | None) -> bytes:
        if password is None:
            raise DatabaseAccessError(
                f"The backup in {self._name} is encrypted. Give its password: password=..."
            )
        # A terminal that is not UTF-8 hands over bytes as lone surrogates.
        try:
            secret = password.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            secret = b""
        if not secret:
            raise DatabaseAccessError(self._wrong_password())
        return secret

    def _wrong_password(self) -> str:
        return (
            f"The backup in {self._name} cannot be decrypted: is the password right? If it "
            "is, the backup is damaged."
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            with redirect_stdout(io.StringIO()):  # it prints sizes and paths
                yield
        except FileNotFoundError as error:
            raise DatabaseNotFoundError(
                f"The backup in {self._name} has no messages."
            ) from error
        except OSError:  # a full disk, a file that may not be read
            raise
        except Exception as error:  # struct, plistlib, sqlite3, the ciphers: any kind
            raise DatabaseAccessError(self._wrong_password()) from error

    def _take_out_databases(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        self._backup.test_decryption()
        self._listed = self._list_files()
        self.database = folder / "sms.db"
        self._take_out(MESSAGES, self.database)
        self._take_out_if_there(MESSAGES + "-wal", folder / "sms.db-wal")
        contacts = folder / "AddressBook.sqlitedb"
        found = self._take_out_if_there(CONTACTS, contacts)
        self.address_book = contacts if found else None

    def _take_out(self, name: str, target: Path, *, domain: str | None = HOME) -> None:
        for file_id in self._listed.get(name, ()):
            file = self._path / file_id[:2] / file_id
            if file.exists() and not is_inside(file, self._path):
                raise ValueError  # a link out of the backup, or a pipe
        self._backup.extract_file(
            relative_path=name, domain_like=domain, output_filename=str(target)
        )

    def _take_out_if_there(self, name: str, target: Path) -> bool:
        with suppress(FileNotFoundError):
            self._take_out(name, target)
            return True
        return False

    def _take_out_whole(self, name: str, target: Path) -> bool:
        """Decrypt an attachment, whole or not at all; False if that cannot be done."""
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = target.with_name(target.name + ".part")
        try:
            with redirect_stdout(io.StringIO()):
                self._take_out(name, unfinished, domain=None)
        except Exception:  # noqa: BLE001 - as above; it costs this attachment alone
            unfinished.unlink(missing_ok=True)
            return False
        unfinished.replace(target)
        return True

    def _list_files(self) -> dict[str, list[str]]:
        """Return by what names the files lie in the backup that may be taken out of it."""
        listed: defaultdict[str, list[str]] = defaultdict(list)
        with self._backup.manifest_db_cursor() as cursor:
            for name, file_id in cursor.execute(
                "SELECT relativePath, fileID FROM Files WHERE flags = 1 AND "
                "(relativePath LIKE 'Library/SMS/%' OR relativePath = ?)",
                (CONTACTS,),
            ):
                listed[str(name)].append(str(file_id))
        return dict(listed)


def _not_expanded(path: Path, folder: Path) -> str:
    """Return the backup's path as the library takes it: it expands variables.

    A link to it is made only where that would make another path of it, as Windows lets few
    users make links.
    """
    real = str(path.resolve())
    if os.path.expandvars(real) == real:
        return real
    link = folder / "backup"
    link.symlink_to(real, target_is_directory=True)
    return str(link)


def _forget_manifest(backup: Any) -> None:
    """Remove the decrypted list of files: what reads it has it open by now.

    Windows lets nobody remove what is open; there it goes when that is closed.
    """
    with suppress(OSError, TypeError, AttributeError):
        shutil.rmtree(backup._temporary_folder)  # noqa: SLF001
        backup._temporary_folder = None  # noqa: SLF001
