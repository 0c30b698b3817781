"""The folder of an export: private, whole or not there, and never in place of other files."""

from __future__ import annotations

import json
import os
import sqlite3
import unicodedata
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import ExportError
from langchain_imessage.testing import ChatDatabaseWriter, File
from langchain_imessage.transcripts import write_transcripts
from langchain_imessage.transcripts._attachment_copies import file_name

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
ANN = "+14155550101"


def write(path: Path, *files: File, chats: int = 1) -> Path:
    """Write a database in which files were sent."""
    with ChatDatabaseWriter(path, era="macos-26") as db:
        for number in range(chats):
            chat = db.chat(db.handle(f"{ANN}{number}"))
            db.message(chat, "here", at=NOON, attachments=files)
    return path


def names(folder: Path) -> set[str]:
    """Return all files below a folder."""
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("file_format", ["html", "text", "markdown"])
def test_there_is_a_file_for_each_conversation(
    file_format: Any, path: Path, tmp_path: Path
) -> None:
    done = write_transcripts(write(path, chats=3), tmp_path / "out", format=file_format)
    suffix = {"html": "html", "text": "txt", "markdown": "md"}[file_format]
    expected = {f"+14155550101{n}.{suffix}" for n in range(3)} | {"export.json"}
    assert names(done.path) - {"index.html"} == expected
    assert ("index.html" in names(done.path)) == (file_format == "html")
    assert (done.conversations, done.messages) == (3, 3)
    assert ANN not in repr(done)
    assert "out" not in repr(done)


def test_no_two_titles_are_one_file_on_the_disk_of_another_system(
    path: Path, tmp_path: Path
) -> None:
    titles = ["Café", "CAFÉ", unicodedata.normalize("NFD", "Café"), "con", "lpt1"]
    with ChatDatabaseWriter(path) as db:
        for title in titles:
            members = [db.handle(f"{ANN}{n}") for n in range(2)]
            chat = db.chat(*members, display_name=title, style=43)
            db.message(chat, "hi", at=NOON)
    folder = write_transcripts(path, tmp_path / "out", format="text").path
    stems = {name.partition(".")[0] for name in names(folder)} - {"export"}
    unalike = {unicodedata.normalize("NFC", stem).casefold() for stem in stems}
    assert len(unalike) == len(titles)
    assert not unalike & {"con", "lpt1"}


def test_an_export_is_replaced_on_a_disk_that_decomposes_names(
    path: Path, tmp_path: Path
) -> None:
    with ChatDatabaseWriter(path) as db:
        members = [db.handle(f"{ANN}{n}") for n in range(2)]
        chat = db.chat(*members, display_name="Café", style=43)
        db.message(chat, "hi", at=NOON)
    folder = write_transcripts(path, tmp_path / "out", format="text").path
    (file,) = folder.glob("*.txt")
    file.rename(folder / unicodedata.normalize("NFD", file.name))
    assert write_transcripts(path, folder, format="text").messages == 1


