"""What `since` brings: all that is new or looks different, whatever the way it became so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import ChatDatabase, IMessageChatLoader
from langchain_imessage.chatdb.databases import _open_databases
from langchain_imessage.chatdb.sync._cursor import Cursor, last_known
from langchain_imessage.errors import IncompletePassError
from langchain_imessage.testing import write_sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from langchain_imessage.testing import ChatDatabaseWriter

ANN, BOB = "+15550101", "+15550102"


class Subset(list[str]):
    """A list that equals what is a part of it, in the same order."""

    def __eq__(self, other: object) -> bool:
        """Compare."""
        rest = iter(self)
        return isinstance(other, list) and all(item in rest for item in other)

    __hash__ = None  # type: ignore[assignment]


@pytest.fixture(params=[1024, 0], ids=["recent", "older"])
def step(
    request: Any, monkeypatch: pytest.MonkeyPatch, path: Path, write: Callable
) -> Callable[..., list[str]]:
    """Write a conversation, read it, change something, and return what comes then."""
    monkeypatch.setattr(_open_databases, "RECENT", request.param)

    def run(
        before: Callable[[ChatDatabaseWriter, int], Any],
        change: Callable[[ChatDatabaseWriter, int, Any], object],
        **options: Any,
    ) -> list[str]:
        with write() as db:
            chat = db.chat(db.handle(ANN))
            made = before(db, chat)
            db._connection.commit()
            loader = IMessageChatLoader(path, **options)
            loader.load()
            change(db, chat, made)
        after = IMessageChatLoader(path, since=loader.cursor, **options)
        found = [m.content for s in after.lazy_load() for m in s["messages"]]
        ledger = after.ledger
        assert ledger.rows == ledger.messages + sum(ledger.reasons.values())
        last = IMessageChatLoader(path, since=after.cursor, **options)
        assert last.load() == [], "nothing comes twice"
        if request.param:
            return found
        # Older messages come with others of their share: here all of the conversation.
        return Subset(found)

    return run


def test_what_arrives_late_with_an_old_date(step: Callable, at: Callable) -> None:
    def arrive(db: ChatDatabaseWriter, chat: int, _: Any) -> None:
        db.message(chat, "late", at=at(-9))

    assert step(lambda db, chat: db.message(chat, "x", at=at(0)), arrive) == ["late"]


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_what_comes_in_the_place_of_rows_that_are_gone(
    gone: int, step: Callable, at: Callable
) -> None:
    def three(db: ChatDatabaseWriter, chat: int) -> Any:
        return [db.message(chat, "same", at=at(n)) for n in range(3)]

    def replace(db: ChatDatabaseWriter, chat: int, rows: Any) -> None:
        for row in rows[3 - gone :]:
            for table, key in (
                ("chat_message_join", "message_id"),
                ("message", "ROWID"),
            ):
                db._connection.execute(
                    f"DELETE FROM {table} WHERE {key} = ?", (row.rowid,)
                )
        db.message(chat, "same", at=at(9))

    assert step(three, replace) == ["same"]


def test_a_message_that_is_put_in_a_chat_later(step: Callable, at: Callable) -> None:
    def before(db: ChatDatabaseWriter, chat: int) -> Any:
        db.message(chat, "one", at=at(0))
        late = db.message(None, "late", at=at(1))
        db.message(chat, "three", at=at(2))
        return late

    def join(db: ChatDatabaseWriter, chat: int, late: Any) -> None:
        db.insert("chat_message_join", chat_id=chat, message_id=late.rowid)

    assert step(before, join) == ["late"]


def test_a_message_that_was_scheduled(step: Callable, at: Callable) -> None:
    def before(db: ChatDatabaseWriter, chat: int) -> Any:
        db.message(chat, "hi", at=at(0))
        row = db.message(chat, "happy birthday", at=at(1))
        db.schedule(row)
        return row

    def send(db: ChatDatabaseWriter, _: int, row: Any) -> None:
        db.update(row, schedule_type=0, schedule_state=0)

    assert step(before, send) == ["happy birthday"]


def test_an_edit_however_old_it_is(step: Callable, at: Callable) -> None:
    def before(db: ChatDatabaseWriter, chat: int) -> Any:
        first, second = (db.message(chat, str(n), at=at(n)) for n in range(2))
        db.edit(second, ("1", at(50)), ("one", at(60)))
        return first

    def edit(db: ChatDatabaseWriter, _: int, row: Any) -> None:
        db.edit(row, ("0", at(5)), ("zero", at(6)))

    assert step(before, edit) == ["zero"]


@pytest.mark.parametrize("content", ["text", "annotated"])
def test_a_reaction_brings_its_message(
    content: str, step: Callable, at: Callable
) -> None:
    def react(db: ChatDatabaseWriter, chat: int, joke: Any) -> None:
        db.reaction(joke, "laughed", chat=chat, at=at(5), sender=1)

    found = step(
        lambda db, chat: db.message(chat, "a joke", at=at(0)), react, content=content
    )
    assert found[0] == "a joke"


@pytest.mark.parametrize("by_deleting", [False, True])
def test_a_reaction_that_is_taken_away_brings_its_message(
    by_deleting: bool, step: Callable, at: Callable
) -> None:
    def before(db: ChatDatabaseWriter, chat: int) -> Any:
        joke = db.message(chat, "a joke", at=at(0))
        return joke, db.reaction(joke, "loved", chat=chat, at=at(5), sender=1)

    def take_away(db: ChatDatabaseWriter, chat: int, made: Any) -> None:
        joke, reaction = made
        if by_deleting:
            db._connection.execute(
                "DELETE FROM message WHERE ROWID = ?", (reaction.rowid,)
            )
        else:
            db.reaction(joke, "loved", chat=chat, at=at(9), sender=1, removed=True)

    assert step(before, take_away) == ["a joke"]


def test_a_tapback_in_words_brings_its_message(step: Callable, at: Callable) -> None:
    def react(db: ChatDatabaseWriter, chat: int, _: Any) -> None:
        db.message(chat, "Liked “a joke”", at=at(5), sender=1)

    assert step(lambda db, chat: db.message(chat, "a joke", at=at(0)), react) == [
        "a joke"
    ]


def test_an_event_brings_the_message_it_stands_at(step: Callable, at: Callable) -> None:
    def rename(db: ChatDatabaseWriter, chat: int, _: Any) -> None:
        db.group_event(chat, item_type=2, at=at(5), group_title="Race")

    assert step(lambda db, chat: db.message(chat, "hi", at=at(0)), rename) == ["hi"]


def test_an_empty_row_that_gets_its_words(step: Callable, at: Callable) -> None:
    def fill(db: ChatDatabaseWriter, _: int, row: Any) -> None:
        db.update(row, text="here I am")

    empty = step(lambda db, chat: db.message(chat, None, at=at(0)), fill)
    assert empty == ["here I am"]


def test_a_chat_that_was_not_wanted_before(
    write: Callable, path: Path, at: Callable
) -> None:
    def is_named(chat: Any) -> bool:
        return chat.name == "Race"

    with write() as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        db.message(db.chat(ann, bob, display_name="Race"), "in it", at=at(0))
        other = db.chat(ann, bob, display_name="Walk")
        db.message(other, "not in it", at=at(1))
        db._connection.commit()
        loader = IMessageChatLoader(path, chats=is_named)
        loader.load()
        db._connection.execute("UPDATE chat SET display_name = 'Race'")
    (session,) = IMessageChatLoader(path, chats=is_named, since=loader.cursor).load()
    assert [m.content for m in session["messages"]] == ["not in it"]


def test_a_database_numbered_anew_comes_whole(step: Callable, at: Callable) -> None:
    def before(db: ChatDatabaseWriter, chat: int) -> None:
        for n in range(3):
            db.message(chat, f"old {n}", at=at(n))

    def renumber(db: ChatDatabaseWriter, chat: int, _: Any) -> None:
        db.message(chat, "new", at=at(5))
        for table, column in (
            ("message", "ROWID"),
            ("chat_message_join", "message_id"),
        ):
            db._connection.execute(f"UPDATE {table} SET {column} = {column} + 100")

    assert step(before, renumber) == ["old 0", "old 1", "old 2", "new"]


def test_there_is_no_cursor_before_a_whole_pass(path: Path) -> None:
    write_sample(path)
    loader = IMessageChatLoader(path)
    with pytest.raises(IncompletePassError):
        _ = loader.cursor
    sessions = loader.lazy_load()
    next(sessions)
    with pytest.raises(IncompletePassError, match="broken off"):
        _ = loader.cursor
    assert len(list(sessions)) == 9
    assert IMessageChatLoader(path, since=loader.cursor).load() == []


def test_a_cursor_is_text_that_a_shell_takes_for_a_word(path: Path) -> None:
    with ChatDatabase(write_sample(path)) as database:
        list(database.conversations())
        cursor = database.cursor
    assert cursor.replace("-", "").replace("_", "").replace("=", "").isalnum()
    assert str(Cursor.parse(f" {cursor}\n")) == cursor


@pytest.mark.parametrize(
    ("now", "known"),
    [
        ({1: (1, "a"), 5: (5, "e"), 9: (9, "i")}, 9),
        ({1: (1, "a"), 5: (5, "e")}, 5),  # the newest is gone
        ({1: (1, "a"), 9: (9, "i")}, 9),  # one between is gone
        ({1: (1, "a"), 5: (5, "x"), 9: (9, "i")}, 1),  # another one is in its place
        ({}, 0),
    ],
)
def test_anchors_say_up_to_where_rows_are_known(
    now: dict[int, tuple[int, str]], known: int
) -> None:
    assert last_known(((9, "i"), (5, "e"), (1, "a")), now) == known


@pytest.fixture
def few_recent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the last two rows of a database for recent ones only."""
    monkeypatch.setattr(_open_databases, "RECENT", 2)


