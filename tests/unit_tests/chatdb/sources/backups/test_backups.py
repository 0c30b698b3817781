"""iPhone backups, plain and encrypted: found, read, and left as they were."""

from __future__ import annotations

import errno
import os
import plistlib
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from backup_folders import encrypted_backup, file_id, plain_backup

from langchain_imessage import ChatDatabase, IMessageChatLoader
from langchain_imessage.chatdb.sources import _copies
from langchain_imessage.errors import (
    DatabaseAccessError,
    DatabaseNotFoundError,
    MissingDependencyError,
)
from langchain_imessage.testing import ChatDatabaseWriter, File

if TYPE_CHECKING:
    from collections.abc import Callable

    from backup_folders import Files

pytestmark = pytest.mark.fresh

ANN = "+14155550101"
PICTURE = "Library/SMS/Attachments/00/at_0_M/picture.jpeg"


@pytest.fixture
def files(tmp_path: Path, at: Callable) -> Files:
    """Write what is on a phone: messages, one of them only in the -wal; contacts."""
    phone = tmp_path / "phone"
    phone.mkdir()
    database = phone / "sms.db"
    with ChatDatabaseWriter(database, wal=True) as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        db.message(chat, "look", sender=ann, at=at(0), attachments=[File()], guid="M")
        db._connection.execute(
            "UPDATE attachment SET filename = '/var/mobile/' || ?", (PICTURE,)
        )
        db._connection.commit()
        db._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.message(chat, "nice", at=at(1))
        db._connection.commit()
        wal = Path(f"{database}-wal").read_bytes()
        main = database.read_bytes()
    contacts = phone / "AddressBook.sqlitedb"
    connection = sqlite3.connect(contacts)
    connection.executescript(
        "CREATE TABLE ABPerson (First, Last, Organization, Nickname);"
        "CREATE TABLE ABMultiValue (record_id, property, value);"
        f"INSERT INTO ABPerson VALUES ('Ann', 'Lee', NULL, NULL);"
        f"INSERT INTO ABMultiValue VALUES (1, 3, '{ANN}');"
    )
    connection.close()
    return {
        ("HomeDomain", "Library/SMS/sms.db"): main,
        ("HomeDomain", "Library/SMS/sms.db-wal"): wal,
        (
            "HomeDomain",
            "Library/AddressBook/AddressBook.sqlitedb",
        ): contacts.read_bytes(),
        ("MediaDomain", PICTURE): b"jpeg",
    }


