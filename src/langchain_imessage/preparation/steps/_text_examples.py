"""Examples that are whole segments of nothing but texts in turn, column by column.

Owns when a segment is one, and what is known of it: to look at its messages one by one in
each step takes longer than the steps. Other segments are worked on message by message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage.preparation.steps._audience import PEOPLE
from langchain_imessage.transforms.messages._timestamps import seconds_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

_ASKED_AND_ANSWERED = [HumanMessage, AIMessage]


class Talk(NamedTuple):
    """Texts in turn: a question, its answer, a question, ... an answer.

    Attributes:
        texts: What each turn says.
        ids: Of the messages, each bubble's.
        replies: Ids of the messages that some of these reply to.
        moments: When each turn was sent, in Unix seconds; None where unknown.
    """

    texts: tuple[str, ...]
    ids: tuple[str, ...]
    replies: tuple[str, ...]
    moments: list[float | None]

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show how many there are, never words."""
        return f"Talk(turns={len(self.texts)})"


class TextExample(NamedTuple):
    """An example that is a whole segment.

    Attributes:
        segment: The segment.
        talk: What is said in it.
        head: What stands before it: a system message, or nothing.
        id: Names it in decisions.
        tokens: How many it has, as they were counted when it was prepared.
        title: A group's, as it may be shown; "" where there is none.
    """

    segment: ChatSession
    talk: Talk
    head: Sequence[BaseMessage]
    id: str
    tokens: int
    title: str

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show the size, never words or people."""
        return f"TextExample(turns={len(self.talk.texts)}, tokens={self.tokens})"

    @property
    def session(self) -> ChatSession:
        """The same as a session of messages."""
        made: dict[str, Any] = {
            **self.segment,
            "messages": [*self.head, *self.segment["messages"]],
            "id": self.id,
        }
        made.pop(PEOPLE, None)
        if self.title:
            made["title"] = self.title
        return cast("ChatSession", made)


def session_of(example: ChatSession | TextExample) -> ChatSession:
    """Return an example as a session of messages."""
    return example.session if isinstance(example, TextExample) else example


def talk_of(messages: Sequence[BaseMessage]) -> Talk | None:
    """Return what is said in a segment; None if it is more than texts in turn.

    Args:
        messages: A segment's, as `trim_turns` made it.
    """
    if [*map(type, messages)] != _ASKED_AND_ANSWERED * (len(messages) // 2):
        return None
    texts = tuple([message.content for message in messages])
    names = {message.name for message in messages}
    if {*map(type, texts)} != {str} or names != {None}:
        return None
    ids: list[str] = []
    replies: list[str] = []
    for message in messages:
        kwargs = message.additional_kwargs
        of_it = kwargs.get("ids") or [message.id]
        answered = kwargs.get("reply_to") or ""
        if (
            type(of_it) is not list
            or type(answered) is not str
            or "weight" in kwargs
            or "images_left_out" in kwargs
        ):
            return None
        ids += of_it
        if answered:
            replies.append(answered)
    if {*map(type, ids)} != {str}:
        return None
    moments = [*map(seconds_of, messages)]
    return Talk(cast("tuple[str, ...]", texts), tuple(ids), tuple(replies), moments)
