"""Claims about when a message was sent, whichever loader it is from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from langchain_imessage.transforms.messages._timestamps import seconds_of

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
NAIVE = NOON.replace(tzinfo=None)
SECONDS = NOON.timestamp()
EAST = timezone(timedelta(hours=2))


def moment(**kwargs: Any) -> float | None:
    return seconds_of(HumanMessage("hi", additional_kwargs=kwargs))


@pytest.mark.parametrize(
    "kwargs",
    [
        {"sent_at": NOON, "message_time": 7 * 10**17},
        {"sent_at": NOON.astimezone(EAST)},
        {"sent_at": NAIVE},
        {"message_time_as_datetime": NAIVE, "message_time": 7 * 10**17},
        {"message_time": SECONDS},
        {"message_time": "2024-05-01T12:00:00"},
        {"message_time": "2024-05-01T14:00:00+02:00"},
        {"events": [{"message_time": SECONDS}, {"message_time": 0}]},
        {"events": [{"message_time": str(SECONDS)}]},
    ],
)
def test_every_loaders_time_is_read(kwargs: Any) -> None:
    assert moment(**kwargs) == SECONDS


@pytest.mark.parametrize(
    "kwargs",
    [
        {},
        {"sent_at": None, "message_time": 0},
        {"message_time": 7 * 10**17},
        {"message_time": float("nan")},
        {"message_time": True},
        {"message_time": "[5/1/24, 12:00:00]"},
        {"events": []},
        {"events": "noon"},
        {"events": [None]},
        {"events": [{"kind": "left"}]},
    ],
)
def test_what_is_no_time_is_none(kwargs: Any) -> None:
    assert moment(**kwargs) is None
