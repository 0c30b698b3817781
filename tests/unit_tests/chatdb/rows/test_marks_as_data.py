"""What Messages found or added is data beside the words, never in them."""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.decoding._attributed_body import FILE_NAME, TRANSFER
from langchain_imessage.decoding._summary_info import parse_summary_info
from langchain_imessage.decoding._text_marks import ONE_TIME_CODE
from langchain_imessage.testing.database.blobs._payloads import Archived, archive
from langchain_imessage.typedstream import PART, AttributedString, Run, dumps

if TYPE_CHECKING:
    from collections.abc import Callable

ANN = "+15550101"


def translation(text: Any, **languages: Any) -> bytes:
    names = {"to": "translationLanguage", "source": "sourceLanguage"}
    item = {"translatedText": text, **{names[k]: v for k, v in languages.items()}}
    return archive({"0": [item]})


def summary(**keys: object) -> bytes:
    return plistlib.dumps({"ust": True, **keys}, fmt=plistlib.FMT_BINARY)


def test_a_one_time_code_is_data(write: Callable, load: Callable, at: Callable) -> None:
    code = {"code": "123456", "displayCode": "123-456"}
    runs = (
        Run(length=13, attributes={PART: 0}),
        Run(length=7, attributes={PART: 0, ONE_TIME_CODE: code}),
    )
    body = dumps(AttributedString(text="Your code is 123-456", runs=runs))
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, None, body=body, at=at(0))
        db.message(chat, "no code", at=at(1))

    first, second = load().messages
    assert first.content == "Your code is 123-456"
    assert first.additional_kwargs["one_time_codes"] == ["123456"]
    assert "one_time_codes" not in second.additional_kwargs


@pytest.mark.parametrize("code", ["123456", {"code": 5}, {}, {"displayCode": "1"}])
def test_an_odd_code_is_none(
    write: Callable, load: Callable, at: Callable, code: Any
) -> None:
    run = Run(length=2, attributes={PART: 0, ONE_TIME_CODE: code})
    with write() as db:
        body = dumps(AttributedString(text="hi", runs=(run,)))
        db.message(db.chat(db.handle(ANN)), None, body=body, at=at(0))

    (message,) = load().messages
    assert message.content == "hi"
    assert "one_time_codes" not in message.additional_kwargs


@pytest.mark.parametrize(
    "text",
    ["see you", Archived(name="NSAttributedString", fields={"NSString": "see you"})],
)
def test_a_translation_is_data(
    write: Callable, load: Callable, at: Callable, text: Any
) -> None:
    blob = translation(text, to="en", source="de")
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "bis dann", at=at(0), message_summary_info=summary(tmp=blob))

    (message,) = load().messages
    assert message.content == "bis dann"
    assert message.additional_kwargs["translations"] == [
        {"part": 0, "text": "see you", "language": "en", "source_language": "de"}
    ]


@pytest.mark.parametrize(
    "blob",
    [b"junk", b"", 5, archive({"x": []}), archive({"0": [1]}), translation(5, to="en")],
)
def test_an_odd_translation_is_none_and_costs_the_history_nothing(blob: Any) -> None:
    found = parse_summary_info(summary(tmp=blob, rp=[3]))
    assert (found.translations, found.retracted) == ((), (3,))


def test_a_translation_of_what_was_unsent_is_none() -> None:
    assert not parse_summary_info(summary(tmp=translation("gone"), rp=[0])).translations


@pytest.mark.parametrize(
    ("name", "kind"),
    [("IMG_1.HEIC", "image"), ("notes.pdf", "file"), ("memo.caf", "audio")],
)
def test_an_attachment_without_a_row_has_the_name_its_body_gives(
    write: Callable, load: Callable, at: Callable, name: str, kind: str
) -> None:
    slot = {PART: 0, TRANSFER: "at_0_GONE", FILE_NAME: name}
    runs = (Run(length=1, attributes=slot), Run(length=4, attributes={PART: 1}))
    with write() as db:
        body = dumps(AttributedString(text="\ufffclook", runs=runs))
        db.message(db.chat(db.handle(ANN)), None, body=body, at=at(0))

    (found,) = load().messages[0].additional_kwargs["attachments"]
    assert (found["name"], found["kind"], found["path"]) == (name, kind, None)
