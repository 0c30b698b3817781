"""`search`: what it prints, and how the conversation is opened there."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("typer")

from langchain_imessage.testing import ChatDatabaseWriter

if TYPE_CHECKING:
    from collections.abc import Callable

ANN = "+14155550101"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep indexes out of the user's own folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path / "cache"


@pytest.fixture
def talks(path: Path, at: Callable) -> Path:
    """Write a long talk with Ann, and a picture."""
    with ChatDatabaseWriter(path) as db:
        chat = db.chat(ann := db.handle(ANN))
        for n in range(60):
            db.message(chat, f"number {n}", sender=ann if n % 2 else None, at=at(n))
        db.message(chat, "the \x1b[31m lake house", at=at(60), guid="L")
        db.message(chat, None, sender=ann, at=at(61), attachments=1)
    return path


def test_a_hit_is_printed_with_what_was_said_around_it(
    run: Callable, talks: Path
) -> None:
    said = run("search", "LAKE", "house", talks)
    title, before, hit, after, command = said.stdout.splitlines()
    assert title == f"1. {ANN}, Wednesday, 1 May 2024"
    assert before.endswith(f"{ANN}: number 59")
    assert hit.startswith(" > ")
    assert hit.endswith("Me: the \ufffd[31m lake house")
    assert after.endswith(f"{ANN}: [image]")
    words = shlex.split(command)[1:]
    shown = run(*words, "--limit", "3")
    assert [line[-2:] for line in shown.stdout.splitlines()[-3:]] == ["59", "se", "e]"]


def test_a_hit_is_opened_by_its_number(run: Callable, talks: Path) -> None:
    said = run("search", '"number 7"', talks, "--open", "1")
    assert said.stdout.startswith(f"{ANN}\n")
    assert f"{ANN}: number 7\n" in said.stdout
    assert "number 48" not in said.stdout
    missing = run("search", "lake", talks, "--open", "9")
    assert missing.exit_code == 1
    assert "There is no hit 9" in missing.stderr


def test_what_follows_the_first_hits_is_a_page_further_on(
    run: Callable, path: Path, at: Callable
) -> None:
    with ChatDatabaseWriter(path) as db:
        chat = db.chat(db.handle(ANN))
        for day in range(5):
            db.message(chat, f"a lake {day}", at=at(day * 86_400))
    first = run("search", "lake", path, "--limit", "2")
    assert first.stderr.endswith("More with --skip 2.\n")
    last = run("search", "lake", path, "--limit", "3", "--skip", "2")
    assert last.stdout.startswith("3. ")
    assert "More" not in last.stderr
    numbers = [line for line in last.stdout.splitlines() if line[:1].isdigit()]
    assert [line[0] for line in numbers] == ["3", "4", "5"]
    assert "No further message" in run("search", "lake", path, "--skip", "9").stderr
    hits = json.loads(run("search", "lake", path, "--json", "--limit", "2").stdout)
    assert len(hits) == 2


def test_filters_limit_and_json(run: Callable, talks: Path) -> None:
    def ids(*options: str) -> list[list[str]]:
        hits = json.loads(run("search", *options, talks, "--json").stdout)
        return [[m["content"] for m in hit["messages"] if m["matches"]] for hit in hits]

    assert ids("number 3", "--others", "--limit", "1") != []
    assert ids("lake", "--others") == []
    assert ids("lake", "--people", "415 555 0101") == [["the \x1b[31m lake house"]]
    assert ids("lake", "--people", "Bob") == []
    assert ids("", "--attachment") == [["[image]"]]
    assert ids("lake", "--before", "2024-05-01T12:00Z") == []
    assert "No message found" in run("search", "elephant", talks).stderr
    nobody = run("search", "lake", talks, "--people", "Bob").stderr
    assert "No conversation matches --people or --chats" in nobody


def test_a_database_that_is_not_there_is_no_word(run: Callable) -> None:
    said = run("search", "lake", "nowhere.db")
    assert said.exit_code == 1
    assert "nowhere.db" in said.stderr


def test_a_database_is_known_in_front_of_the_words_too(
    run: Callable, talks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lake").mkdir()
    Path("house").write_text("no database")
    behind = run("search", "lake", "house", "chat.db")
    assert "lake house" in behind.stdout
    assert run("search", talks, "lake", "house").stdout == behind.stdout.replace(
        "chat.db", str(talks)
    )


def test_an_order_that_says_too_little_is_refused_with_the_right_one(
    run: Callable, talks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    among = run("search", "lake", "chat.db", "house")
    assert among.exit_code == 2
    assert "search lake house chat.db" in " ".join(among.stderr.split())
    alone = run("search", talks.name)
    assert alone.exit_code == 2
    assert "search WORD... chat.db" in " ".join(alone.stderr.split())


def test_words_alone_are_looked_for_in_the_database_of_this_mac(
    run: Callable, talks: Path, tmp_path: Path
) -> None:
    assert "Library/Messages" in run("search", "lake").stderr
    own = tmp_path / "Library" / "Messages"
    own.mkdir(parents=True)
    talks.rename(own / "chat.db")
    assert "lake house" in run("search", "lake").stdout


def test_the_index_is_where_it_was_asked_for(
    run: Callable, talks: Path, tmp_path: Path, cache: Path
) -> None:
    run("search", "lake", talks, "--index", tmp_path / "mine.sqlite")
    assert (tmp_path / "mine.sqlite").exists()
    assert not cache.exists()
    run("search", "lake", talks)
    assert len([*cache.rglob("*.sqlite")]) == 1
