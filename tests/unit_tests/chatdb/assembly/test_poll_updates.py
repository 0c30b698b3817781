"""A poll is brought up to date by whatever points at it, in whichever form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.testing import POLL, poll_payload, vote_payload

if TYPE_CHECKING:
    from collections.abc import Callable

ANN, BOB = "+15550101", "+15550102"
OPTIONS = {"a": "Lake", "b": "Hill"}
MORE = {**OPTIONS, "c": "Sea"}
FORMS = ("{}", "p:0/{}", "p/{}", "bp:{}", "p:-1/{}")


def row(payload: bytes, kind: int, target: str | None) -> dict[str, Any]:
    return {
        "balloon_bundle_id": POLL,
        "payload_data": payload,
        "associated_message_type": kind,
        "associated_message_guid": target,
    }


@pytest.mark.parametrize("update", FORMS)
@pytest.mark.parametrize("vote", FORMS)
@pytest.mark.parametrize("kind", [0, 2, 3, 4000])
def test_options_and_votes_find_their_poll(  # noqa: PLR0917  # fixtures
    write: Callable, load: Callable, at: Callable, update: str, vote: str, kind: int
) -> None:
    with write(era="macos-26") as db:
        ann = db.handle(ANN)
        chat = db.chat(ann, db.handle(BOB))
        poll = row(poll_payload("?", OPTIONS), 0, None)
        asked = db.message(chat, None, sender=ann, at=at(0), **poll)
        more = row(poll_payload("?", MORE), kind, update.format(asked.guid))
        added = db.message(chat, None, at=at(1), **more)
        for second, target in enumerate((asked.guid, added.guid), 2):
            chosen = row(vote_payload(ANN, ["c"]), 4000, vote.format(target))
            sender = ann if second > 2 else None
            db.message(chat, None, at=at(second), sender=sender, **chosen)

    loaded = load(content="annotated")

    assert loaded.texts == ["[poll: ?: Lake / Hill / Sea (2)]"]


@pytest.mark.parametrize("kind", [0, 2, 3])
@pytest.mark.parametrize("own", [None, "{}", "p:0/{}"])
def test_a_poll_that_points_at_nothing_or_itself_is_a_poll(
    write: Callable, load: Callable, at: Callable, kind: int, own: str | None
) -> None:
    with write(era="macos-26") as db:
        chat = db.chat(db.handle(ANN))
        asked = db.message(
            chat, None, at=at(0), **row(poll_payload("?", OPTIONS), kind, None)
        )
        target = own and own.format(asked.guid)
        db.update(asked, associated_message_guid=target)

    assert load(content="annotated").texts == ["[poll: ?: Lake / Hill]"]


def test_a_vote_that_cannot_be_read_takes_no_vote_back(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write(era="macos-26") as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        poll = row(poll_payload("?", OPTIONS), 0, None)
        asked = db.message(chat, None, at=at(0), **poll)
        for second, payload in enumerate((vote_payload(ANN, ["a"]), b"junk"), 1):
            columns = row(payload, 4000, asked.guid)
            db.message(chat, None, at=at(second), sender=ann, **columns)

    assert load(content="annotated").texts == ["[poll: ?: Lake (1) / Hill]"]


def test_updates_that_point_at_each_other_change_nothing(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write(era="macos-26") as db:
        chat = db.chat(db.handle(ANN))
        poll = row(poll_payload("?", OPTIONS), 0, None)
        db.message(chat, None, at=at(0), **poll)
        more = row(poll_payload("?", MORE), 2, "X")
        one = db.message(chat, None, at=at(1), **more)
        two = db.message(chat, None, at=at(2), **more)
        db.update(one, associated_message_guid=two.guid)
        db.update(two, associated_message_guid=one.guid)

    assert load(content="annotated").texts == ["[poll: ?: Lake / Hill]"]
