"""Guids that other tools wrote in small letters mean the message all the same."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from langchain_imessage import ChatDatabase
from langchain_imessage.chatdb.assembly._guids import as_spelled
from langchain_imessage.records import Message
from langchain_imessage.testing import (
    POLL,
    ChatDatabaseWriter,
    poll_payload,
    vote_payload,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
ANN, GUID = "+14155550101", "ABCDEF00-0000-4000-8000-00000000000A"
LOVED, LIKED, UNLIKED = 2000, 2001, 3001


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Write a message of Ann's."""
    return write(tmp_path / "chat.db", GUID)


def write(path: Path, guid: str) -> Path:
    with ChatDatabaseWriter(path, era="macos-15") as db:
        db.message(db.chat(db.handle(ANN)), "a joke", at=NOON, guid=guid)
    return path


def add(path: Path, **columns: object) -> None:
    """Store another row of Ann's."""
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    with closing(sqlite3.connect(path)) as db, db:
        rowid = db.execute(
            f"INSERT INTO message (guid, handle_id, date, {names}) VALUES "
            f"(hex(randomblob(8)), 1, (SELECT max(date) + 1 FROM message), {marks})",
            [*columns.values()],
        ).lastrowid
        db.execute(
            "INSERT INTO chat_message_join (chat_id, message_id) VALUES (1, ?)",
            (rowid,),
        )


def react(path: Path, kind: int, guid: str) -> None:
    add(path, associated_message_guid=f"p:0/{guid}", associated_message_type=kind)


def read(*paths: Path) -> dict[str, Message]:
    with ChatDatabase([*paths]) as database:
        return {m.text: m for c in database.conversations() for m in c.messages}


@pytest.mark.parametrize("spell", [str.upper, str.lower])
@pytest.mark.parametrize("other", [str.upper, str.lower])
def test_a_reaction_is_on_its_message(
    tmp_path: Path, spell: Callable[[str], str], other: Callable[[str], str]
) -> None:
    path = write(tmp_path / "chat.db", spell(GUID))
    react(path, LOVED, other(GUID))
    assert [r.kind for r in read(path)["a joke"].reactions] == ["loved"]


def test_a_later_one_takes_the_place_of_one_spelled_otherwise(path: Path) -> None:
    react(path, LOVED, GUID.lower())
    react(path, LIKED, GUID)
    assert [r.kind for r in read(path)["a joke"].reactions] == ["liked"]
    react(path, UNLIKED, GUID.lower())
    assert not read(path)["a joke"].reactions


def test_ids_of_rcs_that_differ_in_their_letters_are_two(
    path: Path, tmp_path: Path
) -> None:
    add(path, text="one")
    add(path, text="two")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE message SET guid = 'rcsAbC' WHERE text = 'one'")
        db.execute("UPDATE message SET guid = 'rcsaBc' WHERE text = 'two'")
    react(path, LOVED, "rcsAbC")
    react(path, LIKED, "rcsaBc")
    found = read(path, write(tmp_path / "other.db", "OTHER"))
    assert [r.kind for r in found["one"].reactions] == ["loved"]
    assert [r.kind for r in found["two"].reactions] == ["liked"]


def test_a_reply_answers_its_message_and_is_named_as_that_is(path: Path) -> None:
    add(
        path,
        text="ha",
        thread_originator_guid=GUID.lower(),
        thread_originator_part="0:0:6",
    )
    reply = read(path)["ha"]
    assert reply.reply_to == GUID
    assert reply.details is not None
    assert reply.details.reply is not None
    assert (reply.details.reply.guid, reply.details.reply.text) == (GUID, "a joke")


def test_a_vote_is_in_its_poll(tmp_path: Path) -> None:
    path = write(tmp_path / "chat.db", "OTHER")
    balloon = {"balloon_bundle_id": POLL}
    poll = poll_payload("Lunch?", {"1": "Yes", "2": "No"})
    add(path, payload_data=poll, text="Lunch?", **balloon)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE message SET guid = ? WHERE text = 'Lunch?'", (GUID,))
    for guid, choice in ((GUID.lower(), "1"), (GUID, "2")):
        add(
            path,
            payload_data=vote_payload(ANN, [choice]),
            associated_message_guid=guid,
            associated_message_type=4000,
            **balloon,
        )
    details = read(path)["Lunch?"].details
    assert details is not None
    assert details.poll is not None
    assert [option.voters for option in details.poll.options] == [(), (ANN,)]


def test_copies_in_two_databases_are_one_message(path: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other.db", GUID.lower())
    react(other, LOVED, GUID.lower())
    react(path, LOVED, GUID)
    with ChatDatabase([path, other]) as database:
        (conversation,) = database.conversations()
    (message,) = conversation.messages
    assert message.guid == GUID
    assert len(message.reactions) == 1


def test_what_was_unsent_in_one_database_is_in_no_copy(
    path: Path, tmp_path: Path
) -> None:
    other = write(tmp_path / "other.db", GUID.lower())
    with closing(sqlite3.connect(other)) as db, db:
        db.execute(
            "UPDATE message SET text = NULL, attributedBody = NULL, is_empty = 1, date_edited = date + 1"
        )
    assert not read(path, other)


def test_every_spelling_of_a_guid_means_the_message() -> None:
    message = Message(
        rowid=1,
        guid=GUID,
        date=0,
        sent_at=NOON,
        text="hi",
        sender=None,
        is_from_me=True,
    )
    spellings = [GUID.lower(), GUID.capitalize(), 7]
    found = as_spelled(spellings, [message])
    assert found == dict.fromkeys(spellings[:2], GUID)