def state(folder: Path) -> dict[Path, tuple[int, bytes]]:
    return {
        path: (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("flat", [True, False])
def test_a_plain_backup_is_read_with_its_wal_contacts_and_attachments(
    flat: bool, files: Files, tmp_path: Path, load: Callable
) -> None:
    pytest.importorskip("phonenumbers")
    backup = plain_backup(tmp_path / "backup", files, flat=flat)
    before = state(backup)
    loaded = load(backup, contacts="auto")
    assert loaded.texts == ["look", "nice"]
    assert loaded.senders == ["Ann Lee", "Me"]
    (attachment,) = loaded.messages[0].additional_kwargs["attachments"]
    assert Path(attachment["path"]).read_bytes() == b"jpeg"
    assert attachment["exists"] is True
    assert state(backup) == before


def test_attachments_and_contacts_may_be_missing(
    files: Files, tmp_path: Path, load: Callable
) -> None:
    two = {key: data for key, data in files.items() if "sms.db" in key[1]}
    loaded = load(plain_backup(tmp_path / "backup", two), contacts="auto")
    (attachment,) = loaded.messages[0].additional_kwargs["attachments"]
    assert (attachment["path"], attachment["exists"]) == (
        f"/var/mobile/{PICTURE}",
        False,
    )
    assert loaded.senders == [ANN, "Me"]


def test_a_backup_without_messages_says_so(tmp_path: Path) -> None:
    with pytest.raises(DatabaseNotFoundError, match="no messages"):
        IMessageChatLoader(plain_backup(tmp_path / "backup", {}))
    with pytest.raises(DatabaseAccessError, match="folder"):
        IMessageChatLoader(tmp_path)


@pytest.mark.parametrize(
    ("number", "words"), [(errno.EACCES, "Full Disk"), (errno.ENOSPC, "no space left")]
)
def test_a_backup_that_cannot_be_copied_says_why(
    number: int,
    words: str,
    files: Files,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backup = plain_backup(tmp_path / "backup", files)
    monkeypatch.setattr(_copies, "_run", lambda *_, **__: {"errno": number})
    with pytest.raises(DatabaseAccessError, match=words), ChatDatabase(backup):
        pass


def test_a_path_inside_a_backup_means_the_backup(
    files: Files, tmp_path: Path, load: Callable
) -> None:
    backup = plain_backup(tmp_path / "backup", files)
    (backup / "Manifest.db").write_bytes(b"")
    database = file_id("HomeDomain", "Library/SMS/sms.db")
    for inside in (database[:2], f"{database[:2]}/{database}", "Manifest.db"):
        loaded = load(backup / inside)
        assert loaded.texts == ["look", "nice"]  # the second is in the -wal alone
        (attachment,) = loaded.messages[0].additional_kwargs["attachments"]
        assert attachment["exists"] is True


def test_the_folder_of_all_backups_names_them(files: Files, tmp_path: Path) -> None:
    for n in range(7):
        plain_backup(tmp_path / "Backup" / f"phone-{n}", files)
        if n == 4:  # as many as are named
            with pytest.raises(DatabaseAccessError, match=r"phone-0.*phone-4\.$"):
                IMessageChatLoader(tmp_path / "Backup")
    with pytest.raises(DatabaseAccessError, match=r"phone-0.*phone-4 and 2 more\.$"):
        IMessageChatLoader(tmp_path / "Backup")


def test_a_link_out_of_a_backup_is_not_followed(files: Files, tmp_path: Path) -> None:
    backup = plain_backup(tmp_path / "backup", files)
    digest = file_id("HomeDomain", "Library/SMS/sms.db")
    database = backup / digest[:2] / digest
    database.rename(tmp_path / "elsewhere.db")
    database.symlink_to(tmp_path / "elsewhere.db")
    with pytest.raises(DatabaseNotFoundError, match="no messages"):
        IMessageChatLoader(backup)


def test_an_encrypted_backup_is_read_with_its_password(
    files: Files, tmp_path: Path, load: Callable, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("iphone_backup_decrypt")
    pytest.importorskip("phonenumbers")
    backup = encrypted_backup(tmp_path / "backup", files, "tortoise")
    before = state(backup)
    loaded = load(backup, password="tortoise", contacts="auto")  # noqa: S106
    assert loaded.texts == ["look", "nice"]
    assert loaded.senders == ["Ann Lee", "Me"]
    (attachment,) = loaded.messages[0].additional_kwargs["attachments"]
    assert attachment["exists"] is True
    assert state(backup) == before
    assert capsys.readouterr().out == ""


def test_an_encrypted_backups_attachments_are_decrypted_to_a_named_folder(
    files: Files, tmp_path: Path, load: Callable
) -> None:
    pytest.importorskip("iphone_backup_decrypt")
    backup = encrypted_backup(tmp_path / "backup", files, "x")
    folder = tmp_path / "new" / "attachments"
    for _ in range(2):  # the second time it is there already
        loaded = load(backup, password="x", attachments=folder)  # noqa: S106
        (attachment,) = loaded.messages[0].additional_kwargs["attachments"]
        assert Path(attachment["path"]).parent == folder
        assert Path(attachment["path"]).read_bytes() == b"jpeg"
        assert attachment["exists"] is True
    (taken,) = folder.iterdir()
    taken.unlink()
    digest = file_id("MediaDomain", PICTURE)
    (backup / digest[:2] / digest).unlink()
    (attachment,) = (
        load(backup, password="x", attachments=folder)  # noqa: S106
        .messages[0]
        .additional_kwargs["attachments"]
    )
    assert (attachment["path"], attachment["exists"]) == (
        f"/var/mobile/{PICTURE}",
        False,
    )
    assert list(folder.iterdir()) == []


def test_a_missing_or_wrong_password_is_named(files: Files, tmp_path: Path) -> None:
    pytest.importorskip("iphone_backup_decrypt")
    backup = encrypted_backup(tmp_path / "backup", files, "tortoise")
    with pytest.raises(DatabaseAccessError, match="password="):
        IMessageChatLoader(backup).load()
    for wrong in ("hare", "", "\udcff", "\ud800", "h\0"):
        with pytest.raises(
            DatabaseAccessError, match="is the password right"
        ) as caught:
            IMessageChatLoader(backup, password=wrong).load()
        assert "hare" not in str(caught.value)


@pytest.mark.skipif(os.name == "nt", reason="Windows unlinks no open file")
def test_the_decrypted_databases_are_unlinked_once_they_are_open(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("iphone_backup_decrypt")
    pytest.importorskip("phonenumbers")
    backup = encrypted_backup(tmp_path / "a $HOME backup", files, "x")
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    with ChatDatabase(backup, password="x", contacts="auto") as database:  # noqa: S106
        assert [p for p in private.rglob("*") if p.is_file()] == []
        assert database.contact_names == ("Ann Lee",)
        assert [len(c.messages) for c in database.conversations()] == [2]
    assert list(private.iterdir()) == []


def test_nothing_decrypted_is_left_of_a_backup_that_is_refused(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decrypt = pytest.importorskip("iphone_backup_decrypt")
    made: list[Any] = []
    made_before = decrypt.EncryptedBackup.__init__

    def note(self: Any, **options: Any) -> None:
        made.append(self)  # and so the garbage collector does not come by
        made_before(self, **options)

    monkeypatch.setattr(decrypt.EncryptedBackup, "__init__", note)
    contacts = {k: v for k, v in files.items() if "AddressBook" in k[1]}
    backup = encrypted_backup(tmp_path / "backup", contacts, "x")
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    with pytest.raises(DatabaseNotFoundError, match="no messages"):
        IMessageChatLoader(backup, password="x").load()  # noqa: S106
    assert list(private.iterdir()) == []
    assert [one._temp_manifest_db_conn for one in made] == [None]


def test_no_link_to_a_backup_is_made_that_is_not_needed(
    files: Files, tmp_path: Path, load: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("iphone_backup_decrypt")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(22, "A required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", refuse)  # as for most users of Windows
    backup = encrypted_backup(tmp_path / "my backup", files, "x")
    assert len(load(backup, password="x").messages) == 2  # noqa: S106


@pytest.mark.parametrize("what", ["a link", "a pipe"])
@pytest.mark.parametrize("which", ["Library/SMS/sms.db", "Manifest.db", PICTURE])
def test_a_link_or_a_pipe_in_an_encrypted_backup_is_not_opened(
    which: str, what: str, files: Files, tmp_path: Path, load: Callable
) -> None:
    pytest.importorskip("iphone_backup_decrypt")
    backup = encrypted_backup(tmp_path / "backup", files, "x")
    digest = file_id("MediaDomain" if which == PICTURE else "HomeDomain", which)
    path = backup / (which if which == "Manifest.db" else f"{digest[:2]}/{digest}")
    path.rename(tmp_path / "elsewhere")
    if what == "a link":
        path.symlink_to(tmp_path / "elsewhere")
    else:
        os.mkfifo(path)
    options = {"password": "x", "attachments": tmp_path / "taken"}
    if which == PICTURE:
        (attachment,) = (
            load(backup, **options).messages[0].additional_kwargs["attachments"]
        )
        assert attachment["exists"] is False
    else:
        with pytest.raises(DatabaseAccessError, match="damaged"):
            IMessageChatLoader(backup, **options).load()


def test_an_encrypted_backup_may_lack_contacts_or_messages(
    files: Files, tmp_path: Path, load: Callable
) -> None:
    pytest.importorskip("iphone_backup_decrypt")
    main = {k: v for k, v in files.items() if k[1].endswith("sms.db")}
    backup = encrypted_backup(tmp_path / "backup", main, "x")
    assert load(backup, password="x").texts == ["look"]  # noqa: S106
    shutil.rmtree(backup)
    (tmp_path / "Manifest-plain.db").unlink()
    other = {k: v for k, v in files.items() if "AddressBook" in k[1]}
    backup = encrypted_backup(tmp_path / "backup", other, "x")
    with pytest.raises(DatabaseNotFoundError, match="no messages"):
        load(backup, password="x")  # noqa: S106


def test_a_missing_library_is_named_with_its_extra(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = plain_backup(tmp_path / "backup", files)
    (backup / "Manifest.plist").write_bytes(plistlib.dumps({"IsEncrypted": True}))
    monkeypatch.setitem(sys.modules, "iphone_backup_decrypt", None)
    with pytest.raises(MissingDependencyError, match=r"\[backup\]"):
        IMessageChatLoader(backup, password="x").load()  # noqa: S106
