"""Examples as `prepare` makes them, for the tests of what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

DAY = 86_400.0
_AWKWARD = [
    "a",
    "B",
    " ",
    "\n",
    "é",
    "🐕",
    "\ud83d",
    "\udc15",
    "\u2028",
    "\x85",
    '"',
    "\\",
]


def example(
    *turns: str,
    piece: int = 0,
    day: float | None = None,
    chat: str = "guid-of-chat",
    system: str | None = None,
    weights: Sequence[float] = (),
) -> ChatSession:
    """Make an example of turns, the first being the user's; ids are the words'."""
    messages: list[BaseMessage] = [SystemMessage(system)] if system else []
    for place, words in enumerate(turns):
        kwargs: dict[str, Any] = {"ids": [f"{chat} {piece} {place} {words}"]}
        if place % 2 and weights:
            kwargs["weight"] = weights[place // 2]
        kind = AIMessage if place % 2 else HumanMessage
        messages.append(kind(words, additional_kwargs=kwargs))
    started = (piece if day is None else day) * DAY
    made: dict[str, Any] = {
        "messages": messages,
        "chat": {"guids": [chat], "name": None},
        "split": {"gap_seconds": 60.0, "piece": piece, "started": started},
    }
    return made  # type: ignore[return-value]


def examples(count: int, **options: Any) -> list[ChatSession]:
    """Make examples that are a day and a segment each."""
    return [
        example(f"question {n}", f"answer {n}", piece=n, **options)
        for n in range(count)
    ]


@st.composite
def generated(draw: st.DrawFn) -> list[ChatSession]:
    """Make examples of any words, in a few conversations and segments."""
    texts = st.text(st.sampled_from(_AWKWARD), min_size=1, max_size=6).map("x".__add__)
    shapes = draw(
        st.lists(
            st.tuples(st.integers(0, 2), st.integers(0, 9), st.integers(1, 3)),
            min_size=1,
            max_size=30,
        )
    )
    system = draw(st.sampled_from([None, "Be Ann."]))
    weighted = draw(st.booleans())
    made = []
    for number, (chat, piece, pairs) in enumerate(shapes):
        turns = [f"{number} {draw(texts)}" for _ in range(2 * pairs)]
        weights = [draw(st.sampled_from([0.0, 0.5, 1.0])) for _ in range(pairs)]
        made.append(
            example(
                *turns,
                piece=piece,
                chat=f"chat {chat}",
                system=system,
                weights=weights if weighted and number % 3 else (),
            )
        )
    return made
