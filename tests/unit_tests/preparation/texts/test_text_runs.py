"""Runs of texts, redacted and made examples of, are what their messages would be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import IMessageChatLoader, Redactor, prepare
from langchain_imessage.preparation.steps import _candidates, _pipeline
from langchain_imessage.preparation.steps._text_reading import suits_runs
from langchain_imessage.preparation.texts import _text_runs
from langchain_imessage.preparation.texts._text_examples import TextExample, session_of
from langchain_imessage.transforms.messages._session_streams import SessionRuns

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHOICES: dict[str, Any] = {"automated": True, "max_short_replies": None}


@pytest.fixture
def database(path: Path, write: Callable, at: Callable) -> Path:
    """Write what is not merely a question and an answer, and then the same."""
    said = [
        ("ann", "hunter2x or what?", 0),
        ("ann", "still there?", 400),
        (None, "The password is hunter2x", 410),
        (None, "Call +1 415 555 2671", 420),
        (None, "Or write to me@example.com", 900),
        ("bob", "Where?", 910),
        ("ann", "At home?", 920),
        (None, "Yes, at home", 930),
        ("bob", "\u2028 ", 1400),
        ("bob", "Fine. Tell Ann Smith", 1800),
        (None, "I will", 1810),
    ]
    with write() as db:
        friends = {"ann": db.handle("+14155550100"), "bob": db.handle("+14155550101")}
        for number, chat in enumerate(
            (db.chat(friends["ann"]), db.chat(*friends.values()))
        ):
            for speaker, text, seconds in said:
                sender = friends[speaker] if speaker and number else friends["ann"]
                db.message(
                    chat,
                    f"{text} {number}" if text.strip() else text,
                    at=at(seconds + number * 86_400),
                    sender=sender if speaker else None,
                    reply_to=f"first{number}" if seconds == 930 else None,
                    guid=f"first{number}" if not seconds else None,
                )
    return path


def both_ways(
    database: Path, monkeypatch: pytest.MonkeyPatch, **choices: Any
) -> list[Any]:
    """Return the examples, report and placeholders, from runs and from messages."""
    found = []
    for _ in range(2):
        examples = prepare(IMessageChatLoader(database), **{**CHOICES, **choices})
        sessions = [session_of(example) for example in examples.for_rows()]
        vault = getattr(examples.redactor, "vault", None)
        found.append((sessions, examples.report, vault))
        monkeypatch.setattr(_pipeline, "suits_runs", lambda _: False)
        monkeypatch.setattr(_candidates, "talk_of", lambda _: None)
    return found


@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"redactor": None},
        {"redactor": None, "within": None, "delimiter": " / "},
        {"redactor": None, "sender": "+14155550101"},
        {"max_tokens": 60},
        {"redactor": Redactor(names=["Ann Smith"])},
    ],
)
def test_examples_are_those_of_messages(
    database: Path, monkeypatch: pytest.MonkeyPatch, choices: dict[str, Any]
) -> None:
    of_runs, of_messages = both_ways(database, monkeypatch, **choices)
    assert of_runs == of_messages


def test_what_stands_later_is_replaced_before_it(database: Path) -> None:
    examples = prepare(IMessageChatLoader(database), **CHOICES)
    talks = [e.talk for e in examples.for_rows() if isinstance(e, TextExample)]
    assert talks
    assert not any("hunter2x" in text for talk in talks for text in talk.texts)


def test_no_message_is_made_of_runs(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_text_runs, "_kwargs", lambda *_: pytest.fail("was made"))
    examples = prepare(IMessageChatLoader(database), automated=True)
    first = next(examples.for_rows())
    assert isinstance(first, TextExample)
    assert "home" not in repr(first.talk)


@pytest.mark.parametrize(
    ("choices", "is_suited"),
    [
        ({}, True),
        ({"redactor": None}, True),
        ({"redactor": Redactor(never=["Ann"])}, False),
        ({"redactor": iter}, False),
        ({"never": ["Ann"]}, False),
        ({"groups": "field"}, False),
        ({"groups": "drop"}, False),
        ({"windows": "answer"}, False),
        ({"reactions": True}, False),
        ({"max_per_contact": 2}, False),
    ],
)
def test_runs_are_read_where_no_step_needs_messages(
    choices: dict[str, Any], *, is_suited: bool
) -> None:
    assert suits_runs(prepare([], **choices)._choices) is is_suited


def test_no_repr_of_runs_has_words() -> None:
    said = _text_runs.Columns(*[["secret"]] * 12, b"\0")
    source = _text_runs.RunSource(said, [0, 1], [True], {}, "Me", "\n")  # type: ignore[arg-type]
    runs = SessionRuns(
        {"name": "Ann"}, ["secret"], ["Ann"], [None], [None], [False], source
    )
    for one in (runs, source, said):
        assert repr(one) == f"{type(one).__name__}(1)"
