"""Tapbacks and edits in words: taken only for what something said before bears out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Loaded

ANN, BOB = "+15550101", "+15550102"


@pytest.fixture
def said(write: Callable, load: Callable, at: Callable) -> Callable[..., Loaded]:
    """Load a group's messages: texts of Ann's, Bob's and the owner's, a minute apart."""

    def read(*lines: str, apart: int = 60, **options: Any) -> Loaded:
        with write() as db:
            people = {"Ann": db.handle(ANN), "Bob": db.handle(BOB), "Me": None}
            chat = db.chat(people["Ann"], people["Bob"])
            for number, line in enumerate(lines):
                who, text = line.split(": ", 1)
                db.message(chat, text, sender=people[who], at=at(apart * number))
        return load(**options)

    return read


@pytest.mark.parametrize("who", ["Ann", "Me"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("see you at teh station at 8", "see you at the station at 8"),
        ("helo", "hello"),
        ("ok", "ok, but only if it does not rain tomorrow"),
        ("Lunch?", "lunch"),
    ],
)
def test_an_edit_in_words_is_an_edit(
    said: Callable, who: str, before: str, after: str
) -> None:
    loaded = said(f"{who}: {before}", "Bob: fine", f"{who}: Edited to “{after}”")

    assert loaded.texts == [after, "fine"]
    (edit,) = loaded.messages[0].additional_kwargs["edits"]
    assert edit["text"] == before
    loaded.left_out(edit=1)


def test_an_edit_of_an_edit_keeps_both_versions(said: Callable) -> None:
    edits = "Ann: Edited to “see you at 9”", "Ann: Edited to “see you at 10”"
    loaded = said("Ann: see you at 8", *edits, content="annotated")

    assert loaded.texts == ["see you at 10"]
    found = loaded.messages[0].additional_kwargs["edits"]
    assert [edit["text"] for edit in found] == ["see you at 8", "see you at 9"]
    loaded.left_out(edit=2)


def test_an_edit_that_is_there_already_changes_nothing(said: Callable) -> None:
    loaded = said("Ann: see you at 9", "Ann: Edited to “see you at 9”")

    assert loaded.texts == ["see you at 9"]
    assert "edits" not in loaded.messages[0].additional_kwargs


@pytest.mark.parametrize(
    "lines",
    [
        ("Ann: when and where?", "Ann: Edited to “something nobody said”"),
        ("Bob: see you at 8", "Ann: Edited to “see you at 9”"),
        ("Me: see you at 8", "Ann: Edited to “see you at 9”"),
        ("Ann: Edited to “see you at 9”",),
        ("Ann: see you at 8", "Ann: Edited to “see you at 9”, he says"),
    ],
)
def test_a_sentence_nothing_bears_out_is_words(
    said: Callable, lines: tuple[str, ...]
) -> None:
    assert said(*lines).texts == [line.split(": ", 1)[1] for line in lines]


def test_an_edit_comes_soon_or_not_at_all(said: Callable) -> None:
    sentence = "Edited to “see you at 9”"
    loaded = said("Ann: see you at 8", f"Ann: {sentence}", apart=7200)

    assert loaded.texts == ["see you at 8", sentence]


def test_a_tapback_quotes_either_version(said: Callable) -> None:
    loaded = said(
        "Ann: see you at 8",
        "Bob: Liked “see you at 8”",
        "Ann: Edited to “see you at 9”",
        "Me: Loved “see you at 9”",
        "Me: Disliked “see you at 8”",
    )

    assert loaded.texts == ["see you at 9"]
    reactions = loaded.messages[0].additional_kwargs["reactions"]
    assert [r["kind"] for r in reactions] == ["liked", "disliked"]
    loaded.left_out(reaction=3, edit=1)


def test_a_removal_in_words_removes(said: Callable) -> None:
    loaded = said("Ann: hi", "Bob: Liked “hi”", "Bob: Removed a like from “hi”")

    assert loaded.texts == ["hi"]
    assert "reactions" not in loaded.messages[0].additional_kwargs


def test_a_message_of_several_bubbles_is_not_edited_by_a_sentence(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "see you at 8", at=at(0), attachments=1)
        db.message(chat, "Edited to “see you at 9”", at=at(1))

    assert load().texts == ["see you at 8", "Edited to “see you at 9”"]
