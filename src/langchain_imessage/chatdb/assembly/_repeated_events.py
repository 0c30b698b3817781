"""Leaves out events that are stored more than once; pure.

A changed number is a pair of rows, the old one removed by itself and the new one added by
itself, which Messages shows as one line. A rename can be there several times: iCloud
stores it once for each device that heard of it.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from langchain_imessage.records import GroupEvent, Message


AT_ONCE = timedelta(seconds=2)
"""How far apart the rows of one event are at most: sent at once, they arrive in turn."""


def without_repeated_events(events: Sequence[GroupEvent]) -> list[GroupEvent]:
    """Return events, each once.

    Args:
        events: Those of a conversation, in order.

    Returns:
        Those that say something new, in the same order. Of events that differ in nothing
        but their rows the first is kept; one without a time is never a repetition.
    """
    changed = [e.sent_at for e in events if e.kind == "number changed" and e.sent_at]
    latest: dict[tuple[object, ...], datetime] = {}
    kept: list[GroupEvent] = []
    for event in events:
        moment = event.sent_at
        if moment is not None:
            if _is_own_removal(event) and _is_near(changed, moment):
                continue
            what = _what_happened(event)
            before, latest[what] = latest.get(what), moment
            if before is not None and moment - before <= AT_ONCE:
                continue
        kept.append(event)
    return kept


def split_off_events(
    messages: Sequence[Message], events: Iterable[GroupEvent]
) -> tuple[list[Message], int]:
    """Return the messages without events that were left out, and how many those were."""
    kept = {event.rowid for event in events}
    found = [
        message
        for message in messages
        if not (message.details and message.details.event) or message.rowid in kept
    ]
    return found, len(messages) - len(found)


def _is_own_removal(event: GroupEvent) -> bool:
    return event.kind == "removed" and event.other == event.sender is not None


def _is_near(moments: Sequence[datetime], moment: datetime) -> bool:
    """Return whether one of some moments, in order, is near another."""
    place = bisect_left(moments, moment)
    near = moments[max(0, place - 1) : place + 1]
    return any(abs(found - moment) <= AT_ONCE for found in near)


def _what_happened(event: GroupEvent) -> tuple[object, ...]:
    return (
        event.kind,
        event.sender,
        event.is_from_me,
        event.other,
        event.title,
    )
