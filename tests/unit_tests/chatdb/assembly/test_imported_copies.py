"""A history that was imported twice under other guids is there once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ANN = "+15550101"


def test_a_copy_with_another_guid_is_left_out_and_its_reaction_kept(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        for _ in range(2):
            db.message(chat, "hey", at=at(0), sender=ann)
            copy = db.message(chat, "ho", at=at(1))
        db.reaction(copy, "loved", chat=chat, at=at(2), sender=ann)
    loaded = load()
    assert loaded.texts == ["hey", "ho"]
    assert len(loaded.messages[1].additional_kwargs["reactions"]) == 1
    loaded.left_out(duplicate=2, reaction=1)


def test_a_copy_in_another_encoding_is_one(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        for words in ("caf\u00e9", "cafe\u0301", "caf\u00e9\u200e"):
            db.message(chat, words, at=at(0))
    assert load().texts == ["caf\u00e9"]


def test_what_answers_a_copy_answers_the_message_that_is_kept(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        kept = db.message(chat, "hey", at=at(0))
        copy = db.message(chat, "hey", at=at(0))
        db.message(chat, "ho", at=at(1), reply_to=copy.guid)
    for content in ("text", "annotated"):
        answer = load(content=content).messages[1]
        assert answer.additional_kwargs["reply_to"] == kept.guid
        assert ("hey" in str(answer.content)) == (content == "annotated")


def test_what_differs_in_sender_words_or_time_is_no_copy(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        db.message(chat, "hey", at=at(0), sender=ann)
        db.message(chat, "hey", at=at(0))
        db.message(chat, "hey!", at=at(0))
        db.message(chat, "hey", at=at(0.001))
    assert load().texts == ["hey", "hey", "hey!", "hey"]
