"""What was found once in a conversation is found wherever it stands again there."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from langchain_imessage.transforms import Redactor
from langchain_imessage.transforms.redaction._conversation_memory import (
    ConversationMemory,
)


def talk(*texts: str, chat: str = "c") -> Any:
    said = [HumanMessage(text, additional_kwargs={"sender": "Bo Li"}) for text in texts]
    return {"messages": said, "chat": {"guids": [chat], "participants": ["Bo Li"]}}


def redacted(*texts: str) -> list[str]:
    (session,) = Redactor()([talk(*texts)])
    return [str(message.content) for message in session["messages"]]


@pytest.mark.parametrize(
    ("said", "again", "hidden"),
    [
        ("gate code 4412", "was it 4412?", "was it [code 1]?"),
        ("Your code is 482913", "k its 482913", "k its [code 1]"),
        ("my ssn is 123-45-6789", "123456789 ok", "[ssn 1] ok"),
        (
            "IBAN DE89 3704 0044 0532 0130 00",
            "ending in 0130 00?",
            "ending in [iban 1]?",
        ),
        ("card 4111 1111 1111 1111", "the last 4 1111?", "the last 4 [card 1]?"),
        ("its 742 Evergreen Terrace", "742 evergreen!", "[address 1]!"),
        ("wifi password: Bananabread", "bananabread works", "[password 1] works"),
        ("card 4111 1111 1111 1111", '"card 4111 11…" ok', '"card [card 1]…" ok'),
        ("my mail is ann.m@example.com", "Liked “my mail is ann.m@ex…”", None),
        ("what's the gate code?", "its 4412", "its [code 1]"),
        ("wifi password?", "hunter22", "[password 1]"),
        ("dob?", "3/14/88", "[birthday 1]"),
        ("whats your address", "1408 damen", "[address 1]"),
        ("number?", "555-2671", "[phone 1]"),
        ("Your code is 482913", "991823", "[code 2]"),
    ],
)
def test_it_is_found_again(said: str, again: str, hidden: str | None) -> None:
    second = redacted(said, again)[1]
    if hidden is None:
        assert not {"77", "4111", "ann.m"} & {*second.replace("…", " ").split()}
        assert "[" in second.removeprefix("[reply")
    else:
        assert second == hidden


def test_it_is_found_before_it_is_announced() -> None:
    assert redacted("4412", "4412 is the gate code")[0] == "[code 1]"


def test_a_number_in_two_bubbles_is_one() -> None:
    assert redacted("number?\n415\n555-2671") == ["number?\n[phone 1]"]
    assert redacted("4111 1111\n1111 1111") == ["[card 1]"]
    assert redacted("at 7\n5 people") == ["at 7\n5 people"]


@pytest.mark.parametrize(
    "texts",
    [
        ("what's the gate code?", "no idea", "see you at 7", "room 1204"),
        ("gate code 4412", "44 is my number", "room 4413"),
        ("wifi password?", "tomorrow", "sure"),
        ("address?", "in 5 min", "12 more"),
        ("dob?", "why"),
    ],
)
def test_what_answers_nothing_stays(texts: tuple[str, ...]) -> None:
    assert redacted(*texts)[1:] == list(texts[1:])


def test_another_conversation_knows_nothing_of_it() -> None:
    sessions = [talk("gate code 4412"), talk("lot 4412 is free", chat="other")]
    texts = [s["messages"][0].content for s in Redactor()(sessions)]
    assert texts == ["gate code [code 1]", "lot 4412 is free"]


def test_the_pieces_of_a_conversation_know_of_each_other() -> None:
    texts = [
        s["messages"][0].content for s in Redactor()([talk("PIN 4412"), talk("4412")])
    ]
    assert texts == ["PIN [code 1]", "[code 1]"]


def test_its_repr_counts_values() -> None:
    assert repr(ConversationMemory()) == "ConversationMemory(values=0)"


def test_the_owners_own_name_is_replaced_and_their_sender_stays() -> None:
    own = HumanMessage(
        "Tim here", additional_kwargs={"sender": "Tim Taler", "is_from_me": True}
    )
    (session,) = Redactor()([{"messages": [own]}])
    (message,) = session["messages"]
    assert message.content == "[name 1] here"
    assert message.additional_kwargs["sender"] == "Tim Taler"


@pytest.mark.parametrize("option", ["never", "names"])
def test_one_string_in_place_of_a_collection_is_refused(option: str) -> None:
    options: Any = {option: "Ann Smith"}
    with pytest.raises(TypeError, match=option):
        Redactor(**options)


def test_a_region_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="country's code"):
        Redactor(region="Germany")
