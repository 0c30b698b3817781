"""Apple's times, in every unit and at every end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_imessage import timestamps
from langchain_imessage.timestamps import (
    APPLE_EPOCH,
    APPLE_EPOCH_UNIX,
    apple_from_datetime,
    datetime_from_apple,
    datetime_from_unix,
    local_time,
    to_apple_nanoseconds,
)

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = 800_000_000


@pytest.mark.parametrize(
    ("stored", "nanoseconds"),
    [
        (0, 0),
        (720845450393148160, 720845450393148160),
        (-(10**12), -(10**12)),
        (500_000_000, 500_000_000 * 10**9),
        (-5, -5 * 10**9),
        (NOW, NOW * 10**9),
        (1_693_182_723, (1_693_182_723 - APPLE_EPOCH_UNIX) * 10**9),
        (10**12 - 1, (10**12 - 1 - APPLE_EPOCH_UNIX) * 10**9),
        (10**12, 10**12),
    ],
)
def test_the_unit_is_told_value_by_value(stored: int, nanoseconds: int) -> None:
    assert to_apple_nanoseconds(stored, now=NOW) == nanoseconds


def test_a_moment_is_the_one_apple_means() -> None:
    assert datetime_from_apple(0) == APPLE_EPOCH
    found = datetime_from_apple(720845450393148160)
    assert found == datetime(2023, 11, 5, 2, 50, 50, 393148, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sentinel", "year"),
    [(2**63 - 1, 2293), (2**80, 9999), (-(2**80), 1), (64092211200 * 10**9, 4032)],
)
def test_a_sentinel_is_a_far_moment_not_an_error(sentinel: int, year: int) -> None:
    assert datetime_from_apple(sentinel).year == year


def test_moments_before_1970_do_without_the_platforms_help(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class OnWindows(datetime):
        @classmethod
        def fromtimestamp(cls, *_: object) -> datetime:  # type: ignore[override]
            raise OSError

    monkeypatch.setattr(timestamps, "datetime", OnWindows)
    assert datetime_from_apple(-(10**9)) == APPLE_EPOCH - timedelta(seconds=1)
    assert datetime_from_unix(-7e10) == datetime.min.replace(tzinfo=UTC)
    assert datetime_from_unix(1e12) == datetime.max.replace(tzinfo=UTC)
    assert datetime_from_unix(-1.5) == datetime(1969, 12, 31, 23, 59, 58, 500000, UTC)


@pytest.mark.parametrize("sentinel", [2**80, -(2**80)])
@pytest.mark.parametrize("hours", [-8, 9])
def test_the_calendars_ends_are_local_times_too(sentinel: int, hours: int) -> None:
    moment = datetime_from_apple(sentinel)
    assert local_time(moment, timezone(timedelta(hours=hours))) == moment


def test_a_naive_moment_at_the_calendars_end_is_made_aware(
    in_zone: Callable[[str], None],
) -> None:
    in_zone("America/Los_Angeles")
    assert local_time(datetime.max).tzinfo is not None  # noqa: DTZ901


@given(st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1)))
def test_a_moment_comes_back_to_the_microsecond(naive: datetime) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(hours=5, minutes=30)))
    back = datetime_from_apple(apple_from_datetime(moment))
    assert abs(back - moment) <= timedelta(microseconds=1)


def test_a_naive_datetime_names_no_moment() -> None:
    with pytest.raises(ValueError, match="time zone"):
        apple_from_datetime(datetime(2024, 1, 1))
