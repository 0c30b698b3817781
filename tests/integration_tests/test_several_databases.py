"""Four databases of one invented person are read as one history; docs print the ledger."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from langchain_imessage import ChatDatabase, IMessageChatLoader
from langchain_imessage.errors import DatabaseError
from langchain_imessage.testing import ChatDatabaseWriter

pytestmark = pytest.mark.fresh

DOCS = Path(__file__).parents[2] / "docs" / "several-databases.md"
NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
ANN, ANNS_MAIL, BOB = "+15550101", "ann@example.com", "+15550102"
CARDS = {ANN: "Ann", ANNS_MAIL: "Ann", BOB: "Bob"}


def _write(path: Path, days: range, *, ann: str, is_edited: bool = False) -> None:
    """Write what one device has of some days: ten messages each, with Ann and with Bob."""
    with ChatDatabaseWriter(path) as db:
        people = db.handle(ann), db.handle(BOB)
        chats = [db.chat(person) for person in people]
        for day in days:
            said = [
                db.message(
                    chats[n % 2],
                    f"{day}.{n}",
                    at=NOON + timedelta(days=day, minutes=n),
                    sender=people[n % 2] if n % 3 else None,
                    guid=f"message-{day}-{n}",
                )
                for n in range(10)
            ]
            if is_edited:
                at = NOON + timedelta(days=day, hours=1)
                db.edit(said[3], (f"{day}.3", at), (f"{day}.3!", at))
                db.reaction(said[2], "loved", chat=chats[0], at=at, sender=people[0])


@pytest.fixture
def four(tmp_path: Path) -> list[Path]:
    """Return the databases of a Mac, an old Mac, an iPhone's backup, a damaged copy."""
    names = ("mac", "old-mac", "iphone", "damaged-copy")
    paths = [tmp_path / f"{name}.db" for name in names]
    _write(paths[0], range(6, 10), ann=ANNS_MAIL, is_edited=True)
    _write(paths[1], range(4, 8), ann=ANN)
    _write(paths[2], range(6), ann=ANN)
    _write(paths[3], range(9, 12), ann=ANNS_MAIL)
    with closing(sqlite3.connect(paths[3])) as connection:
        connection.execute(
            "UPDATE message SET text = NULL, attributedBody = x'040b73747265616d' "
            "WHERE ROWID % 4 = 0"
        )
        connection.commit()
    return paths


def test_four_databases_are_one_history_with_each_message_once(
    four: list[Path],
) -> None:
    loader = IMessageChatLoader(four, contacts=CARDS)
    sessions = loader.load()
    assert [s["chat"]["participants"] for s in sessions] == [["Bob"], ["Ann"]]
    ids = [message.id for s in sessions for message in s["messages"]]
    assert len(ids) == len(set(ids)) == loader.ledger.messages
    everything = {f"message-{day}-{n}" for day in range(12) for n in range(10)}
    damaged = len(everything - set(ids))
    assert damaged == 5, "of the last two days, which only the damaged copy has"
    for session in sessions:
        times = [m.additional_kwargs["sent_at"] for m in session["messages"]]
        assert times == sorted(times)
    by_id = {m.id: m for s in sessions for m in s["messages"]}
    assert by_id["message-7-3"].content == "7.3!", "of the copies the edited one"
    assert len(by_id["message-7-2"].additional_kwargs["reactions"]) == 1
    assert {m.additional_kwargs["sender"] for m in by_id.values()} == {
        "Ann",
        "Bob",
        "Me",
    }


def test_the_ledger_says_of_each_database_where_its_rows_went(
    four: list[Path],
) -> None:
    with ChatDatabase(four, contacts=CARDS) as database:
        list(database.conversations())
        ledger = database.ledger
    for one in (ledger, *ledger.sources):
        assert one.rows == one.messages + sum(one.reasons.values())
    assert sum(one.messages for one in ledger.sources) == ledger.messages
    text = DOCS.read_text(encoding="utf-8")
    for path, one in zip(four, ledger.sources, strict=True):
        assert f"{path.stem}\n{one}\n" in text, f"\n{path.stem}\n{one}"
    assert f"together\n{ledger}\n" in text, f"\n{ledger}"


def test_a_cursor_is_of_all_databases(four: list[Path]) -> None:
    loader = IMessageChatLoader(four, contacts=CARDS)
    loader.load()
    with closing(sqlite3.connect(four[1])) as connection:
        connection.execute(
            "UPDATE message SET guid = 'another', text = 'other words' WHERE ROWID = 40"
        )
        connection.commit()
    again = IMessageChatLoader(four, contacts=CARDS, since=loader.cursor)
    found = [m.id for s in again.lazy_load() for m in s["messages"]]
    assert found == ["another"]
    last = IMessageChatLoader(four, contacts=CARDS, since=again.cursor)
    assert last.load() == []


@pytest.mark.parametrize("paths", [[], ["chat.db", "chat.db"]])
def test_a_list_of_none_or_of_one_twice_is_refused(paths: list[str]) -> None:
    with pytest.raises(ValueError, match="path"):
        ChatDatabase(paths)


@pytest.mark.parametrize("number", [-1, 1 << 40, (1 << 63) - 1])
def test_a_row_of_a_number_that_none_has_is_refused_not_taken_for_anothers(
    tmp_path: Path, number: int
) -> None:
    one, other = tmp_path / "one.db", tmp_path / "other.db"
    _write(one, range(1), ann=ANN)
    _write(other, range(1, 2), ann=ANN)
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("UPDATE message SET ROWID = ? WHERE ROWID = 2", [number])
        connection.execute(
            "UPDATE chat_message_join SET message_id = ? WHERE message_id = 2",
            [number],
        )
    with pytest.raises(
        DatabaseError, match=r"other\.db has a message .* Read it alone"
    ):
        IMessageChatLoader([one, other]).load()
    loader = IMessageChatLoader(other)
    assert sum(len(session["messages"]) for session in loader.load()) == 10
    assert loader.ledger.messages == 10
