"""Following a job to its end: look, tell, wait, and what to do when looking fails.

Owns the loop, without its sleep: `follow` gives the seconds to wait, and its caller waits
as it likes, asleep or awaiting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._types import is_final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from langchain_imessage.finetuning._retry import Pace
    from langchain_imessage.finetuning._types import Event, JobState

_WORDS = {
    "validating_files": "the files are looked over",
    "queued": "waiting for its turn",
    "running": "training",
    "succeeded": "done",
    "failed": "failed",
    "cancelled": "cancelled",
}


def follow(
    look: Callable[[], tuple[JobState, list[Event]]],
    *,
    pace: Pace,
    say: Callable[[str], None],
    come_back: str,
    timeout: float | None = None,
) -> Iterator[float]:
    """Look at a job until it ends, and say how it does.

    Args:
        look: Gives the job as it is, and what has happened since the last look.
        pace: How long to wait between looks.
        say: Takes lines about it.
        come_back: How to follow it again later, in words.
        timeout: Seconds after which to stop following.

    Yields:
        Seconds to wait until the next look.

    Raises:
        FineTuningError: If following is given up, for lack of time or of an answer; the
            job itself goes on.
    """
    began, faults, steps, waits = pace.clock(), 0, "", pace.waits()
    while True:
        try:
            state, events = look()
        except FineTuningError as error:
            faults += 1
            if not error.temporary or faults > pace.faults:
                raise
            wait = max(next(waits), error.retry_after or 0)
            say(f"{error} The job goes on; trying again in {wait:.0f} s.")
        else:
            faults = 0
            steps = _steps(events) or steps
            say(_line(state, steps, pace.clock() - began))
            if is_final(state.status):
                return
            wait = next(waits)
        if timeout is not None and pace.clock() - began + wait > timeout:
            raise FineTuningError(
                f"The job is not done after {timeout:.0f} s, and goes on. {come_back}",
                code="timeout",
            )
        yield wait


def _line(state: JobState, steps: str, seconds: float) -> str:
    words = _WORDS.get(state.status, f"status {state.status}")
    minutes, rest = divmod(int(seconds), 60)
    return f"{state.job_id}: {words}{steps} [{minutes}:{rest:02}]"


def _steps(events: list[Event]) -> str:
    """Say how far training is, by the last event that tells."""
    for event in reversed(events):
        if event.step is not None:
            total = event.data.get("total_steps")
            of = f"/{total}" if isinstance(total, int) else ""
            loss = f", loss {event.loss:.3f}" if event.loss is not None else ""
            return f", step {event.step}{of}{loss}"
    return ""
