"""Who takes part in a session, for redaction: the others, and the owner's own name; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.transforms.messages._content import is_ai
from langchain_imessage.transforms.messages._participants import chat_of

if TYPE_CHECKING:
    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

_NOBODY = frozenset({"me", "you", "i", "myself", "ich", "yo", "moi", "io", "eu"})
"""What the owner may be called without that being a name."""


def people_in(session: ChatSession) -> tuple[dict[str, None], set[str]]:
    """Return who takes part in a session.

    Returns:
        The names and addresses of everybody but the owner, in order; and what the owner
        is called, where that is a name.
    """
    chat = chat_of(session)
    people: list[Any] = [
        *(chat.get("participants") or ()),
        *(chat.get("handles") or ()),
    ]
    own: set[str] = set()
    # One message is enough of those that tell the same.
    speakers = {
        (get("sender"), get("handle"), get("is_from_me"), id(type(message))): message
        for message in session["messages"]
        for get in (message.additional_kwargs.get,)
    }
    for (sender, handle, *_), message in speakers.items():
        if not is_own(message):
            people += sender, handle
        elif isinstance(sender, str) and sender and sender.casefold() not in _NOBODY:
            own.add(sender)
    return {one: None for one in people if one and isinstance(one, str)}, own


def is_own(message: BaseMessage) -> bool:
    """Return whether a message is the owner's."""
    return bool(message.additional_kwargs.get("is_from_me")) or is_ai(message)
