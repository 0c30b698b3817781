"""Segments of texts in turn: which they are, and that rows of them need no messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage import prepare, write_dataset
from langchain_imessage.datasets.formats._example_turns import TurnReader
from langchain_imessage.preparation.texts._text_examples import (
    TextExample,
    session_of,
    talk_of,
)

if TYPE_CHECKING:
    from pathlib import Path


def asked(text: Any = "Hungry?", **kwargs: Any) -> HumanMessage:
    return HumanMessage(text, id="1", additional_kwargs={"sender": "Ann", **kwargs})


def answer(text: Any = "Always.", **kwargs: Any) -> AIMessage:
    return AIMessage(text, id="2", additional_kwargs={"sender": "Me", **kwargs})


def test_a_talk_has_the_ids_of_bubbles_times_and_replies() -> None:
    said: Any = [asked(ids=["0", "1"], sent_at=5.0), answer(reply_to="0")]
    talk = talk_of({"messages": said})
    assert talk is not None
    assert talk.texts == ("Hungry?", "Always.")
    assert talk.ids == ("0", "1", "2")
    assert (talk.replies, talk.moments, talk.people) == (("0",), [5.0, None], ("Ann",))
    assert "Always" not in repr(talk)


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [answer()],
        [asked(), answer(), asked()],
        [asked(), asked()],
        [asked([{"type": "text", "text": "Hungry?"}]), answer()],
        [asked().model_copy(update={"name": "Ann"}), answer()],
        [asked(), answer().model_copy(update={"id": None})],
        [asked(), answer(weight=0)],
        [asked(), answer(images_left_out=1)],
        [asked(ids="1"), answer()],
        [asked(reply_to=["0"]), answer()],
    ],
)
def test_what_is_more_than_texts_in_turn_is_none(messages: list[Any]) -> None:
    assert talk_of({"messages": messages}) is None


def test_an_example_of_texts_is_the_same_as_a_session() -> None:
    examples = prepare([{"messages": [asked(), answer()]}], sender=None, redactor=None)
    (example,) = examples.for_rows()
    assert isinstance(example, TextExample)
    assert [session_of(example)] == list(examples)
    assert "Always" not in repr(example)


def test_a_row_of_texts_is_made_without_reading_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Any] = []
    monkeypatch.setattr(
        TurnReader, "_turn", lambda _, message, *__: read.append(message)
    )
    examples = prepare(
        [{"messages": [asked(), answer()]}],
        sender=None,
        redactor=None,
        system_prompt=None,
    )
    write_dataset(examples, tmp_path, validation=0)
    assert read == []
