"""Rows that have a history: written as Messages does, and read as the truth says."""

from __future__ import annotations

import plistlib
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.testing import ChatDatabaseWriter, Written, archive_body
from langchain_imessage.typedstream import AttributedString, loads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ANN = "+15550101"


@pytest.fixture
def db(path: Path) -> Iterator[ChatDatabaseWriter]:
    with ChatDatabaseWriter(path) as writer:
        yield writer


@pytest.fixture
def chat(db: ChatDatabaseWriter) -> int:
    return db.chat(db.handle(ANN))


def summary(db: ChatDatabaseWriter, row: Written) -> dict[str, Any]:
    found: dict[str, Any] = plistlib.loads(db.value(row, "message_summary_info"))
    return found


def text_of(blob: bytes) -> str:
    body = loads(blob)
    assert isinstance(body, AttributedString)
    return body.text


def test_the_body_names_the_attachments_that_were_written(
    path: Path, at: Callable
) -> None:
    with ChatDatabaseWriter(path) as db:
        row = db.message(db.chat(db.handle(ANN)), "two", at=at(), attachments=2)
        body = loads(db.value(row, "attributedBody"))
    assert isinstance(body, AttributedString)
    in_body = [
        run.attributes.get("__kIMFileTransferGUIDAttributeName") for run in body.runs
    ]
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT guid FROM attachment ORDER BY ROWID"
        ).fetchall()
    assert [*(guid for (guid,) in rows), None] == in_body
    assert in_body[0] == f"at_0_{row.guid}"


def test_a_body_that_was_given_is_taken_even_if_empty(
    db: ChatDatabaseWriter, chat: int, at: Callable
) -> None:
    row = db.message(chat, "words", at=at(), body=b"")
    assert db.value(row, "attributedBody") == b""


def test_an_edit_keeps_the_attachments_and_the_history(
    db: ChatDatabaseWriter, chat: int, at: Callable
) -> None:
    row = db.message(chat, "one 👋", at=at(), attachments=1, subject="S")
    db.edit(row, ("one 👋", at()), ("two", at(5)))
    found = summary(db, row)
    assert [text_of(item["t"]) for item in found["ec"]["1"]] == ["one 👋", "two"]
    assert found["ep"] == [1]
    assert found["otr"] == {"0": {"lo": 0, "le": 1}, "1": {"lo": 1, "le": 6}}
    assert db.value(row, "text") is None
    assert text_of(db.value(row, "attributedBody")) == "\ufffctwo"
    assert db.truth[0].text == "S\ntwo"


def test_a_message_is_unsent_whole(
    db: ChatDatabaseWriter, chat: int, at: Callable
) -> None:
    row = db.message(chat, "👋", at=at(), store="text")
    db.unsend(row, at=at(5))
    found = summary(db, row)
    assert (found["rp"], found["otr"]) == ([0], {"0": {"lo": 0, "le": 2}})
    columns = ("text", "attributedBody", "is_empty", "part_count")
    assert [db.value(row, name) for name in columns] == [None, None, 1, 0]
    assert (db.truth[0].fate, db.truth[0].text) == ("unsent", None)


@pytest.mark.parametrize(
    ("parts", "left", "fate", "words"),
    [
        ([0], "words", "message", "words"),
        ([1], "\ufffc", "attachment only", None),
        ([0, 1], None, "unsent", None),
    ],
)
def test_bubbles_are_unsent_one_by_one(
    *,
    parts: list[int],
    left: str | None,
    fate: str,
    words: str | None,
    path: Path,
    load: Callable,
    at: Callable,
) -> None:
    with ChatDatabaseWriter(path) as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "before", at=at())
        row = db.message(chat, "words", at=at(1), attachments=1)
        db.unsend(row, at=at(5), parts=parts)
        blob = db.value(row, "attributedBody")
        assert (text_of(blob) if blob else None) == left
        assert db.value(row, "part_count") == 2 - len(parts)
        assert summary(db, row)["rp"] == parts
    truth = db.truth[1]
    assert (truth.fate, truth.text) == (fate, words)
    assert load().texts == ["before", *([words] if words else [])]


def test_a_mention_survives_what_is_unsent_beside_it(
    db: ChatDatabaseWriter, chat: int, at: Callable
) -> None:
    body = archive_body("\ufffcHi Ann!", mentions={"Ann": ANN})
    row = db.message(chat, "Hi Ann!", at=at(), body=body)
    db.unsend(row, at=at(1), parts=[0])
    left = loads(db.value(row, "attributedBody"))
    assert isinstance(left, AttributedString)
    pieces = [(text, len(attributes)) for text, attributes in left.slices()]
    assert pieces == [("Hi ", 1), ("Ann", 2), ("!", 1)]


@pytest.mark.parametrize(
    ("kind", "removed", "number", "sentence"),
    [
        ("loved", False, 2000, "Loved “dog 🐕”"),
        ("laughed", True, 3003, "Removed a laugh from “dog 🐕”"),
        ("emphasized", True, 3004, "Removed an exclamation from “dog 🐕”"),
        ("🎉", False, 2006, "Reacted 🎉 to “dog 🐕”"),
        ("🎉", True, 3006, "Removed 🎉 from “dog 🐕”"),
        ("sticker", False, 2007, "Reacted with a sticker to “dog 🐕”"),
    ],
)
def test_tapbacks_are_written_as_messages_does(
    *,
    kind: str,
    removed: bool,
    number: int,
    sentence: str,
    db: ChatDatabaseWriter,
    chat: int,
    at: Callable,
) -> None:
    row = db.message(chat, "dog 🐕", at=at())
    tapback = db.reaction(row, kind, chat=chat, at=at(1), removed=removed)
    assert db.value(tapback, "associated_message_type") == number
    assert db.value(tapback, "associated_message_guid") == f"p:0/{row.guid}"
    assert db.value(tapback, "associated_message_range_length") == 6
    assert db.value(tapback, "text") == sentence
    assert text_of(db.value(tapback, "attributedBody")) == sentence


