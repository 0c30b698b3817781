"""Who takes part in a session, for redaction: the others, and the owner's own name; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.transforms.messages._content import is_ai
from langchain_imessage.transforms.messages._participants import chat_of

if TYPE_CHECKING:
    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

_NOBODY = frozenset({"me", "you", "i", "myself", "ich", "yo", "moi", "io", "eu"})
"""What the owner may be called without that being a name."""


def people_in(session: ChatSession) -> dict[str, None]:
    """Return the names and addresses of everybody but the owner, in order."""
    chat = chat_of(session)
    people = [*(chat.get("participants") or ()), *(chat.get("handles") or ())]
    seen: set[object] = set()
    for message in session["messages"]:
        kwargs = message.additional_kwargs
        who = kwargs.get("sender"), kwargs.get("handle")
        if who not in seen:
            seen.add(who)
            if not is_own(message):
                people += who
    return {person: None for person in people if person and isinstance(person, str)}


def own_names(session: ChatSession) -> set[str]:
    """Return what the owner is called in a session, where that is a name."""
    names = {
        m.additional_kwargs.get("sender") for m in session["messages"] if is_own(m)
    }
    return {
        name
        for name in names
        if isinstance(name, str) and name and name.casefold() not in _NOBODY
    }


def is_own(message: BaseMessage) -> bool:
    """Return whether a message is the owner's."""
    return is_ai(message) or bool(message.additional_kwargs.get("is_from_me"))
