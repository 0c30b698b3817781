"""Retry policy: how long to wait between checks and after errors, and how often to try.

Owns every clock and every sleep of this package, so that a test can replace them.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, TypeVar

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning.calls._sdk_errors import ask

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

T = TypeVar("T")

_GROWTH = 1.5
"""How much longer the next wait is than the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Retry policy: how often to check a job, and how long to retry.

    Attributes:
        first: Seconds until the second check; each wait is half as long again.
        longest: The longest wait, in seconds.
        tries: How often a request with temporary errors is made.
        faults: How many checks in a row may fail until `Job.wait` gives up; at a minute
            each, an hour.
        clock: Returns the time, in Unix seconds.
        sleep: Waits a number of seconds.
        asleep: Waits likewise, to be awaited.

    Example:
        >>> Pace(first=1.0, tries=3).tries
        3
    """

    first: float = 5.0
    longest: float = 60.0
    tries: int = 6
    faults: int = 60
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    asleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def waits(self) -> Iterator[float]:
        """Yield the seconds to wait, one after another, without end.

        Example:
            >>> waits = Pace().waits()
            >>> [round(next(waits)) for _ in range(8)]
            [5, 8, 11, 17, 25, 38, 57, 60]
        """
        wait = self.first
        while True:
            yield wait
            wait = min(wait * _GROWTH, self.longest)

    def today(self) -> date:
        """Return the date, in UTC."""
        return datetime.fromtimestamp(self.clock(), UTC).date()

    def call_with_retries(
        self,
        call: Callable[[], T],
        *,
        action: str,
        say: Callable[[str], None] | None = None,
    ) -> T:
        """Make a request, and repeat it while it fails with temporary errors.

        Args:
            call: The request; safe to make twice.
            action: What it does, for messages: "upload the file".
            say: Called with a line about each wait.

        Returns:
            What the request returned.

        Raises:
            FineTuningError: The last error.
        """
        waits = self.waits()
        for _ in range(self.tries - 1):
            try:
                return ask(call, action=action)
            except FineTuningError as error:
                if not error.temporary:
                    raise
                wait = max(next(waits), error.retry_after or 0)
                if say:
                    say(f"{error} Trying again in {wait:.0f} s.")
            self.sleep(wait)
        return ask(call, action=action)

    insist = call_with_retries
    """The method's earlier public name."""


QUICK = Pace(first=0.1, longest=2.0)
"""For a server on this computer, where a check costs nothing."""
