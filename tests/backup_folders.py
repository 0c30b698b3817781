"""Writes iPhone backups, plain and encrypted, as the device does."""

from __future__ import annotations

import hashlib
import plistlib
import sqlite3
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

Files = dict[tuple[str, str], bytes]
"""What is in a backup, by domain and path."""


def file_id(domain: str, name: str) -> str:
    return hashlib.sha1(f"{domain}-{name}".encode()).hexdigest()  # noqa: S324


def plain_backup(folder: Path, files: Files, *, flat: bool = False) -> Path:
    for (domain, name), data in files.items():
        digest = file_id(domain, name)
        path = folder / digest if flat else folder / digest[:2] / digest
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    folder.mkdir(exist_ok=True)
    (folder / "Manifest.plist").write_bytes(plistlib.dumps({"IsEncrypted": False}))
    return folder


def wrapped(key: bytes, secret: bytes) -> bytes:
    """Wrap a key as RFC 3394 does."""
    from Crypto.Cipher import AES  # noqa: PLC0415

    blocks = [secret[n : n + 8] for n in range(0, len(secret), 8)]
    head = b"\xa6" * 8
    cipher = AES.new(key, AES.MODE_ECB)
    for step in range(6):
        for place, block in enumerate(blocks):
            mixed = cipher.encrypt(head + block)
            count = len(blocks) * step + place + 1
            head = (int.from_bytes(mixed[:8], "big") ^ count).to_bytes(8, "big")
            blocks[place] = mixed[8:]
    return head + b"".join(blocks)


def encrypted(key: bytes, data: bytes) -> bytes:
    from Crypto.Cipher import AES  # noqa: PLC0415

    pad = 16 - len(data) % 16
    padded = data + bytes([pad]) * pad
    return AES.new(key, AES.MODE_CBC, bytes(16)).encrypt(padded)


def encrypted_backup(folder: Path, files: Files, password: str) -> Path:
    """Write a backup as iTunes does, with few rounds so that a test is quick."""
    folder.mkdir()
    uuid, salt, class_key, file_key = bytes(16), b"s" * 20, b"c" * 32, b"f" * 32
    first = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 1, 32)
    key = hashlib.pbkdf2_hmac("sha1", first, salt, 1, 32)

    def block(tag: bytes, data: bytes | int) -> bytes:
        raw = data if isinstance(data, bytes) else struct.pack(">L", data)
        return tag + struct.pack(">L", len(raw)) + raw

    head = [(b"VERS", 4), (b"TYPE", 1), (b"UUID", uuid), (b"HMCK", bytes(40))]
    head += [(b"WRAP", 0), (b"SALT", salt), (b"ITER", 1)]
    head += [(b"DPWT", 0), (b"DPIC", 1), (b"DPSL", salt)]
    bag = [(b"UUID", uuid), (b"CLAS", 3), (b"WRAP", 2), (b"KTYP", 0)]
    bag += [(b"WPKY", wrapped(key, class_key))]
    keybag = b"".join(block(tag, data) for tag, data in [*head, *bag])
    wrapped_key = struct.pack("<l", 3) + wrapped(class_key, file_key)

    database = folder.parent / "Manifest-plain.db"
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE Files (fileID, domain, relativePath, flags, file)")
    for (domain, name), data in files.items():
        digest = file_id(domain, name)
        meta: dict[str, Any] = {
            "Size": len(data),
            "ProtectionClass": 3,
            "LastModified": 0,
            "EncryptionKey": plistlib.UID(2),
        }
        objects = ["$null", meta, {"NS.data": wrapped_key}]
        row = {"$top": {"root": plistlib.UID(1)}, "$objects": objects}
        blob = plistlib.dumps(row, fmt=plistlib.FMT_BINARY)
        values = (digest, domain, name, 1, blob)
        connection.execute("INSERT INTO Files VALUES (?, ?, ?, ?, ?)", values)
        path = folder / digest[:2] / digest
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(encrypted(file_key, data))
    connection.commit()
    connection.close()
    (folder / "Manifest.db").write_bytes(encrypted(file_key, database.read_bytes()))
    (folder / "Manifest.plist").write_bytes(
        plistlib.dumps(
            {"IsEncrypted": True, "BackupKeyBag": keybag, "ManifestKey": wrapped_key}
        )
    )
    return folder
