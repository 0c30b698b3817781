"""An app's sentence with places for names is nobody's words, and keeps its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.decoding.balloons._balloon import parse_balloon
from langchain_imessage.records import App
from langchain_imessage.testing import app_payload, archive_body, extension

if TYPE_CHECKING:
    from collections.abc import Callable

ANN = "+15550101"
SENDER = "$(kIMTranscriptPluginBreadcrumbTextSenderIdentifier)"
RECEIVER = "$(kIMTranscriptPluginBreadcrumbTextReceiverIdentifier)"
FITNESS = extension("com.apple.ActivityMessagesApp.MessagesExtension")


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        (f"{SENDER} completed a workout.", "completed a workout."),
        (f"You sent {RECEIVER} $5.", "You sent $5."),
        (f"{SENDER}'s rings, {RECEIVER}!", "rings, !"),
        ("$(kIMSomethingNew) started a Check In", "started a Check In"),
        ("$(kIMCut", "MessagesExtension"),
    ],
)
@pytest.mark.parametrize("field", ["ldtext", "an"])
def test_an_apps_text_has_no_places_for_names(
    sentence: str, shown: str, field: str
) -> None:
    found = parse_balloon(FITNESS, app_payload(**{field: sentence}))
    assert isinstance(found, App)
    assert "$(kIM" not in str((found.text, found.name))
    assert found.text == shown


@pytest.mark.parametrize("content", ["text", "annotated"])
@pytest.mark.parametrize("kind", [0, 2, 3])
@pytest.mark.parametrize("store", ["both", "text", "body"])
@pytest.mark.parametrize("balloon", [None, FITNESS])
def test_a_sentence_with_places_is_no_words(  # noqa: PLR0917  # fixtures
    write: Callable,
    load: Callable,
    at: Callable,
    content: str,
    kind: int,
    store: Any,
    balloon: str | None,
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "hello", at=at(0))
        columns = {"associated_message_type": kind, "balloon_bundle_id": balloon}
        sentence = f"\ufffd{SENDER} completed a workout."
        db.message(chat, sentence, at=at(1), store=store, **columns)

    loaded = load(content=content)

    assert "$(kIM" not in str(
        [(m.content, m.additional_kwargs) for m in loaded.messages]
    )
    if content == "text":
        assert loaded.texts == ["hello"]
        loaded.left_out(app=1)


def test_a_session_that_is_no_uuid_costs_the_payload_nothing_else() -> None:
    payload = app_payload(ldtext="Ann completed a workout.", sessionIdentifier=[1])
    found = parse_balloon(FITNESS, payload)
    assert found == App(
        kind="fitness",
        bundle="com.apple.ActivityMessagesApp.MessagesExtension",
        text="Ann completed a workout.",
    )


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (b"\x08\x01\x1a\x00", "tap"),
        (b"\x08\x03\x1a\x00", "heartbeat"),
        (b"\x08\x04", "sketch"),
        (b"\x08\x07", "kiss"),
        (b"\x08\x08", "fireball"),
        (b"\x08\x63", "Digital Touch"),
        (b"\x08", "Digital Touch"),
        (b"", "Digital Touch"),
        (None, "Digital Touch"),
    ],
)
def test_a_digital_touch_says_which(payload: bytes | None, text: str) -> None:
    found = parse_balloon("com.apple.DigitalTouchBalloonProvider", payload)
    assert isinstance(found, App)
    assert found.text == text


def test_words_that_look_nearly_like_a_place_are_words(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "that is $(KIM) for you", at=at(0))
        db.message(chat, None, body=archive_body("$5 (kIM)"), at=at(1))

    assert load().texts == ["that is $(KIM) for you", "$5 (kIM)"]
