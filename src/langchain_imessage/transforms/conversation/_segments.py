"""Sessions → pieces of one segment each: cuts where people stopped talking.

Owns where a conversation ends, nothing about who says what. How long a pause has to be
is read off each conversation itself: some people answer in a minute, some the next day.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial
from itertools import chain, pairwise
from math import exp, log
from operator import sub
from typing import TYPE_CHECKING, Any, Literal, TypedDict, cast

from langchain_imessage.arguments import (
    COUNTER,
    GAP,
    SESSIONS,
    WHOLE,
    check_arguments,
    or_none,
)
from langchain_imessage.errors import ArgumentValueError
from langchain_imessage.transforms.messages._content import ids_of, text_of
from langchain_imessage.transforms.messages._timestamps import seconds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

SHORTEST_GAP = timedelta(minutes=30)
LONGEST_GAP = timedelta(hours=12)
"""Between these lies what practitioners choose that keeps slow repliers and invents no
context: a shorter pause is within one segment, a longer one is not."""

USUAL_GAP = timedelta(hours=4)
"""Where there are too few pauses to tell."""

_FEWEST_PAUSES = 30
_BINS_PER_E = 4
"""Bins of the histogram of pauses, by the logarithm of their seconds."""


class Split(TypedDict):
    """Which segment of its conversation a piece is of, under the session's key `split`.

    Attributes:
        gap_seconds: The pause that ends a segment of this conversation; None for none.
        piece: The segment's number in it, from 0.
        started: When its first message was sent, in Unix seconds; None if unknown.
    """

    gap_seconds: float | None
    piece: int
    started: float | None


@check_arguments(
    sessions=SESSIONS,
    gap=GAP,
    max_messages=or_none(WHOLE),
    max_tokens=or_none(WHOLE),
    count_tokens=COUNTER,
)
def split_sessions(
    sessions: Iterable[ChatSession],
    *,
    gap: timedelta | Literal["auto"] | None = "auto",
    max_messages: int | None = None,
    max_tokens: int | None = None,
    count_tokens: Callable[[str], int] | None = None,
) -> Iterator[ChatSession]:
    """Cut sessions into pieces: a segment each, or less where that is too much.

    Args:
        sessions: Sessions; taken one at a time.
        gap: How long a pause ends a segment; "auto" finds it for each session, between
            half an hour and twelve. None cuts at no pause. A message that answers one of
            the segment (`reply_to`) belongs to it whatever the pause.
        max_messages: The most messages a piece has.
        max_tokens: The most tokens the words of a piece have, unless it is one message.
        count_tokens: Counts a text's tokens; needed with `max_tokens`.

    Returns:
        Pieces, lazily and in order; no message is left out. Each has the session's other keys, and
        `split`: a dict with `gap_seconds`, the pause that was chosen; `piece`, the
        number of the segment it is of; and `started`, when that began. A message that
        does not say when it was sent ends no segment.

    Raises:
        ValueError: If there is `max_tokens` but no `count_tokens`.

    Example:
        >>> from langchain_core.messages import HumanMessage
        >>> hi = HumanMessage("Hi!", additional_kwargs={"message_time": 0})
        >>> later = HumanMessage("So?", additional_kwargs={"message_time": 90_000})
        >>> pieces = list(split_sessions([{"messages": [hi, later]}]))
        >>> [len(piece["messages"]) for piece in pieces]
        [1, 1]
        >>> pieces[1]["split"]
        {'gap_seconds': 14400.0, 'piece': 1, 'started': 90000.0}
    """
    if max_tokens is not None and count_tokens is None:
        raise ArgumentValueError("max_tokens needs count_tokens")
    count = count_tokens if max_tokens is not None else None
    cut = partial(_parts, max_messages=max_messages, max_tokens=max_tokens, count=count)
    return chain.from_iterable(_split(session, gap, cut) for session in sessions)


def _split(
    session: ChatSession,
    gap: timedelta | Literal["auto"] | None,
    cut: Callable[[Sequence[BaseMessage]], Iterable[Sequence[BaseMessage]]],
) -> Iterator[ChatSession]:
    """Yield the segments of one session, those that are too long cut."""
    messages = session["messages"]
    times = [seconds_of(message) for message in messages]
    for start, stop, split in segments_of_messages(messages, times, gap):
        for part in cut(messages[start:stop]):
            made = {**session, "messages": part, "split": split}
            yield cast("ChatSession", made)


def segments_of_messages(
    messages: Sequence[BaseMessage],
    times: Sequence[float | None],
    gap: timedelta | Literal["auto"] | None,
) -> Iterator[tuple[int, int, Split]]:
    """Yield the segments of messages, as `segments_of` does.

    Args:
        messages: A conversation.
        times: When each was sent, in Unix seconds.
        gap: As for `segments_of`.
    """
    return segments_of(
        times,
        gap,
        reply_to=lambda place: messages[place].additional_kwargs.get("reply_to"),
        ids=lambda start, stop: chain.from_iterable(map(ids_of, messages[start:stop])),
    )


def segments_of(
    times: Sequence[float | None],
    gap: timedelta | Literal["auto"] | None,
    *,
    reply_to: Callable[[int], Any],
    ids: Callable[[int, int], Iterable[Any]],
) -> Iterator[tuple[int, int, Split]]:
    """Yield the segments of a conversation.

    Args:
        times: When each message was sent, in Unix seconds; None where unknown.
        gap: As for `split_sessions`.
        reply_to: Returns the id of what the message at a place answers, or None.
        ids: Returns the ids of the messages from one place to another.

    Yields:
        Where each begins and ends, and which it is.
    """
    chosen = _auto_gap(times) if gap == "auto" else gap
    longest = None if chosen is None else chosen.total_seconds()
    places = _places(times, longest, reply_to, ids)
    for number, (start, stop) in enumerate(places):
        split: Split = {
            "gap_seconds": longest,
            "piece": number,
            "started": times[start],
        }
        yield start, stop, split


def _places(
    times: Sequence[float | None],
    gap: float | None,
    reply_to: Callable[[int], Any],
    ids: Callable[[int, int], Iterable[Any]],
) -> Iterator[tuple[int, int]]:
    """Yield where each segment begins and ends."""
    start = 0
    latest: float | None = None
    known: set[Any] = set()
    noted = 0  # the messages whose ids these are end here: only replies ask for them
    for place, time in enumerate(times):
        if time is None:
            continue
        if gap is not None and latest is not None and time - latest > gap:
            answered = reply_to(place)
            if answered is not None:
                known.update(ids(noted, place))
                noted = place
            if answered is None or answered not in known:
                yield start, place
                start, noted, known = place, place, set()
                latest = None
        latest = time if latest is None or time > latest else latest
    if start < len(times):
        yield start, len(times)


def _parts(
    piece: Sequence[BaseMessage],
    max_messages: int | None,
    max_tokens: int | None,
    count: Callable[[str], int] | None,
) -> Iterator[Sequence[BaseMessage]]:
    """Cut a segment that is too much; each part is as much as may be."""
    if max_messages is None and max_tokens is None:
        yield piece
        return
    most = len(piece) if max_messages is None else max(1, max_messages)
    start = tokens = 0
    for place, message in enumerate(piece):
        size = count(text_of(message.content)) if count else 0
        tokens += size
        over = max_tokens is not None and tokens > max_tokens
        if place > start and (over or place - start >= most):
            yield piece[start:place]
            start, tokens = place, size
    yield piece[start:]


def _auto_gap(times: Sequence[float | None]) -> timedelta:
    """Return the pause that separates segments best from pauses within them.

    That is Otsu's threshold on the logarithm of the pauses: of all borders the one with
    the greatest variance between its two sides.
    """
    known = [time for time in times if time is not None]
    pauses = Counter(
        [int(log(p) * _BINS_PER_E) for p in map(sub, known[1:], known) if p > 1]
    )
    if pauses.total() < _FEWEST_PAUSES:
        return USUAL_GAP
    seconds = exp(_best_border(pauses) / _BINS_PER_E)
    return min(max(timedelta(seconds=round(seconds)), SHORTEST_GAP), LONGEST_GAP)


def _best_border(counts: Counter[int]) -> float:
    """Return the best border, half-way between the bins on its sides."""
    bins = sorted(counts)
    total, weighted = counts.total(), sum(bin_ * n for bin_, n in counts.items())
    below = below_weighted = 0
    best, best_variance = float(bins[-1] + 1), -1.0
    for bin_, following in pairwise(bins):
        below += counts[bin_]
        below_weighted += bin_ * counts[bin_]
        lower = below_weighted / below
        upper = (weighted - below_weighted) / (total - below)
        variance = below * (total - below) * (upper - lower) ** 2
        if variance > best_variance:
            best, best_variance = (bin_ + 1 + following) / 2, variance
    return best
