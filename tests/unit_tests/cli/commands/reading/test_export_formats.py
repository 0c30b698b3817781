"""`export` in the formats for reading: what it writes, asks and prints."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("typer")

from langchain_imessage.cli.commands.reading import _export_transcripts
from langchain_imessage.terminal import shell_quoted
from langchain_imessage.testing import ChatDatabaseWriter, File

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to an empty folder."""
    folder = tmp_path / "place"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("file_format", "written"),
    [
        ("html", "conversations/index.html"),
        ("markdown", "conversations/Tortoise, Hare.md"),
        ("text", "conversations/Tortoise, Hare.txt"),
        ("csv", "conversations.csv"),
        ("jsonl", "conversations.jsonl"),
    ],
)
def test_each_format_has_its_place(
    run: Callable, sample: Path, place: Path, file_format: str, written: str
) -> None:
    result = run("export", sample, "--format", file_format)
    assert result.exit_code == 0, result.stderr
    assert (place / written).is_file()
    assert "10 conversations" in result.stdout
    again = run("export", sample, "--format", file_format)
    assert again.exit_code == 1
    assert "pass --yes to replace it" in again.stderr
    assert run("export", sample, "-f", file_format, "-y").exit_code == 0


def test_pages_are_printed_with_how_to_open_them_and_what_is_missing(
    run: Callable, sample: Path, tmp_path: Path
) -> None:
    out = tmp_path / "pages"
    result = run("export", sample, "-f", "html", "--copy-attachments", "-o", out)
    assert f"Open {out / 'index.html'} in a browser." in result.stdout
    assert "0 attachments copied" in result.stderr
    assert "1 attachment not copied" in result.stderr
    report = json.loads(
        run("export", sample, "-f", "html", "-yo", out, "--json").stdout
    )
    assert report["conversations"] == 10


def test_text_goes_to_standard_output_and_pages_do_not(
    run: Callable, sample: Path
) -> None:
    said = run("export", sample, "-f", "text", "-o", "-")
    assert "Tortoise: Slow and steady, that's my motto." in said.stdout
    assert run("export", sample, "-f", "csv", "-o", "-").stdout.startswith("conversa")
    for options in (["html"], ["text", "--copy-attachments"]):
        assert run("export", sample, "-o", "-", "-f", *options).exit_code == 2


@pytest.mark.parametrize(
    "options",
    [
        ["-f", "html", "--since", "x"],
        ["-f", "html", "--since-file", "x"],
        ["-f", "pdf"],
        ["--copy-attachments", "-o", "-"],
        ["--bom"],
        ["-f", "html", "-o", "no/such/folder"],
    ],
)
def test_what_does_not_go_together_is_refused(
    run: Callable, sample: Path, options: list[str]
) -> None:
    assert run("export", sample, *options).exit_code == 2


@pytest.mark.parametrize("file_format", ["jsonl", "csv"])
def test_the_database_itself_is_not_replaced(
    run: Callable, sample: Path, place: Path, file_format: str
) -> None:
    before = sample.read_bytes()
    (place / "link.db").symlink_to(sample)
    for out in (sample, "link.db", f"../{sample.name}"):
        result = run("export", sample, "-f", file_format, "-o", out, "--yes")
        assert (result.exit_code, "the database itself" in result.stderr) == (2, True)
    assert sample.read_bytes() == before


def test_a_file_is_no_folder_and_a_folder_no_file(
    run: Callable, sample: Path, tmp_path: Path
) -> None:
    assert run("export", sample, "-f", "csv", "-o", tmp_path).exit_code == 2
    assert run("export", sample, "-f", "html", "-o", sample).exit_code == 2


def test_sessions_are_written_with_copies_that_they_name(
    run: Callable, path: Path, at: Callable, place: Path
) -> None:
    with ChatDatabaseWriter(path, era="macos-26") as db:
        chat = db.chat(db.handle("+14155550101"))
        files = [File(name="a.jpeg", data=b"one"), File(name="gone.jpeg")]
        db.message(chat, "look", at=at(0), attachments=files)
        db.message(chat, "words", at=at(1))
    result = run("export", path, "--copy-attachments")
    assert "conversations: 1 conversation, 2 messages" in result.stdout
    assert "1 attachment copied" in result.stderr
    assert "1 attachment not copied" in result.stderr
    out = place / "conversations"
    session = json.loads((out / "conversations.jsonl").read_text())
    sent = session["messages"][0]["data"]["additional_kwargs"]["attachments"]
    assert (out / sent[0]["path"]).read_bytes() == b"one"
    assert sent[1]["path"].endswith("gone.jpeg")
    assert out.stat().st_mode & 0o077 == 0
    assert run("export", path, "--copy-attachments").exit_code == 1
    assert run("export", path, "--copy-attachments", "--yes").exit_code == 0
    (out / "mine.txt").touch()
    assert "no export wrote" in run("export", path, "--copy-attachments", "-y").stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("t.csv", "t.csv: 10 conversations"),
        ("t.CSV", "t.CSV: 10 conversations"),
        ("t.jsonl", "t.jsonl: 10 conversations"),
        ("t.json", "t.json (one JSONL file): 10 conversations"),
        ("t", "t (one JSONL file): 10 conversations"),
    ],
)
def test_a_name_says_what_is_written(
    run: Callable, sample: Path, place: Path, name: str, said: str
) -> None:
    result = run("export", sample, "-o", name)
    assert result.stdout.startswith(said), result.stderr
    begins = "conversation," if "csv" in name.lower() else '{"chat"'
    assert (place / name).read_text().startswith(begins)


def test_a_table_without_a_suffix_is_said_to_be_one(
    run: Callable, sample: Path, place: Path
) -> None:
    said = run("export", sample, "-f", "csv", "-o", place / "tables").stdout
    assert "tables (one CSV file): 10 conversations" in said


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("e.html", "--format html --out e"),
        ("e.md", "--format markdown --out e"),
        ("e 1.txt", f"--format text --out {shell_quoted('e 1')}"),
    ],
)
def test_a_name_of_one_file_is_refused_for_what_is_a_folder(
    run: Callable, sample: Path, place: Path, name: str, instead: str
) -> None:
    result = run("export", sample, "-o", name)
    assert result.exit_code == 2
    assert instead in " ".join(result.stderr.split())
    assert not list(place.iterdir())


class Terminal(io.StringIO):
    """A stdout that somebody looks at."""

    def isatty(self) -> bool:
        return True


def test_no_message_commands_the_terminal(
    run: Callable, path: Path, at: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "red \x9b31m and \u202edesrever"
    with ChatDatabaseWriter(path, era="macos-26") as db:
        db.message(db.chat(db.handle("+14155550101")), words, at=at(0))
    line = run("export", path, "-o", "-").stdout
    assert not {"\x9b", "\u202e"} & set(line)
    assert json.loads(line)["messages"][0]["data"]["content"] == words
    assert words[-9:] in run("export", path, "-f", "csv", "-o", "-").stdout
    for file_format in ("text", "markdown", "csv"):
        seen = Terminal()
        monkeypatch.setattr(sys, "stdout", seen)
        _export_transcripts._stream(
            path, {"contacts": None}, file_format, copy_attachments=False
        )
        assert "31m and desrever" in seen.getvalue()
        assert not {"\x9b", "\u202e"} & set(seen.getvalue())
