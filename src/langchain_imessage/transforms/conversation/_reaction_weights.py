"""How much an answer is worth learning, by what others thought of it.

Owns `additional_kwargs["weight"]` of the assistant's messages: on all or on none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.arguments import SESSIONS, check_arguments
from langchain_imessage.transforms.messages._content import is_ai
from langchain_imessage.transforms.messages._verdicts import verdicts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

PRAISED, PLAIN, BLAMED = 2.0, 1.0, 0.0


@check_arguments(sessions=SESSIONS)
def weigh_by_reactions(sessions: Iterable[ChatSession]) -> Iterator[ChatSession]:
    """Weigh each answer by the reactions to it.

    What somebody else loved, liked, laughed at or emphasised counts double, by tapback
    or by emoji; what somebody disliked, not at all. The owner's own do not count.

    Args:
        sessions: Sessions with roles; `additional_kwargs["reactions"]` are the loader's.

    Returns:
        Sessions, lazily, in which each of the assistant's messages has a `weight`: 2.0, 1.0 or
        0.0.

    Example:
        >>> from langchain_core.messages import AIMessage
        >>> loved = {"reactions": [{"kind": "loved", "is_from_me": False}]}
        >>> said = [AIMessage("Haha!", additional_kwargs=loved), AIMessage("Ok.")]
        >>> (session,) = weigh_by_reactions([{"messages": said}])
        >>> [m.additional_kwargs["weight"] for m in session["messages"]]
        [2.0, 1.0]
    """
    return map(_weighed, sessions)


def _weighed(session: ChatSession) -> ChatSession:
    weighed = [
        with_weight(message, weight_of(message)) if is_ai(message) else message
        for message in session["messages"]
    ]
    return {**session, "messages": weighed}


def weight_of(message: BaseMessage) -> float:
    """Weigh one answer by the reactions of others."""
    verdicts = {*verdicts_of(message.additional_kwargs.get("reactions"))}
    if -1 in verdicts:
        return BLAMED
    return PRAISED if 1 in verdicts else PLAIN


def with_weight(message: BaseMessage, weight: float) -> BaseMessage:
    """Return a message with a weight."""
    kwargs = {**message.additional_kwargs, "weight": weight}
    return message.model_copy(update={"additional_kwargs": kwargs})
