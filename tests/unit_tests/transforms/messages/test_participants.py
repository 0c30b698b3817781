"""Speakers are told apart by who they are, not by what they are called."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage import Redactor, merge_chat_runs, name_speakers
from langchain_imessage.transforms.messages._participants import (
    is_automated,
    speaker_of,
)


def said(text: str, sender: str, person: str | None = None) -> HumanMessage:
    kwargs = {"sender": sender, "person": person} if person else {"sender": sender}
    return HumanMessage(text, additional_kwargs=kwargs)


def texts(sessions: Any) -> list[str]:
    (session,) = sessions
    return [message.content for message in session["messages"]]


def test_a_speaker_is_a_person_else_a_sender() -> None:
    assert speaker_of(said("hi", "Ann", "1")) == "1"
    assert speaker_of(said("hi", "Ann")) == "Ann"
    assert speaker_of(HumanMessage("hi")) is None


def test_runs_are_of_one_person_whatever_they_are_called() -> None:
    messages = [
        said("a", "+14155550101", "1"),
        said("b", "ann@example.com", "1"),
        said("c", "Ann", "2"),
        said("d", "Ann", "3"),
        said("e", "Ann"),
        said("f", "Ann"),
        HumanMessage("g"),
        HumanMessage("h"),
    ]
    merged = texts(merge_chat_runs([{"messages": messages}], delimiter=" "))
    assert merged == ["a b", "c", "d", "e f", "g", "h"]


def test_one_person_under_two_addresses_is_no_group() -> None:
    chat = {"is_group": True, "participants": ["x", "y"], "persons": ["1", "1"]}
    session: Any = {"messages": [said("hi", "x", "1")], "chat": chat}
    assert texts(name_speakers([session])) == ["hi"]
    two = {**session, "chat": {**chat, "persons": ["1", "2"]}}
    assert texts(name_speakers([two])) == ["x: hi"]
    pair: Any = {"messages": [said("hi", "Ann", "1"), said("ho", "Ann", "2")]}
    assert texts(name_speakers([pair])) == ["Ann: hi", "Ann: ho"]


def test_the_voice_to_be_learned_is_known_by_its_person() -> None:
    answer = AIMessage("hm", additional_kwargs={"sender": "Ann", "person": "1"})
    chat = {"is_group": True, "participants": ["A", "B"], "persons": ["1", "2"]}
    session: Any = {"messages": [said("hi", "B", "2"), answer], "chat": chat}
    assert texts(name_speakers([session])) == ["hi", "hm"]


def test_two_people_of_one_name_have_two_placeholders() -> None:
    senders = ("Ann Lee (+14155550101)", "Ann Lee (+14155550102)", "Ann Lee")
    session: Any = {"messages": [said("hi", sender) for sender in senders]}
    ((redacted),) = Redactor()([session])
    labels = [m.additional_kwargs["sender"] for m in redacted["messages"]]
    assert len(set(labels)) == 3
    work: Any = {"messages": [said("hi", "Ann (work)"), said("hi", "Ann")]}
    ((redacted),) = Redactor()([work])
    labels = [m.additional_kwargs["sender"] for m in redacted["messages"]]
    assert len(set(labels)) == 1


def test_two_people_who_are_called_the_same_have_two_placeholders() -> None:
    redactor = Redactor()
    session: Any = {
        "messages": [said("hi", "Ann", person) for person in ("1", "2", "1")]
    }
    for _ in range(2):
        ((redacted),) = redactor([session])
        labels = [m.additional_kwargs["sender"] for m in redacted["messages"]]
        assert labels == ["[name 1]", "[name 2]", "[name 1]"]
    again = Redactor(vault=redactor.vault)
    ((redacted),) = again([session])
    assert len({m.additional_kwargs["sender"] for m in redacted["messages"]}) == 2


@pytest.mark.parametrize(
    ("address", "is_machine"),
    [
        ("noreply@example.com", True),
        ("no-reply@example.com", True),
        ("ann@example.com", False),
        ("noreply", False),
        ("+14155550101", False),
        ("262966", True),
        ("urn:biz:1234", True),
        ("+14155550101(smsft)", True),
    ],
)
def test_what_nobody_answers_is_a_machine(address: str, is_machine: bool) -> None:
    assert is_automated(address) is is_machine
