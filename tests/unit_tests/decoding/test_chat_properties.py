"""How a chat is set: read where it can be, and otherwise not known."""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.decoding._chat_properties import (
    ChatProperties,
    parse_chat_properties,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ANN = "+15550101"
RECEIPTS, FORCED = "EnableReadReceiptForChat", "shouldForceToSMS"


def binary(**fields: object) -> bytes:
    return plistlib.dumps(fields, fmt=plistlib.FMT_BINARY)


@pytest.mark.parametrize(
    ("blob", "expected"),
    [
        (None, (None, None)),
        (b"", (None, None)),
        (b"junk", (None, None)),
        (plistlib.dumps([1]), (None, None)),
        (binary(LSMD=1), (None, None)),
        (binary(**{RECEIPTS: True}), (True, None)),
        (binary(**{RECEIPTS: 0, FORCED: 1}), (False, True)),
        (binary(**{RECEIPTS: "yes", FORCED: [1]}), (None, None)),
    ],
)
def test_properties_are_read(blob: bytes | None, expected: tuple[Any, Any]) -> None:
    assert parse_chat_properties(blob) == ChatProperties(*expected)


def test_a_session_says_how_its_chat_is_set(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann = db.handle(ANN)
        for number, properties in enumerate((binary(**{RECEIPTS: True}), None)):
            guid = f"any;-;{number}"
            chat = db.chat(ann, guid=guid, properties=properties)
            db.message(chat, "hi", at=at(number))

    newest, oldest = (s["chat"] for s in load(unify_chats=False).sessions)
    assert "sends_read_receipts" not in newest
    assert oldest["sends_read_receipts"] is True
    (both,) = (s["chat"] for s in load().sessions)
    assert both["sends_read_receipts"] is True
    assert "is_forced_sms" not in both
