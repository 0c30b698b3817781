"""Claims about what is said too often."""

from __future__ import annotations

import re
from collections import Counter
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from langchain_imessage.transforms import cap_short_replies, drop_duplicates
from langchain_imessage.transforms.filters import _duplicates
from langchain_imessage.transforms.filters._duplicates import (
    _without_runs,
    duplicate_keys,
)

if TYPE_CHECKING:
    from langchain_core.chat_sessions import ChatSession


def talk(*texts: Any, weights: tuple[float, ...] = ()) -> ChatSession:
    messages: list[BaseMessage] = [
        (AIMessage if n % 2 else HumanMessage)(text) for n, text in enumerate(texts)
    ]
    for message, weight in zip(messages[1::2], weights, strict=False):
        message.additional_kwargs["weight"] = weight
    return {"messages": messages}


def distinct(*sessions: ChatSession) -> list[ChatSession]:
    return list(drop_duplicates(sessions))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Yes", "yes!!"),
        ("haaappy", "haaaaaappy"),
        ("Your code is 1234.", "Your code is 98"),
        ("straße ①", "STRASSE 1"),
        ("\ufb01ne", "fine"),
        ("caf\u00e9", "cafe\u0301!"),
    ],
)
def test_what_says_the_same_is_the_same(one: str, other: str) -> None:
    first = talk("hm?", one)
    assert distinct(first, talk("Hm", other)) == [first]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("god", "good"),
        ("👍", "👎"),
        ("5", "6"),
        ("?", "!"),
        ("ja", "já"),
        ("\u0915\u0940", "\u0915\u093f"),
        ("\ud800", "\udfff"),
    ],
)
def test_what_says_something_else_is_not(one: str, other: str) -> None:
    both = [talk("hm?", one), talk("hm?", other)]
    assert distinct(*both) == both


def test_the_same_answer_to_something_else_is_another_example() -> None:
    both = [talk("tea?", "yes"), talk("coffee?", "yes")]
    assert distinct(*both) == both


def test_a_conversation_is_no_repetition_for_how_it_ends() -> None:
    both = [talk("up?", "yes", "bye", "bye"), talk("tired?", "no", "bye", "bye")]
    assert distinct(*both) == both


def test_texts_do_not_run_into_each_other() -> None:
    both = [talk("ab", "c"), talk("a", "bc")]
    assert distinct(*both) == both


def test_what_is_only_context_makes_no_difference() -> None:
    first = talk("up?", "yes", "bye", "bye", weights=(0, 1))
    again = talk("tired?", "no", "bye", "bye", weights=(0, 1))
    assert distinct(first, again) == [first]
    unlike = talk("tired?", "no", "bye", "bye", weights=(1, 1))
    assert distinct(first, unlike) == [first, unlike]


def test_examples_that_teach_nothing_are_told_by_all_they_say() -> None:
    both = [talk("hm?", "no", weights=(0,)), talk("hm?", "yes", weights=(0,))]
    assert distinct(*both, both[0]) == both
    asked: list[ChatSession] = [talk("a"), talk("b"), talk()]
    assert distinct(*asked, talk("a")) == asked


def test_an_answer_without_a_question_is_told_by_itself() -> None:
    one: ChatSession = {"messages": [AIMessage("hi")]}
    assert distinct(one, one) == [one]


def test_repetitions_are_counted_by_their_messages() -> None:
    dropped: Counter[str] = Counter()
    list(drop_duplicates([talk("a", "b"), talk("a", "b")], dropped=dropped))
    assert dropped == {"duplicate": 2}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ok, ok!", "okok"),
        (" 👍 ", "👍"),
        ("", ""),
        ("Noooo", "no"),
        ("Füür!!", "füür"),
        ("\u0939\u093e\u0901!", "\u0939\u093e\u0901"),
    ],
)
def test_the_key_is_what_is_said_whatever_stands_beside_it(
    text: str, said: str
) -> None:
    assert duplicate_keys([text]) == [said]
    assert duplicate_keys(["aaa", text, "42?", text]) == ["a", said, "42?", said]


@pytest.mark.parametrize("letter", ascii_lowercase)
def test_every_letter_may_be_drawn_out(letter: str) -> None:
    assert duplicate_keys([letter * 4]) == [letter]


@given(st.text("aab1\0-", max_size=20))
def test_letters_of_ascii_are_drawn_out_as_those_of_other_texts(letters: str) -> None:
    assert _without_runs(letters) == re.sub(r"([a-z])\1\1+", r"\1", letters)


def test_a_short_answer_is_taught_so_often() -> None:
    said = [talk(f"{n}", "Ok!") for n in range(5)]
    dropped: Counter[str] = Counter()
    histogram: Counter[str] = Counter()
    found = list(cap_short_replies(said, most=3, histogram=histogram, dropped=dropped))
    assert found == said[:3]
    assert histogram == {"ok": 5}
    assert dropped == {"frequent short reply": 4}


def test_an_example_that_also_says_something_else_stays() -> None:
    long = talk("0", "ok", "1", "this is quite another answer")
    said = [talk("2", "ok"), talk("3", "ok", "4", "no"), long, talk("5", "ok")]
    assert list(cap_short_replies(said, most=1)) == said[:3]


def test_long_answers_are_not_counted() -> None:
    said = [talk("why?", "because it is so, and always was")] * 3
    histogram: Counter[str] = Counter()
    assert list(cap_short_replies(said, most=1, histogram=histogram)) == said
    assert not histogram


def test_rare_answers_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_duplicates, "_MOST_SHORT", 3)
    said = [talk("hm?", text) for text in ("ok", "ok", "a", "b", "c", "d")]
    histogram: Counter[str] = Counter()
    list(cap_short_replies(said, histogram=histogram))
    assert histogram == {"ok": 2, "d": 1}
