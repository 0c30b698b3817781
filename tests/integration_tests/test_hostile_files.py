"""Damaged backups, address books and databases: a value or an error of ours, nothing else.

How many of each are tried comes from the environment (`make stress`: 500).
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import tracemalloc
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from backup_folders import encrypted_backup, plain_backup

from langchain_imessage import IMessageChatLoader
from langchain_imessage.errors import IMessageError
from langchain_imessage.testing import write_sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COUNT = int(os.environ.get("LANGCHAIN_IMESSAGE_DAMAGED", "12"))

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


def damage(raw: bytes, chance: random.Random) -> bytes:
    """Change, insert, remove or cut off bytes."""
    bad = bytearray(raw)
    for _ in range(chance.choice((1, 1, 3, 20, 200))):
        at = chance.randrange(len(bad) + 1)
        how = chance.randrange(6)
        if how == 0:
            bad[at : at + 1] = bytes([chance.randrange(256)])
        elif how == 1:
            bad[at : at + 4] = chance.choice((b"\xff" * 4, bytes(4), b"\x7f\xff\xff"))
        elif how == 2:
            del bad[at : at + chance.randrange(1, 9)]
        elif how == 3:
            bad[at:at] = bytes(chance.randrange(1, 5))
        elif how == 4:
            place = chance.randrange(len(bad) + 1)
            bad[at : at + 64] = bad[place : place + 64]
        elif chance.random() < 0.1:
            del bad[at:]
    return bytes(bad)


def holds_or_is_ours(load: Callable[[], object]) -> None:
    """Let anything but a value or an error of ours through, and more than 200 MB."""
    tracemalloc.start()
    try:
        load()
    except IMessageError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 200_000_000


@pytest.fixture
def phone(tmp_path: Path) -> dict[tuple[str, str], bytes]:
    """Write what is on a phone."""
    sample = write_sample(tmp_path / "sms.db")
    book = ios_book(tmp_path / "book.sqlitedb")
    return {
        ("HomeDomain", "Library/SMS/sms.db"): sample.read_bytes(),
        ("HomeDomain", "Library/AddressBook/AddressBook.sqlitedb"): book.read_bytes(),
        ("MediaDomain", "Library/SMS/Attachments/00/A/picture.jpeg"): b"jpeg",
    }


def ios_book(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as book:
        book.executescript(
            "CREATE TABLE ABPerson (First, Last, Organization, Nickname);"
            "CREATE TABLE ABMultiValue (record_id, property, value);"
            "INSERT INTO ABPerson VALUES ('Ann', 'Lee', NULL, NULL);"
            "INSERT INTO ABMultiValue VALUES (1, 3, '+1 415 555 0101');"
        )
    return path


def mac_book(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as book:
        book.executescript(
            "CREATE TABLE ZABCDRECORD (Z_PK INTEGER PRIMARY KEY, ZFIRSTNAME, ZLASTNAME,"
            " ZORGANIZATION, ZNICKNAME, ZLINKID);"
            "CREATE TABLE ZABCDPHONENUMBER (ZOWNER, ZFULLNUMBER);"
            "CREATE TABLE ZABCDEMAILADDRESS (ZOWNER, ZADDRESS);"
            "INSERT INTO ZABCDRECORD VALUES (1, 'Ann', 'Lee', NULL, NULL, NULL);"
            "INSERT INTO ZABCDPHONENUMBER VALUES (1, '+1 415 555 0101');"
            "INSERT INTO ZABCDEMAILADDRESS VALUES (1, 'ann@example.com');"
        )
    return path


CARDS = (
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lee;Ann;;;\r\nFN:Ann Lee\r\n"
    b"TEL;type=CELL:+1 (415) 555-0101\r\nEMAIL:ann@example.com\r\n"
    b"PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD\r\n /2wBDAAMCAgICAgM\r\n"
    b"END:VCARD\r\n"
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"
    b"Zo=C3=AB\r\nTEL:1\r\nEND:VCARD\r\n"
    b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Bob\r\nTEL;VALUE=uri:tel:+1-415-555-0199\r\n"
    b"END:VCARD\r\n"
)


@pytest.mark.parametrize("kind", ["plain", "encrypted"])
def test_a_damaged_backup(
    kind: str, phone: dict[tuple[str, str], bytes], tmp_path: Path
) -> None:
    pytest.importorskip("iphone_backup_decrypt")
    whole = (
        plain_backup(tmp_path / "whole", phone)
        if kind == "plain"
        else encrypted_backup(tmp_path / "whole", phone, "tortoise")
    )
    files = [path for path in sorted(whole.rglob("*")) if path.is_file()]
    for seed in range(COUNT):
        chance = random.Random(seed)
        backup = tmp_path / "damaged"
        shutil.copytree(whole, backup)
        for file in chance.sample(files, chance.choice((1, 1, 2))):
            bad = backup / file.relative_to(whole)
            if chance.random() < 0.1:
                bad.unlink()
            else:
                bad.write_bytes(damage(file.read_bytes(), chance))
        holds_or_is_ours(
            lambda: IMessageChatLoader(
                tmp_path / "damaged",
                password="tortoise",  # noqa: S106
                contacts="auto",
                content="annotated",
                attachments=tmp_path / "taken",
            ).load()
        )
        shutil.rmtree(backup)
    outside = {path.name for path in tmp_path.iterdir()} - {"taken"}
    assert outside <= {"whole", "sms.db", "book.sqlitedb", "Manifest-plain.db"}


@pytest.mark.parametrize("kind", ["macOS", "iOS", "vCard"])
def test_a_damaged_address_book(kind: str, tmp_path: Path) -> None:
    pytest.importorskip("phonenumbers")
    database = write_sample(tmp_path / "chat.db")
    path = tmp_path / ("book.vcf" if kind == "vCard" else "book.abcddb")
    if kind == "vCard":
        path.write_bytes(CARDS)
    else:
        (mac_book if kind == "macOS" else ios_book)(path)
    whole = path.read_bytes()
    for seed in range(COUNT):
        path.write_bytes(damage(whole, random.Random(seed)))
        holds_or_is_ours(lambda: IMessageChatLoader(database, contacts=path).load())
