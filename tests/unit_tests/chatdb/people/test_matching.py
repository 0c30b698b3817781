"""Conversations are asked for by names and addresses in any spelling."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest

from langchain_imessage import IMessageChatLoader
from langchain_imessage.chatdb.people._matching import WantedPeople
from langchain_imessage.records import Chat

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANN, BOB = "+14155550101", "+14155550102"


def chat(name: str, handle: str) -> Chat:
    return Chat(rowids=(1,), participants=(name,), handles=(handle,))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (ANN, True),
        ("(415) 555-0101", True),
        ("555-0101", True),
        ("\u202atel:+1 415\u2011555\u20110101\u202c", True),
        ("+1 415 555 0101 x 2", True),
        ("415-555-0102", False),
        ("0101", False),
        ("Jos\u00e9 Lee", True),
        ("jose\u0301  LEE", True),
        ("Lee, Jos\u00e9", True),
        (f"Jos\u00e9 Lee ({ANN})", True),
        (f"Jos\u00e9 Lee ({BOB})", False),
        ("Jos\u00e9", False),
        ("", False),
    ],
)
def test_a_person_is_found_in_any_spelling(wanted: str, *, expected: bool) -> None:
    for form in ("NFC", "NFD"):
        name = unicodedata.normalize(form, f"Jos\u00e9 Lee ({ANN})")
        assert WantedPeople.of([wanted]).is_in(chat(name, ANN)) is expected


@pytest.mark.parametrize("option", ["chats", "people"])
def test_a_name_that_two_people_have_is_both(
    option: str, write: Callable, path: Path, at: Callable
) -> None:
    pytest.importorskip("phonenumbers")
    with write() as db:
        for n, address in enumerate((ANN, BOB)):
            handle = db.handle(address)
            db.message(db.chat(handle), "hi", sender=handle, at=at(n))
    cards = path.with_name("cards.vcf")
    cards.write_text(
        "".join(
            f"BEGIN:VCARD\nFN:Ann Lee\nTEL:{number}\nEND:VCARD\n"
            for number in (ANN, BOB)
        )
    )

    def loaded(name: str) -> int:
        loader = IMessageChatLoader(path, contacts=cards, **{option: [name]})
        return len(loader.load())

    assert loaded("Ann Lee") == 2
    assert loaded(f"ann lee ({ANN})") == 1
