"""Claims about what fits into an example."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from langchain_imessage.transforms import window_sessions
from langchain_imessage.transforms.messages._message_tokens import (
    TOKENS_PER_EXAMPLE,
    TOKENS_PER_MESSAGE,
)

if TYPE_CHECKING:
    from langchain_core.chat_sessions import ChatSession

KINDS = {"u": HumanMessage, "a": AIMessage, "s": SystemMessage}


def of(shape: str, *sizes: int) -> ChatSession:
    """Make messages that count so many tokens, with those around them."""
    messages: list[BaseMessage] = [
        KINDS[kind]("x" * (size - TOKENS_PER_MESSAGE), id=f"{n}")
        for n, (kind, size) in enumerate(zip(shape, sizes, strict=True))
    ]
    return {"messages": messages}


def ids(session: ChatSession, room: int, **options: Any) -> list[str]:
    windows = window_sessions(
        [session], max_tokens=room + TOKENS_PER_EXAMPLE, count_tokens=len, **options
    )
    return ["".join(str(m.id) for m in window["messages"]) for window in windows]


def test_what_fits_is_one_example() -> None:
    assert ids(of("uaua", 5, 5, 5, 5), 20) == ["0123"]


def test_what_does_not_fit_is_cut_from_the_end() -> None:
    assert ids(of("uauaua", *[5] * 6), 20) == ["01", "2345"]
    assert ids(of("uauaua", *[5] * 6), 19) == ["01", "23", "45"]


def test_an_answer_that_does_not_fit_is_left_out() -> None:
    dropped: Counter[str] = Counter()
    session = of("uauaua", 5, 5, 5, 50, 5, 5)
    assert ids(session, 20, dropped=dropped) == ["01", "45"]
    assert dropped == {"too long": 2}


def test_each_answer_has_as_much_before_it_as_fits() -> None:
    session = of("uauaua", *[5] * 6)
    assert ids(session, 30, each="answer") == ["01", "0123", "012345"]
    assert ids(session, 20, each="answer") == ["01", "0123", "2345"]
    assert ids(session, 15, each="answer") == ["01", "23", "45"]


def test_a_long_turn_hides_what_is_before_it() -> None:
    session = of("uauaua", 5, 5, 50, 5, 5, 5)
    dropped: Counter[str] = Counter()
    assert ids(session, 20, each="answer", dropped=dropped) == ["01", "45"]
    assert dropped == {"too long": 2}


def test_the_system_prompt_is_in_each_window_and_takes_its_room() -> None:
    session = of("suaua", *[5] * 5)
    assert ids(session, 25) == ["01234"]
    assert ids(session, 24) == ["012", "034"]


def test_nothing_that_fits_nowhere_is_lost_uncounted() -> None:
    dropped: Counter[str] = Counter()
    assert ids(of("sua", 5, 5, 5), 10, dropped=dropped) == []
    assert dropped == {"too long": 3}


def test_another_kind_of_window_is_refused() -> None:
    with pytest.raises(ValueError, match="each must be"):
        ids(of("ua", 5, 5), 10, each="day")


@given(
    st.data(), st.text("ua", max_size=12), st.sampled_from(["conversation", "answer"])
)
def test_windows_fit_and_begin_and_end_as_they_must(
    data: st.DataObject, shape: str, each: str
) -> None:
    sizes = [data.draw(st.integers(4, 9)) for _ in shape]
    room = data.draw(st.integers(0, 40))
    session = of(shape, *sizes)
    before = deepcopy(session)
    dropped: Counter[str] = Counter()
    windows = list(
        window_sessions(
            [session],
            max_tokens=room + TOKENS_PER_EXAMPLE,
            count_tokens=len,
            each=each,  # type: ignore[arg-type]
            dropped=dropped,
        )
    )
    seen: Counter[str] = Counter()
    for window in windows:
        messages = window["messages"]
        assert messages[0].type == "human"
        assert messages[-1].type == "ai"
        assert sum(sizes[int(str(m.id))] for m in messages) <= room
        seen.update(str(m.id) for m in messages)
    assert len(seen) + dropped.total() == len(shape)
    if each == "conversation":
        assert set(seen.values()) <= {1}
        again = window_sessions(
            windows, max_tokens=room + TOKENS_PER_EXAMPLE, count_tokens=len
        )
        assert list(again) == windows
    assert session == before
