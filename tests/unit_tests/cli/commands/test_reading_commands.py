"""The commands: what they print, how they end, and what they never show."""

from __future__ import annotations

import json
import runpy
import shlex
import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("typer")

from langchain_core.messages import messages_from_dict

from langchain_imessage.chatdb import ChatDatabase
from langchain_imessage.cli import main
from langchain_imessage.cli.commands.reading import _export_sessions
from langchain_imessage.cli.terminal import _exits as exits
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.testing import ChatDatabaseWriter

if TYPE_CHECKING:
    from collections.abc import Callable

ANN = "+14155550101"


def test_doctor_says_what_is_there_and_what_to_do_next_without_reading_a_message(
    run: Callable, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a message was read")

    monkeypatch.setattr(ChatDatabase, "updates", refuse)
    said = run("doctor", sample).stdout
    assert "10 conversations (10 groups); iMessage; 2023-08-19 to 2023-08-28" in said
    assert "70 rows: 67 messages and attachments, 2 reactions, 1 event" in said
    assert "2 people; no address book found" in said
    for command in ("chats", "stats", "export", "prepare", "doctor"):
        assert f"\nlangchain-imessage {command} {sample}" in said


def test_doctor_says_how_many_people_the_address_book_names(
    run: Callable, path: Path, at: Callable
) -> None:
    pytest.importorskip("phonenumbers")
    with ChatDatabaseWriter(path) as db:
        for number in (ANN, "+14155550102"):
            db.message(db.chat(db.handle(number)), "hi", at=at(0))
    cards = path.with_name("cards.vcf")
    cards.write_text(f"BEGIN:VCARD\nFN:Ann\nTEL:{ANN}\nEND:VCARD\n")
    said = run("doctor", path, "--contacts", cards).stdout
    assert "2 people, 1 of them named by 1 contact\n" in said


def test_doctor_accounts_for_every_row(run: Callable, sample: Path) -> None:
    result = run("doctor", sample, "--rows")
    assert result.exit_code == 0
    for line in ("messages", "65", "reaction", "rows in the database", "70"):
        assert line in result.stdout
    assert "imessage doctor " not in result.stdout.partition("\nNext\n")[2]
    report = json.loads(run("doctor", sample, "--rows", "--json").stdout)
    assert report["rows"] == report["messages"] + sum(report["reasons"].values())
    assert report["holds"]["tapbacks"] is True
    assert report["kind"] == "database"


def test_doctor_names_what_cannot_be_read_and_says_so_by_its_exit(
    run: Callable, path: Path, at: Callable
) -> None:
    with ChatDatabaseWriter(path, era="ios-6") as db:
        chat = db.chat(db.handle(ANN), db.handle("+14155550102"))
        db.message(chat, "fine", at=at(0))
        lost = db.message(chat, None, at=at(1), body=b"junk", handle_id=99)
        db.update(lost, is_from_me=0)
        cut = db.message(chat, "salvaged", at=at(2), store="body")
        db.update(cut, attributedBody=db.value(cut, "attributedBody")[:-9])
        db.update(db.message(chat, "who", at=at(3)), is_from_me=0, handle_id=99)
    result = run("doctor", path, "--rows")
    assert result.exit_code == exits.Exit.INCOMPLETE
    assert f"Undecodable rows, by ROWID: {lost.rowid}" in result.stdout
    assert "Not in this version of the database: tapbacks" in result.stdout
    assert "Text recovered from 1 damaged body." in result.stdout
    assert "Unknown sender: 1 message." in result.stdout


def test_doctor_reports_numbers_on_the_cards_of_several_people(
    run: Callable, path: Path, at: Callable
) -> None:
    pytest.importorskip("phonenumbers")
    with ChatDatabaseWriter(path) as db:
        db.message(db.chat(db.handle(ANN)), "hi", at=at(0))
    cards = path.with_name("cards.vcf")
    card = "BEGIN:VCARD\nFN:{}\nTEL:" + ANN + "\nEND:VCARD\n"
    cards.write_text(card.format("Ann") + card.format("Bob"))
    told = "1 address on the contact cards of several people"
    assert told in run("doctor", path, "--contacts", cards).stdout
    assert told not in run("doctor", path).stdout


def test_doctor_reports_on_a_mac_and_a_missing_extra(
    run: Callable, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ChatDatabaseWriter(path, era="macos-27"):
        pass
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(
        "langchain_imessage.cli.commands.reading._doctor.find_spec", lambda _: None
    )
    result = run("doctor", path)
    assert "Not in this version" not in result.stdout
    assert "Extras not installed: contacts, backup, images" in result.stdout
    assert "Full Disk Access: granted" in result.stdout


@pytest.fixture
def in_new_york(in_zone: Callable) -> None:
    """Have this process in another time zone than UTC."""
    in_zone("America/New_York")


@pytest.mark.usefixtures("in_new_york")
def test_days_and_times_are_the_computers_own(
    run: Callable, path: Path, tmp_path: Path
) -> None:
    with ChatDatabaseWriter(path) as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        evening = datetime(2024, 5, 2, 1, 30, tzinfo=UTC)  # in New York the day before
        db.message(chat, "late", sender=ann, at=evening)
        db.message(chat, "early", sender=ann, at=evening + timedelta(hours=12))
    assert "2024-05-01" in run("chats", path).stdout
    shown = run("show", "1", path).stdout
    assert "Wednesday, 1 May 2024\n21:30" in shown
    out = tmp_path / "out.jsonl"
    for option, date, found in (
        ("--after", "2024-05-02", 1),
        ("--after", "2024-05-01", 2),
        ("--before", "2024-05-02", 1),
        ("--before", "2024-05-02T01:30:00+00:00", 0),
        ("--before", "2024-05-02 01:30", 1),
    ):
        report = run("export", path, option, date, "-yo", out, "--json").stdout
        assert json.loads(report)["messages"] == found, (option, date)


def test_a_number_is_the_one_chats_prints(
    run: Callable, path: Path, at: Callable
) -> None:
    with ChatDatabaseWriter(path) as db:
        for number, name in enumerate(("ann@x.org", "bob@x.org")):
            handle = db.handle(name)
            db.message(db.chat(handle), "hello", sender=handle, at=at(number))
        pictures = db.handle("pictures@x.org")
        db.message(db.chat(pictures), None, sender=pictures, at=at(9), attachments=1)
    for chat in json.loads(run("chats", path, "--json").stdout):
        shown = run("show", chat["number"], path).stdout
        assert shown.splitlines()[0] == chat["title"]


def test_show_says_that_a_conversation_is_missing(run: Callable, sample: Path) -> None:
    result = run("show", sample)
    assert result.exit_code == 2
    assert "No conversation to show." in result.stderr
    assert f"langchain-imessage chats {sample}" in result.stderr.replace("\n", "")


def test_show_lists_which_conversations_match(run: Callable, sample: Path) -> None:
    result = run("show", "hare", sample)
    assert result.exit_code == 1
    assert "10 conversations match" in result.stderr
    assert "    3  Tortoise, Hare (group)" in result.stderr
    assert result.stdout == ""


def test_several_databases_are_one_history(
    run: Callable, path: Path, tmp_path: Path, at: Callable
) -> None:
    for name, texts in (("mac.db", ("a", "b")), ("it's old.db", ("b", "c"))):
        with ChatDatabaseWriter(tmp_path / name) as db:
            chat = db.chat(db.handle(ANN))
            for text in texts:
                db.message(chat, text, at=at(ord(text)), guid=f"G{text}")
    both = (tmp_path / "mac.db", tmp_path / "it's old.db")
    report = json.loads(run("doctor", *both, "--rows", "--json").stdout)
    assert [part["messages"] for part in report["sources"]] == [2, 1]
    assert report["messages"] == 3
    assert report["first"] < report["last"]
    printed = run("doctor", *both, "--rows").stdout
    assert "mac.db  it's old.db" in printed
    (command,) = (line for line in printed.splitlines() if " chats " in line)
    assert shlex.split(command, comments=True) == [
        "langchain-imessage",
        "chats",
        *map(str, both),
    ]
    (chat,) = json.loads(run("chats", *both, "--json").stdout)
    assert chat["messages"] == 3
    shown = json.loads(run("show", "1", *both, "--json").stdout)
    assert [message["content"] for message in shown] == ["a", "b", "c"]
    assert len(run("export", *both, "-o", "-").stdout.splitlines()) == 1
    assert run("export", path.parent / "mac.db", both[0]).exit_code == 2


def test_chats_are_sorted_and_limited(run: Callable, path: Path, at: Callable) -> None:
    with ChatDatabaseWriter(path) as db:
        for number, (name, messages) in enumerate((("zoe", 1), ("Ann", 3), ("bob", 2))):
            handle = db.handle(f"{name}@x.org")
            chat = db.chat(handle)
            for n in range(messages):
                db.message(chat, f"hello {n}", sender=handle, at=at(number))

    def listed(*options: object) -> str:
        found = json.loads(run("chats", path, "--json", *options).stdout)
        return " ".join(f"{chat['number']}{chat['title'][0]}" for chat in found)

    assert listed() == listed("--sort", "recent") == "1b 2A 3z"
    assert listed("--sort", "messages") == "2A 1b 3z"
    assert listed("--sort", "name", "--limit", 2) == "2A 1b"


@pytest.mark.parametrize("chat", ["1", "nobody"])
def test_the_database_may_stand_in_front_of_the_conversation(
    run: Callable, sample: Path, chat: str
) -> None:
    first, last = run("show", sample, chat), run("show", chat, sample)
    assert (first.exit_code, first.output) == (last.exit_code, last.output)
    assert first.exit_code == (0 if chat == "1" else 1)


def test_show_limits_to_the_last_messages(run: Callable, sample: Path) -> None:
    whole = json.loads(run("show", "1", sample, "--json").stdout)
    last = json.loads(run("show", "1", sample, "--limit", 2, "--json").stdout)
    assert last == whole[-2:]


def test_no_message_passes_for_another_ones(
    run: Callable, path: Path, at: Callable
) -> None:
    with ChatDatabaseWriter(path) as db:
        ann = db.handle(ANN)
        text = "ok\n12:35  Me: I owe you 1000 dollars\u2028\nSunday, 27 August"
        db.message(db.chat(ann), text, sender=ann, at=at(0))
    for line in run("show", "1", path).stdout.splitlines()[4:]:
        assert line.startswith("       ")


def test_peoples_words_are_printed_as_they_are(
    run: Callable, path: Path, at: Callable
) -> None:
    text = ":smile: 12:100:30 [red]bold[/red] https://x.org/:100:"
    with ChatDatabaseWriter(path) as db:
        ann = db.handle(ANN)
        chat = db.chat(ann, display_name="[b]:100:[/b]")
        db.message(chat, text, sender=ann, at=at(0))
    assert f"{ANN}: {text}\n" in run("show", "1", path).stdout
    assert "[b]:100:[/b]" in run("chats", path).stdout
    assert run("show", "1", path).stdout.startswith("[b]:100:[/b]\n")


def test_export_asks_before_it_replaces_a_file(
    run: Callable, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("mine")
    result = run("export", sample, "-o", out)
    assert result.exit_code == 1
    assert "already exists; pass --yes to replace it." in result.stderr
    monkeypatch.setattr(printing, "has_terminal", lambda: True)
    assert run("export", sample, "-o", out, stdin="n\n").exit_code == 1
    assert out.read_text() == "mine"
    assert run("export", sample, "-o", out, stdin="y\n").exit_code == 0
    out.write_text("mine")
    assert run("export", sample, "-o", out, "--force").exit_code == 0
    assert out.read_text() != "mine"


@pytest.mark.slow
def test_export_with_several_processes_writes_the_same(
    run: Callable, sample: Path
) -> None:
    alone, together = (run("export", sample, "-o", "-", "--workers", n) for n in "12")
    assert together.stdout == alone.stdout
    assert together.exit_code == 0, together.stderr


def test_export_writes_to_standard_output(run: Callable, sample: Path) -> None:
    result = run("export", sample, "-o", "-")
    assert [len(json.loads(line)) for line in result.stdout.splitlines()] == [2] * 10
    assert result.stderr.startswith("stdout: 10 conversations, 65 messages\n")
    assert run("export", sample, "-o", "-", "--json").stdout == result.stdout


def test_export_to_a_terminal_does_not_command_it(
    run: Callable, path: Path, at: Callable
) -> None:
    text = "a\x9b2J\u202eb"
    with ChatDatabaseWriter(path) as db:
        ann = db.handle(ANN)
        db.message(db.chat(ann), text, sender=ann, at=at(0))
    said = run("export", path, "-o", "-").stdout
    assert not {"\x9b", "\u202e"} & set(said)
    assert json.loads(said)["messages"][0]["data"]["content"] == text


def test_export_takes_filters(run: Callable, path: Path, at: Callable) -> None:
    with ChatDatabaseWriter(path) as db:
        ann, bob = db.handle(ANN), db.handle("bob@x.org")
        for chat in (db.chat(ann), db.chat(bob), db.chat(ann, bob, display_name="We")):
            db.message(chat, "hello", at=at(0))

    def sessions(*options: str) -> int:
        return len(run("export", path, "-o", "-", *options).stdout.splitlines())

    assert sessions() == 3
    assert sessions("--chats", "bob@x.org") == 1
    assert sessions("--chats", "We", "--chats", "bob@x.org") == 2
    assert sessions("--people", "+1 415 555 0101") == 2


def test_export_keeps_its_cursor_in_a_file(
    run: Callable, path: Path, tmp_path: Path, at: Callable
) -> None:
    words = ("export", path, "-o", "-", "--since-file", tmp_path / "cursor")
    db = ChatDatabaseWriter(path)
    with db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "hello", at=at(0))
    first = run(*words)
    assert first.stdout.count("hello") == 1
    assert "--since" not in first.stderr
    assert (tmp_path / "cursor").stat().st_mode & 0o777 == 0o600
    assert run(*words).stdout == ""
    with sqlite3.connect(path) as more:
        row = "INSERT INTO message (guid, text, date, is_from_me) VALUES ('N', 'new', ?, 1)"
        rowid = more.execute(row, (800_000_000 * 10**9,)).lastrowid
        more.execute(
            "INSERT INTO chat_message_join (chat_id, message_id) VALUES (?, ?)",
            (chat, rowid),
        )
    more.close()
    assert '"new"' in run(*words).stdout
    (tmp_path / "cursor").write_text("nonsense")
    assert run(*words).exit_code == 2


def test_the_cursor_is_not_kept_of_what_was_not_written(
    run: Callable, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> int:
        raise OSError("No space left on device")

    monkeypatch.setattr(_export_sessions, "_write", cut)
    run("export", sample, "-o", "-", "--since-file", tmp_path / "cursor")
    assert not (tmp_path / "cursor").exists()


def test_the_cursor_in_json_goes_on_from_there(
    run: Callable, path: Path, tmp_path: Path, at: Callable
) -> None:
    with ChatDatabaseWriter(path) as db:
        guid = "G'; touch INJECTED; echo '"
        db.message(db.chat(db.handle(ANN)), "hello", at=at(0), guid=guid)
    words = ("export", path, "-o", tmp_path / "out.jsonl", "-y")
    assert "--since-file FILE" in run(*words).stdout
    cursor = json.loads(run(*words, "--json").stdout)["cursor"]
    again = run("export", path, "-o", "-", "--since", cursor)
    assert again.exit_code == 0
    assert again.stdout == ""


def test_export_says_which_messages_of_the_other_formats_jsonl_leaves_out(
    run: Callable, sample: Path, tmp_path: Path
) -> None:
    words = ("export", sample, "-y", "-o")
    plain = run(*words, tmp_path / "out.jsonl").stdout
    assert "65 messages\n" in plain
    assert "Left out: 2 messages without words." in plain
    assert "67 messages" in run(*words, tmp_path / "out.csv").stdout
    for more in (("--content", "annotated"), ("--before", "2020-01-01")):
        assert "Left out" not in run(*words, tmp_path / "out.jsonl", *more).stdout


def test_chats_lists_them_with_people_counts_and_days(
    run: Callable, sample: Path
) -> None:
    result = run("chats", sample)
    lines = result.stdout.splitlines()
    assert len(lines) == 11
    assert result.stderr == (
        "Messages with words are counted. Without words: 1 attachment, 1 unsent message, "
        "1 event.\n"
    )
    assert "Tortoise, Hare" in lines[1]
    found = json.loads(run("chats", sample, "--json").stdout)
    assert [chat["number"] for chat in found] == list(range(1, 11))
    assert found[0]["first"].startswith("2023-08-28")


def test_show_prints_a_transcript(run: Callable, path: Path, at: Callable) -> None:
    with ChatDatabaseWriter(path) as db:
        ann = db.handle(ANN)
        chat = db.chat(ann, display_name="Race")
        db.message(chat, "hello \x1b[31mred", sender=ann, at=at(0))
        db.message(chat, None, at=at(1), attachments=1)
        db.update(db.message(chat, "when?", at=at(2)), date=0)
        other = db.chat(db.handle("x@example.com"))
        db.message(other, "other", at=at(9))
    for name in ("Race", ANN, "2"):
        result = run("show", name, path)
        assert result.exit_code == 0
        assert f"{ANN}: hello \ufffd[31mred" in result.stdout
        assert "Me: [image]" in result.stdout
        assert "--:--  Me: when?" in result.stdout
        assert "other" not in result.stdout
    last = run("show", "Race", path, "--limit", "1").stdout
    assert "hello" not in last
    shown = json.loads(run("show", "Race", path, "--json").stdout)
    assert [m["content"] for m in shown] == ["when?", "hello \x1b[31mred", "[image]"]
    named = run("show", "Ann", path, "--contacts", cards(path)).stdout
    assert "Ann: hello" in named


def test_no_title_commands_the_terminal(run: Callable, path: Path) -> None:
    with ChatDatabaseWriter(path) as db:
        chat = db.chat(db.handle(ANN), display_name="\x1b[31mred", service="\x1b[5m")
        db.message(chat, "hello", at=0)
    for command in (("doctor",), ("chats",), ("show", "1")):
        result = run(*command, path)
        assert result.exit_code == 0
        assert "\x1b" not in result.stdout
    assert "1 conversation (0 groups)" in run("doctor", path).stdout
    out = path.with_name("out.jsonl")
    assert "1 conversation, 1 message\n" in run("export", path, "-o", out).stdout


def cards(path: Path) -> Path:
    file = path.with_name("cards.vcf")
    file.write_text(f"BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nTEL:{ANN}\nEND:VCARD\n")
    return file


@pytest.mark.parametrize("name", ["nobody", "99"])
def test_show_says_if_there_is_no_such_conversation(
    name: str, run: Callable, sample: Path
) -> None:
    result = run("show", name, sample)
    assert result.exit_code == 1
    assert "no such conversation" in result.stderr


def test_export_writes_sessions_that_langchain_reads(
    run: Callable, sample: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    result = run("export", sample, "--out", out)
    assert "10 conversations, 65 messages" in result.stdout
    lines = out.read_text().splitlines()
    first = json.loads(lines[0])
    messages = messages_from_dict(first["messages"])
    assert messages[0].content == "Slow and steady, that's my motto."
    assert messages[0].additional_kwargs["sender"] == "Tortoise"
    assert first["chat"]["is_group"] is True
    assert out.stat().st_mode & 0o077 == 0
    report = json.loads(run("export", sample, "--out", out, "-y", "--json").stdout)
    assert (report["sessions"], report["messages"]) == (10, 65)
    again = run("export", sample, "-yo", out, "--since", report["cursor"], "--json")
    assert json.loads(again.stdout)["messages"] == 0


def test_sample_writes_one(run: Callable, tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    assert "Tortoise and Hare" in run("sample", path).stdout
    assert run("sample", path).exit_code == 1
    assert json.loads(run("sample", tmp_path / "t.db", "--json").stdout)


@pytest.mark.parametrize("command", ["doctor", "chats", "export"])
def test_an_error_is_one_line(command: str, run: Callable, tmp_path: Path) -> None:
    result = run(command, tmp_path / "none.db")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: File")
    assert "none.db not found. Give the path of a chat.db" in result.stderr
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr


def test_what_a_terminal_cannot_show_is_written_in_another_way(
    capsys: pytest.CaptureFixture[str],
) -> None:
    printing.print_json({"at": datetime(2024, 5, 1, tzinfo=UTC), "of": "🐢"})
    assert capsys.readouterr().out == (
        '{\n  "at": "2024-05-01T00:00:00+00:00",\n  "of": "🐢"\n}\n'
    )
    printing.print_json(["half \ud83d", Path("chat.db")])
    assert json.loads(capsys.readouterr().out) == ["half \ud83d", "chat.db"]


def test_wrong_usage_and_help_and_version(run: Callable) -> None:
    assert run("show").exit_code == 2
    assert "Exit codes" in run("--help").stdout
    assert run("--version").stdout.strip()[0].isdigit()


def test_ctrl_c_ends_it_quietly(
    run: Callable, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: ChatDatabase) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ChatDatabase, "conversations", interrupted)
    result = run("chats", sample)
    assert result.exit_code == exits.Exit.INTERRUPTED
    assert result.stderr == "Interrupted.\n"


def test_a_missing_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "langchain_imessage.cli._app")
    monkeypatch.setitem(sys.modules, "typer", None)
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 1
    assert "langchain-imessage[cli]" in capsys.readouterr().err


def test_another_import_error_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_imessage.cli._app", None)
    with pytest.raises(ImportError, match="_app"):
        main()


def test_it_runs_as_a_module(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["langchain-imessage", "--version"])
    with pytest.raises(SystemExit):
        runpy.run_module("langchain_imessage", run_name="__main__")
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize(
    ("blas", "line"),
    [
        (
            SimpleNamespace(library="/usr/lib/libopenblas.so.0", origin="system"),
            "Local training: with OpenBLAS (libopenblas.so.0, of the system)",
        ),
        (None, "Install one: pip install 'langchain-imessage[blas]'"),
    ],
)
def test_doctor_says_which_blas_a_training_uses(
    run: Callable, path: Path, monkeypatch: pytest.MonkeyPatch, blas: Any, line: str
) -> None:
    with ChatDatabaseWriter(path):
        pass
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(
        "langchain_imessage.cli.commands.reading._doctor.find_spec", lambda _: object()
    )
    monkeypatch.setattr(
        "langchain_imessage.finetuning.local.processes._blas.find_blas", lambda: blas
    )
    assert line in " ".join(run("doctor", path).stdout.split())