@pytest.mark.usefixtures("few_recent")
def test_what_was_recent_is_compared_when_it_no_longer_is(
    path: Path, write: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        rows = [db.message(chat, f"old {n}", at=at(n)) for n in range(4)]
        db._connection.commit()
        loader = IMessageChatLoader(path)
        loader.load()
        db.update(rows[3], is_read=1, date_read=db._date(at(60)))
        for n in range(5):
            db.message(chat, f"new {n}", at=at(70 + n))
    found = IMessageChatLoader(path, since=loader.cursor).load()
    assert [m.content for session in found for m in session["messages"]] == [
        "old 3",
        *(f"new {n}" for n in range(5)),
    ]


@pytest.mark.usefixtures("few_recent")
def test_what_is_new_brings_no_older_messages(
    path: Path, write: Callable, at: Callable
) -> None:
    with write() as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        rows = [db.message(chat, f"old {n}", at=at(n)) for n in range(6)]
        db.reaction(rows[0], "loved", chat=chat, at=at(7), sender=ann)
        db._connection.commit()
        loader = IMessageChatLoader(path)
        loader.load()
        new = db.message(chat, "new", at=at(60))
        db.reaction(new, "loved", chat=chat, at=at(61), sender=ann)
        db.message(chat, None, at=at(62))
    found = IMessageChatLoader(path, since=loader.cursor).load()
    assert [m.content for session in found for m in session["messages"]] == ["new"]
