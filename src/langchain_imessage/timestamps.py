"""Apple's times: which unit a stored number is in, which moment that is; days in words.

Pure: the present is an argument. The unit is decided value by value, because one
database, even one row, mixes units (seconds before macOS 10.13, nanoseconds since).
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import date, tzinfo

APPLE_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)
"""The moment Apple counts from."""

APPLE_EPOCH_UNIX = 978_307_200
"""The same in Unix seconds."""

NANOSECONDS = 1_000_000_000
"""In a second."""

NANOSECONDS_FROM = 10**12
"""From this size on a number counts nanoseconds: as seconds it would be the year 33000,
and as nanoseconds it is the 17th minute of 2001."""

LARGEST_DATE = 9 * 10**18
"""Beyond it, on either side, a date column holds no date but a sentinel or damage, such as
the -2**63 that Intel Macs write for what is too large. One large sentinel is a date all the
same: 2**63 - 1, for "never"."""

Place: TypeAlias = tuple[datetime, int]
"""Where something stands among what was said and what happened."""

_UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)
_EARLIEST = datetime.min.replace(tzinfo=UTC)


def to_apple_nanoseconds(value: int, *, now: int) -> int:
    """Convert a stored date to nanoseconds since 2001.

    Args:
        value: As stored: nanoseconds or seconds since 2001, or, in databases made by
            hand, Unix seconds (recognised by being in the future as Apple's).
        now: The present, in seconds since 2001.

    Returns:
        Nanoseconds since 2001.
    """
    if abs(value) >= NANOSECONDS_FROM:
        return value
    if value > now:
        value -= APPLE_EPOCH_UNIX
    return value * NANOSECONDS


def apple_nanoseconds(value: object, *, now: int) -> int:
    """Convert whatever stands in a date column to nanoseconds since 2001; junk is 0."""
    if value.__class__ is int and value >= NANOSECONDS_FROM:  # nearly all are
        return value
    if not isinstance(value, int | float):
        return 0
    if not -LARGEST_DATE <= value <= LARGEST_DATE:  # nor is NaN
        return 0
    return to_apple_nanoseconds(int(value), now=now)


def datetime_from_apple(nanoseconds: int) -> datetime:
    """Convert nanoseconds since 2001 to an aware UTC datetime.

    Args:
        nanoseconds: Nanoseconds since 2001-01-01 00:00:00 UTC.

    Returns:
        The moment, to the microsecond as `datetime.fromtimestamp` rounds it. A sentinel
        beyond the calendar is the calendar's first or last moment.
    """
    try:
        return datetime.fromtimestamp(nanoseconds / 1e9 + APPLE_EPOCH_UNIX, UTC)
    except (OverflowError, ValueError, OSError):
        return _out_of_range(nanoseconds)


def datetime_from_unix(seconds: float) -> datetime:
    """Convert Unix seconds to an aware UTC datetime.

    Args:
        seconds: Seconds since 1970-01-01 00:00:00 UTC. One beyond the calendar is the
            calendar's first or last moment.
    """
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OSError, OverflowError, ValueError):  # Windows refuses those before 1970
        with suppress(OverflowError):
            return _UNIX_EPOCH + timedelta(seconds=seconds)
        return _LATEST if seconds > 0 else _EARLIEST


def local_time(moment: datetime, time_zone: tzinfo | None = None) -> datetime:
    """Return a moment in a time zone, or as it is at the calendar's ends.

    Args:
        moment: An aware datetime, or a naive one in the computer's time zone.
        time_zone: The zone; the computer's own if None.
    """
    try:
        return moment.astimezone(time_zone)
    except (OverflowError, ValueError, OSError):
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def place_in_time(moment: datetime | None, rowid: int) -> Place:
    """Return where something stands among the rest; what has no time comes first.

    Args:
        moment: When it was.
        rowid: Its ROWID: of what has one time, the lowest stands first.
    """
    return moment or APPLE_EPOCH, rowid


def apple_from_datetime(moment: datetime) -> int:
    """Convert an aware datetime to nanoseconds since 2001.

    Args:
        moment: Any aware datetime.

    Returns:
        Nanoseconds since 2001-01-01 00:00:00 UTC, exact to the microsecond.

    Raises:
        ValueError: If the datetime is naive: it does not say which moment it means.
    """
    if moment.tzinfo is None:
        raise ValueError("a datetime without a time zone does not name a moment")
    return (moment - APPLE_EPOCH) // timedelta(microseconds=1) * 1000


def _out_of_range(nanoseconds: int) -> datetime:
    # Windows refuses moments before 1970 that the calendar does have.
    try:
        return APPLE_EPOCH + timedelta(microseconds=nanoseconds // 1000)
    except OverflowError:
        return _LATEST if nanoseconds > 0 else _EARLIEST


def written_day(day: date) -> str:
    """Return a day in words: Wednesday, 1 May 2024."""
    return f"{day:%A}, {day.day} {day:%B %Y}"
