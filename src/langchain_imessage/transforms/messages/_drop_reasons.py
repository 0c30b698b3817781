"""Why a message is in no example: the words under which it is counted instead."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING

from langchain_imessage.transforms.messages._content import bubbles_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from langchain_core.chat_sessions import ChatSession


class Omission(StrEnum):
    """Why a message of a session is in no example."""

    SELF_CHAT = "self chat"
    """The owner's to themselves."""
    AUTOMATED = "automated sender"
    """To or from a machine: a short code, a business, a sender nobody can answer."""
    OPTED_OUT = "opted out"
    """Of a conversation with somebody who wants to be in none."""
    OPTED_OUT_WORD = "opted-out word"
    """It has a word that is to be in none."""
    GROUP = "group"
    """Groups were not asked for."""
    NO_TURN = "no turn"
    """Neither a user's nor the assistant's: a system prompt, a tool's answer."""
    NO_WORDS = "no words"
    """Blank; or an answer that is a picture."""
    NOTHING_BEFORE = "no message before it"
    """The assistant's, and nobody had said anything."""
    UNANSWERED = "unanswered"
    """A user's, and the assistant did not answer in the same segment."""
    TOO_LONG = "too long"
    """It does not fit the budget of tokens."""
    DISLIKED = "disliked"
    """All the example would teach was disliked."""
    DUPLICATE = "duplicate"
    """Another example says the same."""
    FREQUENT_SHORT_REPLY = "frequent short reply"
    """All the example would teach is a short answer that is taught often enough."""
    CONTACT_CAP = "contact cap"
    """Its conversation has enough examples."""
    VETOED = "vetoed"
    """Somebody looked at the example and decided against it."""


def without(
    sessions: Iterable[ChatSession],
    reason: Callable[[ChatSession], str],
    dropped: Counter[str] | None,
) -> Iterator[ChatSession]:
    """Yield the sessions that there is no reason to leave out.

    Args:
        sessions: Sessions.
        reason: Returns why a session is left out; "" if it is not.
        dropped: Counts the messages left out, by reason; None for nobody to know.
    """
    counts = Counter[str]() if dropped is None else dropped
    for session in sessions:
        why = reason(session)
        if why:
            counts[why] += bubbles_in(session["messages"])
        else:
            yield session
