"""What somebody took back never comes out, in whichever column it is still to be found."""

from __future__ import annotations

import plistlib
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import IMessageChatLoader
from langchain_imessage.testing import (
    LINK,
    POLL,
    File,
    app_payload,
    archive_body,
    extension,
    link_payload,
    poll_payload,
)
from langchain_imessage.typedstream import PART, AttributedString, Run, dumps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANN = "+15550101"
SECRET = "a secret"  # noqa: S105  # words that must not come out


def summary(**keys: object) -> bytes:
    return plistlib.dumps(keys, fmt=plistlib.FMT_BINARY)


def edits(*texts: str) -> list[dict[str, object]]:
    return [{"t": archive_body(text), "d": 1.0 + n} for n, text in enumerate(texts)]


def shown(load: Callable, **options: Any) -> str:
    """All that comes out of the rows but the first."""
    return str([(m.content, m.additional_kwargs) for m in load(**options).messages[1:]])


def bubbles(*texts: str) -> bytes:
    runs = [Run(length=len(t), attributes={PART: n}) for n, t in enumerate(texts)]
    return dumps(AttributedString(text="".join(texts), runs=tuple(runs)))


EDITED = {"0": edits(SECRET, f"{SECRET}!")}
EMPTIED = {"is_empty": 1, "part_count": 0}


@pytest.mark.parametrize(
    "columns",
    [
        {"message_summary_info": summary(ec=EDITED, rp=[0]), **EMPTIED},
        {"message_summary_info": summary(ec=EDITED, rp=[0])},
        {"message_summary_info": summary(ec=EDITED, rp=[0]), "text": SECRET},
        {"message_summary_info": summary(ec=EDITED), **EMPTIED},
        {"message_summary_info": summary(ec=EDITED), "is_empty": 1},
        {"message_summary_info": b"junk", "text": SECRET, **EMPTIED},
        {"message_summary_info": None, "text": SECRET, "is_empty": 1},
        {"message_summary_info": summary(ec=EDITED, rp=[0]), "date_edited": 0},
        {"message_summary_info": summary(ec=EDITED, rp=[0]), "subject": "Re"},
        {"message_summary_info": summary(ec=EDITED), "subject": "Re", **EMPTIED},
    ],
)
@pytest.mark.parametrize("body", [None, archive_body("")])
def test_what_was_edited_and_then_unsent_does_not_come_out(
    write: Callable, load: Callable, at: Callable, columns: dict[str, Any], body: Any
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "hello", at=at(0))
        gone = db.message(chat, None, at=at(1), date_edited=1)
        db.update(gone, attributedBody=body, **columns)

    assert SECRET not in shown(load)
    assert SECRET not in shown(load, content="annotated")
    if "subject" not in columns:
        load().left_out(unsent=1)


@pytest.mark.parametrize(
    "body",
    [
        archive_body(SECRET),
        archive_body(SECRET, links={"secret": "https://secret.example"}),
        archive_body(SECRET)[:-20],
    ],
)
def test_a_body_that_still_has_an_unsent_bubble_does_not_show_it(
    write: Callable, load: Callable, at: Callable, body: bytes
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "hello", at=at(0))
        info = summary(ec=EDITED, rp=[0])
        gone = db.message(chat, None, at=at(1), body=body, date_edited=1)
        db.update(gone, message_summary_info=info)

    assert "secret" not in shown(load, content="annotated")


