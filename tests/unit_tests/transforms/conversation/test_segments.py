"""Claims about where a conversation ends."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import HumanMessage

from langchain_imessage.transforms import split_sessions
from langchain_imessage.transforms.conversation._segments import (
    LONGEST_GAP,
    SHORTEST_GAP,
    USUAL_GAP,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_core.chat_sessions import ChatSession

MINUTE, HOUR, DAY = 60, 3600, 86_400


def said(seconds: float | None, number: int = 0, **kwargs: Any) -> HumanMessage:
    if seconds is not None:
        kwargs["sent_at"] = datetime.fromtimestamp(seconds, UTC)
    return HumanMessage(f"{number}", id=f"{number}", additional_kwargs=kwargs)


def at(*seconds: float | None) -> ChatSession:
    return {"messages": [said(time, n) for n, time in enumerate(seconds)]}


def after(pauses: list[float]) -> ChatSession:
    return at(*accumulate([0.0, *pauses]))


def sizes(session: ChatSession, **options: Any) -> list[int]:
    return [len(piece["messages"]) for piece in split_sessions([session], **options)]


def gap_of(session: ChatSession) -> timedelta:
    piece: Any = next(split_sessions([session]))
    return timedelta(seconds=piece["split"]["gap_seconds"])


def test_a_pause_longer_than_the_gap_ends_a_segment() -> None:
    gap = timedelta(hours=1)
    assert sizes(at(0, HOUR, 2 * HOUR + 1), gap=gap) == [2, 1]


def test_a_pause_of_a_day_and_five_minutes_is_no_pause_of_five_minutes() -> None:
    """`timedelta.seconds` would say so."""
    assert sizes(at(0, DAY + 300), gap=timedelta(hours=1)) == [1, 1]
    assert sizes(at(0, DAY), gap=timedelta(days=2)) == [2]


def test_without_a_gap_nothing_is_cut() -> None:
    assert sizes(at(0, 10**9), gap=None) == [2]


def test_a_piece_says_which_segment_it_is() -> None:
    session: Any = {**at(5, 6, DAY), "chat": {"guids": ["g"]}}
    first, second = split_sessions([session], gap=timedelta(hours=1))
    assert {**first, "messages": 0} == {
        "messages": 0,
        "chat": {"guids": ["g"]},
        "split": {"gap_seconds": 3600.0, "piece": 0, "started": 5.0},
    }
    assert second["split"] == {  # type: ignore[typeddict-item]
        "gap_seconds": 3600.0,
        "piece": 1,
        "started": float(DAY),
    }


def test_an_inline_reply_ties_across_a_gap() -> None:
    first, answer = said(0, 0), said(DAY, 1, reply_to="0")
    other = said(2 * DAY, 2, reply_to="unknown")
    session: ChatSession = {"messages": [first, answer, other]}
    assert sizes(session, gap=timedelta(hours=1)) == [2, 1]


def test_a_reply_to_a_merged_bubble_ties_too() -> None:
    first, answer = said(0, ids=["a", "b"]), said(DAY, 1, reply_to="b")
    assert sizes({"messages": [first, answer]}) == [2]


def test_a_reply_to_an_earlier_segment_ties_nothing() -> None:
    session: ChatSession = {
        "messages": [said(0, 0), said(DAY, 1), said(2 * DAY, 2, reply_to="0")]
    }
    assert sizes(session) == [1, 1, 1]


def test_a_message_without_a_time_ends_no_segment() -> None:
    assert sizes(at(None, 0, None, None, DAY, None)) == [4, 2]


def test_times_that_go_back_end_no_segment() -> None:
    assert sizes(at(DAY, 0, DAY)) == [3]


def test_few_pauses_tell_nothing() -> None:
    assert gap_of(after([MINUTE, DAY] * 10)) == USUAL_GAP
    assert list(split_sessions([at()])) == []


@pytest.mark.parametrize(
    ("within", "between"),
    [(2 * MINUTE, DAY), (20 * MINUTE, 2 * DAY), (2 * HOUR, 7 * DAY)],
)
def test_the_gap_lies_between_the_two_kinds_of_pauses(
    within: float, between: float
) -> None:
    gap = gap_of(after(([within] * 5 + [between]) * 20)).total_seconds()
    assert within < gap < between


def test_the_gap_is_never_shorter_or_longer_than_makes_sense() -> None:
    assert gap_of(after(([5] * 5 + [60]) * 20)) == SHORTEST_GAP
    assert gap_of(after(([3 * DAY] * 5 + [60 * DAY]) * 20)) == LONGEST_GAP
    assert gap_of(after([7 * DAY] * 50)) == LONGEST_GAP


def test_a_few_longer_pauses_move_no_gap() -> None:
    """The best border is not the last one."""
    pauses = ([2 * MINUTE] * 9 + [DAY] * 2) * 10 + [30 * DAY]
    assert SHORTEST_GAP <= gap_of(after(pauses)) < LONGEST_GAP


def test_bursts_do_not_count_as_pauses() -> None:
    assert gap_of(after([0.5] * 100)) == USUAL_GAP


def test_each_conversation_has_a_gap_of_its_own() -> None:
    quick = after(([2 * MINUTE] * 5 + [DAY]) * 20)
    slow = after(([2 * HOUR] * 5 + [7 * DAY]) * 20)
    gaps = {p["split"]["gap_seconds"] for p in split_sessions([quick, slow])}  # type: ignore[typeddict-item]
    assert len(gaps) == 2


def test_a_segment_that_is_too_long_is_cut_but_stays_one_segment() -> None:
    session = at(*range(5))
    assert sizes(session, max_messages=2) == [2, 2, 1]
    pieces: Any = list(split_sessions([session], max_messages=2))
    assert [piece["split"]["piece"] for piece in pieces] == [0, 0, 0]


def test_a_piece_holds_no_more_tokens_than_asked_for() -> None:
    session = at(*range(5))
    options: Any = {"max_tokens": 25, "count_tokens": lambda _: 10}
    assert sizes(session, **options) == [2, 2, 1]
    assert sizes(session, **{**options, "max_tokens": 1}) == [1] * 5


def test_tokens_need_a_counter() -> None:
    with pytest.raises(ValueError, match="count_tokens"):
        next(split_sessions([], max_tokens=1))


def test_one_session_is_taken_at_a_time() -> None:
    taken = []

    def sessions() -> Iterator[ChatSession]:
        for number in range(3):
            taken.append(number)
            yield at(0, DAY)

    stream = split_sessions(sessions())
    next(stream)
    next(stream)
    assert taken == [0]


@pytest.mark.slow
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 10**6)), max_size=40),
    st.sampled_from(["auto", None, timedelta(seconds=50)]),
    st.one_of(st.none(), st.integers(1, 3)),
)
def test_the_pieces_are_the_session(times: Any, gap: Any, most: Any) -> None:
    session = at(*times)
    before = deepcopy(session)
    pieces = list(split_sessions([session], gap=gap, max_messages=most))
    joined = [message for piece in pieces for message in piece["messages"]]
    assert joined == session["messages"]
    assert all(piece["messages"] for piece in pieces)
    assert session == before
