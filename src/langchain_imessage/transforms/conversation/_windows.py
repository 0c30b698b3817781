"""Examples that fit: whole conversations within a budget of tokens, or one for each answer.

Owns how much context an example has. What does not fit goes from the front, whole
messages at a time: trainers cut at the end, which is the answer.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, TypeAlias

from langchain_imessage.arguments import (
    COUNTS,
    FUNCTION,
    SESSIONS,
    TEXT,
    WHOLE,
    check_arguments,
)
from langchain_imessage.errors import ArgumentValueError
from langchain_imessage.transforms.conversation._turns import split_head
from langchain_imessage.transforms.messages._content import (
    bubbles_in,
    is_ai,
    is_human,
    text_of,
)
from langchain_imessage.transforms.messages._drop_reasons import Omission
from langchain_imessage.transforms.messages._message_tokens import (
    TOKENS_PER_EXAMPLE,
    TOKENS_PER_MESSAGE,
    message_counter,
)
from langchain_imessage.transforms.messages._speakers import name_in_full

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

    Cutter: TypeAlias = Callable[
        [Sequence[BaseMessage], Sequence[int], float], list[tuple[int, int]]
    ]


@check_arguments(
    sessions=SESSIONS,
    max_tokens=WHOLE,
    count_tokens=FUNCTION,
    each=TEXT,
    dropped=COUNTS,
)
def window_sessions(
    sessions: Iterable[ChatSession],
    *,
    max_tokens: int,
    count_tokens: Callable[[str], int],
    each: Literal["conversation", "answer"] = "conversation",
    dropped: Counter[str] | None = None,
) -> Iterator[ChatSession]:
    """Return examples that fit a budget.

    Args:
        sessions: Sessions in alternation, as by `trim_turns`.
        max_tokens: What an example may have, with the tokens around its messages.
        count_tokens: Counts a text's tokens.
        each: "conversation": each session is one example, or several where it is too
            long, and no message is in two. "answer": each answer is an example, with as
            much of what came before as fits.
        dropped: Counts the messages left out, by reason.

    Returns:
        Examples, lazily: they begin with a user's turn and end with the assistant's, each behind
        the session's system prompt, if it has one.

    Raises:
        ValueError: If `each` is neither.

    Example:
        >>> from langchain_core.messages import AIMessage, HumanMessage
        >>> said = [HumanMessage("one"), AIMessage("two"),
        ...         HumanMessage("three"), AIMessage("four")]
        >>> windows = window_sessions(
        ...     [{"messages": said}], max_tokens=20, count_tokens=len)
        >>> [[m.content for m in w["messages"]] for w in windows]
        [['one', 'two'], ['three', 'four']]
    """
    counts = Counter[str]() if dropped is None else dropped
    return _windows(sessions, max_tokens, count_tokens, cutter(each), counts)


def _windows(
    sessions: Iterable[ChatSession],
    max_tokens: int,
    count_tokens: Callable[[str], int],
    cut: Cutter,
    counts: Counter[str],
) -> Iterator[ChatSession]:
    for session in sessions:
        head, rest = split_head(session["messages"])
        sizes = sizes_of(rest, count_tokens)
        room = max_tokens - TOKENS_PER_EXAMPLE - sum(sizes_of(head, count_tokens))
        kept: set[int] = set()
        for start, stop in cut(rest, sizes, room):
            yield {**session, "messages": [*head, *rest[start:stop]]}
            kept.update(range(start, stop))
        lost = [m for place, m in enumerate(rest) if place not in kept]
        lost += [] if kept else head
        if lost:
            counts[Omission.TOO_LONG] += bubbles_in(lost)


def cutter(each: str) -> Cutter:
    """Return a function from messages, their sizes and the room to their windows."""
    if each not in {"conversation", "answer"}:
        raise ArgumentValueError('each must be "conversation" or "answer"')
    return _answers if each == "answer" else _chunks


def sizes_of(
    messages: Iterable[BaseMessage],
    count_tokens: Callable[[str], int],
    *,
    nameless: str = "",
) -> list[int]:
    """Return the tokens of each message, with those around it.

    Args:
        messages: The messages; a user's `name` is counted as it will be written.
        count_tokens: Counts a text's tokens.
        nameless: The name that users without one will get; "" for none.
    """
    every = [*messages]
    count_each = getattr(count_tokens, "count_each", None)  # our own counters have it
    has_names = bool(nameless) or any(m.name for m in every)
    if count_each is not None and not has_names:
        counts = count_each([text_of(m.content) for m in every])
        return [TOKENS_PER_MESSAGE + tokens for tokens in counts]
    count = message_counter(count_tokens)
    return [count(*_as_written(message, nameless)) for message in every]


def _as_written(message: BaseMessage, nameless: str) -> tuple[str, str, str]:
    """Return a message's role, its text and its name."""
    text = text_of(message.content)
    if not is_human(message):
        return message.type, text, ""
    if not message.name:
        return message.type, text, nameless
    name = name_in_full(message.name)
    if not name:  # what no `name` can express is written before the text
        return message.type, f"{message.name}: {text}", nameless
    return message.type, text, name


def _chunks(
    messages: Sequence[BaseMessage], sizes: Sequence[int], room: float
) -> list[tuple[int, int]]:
    """Cut from the end into pieces that fit; an answer that alone does not is left out."""
    found: list[tuple[int, int]] = []
    stop = len(messages)
    while stop > 1:
        start = _reach(messages, sizes, room, stop)
        if start < stop - 1 and is_ai(messages[stop - 1]):
            found.append((start, stop))
            stop = start
        else:
            stop -= 1
    return found[::-1]


def _answers(
    messages: Sequence[BaseMessage], sizes: Sequence[int], room: float
) -> list[tuple[int, int]]:
    return [
        (start, stop)
        for stop in range(2, len(messages) + 1)
        if is_ai(messages[stop - 1])
        and (start := _reach(messages, sizes, room, stop)) < stop - 1
    ]


def _reach(
    messages: Sequence[BaseMessage], sizes: Sequence[int], room: float, stop: int
) -> int:
    """Return the first user's turn from which all up to `stop` fits."""
    start = stop
    while start and sizes[start - 1] <= room:
        start -= 1
        room -= sizes[start]
    while start < stop and not is_human(messages[start]):
        start += 1
    return start