def test_the_other_bubbles_stay_with_their_history(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        history = {**EDITED, "1": edits("second", "the second")}
        info = summary(ec=history, rp=[0])
        db.message(chat, None, at=at(0), date_edited=1, message_summary_info=info)

    loaded = load()

    assert loaded.texts == ["the second"]
    kwargs = loaded.messages[0].additional_kwargs
    assert [edit["text"] for edit in kwargs["edits"]] == ["second"]
    assert kwargs["unsent_parts"] == [0]


def test_edited_bubbles_without_a_body_are_a_line_each(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        info = summary(ec={"1": edits("2", "second"), "0": edits("1", "first")})
        db.message(chat, None, at=at(0), date_edited=1, message_summary_info=info)

    assert load().texts == ["first\nsecond"]


@pytest.mark.parametrize(
    "columns",
    [
        {"message_summary_info": summary(rp=[0], otr={"0": {"lo": 0, "le": 1}})},
        {"message_summary_info": summary(rp=[0]), "subject": SECRET, **EMPTIED},
        {"message_summary_info": None, "subject": SECRET, **EMPTIED},
        {"message_summary_info": summary(rp=[0]), "subject": "stays"},
    ],
)
@pytest.mark.parametrize(
    "balloon",
    [
        {
            "balloon_bundle_id": LINK,
            "payload_data": link_payload("https://x.org", title=SECRET),
        },
        {
            "balloon_bundle_id": POLL,
            "payload_data": poll_payload(SECRET, {"a": SECRET}),
        },
        {
            "balloon_bundle_id": extension("X"),
            "payload_data": app_payload(ldtext=SECRET),
        },
        {},
    ],
)
def test_nothing_beside_the_words_of_an_unsent_message_comes_out(
    write: Callable,
    load: Callable,
    at: Callable,
    columns: dict[str, Any],
    balloon: dict[str, Any],
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "hello", at=at(0))
        voice = File(name=f"{SECRET}.caf", transcription=SECRET)
        gone = db.message(
            chat, None, at=at(1), attachments=[voice], date_edited=1, **balloon
        )
        db.update(gone, attributedBody=None, text=None, is_audio_message=1, **columns)

    assert SECRET not in shown(load)
    assert SECRET not in shown(load, content="annotated")
    if columns.get("subject") != "stays":
        load().left_out(unsent=1)


def test_an_attachment_no_bubble_is_left_for_was_taken_back(
    write: Callable, load: Callable, path: Path, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        cut = db.message(chat, "kept", at=at(0), attachments=1, date_edited=1)
        db.update(
            cut,
            attributedBody=archive_body("kept"),
            message_summary_info=summary(rp=[1], otr={"0": {}, "1": {}}),
        )
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE attachment SET guid = 'a uuid'")

    loaded = load(content="annotated")

    assert loaded.texts == ["kept"]
    assert "attachments" not in loaded.messages[0].additional_kwargs


@pytest.mark.parametrize("newer_first", [True, False])
@pytest.mark.parametrize("content", ["text", "annotated"])
def test_what_was_unsent_is_not_taken_from_an_older_copy(
    write: Callable, path: Path, at: Callable, content: str, *, newer_first: bool
) -> None:
    older = path.with_name("older.db")
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "hello", at=at(0))
        whole = db.message(chat, SECRET, at=at(1))
        picture = db.message(chat, None, at=at(2), attachments=1)
        two = db.message(chat, None, at=at(3), body=bubbles("kept", SECRET))
    older.write_bytes(path.read_bytes())
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "UPDATE message SET is_empty = 1, message_summary_info = ?, date_edited = 1, "
            "attributedBody = NULL, text = NULL WHERE ROWID IN (?, ?)",
            (summary(rp=[0]), whole.rowid, picture.rowid),
        )
        db.execute(
            "UPDATE message SET message_summary_info = ?, attributedBody = ?, "
            "text = NULL, date_edited = 1 WHERE ROWID = ?",
            (summary(rp=[1]), archive_body("kept"), two.rowid),
        )

    paths = [path, older] if newer_first else [older, path]
    loader = IMessageChatLoader(paths, content=content)
    (session,) = loader.load()

    assert SECRET not in str(session)
    said = [m for m in session["messages"] if m.content != "[unsent]"]
    assert [m.content for m in said] == ["hello", "kept"]
    ledger = loader.ledger
    assert ledger.rows == ledger.messages + sum(ledger.reasons.values())


def test_an_unsent_picture_is_not_listed(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        message = db.message(chat, "here", at=at(0), attachments=2)
        db.unsend(message, parts=[0], at=at(1))

    (kept,) = load().messages[0].additional_kwargs["attachments"]

    assert kept["guid"].startswith("at_1_")
