"""Who takes part in a session, for redaction: the others, and the owner's own name; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.transforms.messages._content import is_ai
from langchain_imessage.transforms.messages._participants import chat_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

_NOBODY = frozenset({"me", "you", "i", "myself", "ich", "yo", "moi", "io", "eu"})
"""What the owner may be called without that being a name."""


def people_in(session: ChatSession) -> tuple[dict[str, None], set[str]]:
    """Return who takes part in a session, as `people_of` does."""
    # One message is enough of those that tell the same.
    speakers = {
        (get("sender"), get("handle"), get("is_from_me"), id(type(message))): message
        for message in session["messages"]
        for get in (message.additional_kwargs.get,)
    }
    told = [(who[0], who[1], is_own(message)) for who, message in speakers.items()]
    return people_of(chat_of(session), told)


def people_of(
    chat: Mapping[str, Any], speakers: Iterable[tuple[Any, Any, bool]]
) -> tuple[dict[str, None], set[str]]:
    """Return who takes part in a conversation.

    Args:
        chat: What is known of it.
        speakers: The sender and the handle of messages, and whether they are the owner's.

    Returns:
        The names and addresses of everybody but the owner, in order; and what the owner
        is called, where that is a name.
    """
    people: list[Any] = [
        *(chat.get("participants") or ()),
        *(chat.get("handles") or ()),
    ]
    own: set[str] = set()
    for sender, handle, is_owners in speakers:
        if not is_owners:
            people += sender, handle
        elif isinstance(sender, str) and sender and sender.casefold() not in _NOBODY:
            own.add(sender)
    return {one: None for one in people if one and isinstance(one, str)}, own


def is_own(message: BaseMessage) -> bool:
    """Return whether a message is the owner's."""
    return bool(message.additional_kwargs.get("is_from_me")) or is_ai(message)
