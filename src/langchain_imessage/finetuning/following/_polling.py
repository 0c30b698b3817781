"""Following a job to its end: check its status, note it, report it, wait.

Owns the loop and what is noted after each check. The loop does not sleep: `poll` yields the
seconds to wait, and its caller waits as it likes, asleep or awaiting.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._types import is_final
from langchain_imessage.finetuning.state._state_file import UNUSABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from langchain_imessage.finetuning._types import Backend, Event, JobState
    from langchain_imessage.finetuning.calls._retry import Pace
    from langchain_imessage.finetuning.state._state_file import JobRecord, StateFile

_STATUS_TEXTS = {
    "validating_files": "checking files",
    "queued": "queued",
    "running": "training",
    "succeeded": "succeeded",
    "failed": "failed",
    "cancelled": "cancelled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobContext:
    """What a job is connected with: its backend, its files, its record.

    Attributes:
        backend: The backend that runs it.
        provider: The provider's name.
        pace: How often to check.
        base_url: The provider's address, if it was asked for by that.
        state: The state file that records it; None if there is none.
        train: The training file; None if not known.
        delete_files: Whether its files are to be deleted after success.
        last_event: The id of the last event seen.
        system_prompt: The one it was trained with, as recorded; None if not recorded.
    """

    backend: Backend = field(repr=False)
    provider: str
    pace: Pace = field(repr=False)
    base_url: str | None = None
    state: StateFile | None = None
    train: Path | None = None
    delete_files: bool = False
    last_event: str | None = None
    system_prompt: str | None = field(default=None, repr=False)

    def how_to_resume(self, job_id: str) -> str:
        """Return the call that comes back to a job."""
        named = f"provider={self.provider!r}"
        if self.base_url:
            named += f", base_url={self.base_url!r}"
        where = f"state={str(self.state.path)!r}" if self.state else named
        return f"To follow it again: run the same again, or attach({job_id!r}, {where})"


class JobWatcher:
    """Checks a job's status, and notes it in the state file.

    Args:
        state: The job, as last seen.
        context: What it is connected with.
    """

    def __init__(self, state: JobState, context: JobContext) -> None:
        self.state = state
        self._context = context
        self._last_event = context.last_event
        self._delete_files = context.delete_files

    def check(self) -> tuple[JobState, list[Event]]:
        """Return the job as it is now, and its events since the last check."""
        backend, job_id = self._context.backend, self.state.job_id
        state = backend.retrieve(job_id)
        events = self._new_events(state)
        self.note(state)
        return state, events

    def _new_events(self, state: JobState) -> list[Event]:
        """Return the events since the last check; none where they cannot be listed.

        A job is followed by its status: not every provider has events, or has them always.
        """
        try:
            events = self._context.backend.events(state.job_id, self._last_event)
        except FineTuningError as error:
            if error.code == "rate_limit" and not is_final(state.status):
                raise  # for the wait it asks for
            return []
        if events:
            self._last_event = events[-1].id
        return events

    def note(self, state: JobState) -> None:
        """Take over a new state, record it, and delete the files of a job that succeeded."""
        self.state = state
        self.record(state)
        if state.status == "succeeded" and self._delete_files:
            self._delete(state)

    def _delete(self, state: JobState) -> None:
        """Delete the job's files; a job that succeeded does not fail because of that."""
        self._delete_files = False
        try:
            self._context.backend.forget(state)
        except FineTuningError as error:
            warnings.warn(
                f"The job has succeeded, but its files are still there. {error}",
                stacklevel=2,
            )
        else:
            self.record(state)

    def record(self, state: JobState) -> None:
        """Record a state in the state file, if there is one; delete nothing."""
        if self._context.state is None:
            return
        try:
            self._context.state.change(
                lambda known: known.with_seen(
                    state.job_id, lambda record: self._noted(record, state)
                )
            )
        except FineTuningError as error:
            if error.code != UNUSABLE:
                raise
            # What the provider says of the job is true all the same.
            warnings.warn(f"Job {state.job_id}: {state.status}. {error}", stacklevel=2)

    def _noted(self, record: JobRecord, state: JobState) -> JobRecord:
        return replace(
            record,
            status=state.status,
            fine_tuned_model=state.fine_tuned_model,
            files=state.file_ids,
            last_event=self._last_event,
            delete_files=record.delete_files and self._delete_files,
        )


def poll(
    check: Callable[[], tuple[JobState, list[Event]]],
    *,
    pace: Pace,
    report: Callable[[str], None],
    how_to_resume: str,
    timeout: float | None = None,
) -> Iterator[float]:
    """Check a job until it ends, and report its status.

    Args:
        check: Returns the job as it is, and its events since the last check.
        pace: How long to wait between checks.
        report: Called with each line of progress.
        how_to_resume: How to follow it again later, in words.
        timeout: Seconds after which to stop following.

    Yields:
        Seconds to wait until the next check.

    Raises:
        FineTuningError: If the time is up, or the job cannot be checked; it goes on.
    """
    began, failures, steps, waits = pace.clock(), 0, "", pace.waits()
    while True:
        try:
            state, events = check()
        except FineTuningError as error:
            failures += 1
            if not error.temporary or failures > pace.faults:
                raise
            wait = max(next(waits), error.retry_after or 0)
            report(f"{error} The job goes on; trying again in {wait:.0f} s.")
        else:
            failures = 0
            steps = _steps(events) or steps
            report(_line(state, steps, pace.clock() - began))
            if is_final(state.status):
                return
            wait = next(waits)
        if timeout is None:
            yield wait
            continue
        left = began + timeout - pace.clock()
        if left <= 0:
            raise FineTuningError(
                f"The job is not done after {timeout:.0f} s, and goes on. "
                f"{how_to_resume}",
                code="timeout",
            )
        yield min(wait, left)


def _line(state: JobState, steps: str, seconds: float) -> str:
    words = _STATUS_TEXTS.get(state.status, f"status {state.status}")
    minutes, rest = divmod(int(seconds), 60)
    return f"{state.job_id}: {words}{steps} [{minutes}:{rest:02}]"


def _steps(events: list[Event]) -> str:
    """Return how far training is, by the last event that has a step."""
    for event in reversed(events):
        if event.step is not None:
            total = event.data.get("total_steps")
            of = f"/{total}" if isinstance(total, int) else ""
            loss = f", loss {event.loss:.3f}" if event.loss is not None else ""
            return f", step {event.step}{of}{loss}"
    return ""
