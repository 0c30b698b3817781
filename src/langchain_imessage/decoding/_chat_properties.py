"""The `properties` of a chat's row → how its owner set it; reads values, never bytes."""

from __future__ import annotations

from typing import NamedTuple

from langchain_imessage.decoding.archives._plists import load_plist
from langchain_imessage.errors import DecodeError


class ChatProperties(NamedTuple):
    """How a chat is set; None where nothing was set.

    Attributes:
        sends_read_receipts: Whether the others see when something was read.
        is_forced_sms: Whether all goes over SMS, also to those who have iMessage.
    """

    sends_read_receipts: bool | None = None
    is_forced_sms: bool | None = None


def parse_chat_properties(blob: bytes | None) -> ChatProperties:
    """Return how a chat is set; nothing of a property list that cannot be read."""
    if not blob:
        return ChatProperties()
    try:
        found = load_plist(blob)
    except DecodeError:
        return ChatProperties()
    fields = found if isinstance(found, dict) else {}
    return ChatProperties(
        sends_read_receipts=_flag(fields.get("EnableReadReceiptForChat")),
        is_forced_sms=_flag(fields.get("shouldForceToSMS")),
    )


def _flag(value: object) -> bool | None:
    return bool(value) if isinstance(value, int) else None
