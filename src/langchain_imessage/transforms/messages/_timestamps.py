"""When a message was sent, whichever LangChain loader it is from; pure."""

from __future__ import annotations

from datetime import UTC, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

LATEST_SECONDS = 1e11
"""Seconds, in the year 5138: a greater number counts something else, as Apple's does."""


def seconds_of(message: BaseMessage) -> float | None:
    """Return when a message was sent, in Unix seconds; None if it does not say."""
    kwargs = message.additional_kwargs
    sent_at = kwargs.get("sent_at")
    # One of these two, as nearly always, and there are millions of it.
    if type(sent_at) is float and -LATEST_SECONDS < sent_at < LATEST_SECONDS:
        return sent_at
    if type(sent_at) is datetime and sent_at.tzinfo is not None:
        return sent_at.timestamp()
    if "sent_at" in kwargs:
        return _seconds(sent_at)
    found = _seconds(kwargs.get("message_time_as_datetime"))
    found = _seconds(kwargs.get("message_time")) if found is None else found
    return _first_event(kwargs.get("events")) if found is None else found


def _first_event(events: Any) -> float | None:
    """Read what langchain_community's other loaders have: a list of times."""
    first = events[0] if isinstance(events, list) and events else None
    return _seconds(first.get("message_time")) if isinstance(first, dict) else None


def _seconds(value: Any) -> float | None:
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.timestamp()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if isfinite(value) and abs(value) < LATEST_SECONDS else None
    return None


def _parsed(value: str) -> datetime | float | None:
    """Read Slack's seconds and Telegram's ISO 8601; WhatsApp's could mean two days."""
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        pass
    try:
        return float(value)
    except ValueError:
        return None
