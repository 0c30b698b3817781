"""Claims about whose messages are no examples."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage.transforms import cap_per_contact, drop_automated, drop_people
from langchain_imessage.transforms.messages._participants import is_automated

if TYPE_CHECKING:
    from langchain_core.chat_sessions import ChatSession


def session_of(*senders: str | None, **chat: Any) -> ChatSession:
    said = [HumanMessage("hi", additional_kwargs={"sender": s}) for s in senders]
    session: Any = {"messages": said}
    return session | ({"chat": chat} if chat else {})


def left(drop: Any, *sessions: ChatSession, **options: Any) -> tuple[list[Any], Any]:
    dropped: Counter[str] = Counter()
    return list(drop(sessions, dropped=dropped, **options)), dropped


@pytest.mark.parametrize(
    "address",
    [
        "28849",
        "227-26",
        "+1234",
        "urn:biz:1234-5678",
        "+15550101(smsfp)",
        "BANK(smsft_fi)",
        "noreply@example.com",
        "Do-Not-Reply@example.com",
    ],
)
def test_a_machines_address_is_known(address: str) -> None:
    assert is_automated(address)


@pytest.mark.parametrize(
    "address",
    ["+15550101", "555 0101", "ann@example.com", "norah@example.com", "Ann", "()", ""],
)
def test_a_persons_address_is_no_machines(address: str) -> None:
    assert not is_automated(address)


def test_conversations_with_machines_are_left_out() -> None:
    code = session_of("28849", "Me", handles=["28849"])
    person = session_of("+15550101", handles=["+15550101"])
    both = session_of("28849", "+15550101", handles=["28849", "+15550101"])
    found, dropped = left(drop_automated, code, person, both)
    assert found == [person, both]
    assert dropped == {"automated sender": 2}


def test_sessions_that_say_nothing_of_their_chat_are_told_by_their_senders() -> None:
    code, named, nobody = session_of("28849"), session_of("28849", "Me"), session_of()
    assert left(drop_automated, code, named, nobody)[0] == [named, nobody]


def test_a_word_is_a_machine_where_it_alone_speaks() -> None:
    shop = session_of("AMAZON", handles=["AMAZON"])
    answered = session_of("Hare", "Me", handles=["Hare"])
    group = session_of("Hare", handles=["Hare", "Tortoise"])
    contact = session_of("Ann Lee", handles=["AnnLee"])
    other_loader = session_of("Ann")
    kept = [answered, group, contact, other_loader]
    assert left(drop_automated, shop, *kept)[0] == kept


def test_notes_to_oneself_are_left_out() -> None:
    notes = session_of("Me", is_self=True, handles=[])
    assert left(drop_automated, notes) == ([], {"self chat": 1})


@pytest.mark.parametrize(
    "who",
    ["ann lee", "ANN  LEE", "+1 (555) 01-01", "ann@EXAMPLE.com"],
)
def test_who_opted_out_is_in_no_conversation(who: str) -> None:
    by_chat = session_of("Me", participants=["Ann Lee"], handles=["+15550101"])
    by_sender = session_of("Ann Lee", "+15550101", "ann@example.com")
    handle: dict[str, Any] = {"sender": "A", "handle": "+15550101"}
    by_handle: ChatSession = {
        "messages": [HumanMessage("hi", additional_kwargs=handle)]
    }
    other = session_of("Bob", participants=["Bob"])
    found, dropped = left(drop_people, by_sender, other, people=[who])
    assert found == [other]
    assert dropped == {"opted out": 3}
    if "@" not in who:
        gone = by_handle if who.startswith("+") else by_chat
        assert left(drop_people, gone, people=[who])[0] == []


def test_the_owner_cannot_opt_out_of_their_own_voice() -> None:
    own = AIMessage("hi", additional_kwargs={"sender": "Me", "is_from_me": True})
    said = HumanMessage("hi", additional_kwargs={"sender": "Me", "is_from_me": True})
    session: ChatSession = {"messages": [own, said]}
    assert left(drop_people, session, people=["Me"])[0] == [session]


def test_one_name_must_be_in_a_list() -> None:
    with pytest.raises(TypeError, match="collection"):
        next(drop_people([], "Ann"))


def test_a_conversations_latest_examples_are_kept() -> None:
    ann = [session_of("Ann", guids=["a"], number=n) for n in range(3)]
    bob = [session_of("Bob", guids=["b"], number=n) for n in range(2)]
    found, dropped = left(cap_per_contact, *ann, *bob, most=2)
    assert found == [*ann[1:], *bob]
    assert dropped == {"contact cap": 1}


def test_a_conversation_that_comes_again_has_what_room_is_left() -> None:
    ann = [session_of("Ann", guids=["a"], number=n) for n in range(3)]
    found, _ = left(cap_per_contact, ann[0], session_of("Bob"), *ann[1:], most=2)
    assert found == [ann[0], session_of("Bob"), ann[2]]
    assert left(cap_per_contact, *ann, most=0)[0] == []


def said_by(sender: str, *texts: str) -> ChatSession:
    said = [HumanMessage(text, additional_kwargs={"sender": sender}) for text in texts]
    session: Any = {"messages": [*said, AIMessage("STOP")]}
    return session | {"chat": {"handles": [sender]}}


@pytest.mark.parametrize(
    ("sender", "texts"),
    [
        ("+18005551234", ["Your package was delivered."]),
        ("+448081570000", ["hello"]),
        ("+14085550190", ["Appt tomorrow 9am. Reply C to confirm or R to reschedule"]),
        ("+16505550100", ["Your verification code is 991823. Don't share it."]),
        ("+16505550100", ["991823 is your Uber code", "482913 is your Uber code"]),
        ("+4915112345670", ["Ihr Bestätigungscode lautet 482913"]),
        ("+14085550190", ["Sale today!", "Text STOP to opt out"]),
    ],
)
def test_a_machine_with_a_number_is_known_by_it_or_by_what_it_says(
    sender: str, texts: list[str]
) -> None:
    found, dropped = left(drop_automated, said_by(sender, *texts))
    assert found == []
    assert dropped == {"automated sender": len(texts) + 1}


@pytest.mark.parametrize(
    ("sender", "texts"),
    [
        ("Ann Smith", ["Your verification code is 991823", "reply Y"]),
        ("+16505550100", ["hey", "what's up", "it says 991823 is your code"]),
        ("+16505550100", ["Reply when you can", "stop it"]),
        ("+18055551234", ["hi"]),
    ],
)
def test_a_person_is_no_machine_whatever_they_forward(
    sender: str, texts: list[str]
) -> None:
    session = said_by(sender, *texts)
    assert left(drop_automated, session)[0] == [session]
