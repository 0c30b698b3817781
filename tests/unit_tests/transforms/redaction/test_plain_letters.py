"""What is private is found in odd letters, and with what is not seen between them."""

from __future__ import annotations

import pytest

from langchain_imessage.transforms import Redactor
from langchain_imessage.transforms.redaction._matches import Match
from langchain_imessage.transforms.redaction.plain._plain_letters import (
    has_odd_letters,
    plain_letters,
)

WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("ask Ann Archer".translate(WIDE), "[name 1]"),
        ("A\u200bnn Ar\u2060cher left", "[name 1] left"),
        ("\U0001d4d0\U0001d4f7\U0001d4f7 left", "[name 1] left"),
        ("A\ufe0fnn left", "[name 1] left"),
        ("A\u20e3nn left", "[name 1] left"),
        ("\U0001f170\U0001f17d\U0001f17d left", "[name 1] left"),
        ("write to bo.b@corp.org".translate(WIDE), "[email 1]"),
        ("bob@\u200bcorp.org?", "[email 1]?"),
        ("DE89 3704 0044 0532 0130 00".translate(WIDE), "[iban 1]"),
        ("4\ufe0f\u20e31\ufe0f\u20e355552671\ufe0f\u20e3!", "[phone 1]!"),
        ("\u2463\u2460\u2464\u2464\u2464\u2464\u2461\u2465\u2466\u2460", "[phone 1]"),
        ("12 Main Street".translate(WIDE), "[address 1]"),
        ("\u1d00\u0274\u0274 left", "[name 1] left"),
        ("415\u00b7555\u00b72671!", "[phone 1]!"),
        ("\u0440\u0430ssword is hunter22zebra", "[password 1]"),
        ("a n n @ c o r p . o r g", "[email 1]"),
        ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "[card 1]"),
        ("DE 89 3704 0044 0532 0130 00", "[iban 1]"),
    ],
)
def test_odd_letters_hide_nothing(text: str, redacted: str) -> None:
    found = Redactor(names=["Ann Archer"]).redact_text(text)
    assert found.endswith(redacted)


@pytest.mark.parametrize(
    "text",
    [
        "50 m\u00b2, x\u00b2 + y\u00b2",
        "\u2460 milk \u2461 eggs",
        "1\ufe0f\u20e3 wake up 2\ufe0f\u20e3 sleep",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 at home",
        "\u4eca\u65e5\u306f\uff13\u6642",
        "so pretty".translate(WIDE),
    ],
)
def test_odd_letters_of_nothing_private_stay(text: str) -> None:
    assert Redactor(names=["Ann Archer"]).redact_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "1 2 3 4 5 6 7 8 9 10",
        "G r e a t  j o b",
        "100\u00b7200\u00b7300",
        "\u0394ABC is a triangle",
        "DE 12 by the door",
        "1 + 1 = 2 - 3 + 4",
    ],
)
def test_characters_apart_that_are_nothing_private_stay(text: str) -> None:
    assert Redactor(names=["Ann Archer"]).redact_text(text) == text


def test_a_match_is_where_it_stands_as_written() -> None:
    text = "x \uff21\u200dnn\ufe0f y"
    plain = plain_letters(text)
    assert plain.text == "x Ann y"
    (match,) = plain.back([Match(start=2, end=5, kind="name", key="ann")])
    assert text[match.start : match.end] == "\uff21\u200dnn\ufe0f"


def test_texts_without_odd_letters_are_read_as_they_are() -> None:
    assert not any(
        map(has_odd_letters, ["Ann", "Zo\u00eb \u2764\ufe0f", "\u0430\u043d"])
    )


@pytest.mark.parametrize(
    "text", ["\ufb01ve", "wait\u2026", "\u2126", "a\u3000b", "\u2163"]
)
def test_what_is_no_single_plain_letter_stays(text: str) -> None:
    plain = plain_letters(text)
    assert plain.text == text
    assert len(plain.places) == len(text) + 1


@pytest.mark.parametrize(
    "text", ["A b " * 4_000, "\u200b" + "a" * 20_000, "@ " * 9_000]
)
def test_a_long_text_is_read_in_time(text: str) -> None:
    # What looks at the whole text for each of its characters takes minutes here.
    assert Redactor(names=["Ann Archer"]).redact_text(text) == text
