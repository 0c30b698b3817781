"""Reactions and votes that another database has, in another conversation."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from langchain_imessage import ChatDatabase
from langchain_imessage.testing import (
    POLL,
    ChatDatabaseWriter,
    poll_payload,
    vote_payload,
)

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_imessage.records import Message

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
ANN, BEN = "+14155550101", "+14155550102"
JOKE = "ABCDEF00-0000-4000-8000-00000000000A"
LOVED, UNLOVED, VOTE = 2000, 3000, 4000


@pytest.fixture
def mac(tmp_path: Path) -> Path:
    """Write a joke in a chat with Ann."""
    return write(tmp_path / "mac.db", ANN, "a joke", JOKE)


@pytest.fixture
def phone(tmp_path: Path) -> Path:
    """Write a chat with Ben."""
    return write(tmp_path / "phone.db", BEN, "hello", "HELLO")


def write(path: Path, address: str, text: str, guid: str) -> Path:
    with ChatDatabaseWriter(path, era="macos-15") as db:
        db.message(db.chat(db.handle(address)), text, at=NOON, guid=guid)
    return path


def add(path: Path, kind: int, *, about: str = JOKE, **columns: object) -> None:
    """Store a row about a message, in the only chat."""
    columns = {"handle_id": 1, **columns}
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    with closing(sqlite3.connect(path)) as db, db:
        rowid = db.execute(
            "INSERT INTO message (guid, date, associated_message_guid, "
            f"associated_message_type, {names}) VALUES (hex(randomblob(8)), "
            f"(SELECT max(date) + 1 FROM message), ?, ?, {marks})",
            (about, kind, *columns.values()),
        ).lastrowid
        db.execute(
            "INSERT INTO chat_message_join (chat_id, message_id) VALUES (1, ?)",
            (rowid,),
        )


def read(*paths: Path) -> dict[str, Message]:
    """Read all messages, and check that each row is counted once."""
    with ChatDatabase([*paths]) as database:
        found = {m.text: m for c in database.conversations() for m in c.messages}
        ledger = database.ledger
    assert ledger.rows == ledger.messages + sum(ledger.reasons.values())
    return found


@pytest.mark.parametrize("about", [JOKE, JOKE.lower()])
def test_a_reaction_takes_effect_on_its_message(
    mac: Path, phone: Path, about: str
) -> None:
    add(phone, LOVED, about=f"p:0/{about}")
    for paths in ((mac, phone), (phone, mac)):
        (reaction,) = read(*paths)["a joke"].reactions
        assert (reaction.kind, reaction.sender) == ("loved", BEN)


def test_its_removal_does_too(mac: Path, phone: Path) -> None:
    add(phone, LOVED)
    add(phone, UNLOVED)
    assert not read(mac, phone)["a joke"].reactions


def test_one_without_a_handle_is_of_whom_its_own_chat_is_with(
    mac: Path, phone: Path
) -> None:
    add(phone, LOVED, handle_id=0)
    assert [r.sender for r in read(mac, phone)["a joke"].reactions] == [BEN]


def test_one_in_both_databases_is_there_once(
    mac: Path, phone: Path, tmp_path: Path
) -> None:
    add(phone, LOVED)
    copy = tmp_path / "copy.db"
    copy.write_bytes(phone.read_bytes())
    assert len(read(mac, phone, copy)["a joke"].reactions) == 1


def test_a_new_one_brings_its_message(mac: Path, phone: Path) -> None:
    with ChatDatabase([mac, phone]) as database:
        list(database.conversations())
        cursor = database.cursor
    add(phone, LOVED)
    with ChatDatabase([mac, phone], since=cursor) as database:
        (changed,) = database.conversations()
    assert [message.text for message in changed.messages] == ["a joke"]


def test_a_vote_is_in_its_poll(mac: Path, phone: Path) -> None:
    poll, balloon = "P" * 8, {"balloon_bundle_id": POLL}
    with closing(sqlite3.connect(mac)) as db, db:
        db.execute(
            "UPDATE message SET guid = ?, balloon_bundle_id = ?, payload_data = ?",
            (poll, POLL, poll_payload("Lunch?", {"1": "Yes", "2": "No"})),
        )
    add(phone, VOTE, about=poll, payload_data=vote_payload(BEN, ["2"]), **balloon)
    details = read(mac, phone)["a joke"].details
    assert details is not None
    assert details.poll is not None
    assert [option.voters for option in details.poll.options] == [(), (BEN,)]
