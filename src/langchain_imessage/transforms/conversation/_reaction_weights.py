"""How much an answer is worth learning, by what others thought of it.

Owns `additional_kwargs["weight"]` of the assistant's messages: on all or on none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.transforms.messages._content import is_ai

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

_PRAISE = frozenset({"loved", "liked", "laughed", "emphasized"})
_BLAME = "disliked"
PRAISED, PLAIN, BLAMED = 2.0, 1.0, 0.0


def weigh_by_reactions(sessions: Iterable[ChatSession]) -> Iterator[ChatSession]:
    """Weigh each answer by the reactions to it.

    What somebody else loved, liked, laughed at or emphasised counts double; what
    somebody disliked, not at all. One's own reactions say nothing.

    Args:
        sessions: Sessions with roles; `additional_kwargs["reactions"]` are the loader's.

    Yields:
        Sessions in which each of the assistant's messages has a `weight`: 2.0, 1.0 or
        0.0.

    Example:
        >>> from langchain_core.messages import AIMessage
        >>> loved = {"reactions": [{"kind": "loved", "is_from_me": False}]}
        >>> said = [AIMessage("Haha!", additional_kwargs=loved), AIMessage("Ok.")]
        >>> (session,) = weigh_by_reactions([{"messages": said}])
        >>> [m.additional_kwargs["weight"] for m in session["messages"]]
        [2.0, 1.0]
    """
    for session in sessions:
        weighed = [
            with_weight(message, weight_of(message)) if is_ai(message) else message
            for message in session["messages"]
        ]
        yield {**session, "messages": weighed}


def weight_of(message: BaseMessage) -> float:
    """Weigh one answer by the reactions of others."""
    reactions = message.additional_kwargs.get("reactions")
    kinds = {_kind(reaction) for reaction in reactions or ()}
    if _BLAME in kinds:
        return BLAMED
    return PLAIN if _PRAISE.isdisjoint(kinds) else PRAISED


def with_weight(message: BaseMessage, weight: float) -> BaseMessage:
    """Give a message that has the weight."""
    kwargs = {**message.additional_kwargs, "weight": weight}
    return message.model_copy(update={"additional_kwargs": kwargs})


def _kind(reaction: Any) -> str | None:
    if not isinstance(reaction, dict) or reaction.get("is_from_me"):
        return None
    kind = reaction.get("kind")
    return kind if isinstance(kind, str) else None
