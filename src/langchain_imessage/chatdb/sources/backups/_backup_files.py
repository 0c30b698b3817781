"""What an iPhone backup is, and where in it a file lies: under the SHA-1 of its name.

A backup may be a stranger's: a link in it is not followed out of it.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from langchain_imessage.decoding.archives._plists import load_plist
from langchain_imessage.files import read_private

if TYPE_CHECKING:
    from pathlib import Path

HOME: Final = "HomeDomain"
MEDIA: Final = "MediaDomain"
MESSAGES: Final = "Library/SMS/sms.db"
CONTACTS: Final = "Library/AddressBook/AddressBook.sqlitedb"

_MANIFESTS: Final = ("Manifest.db", "Manifest.mbdb", "Manifest.plist")
_SUBFOLDER: Final = re.compile("[0-9a-f]{2}")


def is_backup(path: Path) -> bool:
    """Return whether a folder is an iPhone backup."""
    return path.is_dir() and (
        any((path / name).exists() for name in _MANIFESTS)
        or plain_file(path, HOME, MESSAGES) is not None
    )


def backup_of(path: Path) -> Path:
    """Return the backup that a path inside one belongs to; any other path as it is.

    Such a path is one of its manifests, one of its subfolders, or the messages' file.
    """
    if path.name in _MANIFESTS or _SUBFOLDER.fullmatch(path.name):
        candidates = [path.parent]
    elif path.name in {digest(HOME, MESSAGES + suffix) for suffix in ("", "-wal")}:
        candidates = [path.parent.parent, path.parent]  # the latter before iOS 10
    else:
        return path
    return next((folder for folder in candidates if is_backup(folder)), path)


def backups_in(folder: Path) -> list[str]:
    """Return the names of the backups in a folder, as where Finder keeps all of them."""
    return sorted(child.name for child in folder.iterdir() if is_backup(child))


def is_encrypted(backup: Path) -> bool:
    """Return whether a backup's manifest says that it is encrypted."""
    try:
        manifest = load_plist(read_private(backup / "Manifest.plist"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and bool(manifest.get("IsEncrypted"))


def plain_file(backup: Path, domain: str, name: str) -> Path | None:
    """Find a file of a plain backup; before iOS 10 there were no subfolders."""
    found = digest(domain, name)
    candidates = (backup / found[:2] / found, backup / found)
    return next((file for file in candidates if is_inside(file, backup)), None)


def is_inside(file: Path, backup: Path) -> bool:
    """Return whether a path is a regular file that really lies in a backup."""
    if not file.is_file():
        return False
    if not (file.is_symlink() or file.parent.is_symlink()):
        return True  # spares resolving, which takes longer
    return file.resolve().is_relative_to(backup.resolve())


def digest(domain: str, name: str) -> str:
    """Return the name a file has in a backup."""
    full = f"{domain}-{name}".encode("utf-8", "surrogatepass")
    return hashlib.sha1(full, usedforsecurity=False).hexdigest()