def test_everything_in_it_is_private(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_transcripts(write(path, File(data=b"x")), out, copy_attachments=True)
    for found in [out, *out.rglob("*")]:
        assert found.stat().st_mode & 0o077 == 0, found


def test_files_are_copied_once_and_shown(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    picture = File(name="a b#.jpeg", data=b"one")
    page = File(name="evil.html", mime_type="text/html", data=b"<script>")
    gone = File(name="gone.jpeg")
    done = write_transcripts(
        write(path, picture, page, gone), out, copy_attachments=True
    )
    assert (done.copied, done.missing, done.bytes) == (2, 1, 11)
    assert (out / "attachments" / "00001-a b_.jpeg").read_bytes() == b"one"
    (html,) = (p for p in out.glob("*.html") if p.name != "index.html")
    said = html.read_text()
    assert '<img class="media" src="attachments/00001-a%20b_.jpeg"' in said
    assert 'href="attachments/00002-evil.html"' not in said
    assert "attachments/00002-evil.html" in said
    assert "gone.jpeg" in said


def test_pictures_that_browsers_do_not_show_are_shown_as_jpeg(
    path: Path, tmp_path: Path
) -> None:
    image = pytest.importorskip("PIL.Image")
    pytest.importorskip("pillow_heif").register_heif_opener()
    image.new("RGB", (8, 8), "red").save(tmp_path / "a.heic", "HEIF")
    heic = File(name="a.heic", data=(tmp_path / "a.heic").read_bytes())
    junk = File(name="b.heic", data=b"junk")
    out = tmp_path / "out"
    write_transcripts(write(path, heic, junk), out, copy_attachments=True)
    assert {n for n in names(out) if n.startswith("attachments")} == {
        "attachments/00001-a.heic",
        "attachments/00001-a.heic.jpg",
        "attachments/00002-b.heic",
    }


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
def test_only_regular_files_that_messages_keeps_are_copied(
    path: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    sent = [File(name=f"{n}.txt", data=b"x") for n in ("link", "pipe", "folder")]
    write(path, *sent)
    found = {p.stem: p for p in (path.parent / "Attachments").rglob("*.txt")}
    for name, make in (
        ("link", lambda p: p.symlink_to(secret)),
        ("pipe", os.mkfifo),
        ("folder", os.mkdir),
    ):
        found[name].unlink()
        make(found[name])
    other = write(path.with_name("other.db"), File(data=b"x"))
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("UPDATE attachment SET filename = ?", (str(secret),))
    for database, missing in ((path, 3), (other, 1)):
        done = write_transcripts(
            database, tmp_path / "out", format="text", copy_attachments=True
        )
        assert (done.copied, done.missing) == (0, missing)


def test_an_export_is_replaced_and_nothing_else_is(path: Path, tmp_path: Path) -> None:
    write(path, chats=2)
    out = tmp_path / "out"
    write_transcripts(path, out, format="html")
    (out / ".DS_Store").write_text("")
    (out / "._index.html").write_text("")  # as macOS does on an exFAT disk
    write_transcripts(path, out, format="text")
    assert not [name for name in names(out) if name.endswith("html")]
    (out / "my notes.txt").write_text("mine")
    before = names(out)
    with pytest.raises(ExportError, match=r"holds files that no export wrote \(1\)"):
        write_transcripts(path, out, format="html")
    assert names(out) == before
    link = tmp_path / "link"
    link.symlink_to(out)
    with pytest.raises(ExportError, match="not a folder"):
        write_transcripts(path, link, format="html")
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


def test_a_failure_leaves_nothing_behind(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    write(path, File(data=b"x"))
    monkeypatch.setattr("shutil.copyfileobj", fail)
    folder = tmp_path / "place"
    folder.mkdir()
    with pytest.raises(OSError, match="No space"):
        write_transcripts(path, folder / "out", copy_attachments=True)
    assert list(folder.iterdir()) == []


def test_an_export_that_cannot_be_put_in_place_leaves_the_one_before(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(path)
    out = tmp_path / "out"
    write_transcripts(path, out, format="html")
    before = names(out)
    replace = type(out).replace

    def refuse(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError(5, "Input/output error")
        return replace(self, target)

    monkeypatch.setattr(type(out), "replace", refuse)
    with pytest.raises(OSError, match="Input/output"):
        write_transcripts(path, out, format="text")
    assert names(out) == before


def test_a_table_with_copies_is_a_folder(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_transcripts(
        write(path, File(data=b"x")), out, format="csv", copy_attachments=True
    )
    assert names(out) == {
        "conversations.csv",
        "export.json",
        "attachments/00001-picture.jpeg",
    }
    assert "attachments/00001-picture.jpeg" in (out / "conversations.csv").read_text()
    assert json.loads((out / "export.json").read_text())["copied"] == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("con\x00trol\n.txt", "con_trol .txt"),
        (".hidden", "hidden"),
        ("...", "file"),
        ("x" * 300 + ".jpeg", "x" * 48 + ".jpeg"),
    ],
)
def test_names_of_copies_are_harmless(name: str, expected: str) -> None:
    assert file_name(name) == expected
