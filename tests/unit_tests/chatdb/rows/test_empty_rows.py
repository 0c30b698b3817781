"""A flood of rows without anything in them costs no statement of its own."""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import ChatDatabase
from langchain_imessage.chatdb.rows import _prefetch
from langchain_imessage.records import Reason
from langchain_imessage.testing import archive_body
from langchain_imessage.typedstream import AttributedString, dumps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANN = "+15550101"
NOTHING = [None, b"", archive_body(""), dumps(AttributedString(text=""), mutable=False)]


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """ROWIDs of the rows whose other columns were fetched."""
    rowids: list[int] = []
    call = _prefetch.Prefetch.__call__

    def counted(self: Any, rowid: int) -> tuple[Any, ...]:
        rowids.append(rowid)
        return call(self, rowid)

    monkeypatch.setattr(_prefetch.Prefetch, "__call__", counted)
    return rowids


def reasons(path: Path, content: Any = "text") -> dict[Reason, int]:
    with ChatDatabase(path, content=content) as database:
        list(database.conversations())
        return dict(database.ledger.reasons)


@pytest.mark.parametrize("text", [None, ""])
@pytest.mark.parametrize("body", NOTHING)
@pytest.mark.parametrize("content", ["text", "annotated"])
def test_a_row_without_anything_is_empty_at_once(  # noqa: PLR0917  # fixtures
    write: Callable,
    at: Callable,
    path: Path,
    fetched: list[int],
    text: str | None,
    body: bytes | None,
    content: str,
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "hello", at=at(0))
        for second in range(1, 9):
            row = db.message(chat, None, at=at(second))
            db.update(row, text=text, attributedBody=body)

    assert reasons(path, content) == {Reason.EMPTY: 8}
    assert not fetched


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"cache_has_attachments": 1}, Reason.ATTACHMENT_ONLY),
        ({"message_summary_info": plistlib.dumps({"rp": [0]})}, Reason.UNSENT),
        ({"date_edited": 1}, Reason.UNSENT),
        ({"balloon_bundle_id": "com.apple.Handwriting.X"}, Reason.APP),
        ({"attributedBody": b"junk"}, Reason.UNDECODABLE),
        ({"attributedBody": archive_body("\ufffc")}, Reason.ATTACHMENT_ONLY),
    ],
)
@pytest.mark.parametrize("body", NOTHING)
def test_a_row_that_says_why_it_has_no_words_is_asked(  # noqa: PLR0917  # fixtures
    write: Callable,
    at: Callable,
    path: Path,
    columns: dict[str, Any],
    reason: Reason,
    body: bytes | None,
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "hello", at=at(0))
        row = db.message(chat, None, at=at(1))
        db.update(row, **{"attributedBody": body, **columns})

    assert reasons(path) == {reason: 1}


def test_a_policy_sees_empty_rows_too(
    write: Callable, at: Callable, path: Path
) -> None:
    with write() as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        db.message(chat, None, at=at(0), sender=ann)
    seen = []

    def policy(message: Any) -> str:
        seen.append((message.sender, message.sent_at, message.details.reason))
        return "nothing"

    assert reasons(path, policy) == {}
    assert seen == [(ANN, at(0), Reason.EMPTY)]


def test_a_note_to_oneself_whose_sent_row_is_empty_is_kept_once(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        me = db.handle(ANN)
        chat = db.chat(me, account_login=f"P:{ANN}", last_addressed_handle=ANN)
        db.message(chat, None, at=at(0))
        db.message(chat, "milk", at=at(1), sender=me)

    assert load().texts == ["milk"]
