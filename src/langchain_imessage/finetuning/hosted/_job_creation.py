"""Creates a job at a provider, and never the same one twice.

Owns how a job is recognised as the one of an order: by its id in the state file, by the
order's fingerprint in its metadata, or, at a provider that keeps no metadata, by being the
only new job of a file that we uploaded. What is not proven is not adopted. No clock is
compared with another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._types import UNSUCCESSFUL
from langchain_imessage.finetuning.calls._listing import listed_once
from langchain_imessage.finetuning.calls._sdk_errors import CREATING, ask
from langchain_imessage.finetuning.hosted._job_objects import (
    FINGERPRINT,
    has_settings,
    job_request,
    job_state,
)
from langchain_imessage.finetuning.hosted._same_file import has_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from langchain_imessage.finetuning._types import JobState, Order
    from langchain_imessage.finetuning.calls._retry import Pace
    from langchain_imessage.finetuning.hosted._client import ProviderConnection
    from langchain_imessage.finetuning.state._state_file import StateFile

_MOST_JOBS = 10_000
"""Jobs searched through: providers that ignore the filter list all there ever were."""

_MOST_COMPARED = 1_000
"""Training files of those jobs that are compared with ours, the newest first: a request each,
and a download of those of the same size."""

_SEARCHES = 3
"""How often a job is searched for after the answer was lost."""

_NOT_STARTED = frozenset({"rate_limit", "unreachable"})
"""Errors after which it is certain that no job was created."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCreator:
    """Finds or creates the job of an order.

    Attributes:
        connection: The connection to the provider.
        state: The state file that records jobs.
        pace: How long to wait, and how often to try.
        say: Called with lines of progress.
    """

    connection: ProviderConnection
    state: StateFile
    pace: Pace
    say: Callable[[str], None]

    def find(self, order: Order, files: Mapping[str, str]) -> JobState | None:
        """Return the job of an order that exists, unless it was unsuccessful.

        Args:
            order: The order.
            files: The ids of its files at the provider; empty before they are uploaded.

        Raises:
            FineTuningError: If several jobs may be the one.
        """
        found = self._recorded(order) or self._match(order, files, self._listed(order))
        if found:
            self.say(f"This job was started before: {found.job_id}")
        return found

    def create(self, order: Order, files: Mapping[str, str]) -> JobState:
        """Create the job, unless it exists by now; repeat only what surely had no effect.

        Args:
            order: The order.
            files: The ids of its files at the provider.

        Raises:
            FineTuningError: If it is refused, or if its answer was lost and no job is
                listed.
        """
        listed = self._listed(order)  # another call may have been quicker
        found = self._recorded(order) or self._match(order, files, listed)
        if found:
            self.say(f"This job was started before: {found.job_id}")
            return found
        self._note_earlier_jobs(order, [job.id for job in self._of_file(listed, files)])
        request = {**files, **job_request(order, flat=self.connection.provider.flat)}
        jobs = self.connection.quick.fine_tuning.jobs
        waits = self.pace.waits()
        for tries in range(1, self.pace.tries + 1):
            try:
                return ask(lambda: job_state(jobs.create(**request)), action=CREATING)
            except FineTuningError as error:
                if not error.temporary and error.code != "unexpected_answer":
                    self._note_earlier_jobs(order, None)
                    raise
                if error.code not in _NOT_STARTED:
                    break
                if tries == self.pace.tries:
                    self._note_earlier_jobs(order, None)
                    raise
                wait = max(next(waits), error.retry_after or 0)
                self.say(f"{error} Trying again in {wait:.0f} s.")
            self.pace.sleep(wait)
        return self._find_lost(order, files)

    def _find_lost(self, order: Order, files: Mapping[str, str]) -> JobState:
        """Search for a job that was created, but whose answer did not arrive."""
        for _, wait in zip(range(_SEARCHES), self.pace.waits(), strict=False):
            self.say("The provider's answer was lost; searching for the job")
            found = self._match(order, files, self._listed(order))
            if found:
                return found
            self.pace.sleep(wait)
        raise FineTuningError(
            "The provider's answer was lost, and the job is not listed yet. Run this "
            "again in a few minutes: the job is searched for first, and nothing is "
            "uploaded or paid for twice.",
            code="unknown_outcome",
        )

    def _recorded(self, order: Order) -> JobState | None:
        """Return the job that another call with the same order has recorded meanwhile."""
        record = self.state.read().job(fingerprint=order.fingerprint)
        if record is None or record.job_id is None:
            return None
        job_id = record.job_id
        jobs = self.connection.quick.fine_tuning.jobs
        try:
            found: JobState = self.pace.call_with_retries(
                lambda: job_state(jobs.retrieve(job_id)),
                action="check the job",
                say=self.say,
            )
        except FineTuningError as error:
            if error.code != "not_found":
                raise
            return None
        return None if found.status in UNSUCCESSFUL else found

    def _listed(self, order: Order) -> list[Any]:
        """Return the provider's jobs, newest first; those of the order, if it filters."""
        jobs = self.connection.quick.fine_tuning.jobs
        filters: dict[str, Any] = {}
        if not self.connection.provider.flat:
            filters["metadata"] = {FINGERPRINT: order.fingerprint}

        def listed() -> list[Any]:
            found = list(listed_once(jobs.list(limit=100, **filters), most=_MOST_JOBS))
            for job in found:
                job_state(job)  # raises here if it is none
            return found

        while True:
            try:
                return self.pace.call_with_retries(
                    listed, action="search for the job", say=self.say
                )
            except FineTuningError as error:
                if filters and error.code == "refused":  # not every provider filters
                    filters.clear()
                elif error.code == "not_found":  # or lists jobs
                    return []
                else:
                    raise

    def _match(
        self, order: Order, files: Mapping[str, str], listed: list[Any]
    ) -> JobState | None:
        alive = [job for job in listed if job_state(job).status not in UNSUCCESSFUL]
        for job in alive:
            if (job.metadata or {}).get(FINGERPRINT) == order.fingerprint:
                return job_state(job)
        state = self.state.read()
        record = state.job(fingerprint=order.fingerprint)
        recorded = {job.job_id for job in state.jobs}
        if record is None or record.earlier_jobs is None:
            # None was about to be created, unless the state file was lost.
            if not state.upload(order.train_sha256, self.connection.base_url):
                unknown = [job for job in alive if job.id not in recorded]
                self._ask_about(order, unknown, is_whole=len(listed) < _MOST_JOBS)
            return None
        known = {*record.earlier_jobs, *recorded}
        candidates = [
            job
            for job in self._of_file(alive, files)
            if job.id not in known and has_settings(job, order)
        ]
        if len(candidates) > 1:
            ids = ", ".join(job.id for job in candidates)
            raise FineTuningError(
                f"The provider has several jobs that may be of this call: {ids}. Use one "
                "with attach(ID), or pass seed= for another job.",
                code="unknown_outcome",
            )
        return job_state(candidates[0]) if candidates else None

    def _ask_about(self, order: Order, jobs: list[Any], *, is_whole: bool) -> None:
        """Raise an error if a job that no state file records may be of this order.

        Where a provider keeps no metadata, only its training file tells, and somebody else may
        have trained on the same one: it is not adopted unasked. A list that is not whole says
        nothing of the jobs left out.
        """
        similar = [
            job
            for job in jobs
            if not job.metadata and has_settings(job, order, seed_is_kept=True)
        ]
        files = list(dict.fromkeys(job.training_file for job in similar))
        ours = self._those_of_order(order, files[:_MOST_COMPARED])
        found = [job.id for job in similar if job.training_file in ours]
        if found:
            what = "a job" if len(found) == 1 else "jobs"
            raise FineTuningError(
                f"No state file records it, but the provider has {what} of the same file "
                f"and settings: {', '.join(found)}. Follow one with attach(ID), or pass "
                "seed= for another job. Nothing was started.",
                code="unknown_outcome",
            )
        # Who passes seed= is not stopped by a list that is longer: it is how to go on. A job
        # with the same seed among those left out is not seen.
        if len(files) > _MOST_COMPARED or not (is_whole or order.seed is not None):
            raise FineTuningError(
                "Whether this job was started before is not known: no state file records "
                f"it, and the provider has more than {_MOST_JOBS:,} jobs, or jobs of more "
                f"than {_MOST_COMPARED:,} other files with these settings. See its own list "
                "of jobs: follow yours with attach(ID), or pass seed= for another. Nothing "
                "was started.",
                code="unknown_outcome",
            )

    def _those_of_order(self, order: Order, files: list[str]) -> set[str]:
        """Return the files at the provider that may be this order's training file."""
        if len(files) > 1:
            self.say(f"Comparing the training files of earlier jobs: {len(files):,}")
        return {file for file in files if self._may_be_ours(order, file)}

    def _may_be_ours(self, order: Order, file_id: str) -> bool:
        """Return whether a file may be this order's training file, by its bytes."""
        files = self.connection.quick.files
        try:
            file = self._request(
                lambda: files.retrieve(file_id), action="check the file"
            )
        except FineTuningError as error:
            if error.temporary:
                raise
            return False  # it is gone: nothing says that it was ours
        if file.bytes != order.train.stat().st_size:
            return False
        client = self.connection.client
        same = has_digest(client, file.id, order.train_sha256, self._request)
        return same is not False

    def _request(self, call: Callable[[], Any], *, action: str) -> Any:
        return self.pace.call_with_retries(call, action=action, say=self.say)

    def _of_file(self, jobs: list[Any], files: Mapping[str, str]) -> list[Any]:
        """Return the jobs without metadata that train on our file."""
        train = files.get("training_file")
        return [
            job
            for job in jobs
            if train and not job.metadata and job.training_file == train
        ]

    def _note_earlier_jobs(self, order: Order, ids: list[str] | None) -> None:
        earlier = None if ids is None else tuple(ids)
        record = self.state.read().job(fingerprint=order.fingerprint)
        if record:
            changed = replace(record, earlier_jobs=earlier)
            self.state.change(lambda known: known.with_job(changed))
