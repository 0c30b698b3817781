"""What somebody took back never comes out, in whichever column it is still to be found."""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.testing import archive_body

if TYPE_CHECKING:
    from collections.abc import Callable

ANN = "+15550101"
SECRET = "a secret"  # noqa: S105  # words that must not come out


def summary(**keys: object) -> bytes:
    return plistlib.dumps(keys, fmt=plistlib.FMT_BINARY)


def edits(*texts: str) -> list[dict[str, object]]:
    return [{"t": archive_body(text), "d": 1.0 + n} for n, text in enumerate(texts)]


def shown(load: Callable, **options: Any) -> str:
    """All that comes out of the rows but the first."""
    return str([(m.content, m.additional_kwargs) for m in load(**options).messages[1:]])


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


def test_an_unsent_picture_is_not_listed(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        message = db.message(chat, "here", at=at(0), attachments=2)
        db.unsend(message, parts=[0], at=at(1))

    (kept,) = load().messages[0].additional_kwargs["attachments"]

    assert kept["guid"].startswith("at_1_")
