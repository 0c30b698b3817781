"""Who takes part in a session, by name and by address; pure, for sessions of any loader."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from langchain_imessage.transforms.messages._content import is_human

if TYPE_CHECKING:
    from langchain_core.chat_sessions import ChatSession

_NUMBER = re.compile(r"\+?[0-9 ().\-/\u00a0]+")
_NOT_IN_NUMBER = re.compile(r"[^0-9+]")
_FILTER_TAG = re.compile(r"\(smsf[a-z_]*\)$")
"""What iOS appends to the address of a filtered SMS sender."""

_SHORT_CODE = 7
"""Digits: a shorter number is a service's."""

_NOBODY = re.compile(r"(?:no|do-?not)[-_.]?reply\b", re.IGNORECASE)
_BUSINESS = "urn:biz:"


def chat_of(session: ChatSession) -> Mapping[str, Any]:
    """Give what a session says of its conversation; nothing, if it says nothing."""
    chat = cast("dict[str, Any]", session).get("chat")
    return chat if isinstance(chat, Mapping) else {}


def others_in(session: ChatSession) -> set[str]:
    """Name everybody but the owner, by name and by address."""
    chat = chat_of(session)
    people = {*(chat.get("participants") or ()), *(chat.get("handles") or ())}
    for message in session["messages"]:
        kwargs = message.additional_kwargs
        if is_human(message) and not kwargs.get("is_from_me"):
            people.add(kwargs.get("sender"))
            people.add(kwargs.get("handle"))
    return {person for person in people if isinstance(person, str) and person}


def conversation_of(session: ChatSession) -> tuple[str, ...]:
    """Give what tells a conversation from others."""
    guids = chat_of(session).get("guids")
    return tuple(guids or sorted(others_in(session)))


def address_key(address: str) -> tuple[str, str] | None:
    """Bring an address to the form in which equal ones are equal; None for a name."""
    plain = address.strip()
    if _NUMBER.fullmatch(plain):
        return "phone", _NOT_IN_NUMBER.sub("", plain)
    return ("email", plain.casefold()) if "@" in plain else None


def is_automated(address: str) -> bool:
    """Tell whether an address can only be a machine's."""
    if _FILTER_TAG.search(address) or address.lower().startswith(_BUSINESS):
        return True
    if "@" in address:
        return bool(_NOBODY.match(address))
    if not _NUMBER.fullmatch(address):
        return False
    return 0 < sum(map(str.isdecimal, address)) < _SHORT_CODE


def is_word(address: str) -> bool:
    """Tell whether an address is a word, as a sender's who takes no answers: or a name."""
    return address.isascii() and address.isalnum() and not address.isdecimal()
