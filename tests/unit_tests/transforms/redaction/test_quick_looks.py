"""What is seen of a text before detectors are asked must not keep them from finding."""

from __future__ import annotations

import pytest
from langchain_core.messages import BaseMessage, HumanMessage

from langchain_imessage.transforms import DETECTORS, Match, Redactor
from langchain_imessage.transforms.redaction.detectors._text_features import features_of
from langchain_imessage.transforms.redaction.plain._plain_texts import PlainTexts

MIXED = [
    "see you later",
    "a b",
    "a b c",
    "a 👍 b",
    "I am, a 👍",
    "ann",
    "ünder the bridge",
    "Анна",
    "at 8",
    "a@b",
    "🎉❤️",
    "1️⃣",
    "full ｗidth",
    "",
    "x" * 300,
    "\ud83d",
]


@pytest.mark.parametrize("more", [[], ["with\0nothing"]])
def test_plain_texts_are_the_same_together_and_one_by_one(more: list[str]) -> None:
    plain = PlainTexts({b"ann"}, announced=True, none=False)
    texts = [*MIXED, *more]

    assert set(plain.among(texts)) == {text for text in texts if plain.has(text)}
    assert plain.among(["see you", "a b", "c"]) == ["see you", "a b", "c"]


@pytest.mark.parametrize(
    "text",
    [
        "42 ter, ımpasse de la Paix",
        "2462 Dogwood unıt 4",
        "av9 calle mayor 12, calleMayor 12",
        "po box12",
        "hno12, Park Road",
        "uliceMala 12",
        "joe9 chez gmail",
        "joe.smith at gmail",
        "joe_1_at_gmail",
        "5582 (key-box)",
        "left14 right 37 left 9 on the padlock",
        "anne's key-box: 4 8 8 2",
        "zéro six douze trente-quatre cinquante-six soixante-dix-huit",
        "call 555-0142",
        "hey ann4",
        "annnnnnnnnnnnnn at 5",
    ],
)
def test_finds_what_only_a_joined_or_oddly_written_word_tells(text: str) -> None:
    assert Redactor(names=["Ann Lee"]).redact_text(text) != text


def test_counts_words_and_digits_of_other_scripts_as_unknown() -> None:
    features = features_of("٣ Annás")

    assert (features.digits, features.is_simple, features.is_mixed) == (1, False, True)
    assert features_of("Ann’s 👍❤️ “3”").is_simple
    assert not features_of("Ann\ufe0f").is_simple


def test_asks_a_detector_once_about_a_text_of_a_pass() -> None:
    asked: list[str] = []

    def note(text: str) -> list[Match]:
        asked.append(text)
        return []

    first, second = "at 5 then", "it is 415-555-2671"
    messages: list[BaseMessage] = [HumanMessage(first), HumanMessage(second)]
    Redactor(detectors=[*DETECTORS, note]).redact_messages(messages)

    assert asked.count(first) == 1


def test_looks_again_for_a_name_that_was_learned_meanwhile() -> None:
    messages = [
        HumanMessage("zed at 5", additional_kwargs={"sender": "Ann"}),
        HumanMessage("it is 415-555-2671", additional_kwargs={"sender": "Zed"}),
    ]
    redacted = Redactor().redact_messages(messages)

    assert redacted[0].content == "[name 2] at 5"
