"""The writer: every era as it was, the truth beside it, and the same twice."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from langchain_imessage.testing import (
    DIRECT,
    ERAS,
    GROUP,
    ChatDatabaseWriter,
    archive_body,
    write_large_database,
)
from langchain_imessage.testing.database.large._large_texts import archive_plain
from langchain_imessage.typedstream import AttributedString, loads

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
CORE = {
    "attachment",
    "chat",
    "chat_handle_join",
    "chat_message_join",
    "handle",
    "message",
    "message_attachment_join",
}
DUMPS = {
    "ios-6": "ios-06.1.6-sms",
    "ios-9": "ios-09.2.1-sms",
    "ios-10": "ios-10.2-sms",
    "ios-11": "ios-11.2-sms",
    "macos-10.11": "macos-10.11-el-capitan",
    "macos-10.13": "macos-10.13-high-sierra",
    "macos-10.15": "macos-10.15-catalina",
    "macos-11": "macos-11-big-sur",
    "macos-12": "macos-12-monterey",
    "macos-13": "macos-13-ventura",
    "macos-13-migrated": "macos-13-ventura-migrated-partial",
    "macos-14": "macos-14-sonoma",
    "macos-14-migrated": "macos-14-sonoma-partial",
    "macos-15": "macos-15-sequoia",
    "macos-15-migrated": "macos-15-sequoia-migrated-partial",
    "macos-26": "macos-26.5.2-tahoe",
    "macos-27": "macos-27.0-partial",
}


def schema(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {
        name: connection.execute(
            "SELECT name, type, dflt_value FROM pragma_table_info(?)", (name,)
        ).fetchall()
        for (name,) in tables.fetchall()
        if not name.startswith("sqlite_")
    }


def written(path: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT * FROM message ORDER BY ROWID").fetchall()
    connection.close()
    return rows


@pytest.mark.parametrize("era", ERAS)
def test_every_era_has_the_tables_a_reader_needs(era: str, path: Path) -> None:
    with ChatDatabaseWriter(path, era=era):
        pass
    connection = sqlite3.connect(path)
    assert schema(connection).keys() >= CORE
    connection.close()


@pytest.mark.parametrize("era", ERAS)
def test_every_era_has_the_columns_of_a_real_database(era: str, path: Path) -> None:
    folder = os.environ.get("LANGCHAIN_IMESSAGE_SCHEMAS")
    if not folder:
        pytest.skip("LANGCHAIN_IMESSAGE_SCHEMAS names no folder of real schemas")
    real = sqlite3.connect(":memory:")
    real.executescript(Path(folder, f"{DUMPS[era]}.sql").read_text(encoding="utf-8"))
    with ChatDatabaseWriter(path, era=era):
        pass
    ours = sqlite3.connect(path)
    found = schema(ours)
    assert {name: found[name] for name in schema(real)} == schema(real)
    real.close()
    ours.close()


def test_an_unknown_era_and_an_existing_file_are_refused(path: Path) -> None:
    with pytest.raises(ValueError, match="macos-27"):
        ChatDatabaseWriter(path, era="macos-99")
    path.touch()
    with pytest.raises(FileExistsError):
        ChatDatabaseWriter(path)
    with pytest.raises(FileExistsError):
        write_large_database(path)


def test_rows_are_as_messages_leaves_them(path: Path) -> None:
    with ChatDatabaseWriter(path, era="macos-15") as db:
        ann, bob = db.handle("+15550101"), db.handle("bob@example.com")
        assert db.handle("+15550101") == ann
        direct, group = db.chat(ann), db.chat(ann, bob, display_name="Race")
        own = db.message(direct, "own", at=NOON)
        in_group = db.message(group, "own", at=NOON)
        theirs = db.message(group, "theirs", sender=bob, at=NOON)
        assert [db.value(row, "handle_id") for row in (own, in_group, theirs)] == [
            ann,
            0,
            bob,
        ]
        assert db.value(own, "date") == 736257600 * 10**9
    connection = sqlite3.connect(path)
    styles = connection.execute("SELECT style, display_name FROM chat").fetchall()
    assert styles == [(DIRECT, None), (GROUP, "Race")]
    dates = connection.execute("SELECT DISTINCT message_date FROM chat_message_join")
    assert dates.fetchall() == [(736257600 * 10**9,)]
    connection.close()


def test_dates_are_in_the_eras_unit(path: Path) -> None:
    with ChatDatabaseWriter(path, era="ios-10") as db:
        message = db.message(db.chat(db.handle("+15550101")), "hi", at=NOON)
        assert db.value(message, "date") == 736257600


def test_the_truth_says_what_becomes_of_each_row(path: Path) -> None:
    with ChatDatabaseWriter(path) as db:
        ann = db.handle("+15550101")
        chat = db.chat(ann)
        kept = db.message(chat, "kept", sender=ann, at=NOON)
        db.edit(kept, ("kept", NOON), ("changed", NOON))
        db.reaction(kept, "🎉", chat=chat, at=NOON)
        db.unsend(db.message(chat, "unsent", at=NOON), at=NOON)
        db.delete(db.message(chat, "deleted", at=NOON), at=NOON)
        db.schedule(db.message(chat, "later", at=5))
        db.message(chat, None, at=NOON, attachments=2)
        db.message(chat, None, at=NOON)
        db.message(None, "lost", at=NOON)
        db.group_event(chat, item_type=2, at=NOON, group_title="New")
    assert [row.fate for row in db.truth] == [
        "message",
        "reaction",
        "unsent",
        "deleted",
        "scheduled",
        "attachment only",
        "empty",
        "no chat",
        "group event",
    ]
    first = db.truth[0]
    assert (first.text, first.sender, first.sent_at) == ("changed", "+15550101", NOON)
    assert first.chats == (chat,)
    assert "changed" not in repr(first)
    assert "+1555" not in repr(first)


def test_the_same_calls_write_the_same_rows(tmp_path: Path) -> None:
    paths = [tmp_path / "one.db", tmp_path / "two.db"]
    for path in paths:
        with ChatDatabaseWriter(path) as db:
            db.message(db.chat(db.handle("+15550101")), "hi", at=NOON)
    assert written(paths[0]) == written(paths[1])
    large = [tmp_path / "three.db", tmp_path / "four.db", tmp_path / "five.db"]
    for path, seed in zip(large, (0, 0, 1), strict=True):
        write_large_database(path, messages=300, chats=10, seed=seed)
    assert written(large[0]) == written(large[1]) != written(large[2])


def test_wal_mode_is_left_in_the_header_and_nothing_beside_it(path: Path) -> None:
    with ChatDatabaseWriter(path, wal=True) as db:
        db.handle("+15550101")
    assert path.read_bytes()[18:20] == b"\x02\x02"
    assert list(path.parent.iterdir()) == [path]


def test_a_body_has_a_bubble_for_each_attachment() -> None:
    body = loads(archive_body("\ufffcone\ufffc"))
    assert isinstance(body, AttributedString)
    assert [text for text, _ in body.slices()] == ["\ufffc", "one", "\ufffc"]


@pytest.mark.parametrize("text", ["x", "longer 👋", "y" * 127, "é" * 200])
def test_the_quick_way_to_archive_writes_the_same_bytes(text: str) -> None:
    assert archive_plain(text) == archive_body(text)


def test_a_large_database_has_the_shares_that_were_asked_for(path: Path) -> None:
    true = write_large_database(
        path, messages=4000, chats=40, groups=0.2, without_text=0.7, largest=1000
    )
    connection = sqlite3.connect(path)

    def number(sql: str) -> int:
        return int(connection.execute(sql).fetchone()[0])

    assert number("SELECT count(*) FROM message") == 4000
    assert number("SELECT count(*) FROM chat") == 40
    assert number("SELECT count(*) FROM chat WHERE style = 43") == 8
    tapbacks = number("SELECT count(*) FROM message WHERE associated_message_type > 0")
    assert true == 4000 - tapbacks
    assert 2600 < number("SELECT count(*) FROM message WHERE text IS NULL") < 3000
    sizes = "SELECT count(*) c FROM chat_message_join GROUP BY chat_id"
    assert 900 < number(f"SELECT max(c) FROM ({sizes})") < 1100
    assert number("SELECT count(*) FROM sqlite_master WHERE type = 'index'") > 30
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_large_database_can_do_without_groups(path: Path) -> None:
    write_large_database(path, messages=50, chats=5, groups=0)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT DISTINCT style FROM chat").fetchall() == [(45,)]
    connection.close()
