"""Who takes part in a session, by name and by address; pure, for sessions of any loader."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from langchain_imessage.addresses import parse_address
from langchain_imessage.transforms.messages._content import is_human

if TYPE_CHECKING:
    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

_NOBODY = re.compile(r"(?:no|do-?not)[-_.]?reply\b", re.IGNORECASE)


def chat_of(session: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the `chat` of a session; an empty mapping if it has none."""
    chat = session.get("chat")
    return chat if isinstance(chat, Mapping) else {}


def speaker_of(message: BaseMessage) -> object:
    """Return what is equal for the messages of one person: their id, else the sender.

    Two people can be called the same, and one person by several names.
    """
    kwargs = message.additional_kwargs
    return kwargs.get("person") or kwargs.get("sender")


def others_in(session: ChatSession) -> set[str]:
    """Return the names and the addresses of everybody but the owner."""
    chat = chat_of(session)
    people = {*(chat.get("participants") or ()), *(chat.get("handles") or ())}
    for message in session["messages"]:
        kwargs = message.additional_kwargs
        if is_human(message) and not kwargs.get("is_from_me"):
            people.add(kwargs.get("sender"))
            people.add(kwargs.get("handle"))
    return {person for person in people if isinstance(person, str) and person}


def conversation_of(session: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what is equal for the sessions of one conversation: guids, else people."""
    guids = chat_of(session).get("guids")
    return tuple(guids or sorted(others_in(cast("ChatSession", session))))


def is_automated(address: str) -> bool:
    """Return whether an address can only be a machine's."""
    parsed = parse_address(address)
    if parsed.is_filtered or parsed.kind in {"code", "business"}:
        return True
    return parsed.kind == "email" and _NOBODY.match(parsed.key) is not None


def is_word(address: str) -> bool:
    """Return whether an address is one word: an alphanumeric sender's, or a name."""
    return address.isascii() and address.isalnum() and not address.isdecimal()
