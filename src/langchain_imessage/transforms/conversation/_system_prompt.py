"""The system prompt: made here for training, and here for using what was trained.

Owns its words, and where it stands. A model answers as trained only under the prompt it
was trained with, to the letter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_core.messages import SystemMessage

from langchain_imessage.transforms.conversation._turns import split_head

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_core.chat_sessions import ChatSession

_OPENING = "You are texting with people you know."
_VOICE = "Write the way you always write to them."
_BUBBLES = "Each line is one message bubble."


def system_prompt(*, name: str | None = None, facts: Iterable[str] = ()) -> str:
    """Return the system prompt that training and serving share.

    Args:
        name: Who is to speak; nobody is named if not said.
        facts: Sentences to add; they must be known and the same when the model is used.

    Returns:
        The prompt. The same arguments give the same words.

    Example:
        >>> print(system_prompt())
        You are texting with people you know. Write the way you always write to them. Each line is one message bubble.
        >>> print(system_prompt(name="Tortoise", facts=["You are slow."]))
        You are Tortoise, texting with people you know. Write the way you always write to them. Each line is one message bubble. You are slow.
    """
    opening = _OPENING if name is None else f"You are {name}, {_OPENING[8:]}"
    return " ".join([opening, _VOICE, _BUBBLES, *facts])


def add_system_prompt(
    sessions: Iterable[ChatSession], prompt: str
) -> Iterator[ChatSession]:
    """Put a system prompt before each session, in place of the one it has.

    Args:
        sessions: Sessions.
        prompt: Its words; use the same ones when the model is used.

    Returns:
        Sessions, lazily, that begin with the prompt.

    Example:
        >>> from langchain_core.messages import HumanMessage
        >>> session = {"messages": [HumanMessage("Hi!")]}
        >>> (session,) = add_system_prompt([session], system_prompt())
        >>> [message.type for message in session["messages"]]
        ['system', 'human']
    """
    message = SystemMessage(prompt)

    def with_prompt(session: ChatSession) -> ChatSession:
        _, rest = split_head(session["messages"])
        return {**session, "messages": [message, *rest]}

    return map(with_prompt, sessions)