def test_a_tapback_may_be_on_an_image_or_on_nothing_known(
    db: ChatDatabaseWriter, chat: int, at: Callable
) -> None:
    image = db.message(chat, None, at=at(), attachments=1)
    on_image = db.reaction(image, "liked", chat=chat, at=at(1), part=None)
    lost = Written(rowid=999, guid="LOST")
    on_lost = db.reaction(lost, "liked", chat=chat, at=at(2), text="Gefällt mir")
    assert db.value(on_image, "text") == "Liked an image"
    assert db.value(on_image, "associated_message_guid") == f"bp:{image.guid}"
    assert db.value(on_lost, "text") == "Gefällt mir"
    assert db.value(on_lost, "associated_message_guid") == "p:0/LOST"


def test_a_reply_names_the_range_it_answers_to(
    db: ChatDatabaseWriter, chat: int, at: Callable
) -> None:
    first = db.message(chat, "👋!", at=at(), guid="FIRST")
    reply = db.message(chat, "hi", at=at(1), reply_to=first.guid)
    assert first.guid == "FIRST"
    assert db.value(reply, "thread_originator_guid") == "FIRST"
    assert db.value(reply, "thread_originator_part") == "0:0:3"


@pytest.mark.parametrize(
    ("state", "fate"), [(1, "scheduled"), (3, "scheduled"), (0, "message")]
)
def test_the_truth_knows_what_waits_to_be_sent(
    state: int, fate: str, path: Path, load: Callable, at: Callable
) -> None:
    with ChatDatabaseWriter(path) as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "x", at=at(), schedule_type=2, schedule_state=state)
    assert [row.fate for row in db.truth] == [fate]
    assert load().ledger.messages == (fate == "message")


def test_the_truth_tells_the_owners_rows_and_the_subject(
    db: ChatDatabaseWriter, chat: int, at: Callable
) -> None:
    db.message(chat, "x", at=at(), sender=db.handle(ANN))
    db.message(chat, "x", at=5, subject="About")
    theirs, own = db.truth
    assert (theirs.is_from_me, theirs.sender, theirs.sent_at) == (False, ANN, at())
    assert (own.is_from_me, own.sender, own.sent_at) == (True, None, None)
    assert own.text == "About\nx"


def test_chats_have_the_guids_messages_gives_them(path: Path) -> None:
    with ChatDatabaseWriter(path) as db:
        ann = db.handle(ANN, country="us", person_centric_id="A")
        db.chat(ann)
        db.chat(ann)
        db.chat(ann, db.handle(ANN, service="SMS"), service="SMS")
        db.chat()
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT guid, style, room_name FROM chat").fetchall()
    assert rows == [
        (f"iMessage;-;{ANN}", 45, None),
        (f"iMessage;-;{ANN}#2", 45, None),
        ("SMS;+;chat000003", 43, "chat000003"),
        ("iMessage;+;chat000004", 43, "chat000004"),
    ]


def _do(db: ChatDatabaseWriter, chat: int, row: Written, what: str, at: Any) -> None:
    """Do one of the things that not every era has."""
    {
        "group event": lambda: db.group_event(chat, item_type=2, at=at),
        "reaction": lambda: db.reaction(row, "liked", chat=chat, at=at),
        "edit": lambda: db.edit(row, ("a", at), ("b", at)),
        "unsend": lambda: db.unsend(row, at=at),
        "delete": lambda: db.delete(row, at=at),
        "schedule": lambda: db.schedule(row),
    }[what]()


@pytest.mark.parametrize(
    ("what", "last_without", "first_with"),
    [
        ("group event", "ios-6", "ios-9"),
        ("reaction", "ios-9", "ios-10"),
        ("edit", "macos-12", "macos-13"),
        ("unsend", "macos-12", "macos-13"),
        ("delete", "macos-12", "macos-13"),
        ("schedule", "macos-14", "macos-15"),
    ],
)
def test_what_an_era_did_not_have_is_refused(
    what: str, last_without: str, first_with: str, tmp_path: Path, at: Callable
) -> None:
    with ChatDatabaseWriter(tmp_path / "old.db", era=last_without) as db:
        chat = db.chat(db.handle(ANN))
        row = db.message(chat, "a", at=at())
        with pytest.raises(ValueError, match="this era has no"):
            _do(db, chat, row, what, at())
    assert [row.fate for row in db.truth] == ["message"]
    with ChatDatabaseWriter(tmp_path / "new.db", era=first_with) as db:
        chat = db.chat(db.handle(ANN))
        _do(db, chat, db.message(chat, "a", at=at()), what, at())


def test_any_row_is_strict_about_its_columns(db: ChatDatabaseWriter) -> None:
    with pytest.raises(sqlite3.OperationalError):
        db.insert("message", no_such_column=1)
