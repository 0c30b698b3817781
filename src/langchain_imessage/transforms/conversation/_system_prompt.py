"""The system prompt: made here for training, and here for using what was trained.

Owns its words, and where it stands. A model answers as trained only under the prompt it
was trained with, to the letter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_core.messages import SystemMessage

from langchain_imessage.arguments import (
    ITERABLE,
    MAPPING,
    SESSIONS,
    TEXT,
    WHOLE,
    check_arguments,
    or_none,
)
from langchain_imessage.transforms.conversation._turns import split_head

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from langchain_core.chat_sessions import ChatSession

_OPENING = "You are texting with people you know."
_VOICE = "Write the way you always write to them."
_BUBBLES = "Each line is one message bubble."
_TIMES = ("night", "morning", "afternoon", "evening")
"""By quarters of a day, from midnight on."""


@check_arguments(name=or_none(TEXT), facts=ITERABLE)
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


@check_arguments(
    prompt=or_none(TEXT), people=or_none(MAPPING), group=TEXT, hour=or_none(WHOLE)
)
def conversation_prompt(
    prompt: str | None,
    *,
    people: Mapping[str, str] | None = None,
    group: str = "",
    hour: int | None = None,
) -> str | None:
    """Add to a system prompt who is written to, and when; the same for training and use.

    Args:
        prompt: The system prompt all conversations share; None for none.
        people: Who is written to, by name or placeholder, and what each is to the owner
            ("sister"; "" where that is not said).
        group: The title of a group.
        hour: The hour of the day, from 0 to 23, where the owner is.

    Returns:
        The prompt with a sentence for each of these; the prompt as it is without them.

    Example:
        >>> conversation_prompt("Be Tortoise.", people={"Ann": "sister"}, hour=8)
        'Be Tortoise. Now you are texting with Ann, your sister. It is morning.'
        >>> conversation_prompt(None, people={"Ann": "sister", "Bob": ""}, group="Trip")
        'Now you are texting in the group "Trip" with Ann (your sister) and Bob.'
    """
    sentences = [] if prompt is None else [prompt]
    names = dict(people or {})
    if group or len(names) > 1:
        place = f' in the group "{group}"' if group else " in a group"
        present = [f"{n} (your {r})" if r else n for n, r in names.items()]
        whom = f" with {_listed(present)}" if present else ""
        sentences.append(f"Now you are texting{place}{whom}.")
    elif names:
        ((name, relation),) = names.items()
        sentences.append(
            f"Now you are texting with {name}{f', your {relation}' if relation else ''}."
        )
    if hour is not None:
        sentences.append(f"It is {_TIMES[hour // 6]}.")
    return " ".join(sentences) if sentences else None


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


@check_arguments(sessions=SESSIONS, prompt=TEXT)
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
