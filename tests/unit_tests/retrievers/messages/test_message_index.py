"""An index is what the database is: found is what is there, and nothing that was there."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import IMessageChatLoader, Redactor
from langchain_imessage.errors import DatabaseError, ExportError
from langchain_imessage.retrievers import (
    SEARCH_CONTENT,
    MessageIndex,
    SearchFilters,
    _source_stamp,
)
from langchain_imessage.retrievers.messages import _index_file, _searching
from langchain_imessage.retrievers.messages._index_file import (
    default_index_path,
    reading,
)
from langchain_imessage.retrievers.messages._segment_rows import SegmentRows
from langchain_imessage.testing import ChatDatabaseWriter

if TYPE_CHECKING:
    from collections.abc import Callable

ANN, BOB = "+14155550101", "+14155550102"
DAY = 86_400


@pytest.fixture
def talks(write: Callable, path: Path, at: Callable) -> Path:
    """Write some days with Ann, and a group."""
    with write() as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        direct, group = db.chat(ann), db.chat(ann, bob, display_name="Race")
        db.message(direct, "the zebra sleeps", sender=ann, at=at(0), guid="M1")
        db.message(direct, "so does the walrus", at=at(60), guid="M2")
        db.message(direct, "the walrus again", sender=ann, at=at(9 * DAY), guid="M3")
        db.message(group, "a heron!", sender=bob, at=at(10 * DAY), guid="M4")
        db.message(group, "a heron", at=at(10 * DAY + 9), guid="M5")
    return path


@pytest.fixture
def index(talks: Path, tmp_path: Path) -> MessageIndex:
    """Index them."""
    made = MessageIndex(IMessageChatLoader(talks), tmp_path / "index.sqlite")
    assert made.update()
    return made


def found(index: MessageIndex, query: str, **filters: Any) -> list[str | None]:
    hits = index.search(query, filters=SearchFilters(**filters))
    return sorted(str(hit.messages[p].id) for hit in hits for p in hit.matches)


def change(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def new_message(rowid: int, *, chat: int, text: str, time: int) -> tuple[str, str]:
    """Return the statements for a message so many seconds after noon."""
    date = f"(SELECT min(date) + {time} * 1000000000 FROM message)"
    message = (
        "INSERT INTO message (ROWID, guid, text, date, is_from_me, service) "
        f"VALUES ({rowid}, 'M{rowid}', '{text}', {date}, 1, 'iMessage')"
    )
    join = (
        "INSERT INTO chat_message_join (chat_id, message_id, message_date) "
        f"SELECT {chat}, ROWID, date FROM message WHERE ROWID = {rowid}"
    )
    return message, join


def is_in_files(index: MessageIndex, word: str) -> bool:
    assert index.path
    files = index.path.parent.glob(index.path.name + "*")
    return any(word.encode() in file.read_bytes() for file in files)


def test_a_hit_is_a_segment_with_the_messages_that_match(index: MessageIndex) -> None:
    (hit,) = index.search("zebra")
    assert [message.id for message in hit.messages] == ["M1", "M2"]
    assert hit.matches == (0,)
    assert hit.start == 0
    assert hit.conversation.title == ANN
    assert hit.messages[1].sender == "Me"
    assert "zebra" not in f"{hit!r}{hit.messages!r}"
    assert index.search("walrus")[0].start in {0, 2}


def test_all_words_come_before_some_and_blank_is_the_newest(
    index: MessageIndex,
) -> None:
    first, second = index.search("zebra walrus")
    assert [m.id for m in first.messages] == ["M1", "M2"]
    assert [m.id for m in second.messages] == ["M3"]
    assert index.search(" ", limit=1)[0].messages[0].id == "M4"
    assert index.search("...") == []
    assert index.search("elephant") == []


def test_whoever_reads_on_finds_every_segment_once_however_many_have_the_word(
    write: Callable, path: Path, at: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_searching, "_CANDIDATES", 4)
    with write() as db:
        chat = db.chat(ann := db.handle(ANN))
        for day in range(11):
            words = "ok " * (1 + day % 3) + ("dear" if day == 5 else "")
            sender = ann if day % 2 else None
            db.message(chat, words, sender=sender, at=at(day * DAY), guid=f"M{day}")
    index = MessageIndex(IMessageChatLoader(path), ":memory:")
    index.update()
    pages = [index.search("ok", limit=2, start=start) for start in range(0, 12, 2)]
    ids = [hit.messages[0].id for page in pages for hit in page]
    assert sorted(map(str, ids)) == sorted(f"M{day}" for day in range(11))
    assert ids[:4] == ["M8", "M10", "M7", "M9"], (
        "the newest four, the best of them first"
    )
    assert [len(page) for page in pages] == [2, 2, 2, 2, 2, 1]
    assert index.search("ok", limit=11) == [hit for page in pages for hit in page]
    assert index.search("ok", start=11) == []
    assert index.search("ok dear", limit=1)[0].messages[0].id == "M5"
    own = SearchFilters(own=False, before=at(2 * DAY))
    assert [h.messages[0].id for h in index.search("ok", filters=own)] == ["M1"]
    assert len(index.search("", limit=3, start=9)) == 2
    with pytest.raises(ValueError, match="must not be negative"):
        index.search("ok", start=-1)


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"person": ["(415) 555-0102"]}, ["M4", "M5"]),
        ({"person": "+1 415 555 0101", "own": True}, ["M2", "M5"]),
        ({"chat": ["race"]}, ["M4", "M5"]),
        ({"chat": ["nobody"]}, []),
        ({"own": False}, ["M1", "M3", "M4"]),
        ({"has_attachment": True}, []),
        ({"has_attachment": False, "own": True}, ["M2", "M5"]),
    ],
)
def test_filters_are_of_messages(
    index: MessageIndex, filters: dict[str, Any], ids: list[str]
) -> None:
    assert found(index, "zebra walrus heron", **filters) == ids


def test_dates_cut_messages_off_also_from_what_is_shown(
    index: MessageIndex, at: Callable
) -> None:
    (hit,) = index.search("walrus", filters=SearchFilters(after=at(30), before=at(DAY)))
    assert [message.id for message in hit.messages] == ["M2"]
    assert hit.start == 1
    assert found(index, "zebra", after=at(1)) == []
    assert found(index, "walrus", after=at(99 * DAY)) == []
    with pytest.raises(ValueError, match="before has no time zone"):
        SearchFilters(before=at(0).replace(tzinfo=None))


def test_what_is_new_is_found(index: MessageIndex, talks: Path) -> None:
    assert not index.update()
    change(talks, *new_message(9, chat=2, text="an osprey", time=10 * DAY + 60))
    assert index.update()
    assert found(index, "osprey") == ["M9"]
    assert found(index, "heron") == ["M4", "M5"]


GONE = {
    "a message": ["DELETE FROM message WHERE guid = 'M1'"],
    "its words": [
        "UPDATE message SET text = 'x', attributedBody = x'' WHERE guid = 'M1'"
    ],
    "from its chat": ["DELETE FROM chat_message_join WHERE message_id = 1"],
    "a chat": [
        "DELETE FROM message WHERE ROWID < 4",
        "DELETE FROM chat_message_join WHERE chat_id = 1",
        "DELETE FROM chat WHERE ROWID = 1",
    ],
}


@pytest.mark.parametrize("what", GONE)
def test_what_is_gone_is_found_no_more_nor_kept_in_the_file(
    index: MessageIndex, talks: Path, what: str
) -> None:
    assert is_in_files(index, "zebra")
    change(talks, *GONE[what])
    assert index.update()
    if what == "from its chat":  # a message in no chat is its sender's
        assert found(index, "zebra") == ["M1"]
        return
    assert found(index, "zebra") == []
    assert not is_in_files(index, "zebra")
    assert found(index, "heron") == ["M4", "M5"]


def test_an_edit_an_unsent_and_a_deleted_message(
    write: Callable, path: Path, at: Callable, tmp_path: Path
) -> None:
    db = write()
    chat = db.chat(db.handle(ANN))
    edited = db.message(chat, "a vixen", at=at(0))
    unsent = db.message(chat, "a badger", at=at(9))
    deleted = db.message(chat, "a marten", at=at(18))
    db.message(chat, "all three", at=at(18))
    db._connection.commit()
    index = MessageIndex(IMessageChatLoader(path), tmp_path / "index.sqlite")
    index.update()
    assert len(found(index, "vixen badger marten")) == 3
    with db:
        db.edit(edited, ("a vixen", at(0)), ("a stoat", at(60)))
        db.unsend(unsent, at=at(60))
        db.delete(deleted, at=at(99))
    index.update()
    assert found(index, "vixen badger marten") == []
    assert len(found(index, "stoat")) == 1
    assert not any(is_in_files(index, word) for word in ("vixen", "badger", "marten"))


def test_a_conversation_that_is_called_otherwise_is_indexed_so(
    index: MessageIndex, talks: Path
) -> None:
    change(talks, "UPDATE chat SET display_name = 'Regatta' WHERE ROWID = 2")
    assert index.update()
    assert found(index, "heron", chat=["Regatta"]) == ["M4", "M5"]
    assert [c.title for c in index.conversations()] == ["Regatta", ANN]


def test_a_conversation_is_read_in_part_and_by_time(
    index: MessageIndex, at: Callable
) -> None:
    group, direct = index.conversations()
    assert (group.messages, direct.messages) == (2, 3)
    assert [m.id for m in index.read(direct.number)] == ["M1", "M2", "M3"]
    assert [m.id for m in index.read(direct.number, start=-1)] == ["M3"]
    assert [m.id for m in index.read(direct.number, start=1, limit=1)] == ["M2"]
    assert index.place_at(direct.number, at(1)) == 1
    assert index.place_at(direct.number, at(99 * DAY)) == 3
    assert index.conversation(direct.number) == direct
    assert index.conversation(99) is None
    assert direct.first == at(0).timestamp()


def test_other_options_make_the_index_anew(index: MessageIndex, talks: Path) -> None:
    other = MessageIndex(IMessageChatLoader(talks, own_name="Tortoise"), index.path)
    assert other.update()
    assert other.search("heron")[0].messages[1].sender == "Tortoise"
    assert index.update(), "the first one's names are back"
    assert not MessageIndex(IMessageChatLoader(talks), index.path).update()
    assert repr(index).startswith("<MessageIndex of <IMessageChatLoader")


def test_what_a_redactor_takes_out_is_not_in_the_index(talks: Path) -> None:
    redactor = Redactor(names=["Zebra"])
    index = MessageIndex(IMessageChatLoader(talks), ":memory:", transform=redactor)
    index.update()
    assert found(index, "zebra") == []
    assert found(index, '"name 1"')


def test_the_file_is_private_and_where_nobody_else_put_it(
    talks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("sys.platform", "linux")
    index = MessageIndex(IMessageChatLoader(talks))
    index.update()
    assert index.path
    assert index.path.parent == tmp_path / "cache" / "langchain-imessage"
    assert stat.S_IMODE(index.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(index.path.parent.stat().st_mode) == 0o700
    monkeypatch.setattr("sys.platform", "darwin")
    assert default_index_path("x").parent.parent.name == "Caches"


def test_a_disk_without_hard_links_will_do(
    talks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    index = MessageIndex(IMessageChatLoader(talks), tmp_path / "index.sqlite")
    assert index.update()
    assert stat.S_IMODE((tmp_path / "index.sqlite").stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.glob(".index*")] == []


@pytest.mark.parametrize("folder", ["cache", None])
def test_on_windows_it_is_in_the_folder_for_local_data(
    folder: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    variables = {"LOCALAPPDATA": str(tmp_path / folder)} if folder else {}
    windows = SimpleNamespace(name="nt", environ=variables)
    monkeypatch.setattr(_index_file, "os", windows)
    monkeypatch.setattr("sys.platform", "win32")
    found = default_index_path("x").parent
    assert found == tmp_path / (folder or "") / "langchain-imessage"


@pytest.mark.parametrize("name", ["index.sqlite", "index.sqlite-wal"])
def test_a_planted_link_is_refused(talks: Path, tmp_path: Path, name: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / name).symlink_to(victim)
    index = MessageIndex(IMessageChatLoader(talks), tmp_path / "index.sqlite")
    with pytest.raises(ExportError, match="symbolic link"):
        index.update()
    assert victim.read_text() == "mine"


def test_what_is_beside_a_database_is_no_place_for_an_index(talks: Path) -> None:
    for ending in ("-wal", "-journal"):
        beside = talks.with_name(talks.name + ending)
        with pytest.raises(ExportError, match="belongs to the database"):
            MessageIndex(IMessageChatLoader(talks), beside).update()
        assert not beside.exists()


def test_an_index_is_made_private_before_more_is_written(
    talks: Path, tmp_path: Path
) -> None:
    index = MessageIndex(IMessageChatLoader(talks), tmp_path / "index.sqlite")
    index.update()
    assert index.path
    index.path.chmod(0o644)
    with index.connected() as connection, reading(connection):
        connection.execute("SELECT count(*) FROM segment").fetchone()
        modes = {stat.S_IMODE(p.stat().st_mode) for p in tmp_path.glob("index.*")}
    assert modes == {0o600}


def test_no_other_file_is_touched(talks: Path, tmp_path: Path) -> None:
    before, mode = talks.read_bytes(), talks.stat().st_mode
    with pytest.raises(DatabaseError, match="another kind of database"):
        MessageIndex(IMessageChatLoader(talks), talks).update()
    assert (talks.read_bytes(), talks.stat().st_mode) == (before, mode)
    text = tmp_path / "notes.txt"
    text.write_text("not a database " * 99)
    with pytest.raises(DatabaseError, match="another kind of file"):
        MessageIndex(IMessageChatLoader(talks), text).update()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DatabaseError, match="not a regular file"):
        MessageIndex(IMessageChatLoader(talks), tmp_path / "pipe").update()
    for folder in ("Library/Messages", "LIBRARY/messages/more"):
        apples = tmp_path / folder / "index.sqlite"
        with pytest.raises(DatabaseError, match="folder of Messages"):
            MessageIndex(IMessageChatLoader(talks), apples).update()
        assert not apples.parent.exists()


def test_an_index_of_before_tapbacks_in_words_were_read_in_more_languages_is_made_anew(
    index: MessageIndex,
) -> None:
    assert index.path
    assert not index.update()
    change(
        index.path,
        "UPDATE meta SET value = '4' || substr(value, 2) WHERE key = 'stamp'",
    )
    assert index.update()


def test_an_index_of_another_version_or_with_a_trigger_is_made_anew(
    index: MessageIndex,
) -> None:
    assert index.path
    for name in ("planted", "words_planted"):
        change(
            index.path,
            f"CREATE TRIGGER {name} AFTER DELETE ON segment BEGIN DELETE FROM meta; END",
        )
        assert index.update(), "made anew"
        with index.connected() as connection:
            planted = "SELECT 1 FROM sqlite_master WHERE type = 'trigger'"
            assert not connection.execute(planted).fetchall()
    assert found(index, "heron") == ["M4", "M5"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE segment SET messages = x'00ff'",
        "UPDATE segment SET messages = CAST('[[],[[1,2,3,4,5]]]' AS BLOB)",
        "UPDATE conversation SET chat = '{\"heron\": 1}'",
        "UPDATE segment SET messages = CAST('heron' AS BLOB)",
        "UPDATE segment SET messages = CAST('heron' || x'ff' AS BLOB)",
        "UPDATE conversation SET chat = CAST(CAST('heron' AS BLOB) || x'ff' AS TEXT)",
        "UPDATE segment SET conversation = 77",
        "DELETE FROM words_data WHERE id > 10",
    ],
)
def test_what_this_package_did_not_write_is_a_damaged_index(
    index: MessageIndex, statement: str
) -> None:
    assert index.path
    change(index.path, statement)
    with pytest.raises(DatabaseError, match=r"[Dd]elete") as caught:
        found(index, "heron")
    error: BaseException | None = caught.value
    while error:
        assert "heron" not in f"{error} {error!r} {getattr(error, 'doc', '')}"
        error = error.__context__


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE words_data SET block = zeroblob(length(block)) WHERE id > 10",
        (
            "UPDATE words_data SET block = CAST(replace(block, 'heron', 'karma') AS BLOB)"
            " WHERE id > 10"
        ),
        "UPDATE words_idx SET term = term || 'x'",
        "DELETE FROM words_idx",
        "DELETE FROM meta WHERE key = 'words'",
    ],
)
def test_damaged_full_text_blocks_are_noticed_and_made_anew(
    index: MessageIndex, talks: Path, damage: str
) -> None:
    assert index.path
    change(index.path, damage)
    index = MessageIndex(IMessageChatLoader(talks), index.path)
    with pytest.raises(DatabaseError, match="damaged"):
        index.search("bittern")
    assert index.path
    assert index.update(), "built again"
    assert found(index, "heron") == ["M4", "M5"]
    assert index.search("bittern") == []
    assert not index.update()


def test_an_index_that_was_never_built_or_is_of_another_database_says_so(
    talks: Path, tmp_path: Path, at: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = MessageIndex(IMessageChatLoader(talks), tmp_path / "new.sqlite")
    with pytest.raises(DatabaseError, match=r"empty.*update\(\) builds it"):
        index.search("heron")

    def breaks_off(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(SegmentRows, "finish", breaks_off)
        with pytest.raises(KeyboardInterrupt):
            index.update()
    for read in (lambda: index.search("heron"), index.conversations):
        with pytest.raises(DatabaseError, match="broken off"):
            read()
    assert index.update()
    assert found(index, "heron") == ["M4", "M5"]
    with ChatDatabaseWriter(tmp_path / "other.db") as db:
        db.message(db.chat(db.handle(ANN)), "an ibis", at=at())
    other = MessageIndex(IMessageChatLoader(tmp_path / "other.db"), index.path)
    with pytest.raises(DatabaseError, match="of another database"):
        other.search("heron")
    with pytest.raises(DatabaseError, match="of another database"):
        other.read(1)


@pytest.mark.parametrize("state", ["[1,2", "null", '["", [[{"a": 1}, {}]]]'])
def test_an_index_of_an_unreadable_state_is_made_anew(
    index: MessageIndex, state: str
) -> None:
    assert index.path
    change(
        index.path,
        f"UPDATE meta SET value = '{state}' WHERE key = 'state'",
        "DELETE FROM segment",
    )
    assert index.update()
    assert found(index, "heron") == ["M4", "M5"]


def test_a_database_in_place_of_another_is_read_anew(
    index: MessageIndex, talks: Path, tmp_path: Path, at: Callable
) -> None:
    with ChatDatabaseWriter(tmp_path / "other.db") as db:
        db.message(db.chat(db.handle(ANN)), "an ibis", guid="M1", at=at())
    (tmp_path / "other.db").replace(talks)
    assert index.update()
    assert (found(index, "ibis"), found(index, "zebra heron")) == (["M1"], [])


def test_numbers_beyond_all_bounds_are_none_there_are(index: MessageIndex) -> None:
    assert index.search("heron", limit=10**30)
    with pytest.raises(DatabaseError, match="nothing of such a number"):
        index.conversation(10**30)


def test_a_search_reads_one_state_and_keeps_no_update_waiting(
    index: MessageIndex, talks: Path
) -> None:
    with index.connected() as connection, reading(connection):
        before = connection.execute("SELECT count(*) FROM segment").fetchone()
        change(talks, "DELETE FROM chat_message_join", "DELETE FROM message")
        index.update()
        assert connection.execute("SELECT count(*) FROM segment").fetchone() == before
    assert found(index, "heron") == []


def test_two_at_once_make_one_index(talks: Path, tmp_path: Path) -> None:
    def work(_: int) -> list[str | None]:
        index = MessageIndex(IMessageChatLoader(talks), tmp_path / "index.sqlite")
        index.update()
        return found(index, "heron")

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(8))) == [["M4", "M5"]] * 8


def test_a_database_nobody_wrote_to_is_not_looked_at_again(
    talks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(loader: IMessageChatLoader, *before: Any) -> Any:
        looks.append(loader)
        return original(loader, *before)

    looks: list[IMessageChatLoader] = []
    original = IMessageChatLoader.open_sessions
    monkeypatch.setattr(IMessageChatLoader, "open_sessions", opened)
    index = MessageIndex(IMessageChatLoader(talks), ":memory:")
    assert [index.update(), index.update()] == [True, False]
    assert len(looks) == 2, "it was written a moment ago, and may be again"
    monkeypatch.setattr(_source_stamp.time, "time", lambda: time.time_ns() / 1e9 + 9)
    assert [index.update(), index.update(), len(looks)] == [False, False, 3]
    change(talks, *new_message(9, chat=2, text="an osprey", time=10 * DAY + 60))
    assert [index.update(), index.update(), len(looks)] == [True, False, 4]
    assert found(index, "osprey") == ["M9"]
    for sidecar in ("-wal", "-journal"):
        talks.with_name(talks.name + sidecar).touch()
        index.update()
    assert len(looks) == 6
    named = MessageIndex(IMessageChatLoader(talks, contacts="auto"), ":memory:")
    assert [named.update(), named.update(), len(looks)] == [True, False, 7]
    cards = talks.with_name("contacts.vcf")
    cards.write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nTEL:+14155550101\nEND:VCARD\n")
    named = MessageIndex(IMessageChatLoader(talks, contacts=cards), ":memory:")
    assert [named.update(), named.update(), len(looks)] == [True, False, 8]
    cards.write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Ed\nTEL:+14155550101\nEND:VCARD\n")
    assert [named.update(), named.update(), len(looks)] == [True, False, 9]


def test_an_index_in_a_file_knows_that_nobody_wrote_to_the_database(
    talks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "index.sqlite"
    monkeypatch.setattr(_source_stamp.time, "time", lambda: time.time_ns() / 1e9 + 9)
    MessageIndex(IMessageChatLoader(talks), place).update()
    with monkeypatch.context() as patched:
        patched.setattr(IMessageChatLoader, "open_sessions", None)
        assert not MessageIndex(IMessageChatLoader(talks), place).update()
    change(talks, *new_message(9, chat=2, text="an osprey", time=10 * DAY + 60))
    os.utime(talks, ns=(0, 0))
    assert MessageIndex(IMessageChatLoader(talks), place).update()
    with sqlite3.connect(place) as connection:
        connection.execute("UPDATE words_data SET block = zeroblob(9) WHERE id > 99")
    connection.close()
    index = MessageIndex(IMessageChatLoader(talks), place)
    assert index.update(), "a damaged one is made anew all the same"
    assert found(index, "osprey") == ["M9"]


def test_joined_words_are_found_however_they_are_joined(
    write: Callable, path: Path, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle("+14155550101"))
        for n, text in enumerate(("I dont", "I don\u2019t", "Ann's e-mail", "ann")):
            db.message(chat, text, at=at(n * DAY))
    index = MessageIndex(IMessageChatLoader(path), ":memory:")
    index.update()

    def texts(query: str) -> list[str]:
        hits = index.search(query)
        return [hit.messages[place].text for hit in hits for place in hit.matches]

    for query in ("dont", "don't", "DON\u2019T"):
        assert sorted(texts(query)) == ["I dont", "I don\u2019t"]
    assert texts("email") == texts("anns") == ["Ann's e-mail"]
    assert texts("Ann\u2019s") == ["Ann's e-mail", "ann"], "by a part of it last"
    assert texts("Ann\u2019s dont")[:1] != ["ann"]


def test_since_is_refused(talks: Path) -> None:
    loader = IMessageChatLoader(talks)
    loader.load()
    with pytest.raises(ValueError, match="takes no since"):
        MessageIndex(IMessageChatLoader(talks, since=loader.cursor))


def test_pictures_are_there_to_filter_by(
    write: Callable, path: Path, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, None, at=at(0), guid="P", attachments=1)
        db.message(chat, "a cat", at=at(timedelta(days=1).total_seconds()), guid="T")
    index = MessageIndex(IMessageChatLoader(path, content=SEARCH_CONTENT), ":memory:")
    index.update()
    assert found(index, "", has_attachment=True) == ["P"]
    assert found(index, "image cat", has_attachment=False) == ["T"]
