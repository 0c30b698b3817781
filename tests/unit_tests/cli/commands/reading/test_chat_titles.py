"""Which conversation is meant by a number, a name, a part of one, or any spelling."""

from __future__ import annotations

import pytest

pytest.importorskip("typer")

from typer import BadParameter

from langchain_imessage.cli.commands.reading._chat_titles import find_chat
from langchain_imessage.errors import (
    AmbiguousConversationError,
    ConversationNotFoundError,
)
from langchain_imessage.records import Chat

ANN = Chat(
    rowids=(1,),
    guids=("iMessage;-;+14155550101",),
    identifiers=("+14155550101",),
    participants=("Ann Smith",),
    handles=("+14155550101",),
)
ANNE = Chat(
    rowids=(2,),
    identifiers=("anne@example.com",),
    participants=("Anne Zoë",),
    handles=("anne@example.com",),
)
RACE = Chat(
    rowids=(3,),
    identifiers=("chat3",),
    name="The Race",
    is_group=True,
    participants=("Ann Smith", "Bob"),
    handles=("+14155550101", "+14155550102"),
)
CODE = Chat(
    rowids=(4,), identifiers=("22000",), participants=("22000",), handles=("22000",)
)
CHATS = (ANN, ANNE, RACE, CODE)


@pytest.mark.parametrize(
    ("wanted", "chat"),
    [
        ("1", ANN),
        ("3", RACE),
        ("+14155550101", ANN),
        ("+1 (415) 555-0101", ANN),
        ("tel:+1-415-555-0101", ANN),
        ("415 555 0101", ANN),
        ("ANNE@example.COM", ANNE),
        ("mailto:anne@example.com", ANNE),
        ("iMessage;-;+14155550101", ANN),
        ("chat3", RACE),
        ("ann smith", ANN),
        ("Smith, Ann", ANN),
        ("Dr. Ann Smith", ANN),
        ("smith", ANN),
        ("ANNE ZOE\u0308", ANNE),
        ("zo", ANNE),
        ("the race", RACE),
        ("race", RACE),
        ("bob", RACE),
        ("415-555-0102", RACE),
        ("22000", CODE),
    ],
)
def test_it_is_found(wanted: str, chat: Chat) -> None:
    assert find_chat(CHATS, wanted) is chat


def test_several_that_match_are_named_by_their_numbers() -> None:
    with pytest.raises(AmbiguousConversationError, match="2 conversations") as raised:
        find_chat(CHATS, "ann")
    assert raised.value.numbers == (1, 2)


@pytest.mark.parametrize("wanted", ["5", "-1", "", " ", "nobody", "²", "9" * 99])
def test_no_other_is_found(wanted: str) -> None:
    with pytest.raises(ConversationNotFoundError, match="no such conversation"):
        find_chat(CHATS, wanted)


@pytest.mark.parametrize("wanted", ["0", "00"])
def test_no_conversation_has_the_number_0(wanted: str) -> None:
    with pytest.raises(BadParameter, match="numbered from 1"):
        find_chat(CHATS, wanted)


def test_without_a_title_it_is_called_by_who_is_in_it() -> None:
    assert [chat.title for chat in CHATS] == [
        "Ann Smith",
        "Anne Zoë",
        "The Race",
        "22000",
    ]
    assert Chat(rowids=(7,)).title == "chat 7"


@pytest.mark.parametrize("wanted", ["0000000001", "00000000000000000000000000001"])
def test_zeros_before_a_number_say_nothing(wanted: str) -> None:
    assert find_chat(CHATS, wanted) is CHATS[0]


def test_a_number_of_many_digits_is_that_of_no_conversation() -> None:
    with pytest.raises(ConversationNotFoundError):
        find_chat(CHATS, "9" * 40)
