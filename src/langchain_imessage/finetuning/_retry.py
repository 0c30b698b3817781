"""Time, and trying again: how long to wait between looks, and after a fault.

Owns every clock and every sleep of this package, so that a test can take their place.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, TypeVar

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._errors import ask

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

T = TypeVar("T")

_GROWTH = 1.5
"""How much longer the next wait is than the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often to look, and how long to go on trying.

    Attributes:
        first: Seconds until the second look; each wait is half as long again.
        longest: Seconds a wait does not exceed.
        tries: How often a request is made that fails for a while.
        faults: How many looks in a row may fail before following a job is given up; at
            a minute each, an hour.
        clock: Tells the time, in Unix seconds.
        sleep: Waits.
        asleep: Waits, for those who await.
    """

    first: float = 5.0
    longest: float = 60.0
    tries: int = 6
    faults: int = 60
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    asleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def waits(self) -> Iterator[float]:
        """Give the seconds to wait, one after another, without end.

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
        """Give the date, in UTC."""
        return datetime.fromtimestamp(self.clock(), UTC).date()

    def insist(
        self,
        call: Callable[[], T],
        *,
        action: str,
        say: Callable[[str], None],
    ) -> T:
        """Make a request again while it fails for reasons that pass.

        Args:
            call: The request; safe to make twice.
            action: What it is, for messages: "upload the file".
            say: Takes a line about each wait.

        Raises:
            FineTuningError: What it failed with, the last time or for good.
        """
        waits = self.waits()
        for _ in range(self.tries - 1):
            try:
                return ask(call, action=action)
            except FineTuningError as error:
                if not error.temporary:
                    raise
                wait = max(next(waits), error.retry_after or 0)
                say(f"{error} Trying again in {wait:.0f} s.")
            self.sleep(wait)
        return ask(call, action=action)


QUICK = Pace(first=0.1, longest=2.0)
"""For a server on this computer: looking costs nothing there."""
