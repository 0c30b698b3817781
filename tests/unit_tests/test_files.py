"""Private files: whole or not at all, and through no planted link."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage.datasets import read_dataset, write_dataset
from langchain_imessage.datasets.report._html_page import new_page
from langchain_imessage.errors import ExportError, FineTuningError
from langchain_imessage.files import (
    database_application,
    open_private,
    open_regular,
    read_private,
    replace_bytes,
    replacing,
    shown,
)
from langchain_imessage.finetuning.state._state_file import StateFile
from langchain_imessage.preparation._vault_file import read_vault, write_vault
from langchain_imessage.testing import write_sample
from langchain_imessage.transforms.redaction._vault import Vault


@pytest.fixture
def planted(tmp_path: Path) -> tuple[Path, Path]:
    """Plant a link that leads out of a folder somebody sent."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("keep")
    link = tmp_path / "sent" / "report.html"
    link.parent.mkdir()
    link.symlink_to(elsewhere)
    return link, elsewhere


def test_a_file_is_private_and_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with replacing(path) as file:
        file.write("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), replacing(path):
        raise KeyboardInterrupt
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "absent"
    with pytest.raises(FileNotFoundError, match="There is no such folder") as caught:
        replace_bytes(folder / "page.html", b"new")
    assert caught.value.filename == str(folder)


def test_a_planted_link_is_neither_written_nor_read(
    planted: tuple[Path, Path],
) -> None:
    link, elsewhere = planted
    with pytest.raises(ExportError, match="symbolic link"), replacing(link):
        pass
    with pytest.raises(ExportError, match="symbolic link"):
        read_private(link)
    with pytest.raises(OSError, match="report"):
        open_private(link, os.O_WRONLY | os.O_CREAT)
    assert elsewhere.read_text() == "keep"
    elsewhere.unlink()  # a link to nothing would have us make a file
    with pytest.raises(ExportError, match="symbolic link"), replacing(link):
        pass
    assert not elsewhere.exists()


def test_a_link_the_caller_named_is_followed_within_its_folder(
    planted: tuple[Path, Path],
) -> None:
    link, elsewhere = planted
    with (
        pytest.raises(ExportError, match="out of the folder"),
        replacing(link, follow_link=True),
    ):
        pass
    assert elsewhere.read_text() == "keep"
    beside = link.with_name("beside.html")
    beside.symlink_to("new.html")
    with replacing(beside, follow_link=True) as file:
        file.write("new")
    assert link.with_name("new.html").read_text() == "new"
    assert beside.is_symlink()


def test_no_database_is_written_over_nor_a_file_beside_one(tmp_path: Path) -> None:
    database = write_sample(tmp_path / "chat.db")
    before = database.read_bytes()
    for name in ("chat.db", "chat.db-wal", "chat.db-shm", "chat.db-journal"):
        with (
            pytest.raises(ExportError, match="database"),
            replacing(tmp_path / name),
        ):
            pass
    assert database.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["chat.db"]
    with replacing(tmp_path / "notes-wal") as file:
        file.write("of no database")


def test_a_database_is_known_without_its_locks_being_dropped(tmp_path: Path) -> None:
    database = write_sample(tmp_path / "chat.db")
    with closing(sqlite3.connect(database, isolation_level=None)) as mine:
        mine.execute("BEGIN IMMEDIATE")
        assert database_application(database) == 0
        code = (
            "import sqlite3, sys; d = sqlite3.connect(sys.argv[1], timeout=0);"
            "d.execute('BEGIN IMMEDIATE')"
        )
        other = subprocess.run([sys.executable, "-c", code, database], check=False)
        assert other.returncode, "the lock is gone"


def test_what_is_appended_to_is_private_first(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text("")
    path.chmod(0o666)
    with open(path, "a", opener=open_private):
        assert path.stat().st_mode & 0o777 == 0o600
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for flags in (os.O_WRONLY, os.O_RDWR):
        with pytest.raises(OSError, match="pipe"):
            open_private(pipe, flags | os.O_CREAT | os.O_APPEND)


def test_another_users_file_is_not_appended_to(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    path = tmp_path / "answers.jsonl"
    path.write_text("")
    path.chmod(0o666)
    os.chown(path, 65_534, 65_534)
    with pytest.raises(PermissionError):
        open_private(path, os.O_WRONLY | os.O_APPEND)


def test_only_a_regular_file_is_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path, Path("/dev/zero")):
        with pytest.raises(ExportError, match="regular"):
            open_regular(path, follow_link=True)
    with pytest.raises(ExportError, match="not a file"), replacing(pipe):
        pass


def test_a_path_that_is_no_utf8_can_be_shown() -> None:
    assert shown(os.fsdecode(b"a\xff.db")) == "a?.db"


def test_a_planted_state_file_is_a_finetuning_error(planted: tuple[Path, Path]) -> None:
    link, elsewhere = planted
    with pytest.raises(FineTuningError, match="symbolic link") as caught:
        StateFile(link).change(lambda state: state)
    assert caught.value.code == "bad_state"
    assert elsewhere.read_text() == "keep"


def test_a_state_file_of_gigabytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "finetuning.json"
    with path.open("wb") as file:
        file.truncate(3 << 30)
    with pytest.raises(FineTuningError, match="Larger than 64 MB") as caught:
        StateFile(path).read()
    assert str(path) in str(caught.value)
    assert caught.value.code == "bad_state"


def test_a_planted_vault_or_page_is_refused(planted: tuple[Path, Path]) -> None:
    link, elsewhere = planted
    with pytest.raises(ExportError, match="symbolic link"):
        write_vault(Vault(), link)
    with pytest.raises(ExportError, match="symbolic link"):
        read_vault(link)
    with pytest.raises(ExportError, match="symbolic link"), new_page(link):
        pass
    assert elsewhere.read_text() == "keep"


@pytest.mark.parametrize("what", ["a link", "a pipe"])
def test_a_planted_manifest_is_no_manifest(what: str, tmp_path: Path) -> None:
    session = {"messages": [HumanMessage("Hi!"), AIMessage("Hello.")]}
    write_dataset([session], tmp_path, sink="trl", validation=0)
    manifest = tmp_path / "manifest.json"
    manifest.rename(tmp_path / "elsewhere")
    if what == "a link":
        manifest.symlink_to(tmp_path / "elsewhere")
    else:
        os.mkfifo(manifest)
    with pytest.raises(ExportError, match="no dataset"):
        read_dataset(tmp_path)


def test_a_dataset_whose_file_is_a_link_is_refused(tmp_path: Path) -> None:
    session = {"messages": [HumanMessage("Hi!"), AIMessage("Hello.")]}
    train = write_dataset([session], tmp_path, sink="trl", validation=0).train
    train.rename(tmp_path / "elsewhere")
    train.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ExportError, match="symbolic link"):
        read_dataset(tmp_path)


def test_a_file_of_a_line_end_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "messages.csv"
    path.write_text("\n")
    with replacing(path) as file:
        file.write("new")
    assert path.read_text() == "new"


@pytest.mark.parametrize("application", [-1, 7])
def test_a_database_of_any_application_is_not_written_over(
    tmp_path: Path, application: int
) -> None:
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA application_id = {application}")
        database.execute("CREATE TABLE t (x)")
    with pytest.raises(ExportError, match="is a database"), replacing(path):
        pass


def test_a_file_that_may_not_be_read_is_not_called_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "messages.csv"
    path.write_text("a,b\n")

    def refuse(*_: object, **__: object) -> None:
        error = sqlite3.OperationalError("unable to open database file")
        error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise error

    monkeypatch.setattr(sqlite3, "connect", refuse)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError, match=r"messages\.csv"), replacing(path):
        pass
