"""Jobs at a provider that speaks OpenAI's API: a `Backend`.

Owns the requests made for a job, and that no job is started twice: an order is recognised by
its fingerprint in the job's metadata, which is searched for before a job is created and
after an answer was lost. Errors are translated by `_sdk_errors`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._inputs import digest_file
from langchain_imessage.finetuning._sdk_errors import CREATING, ask
from langchain_imessage.finetuning._types import FINAL, UNSUCCESSFUL
from langchain_imessage.finetuning.hosted._chat_model import hosted_chat_model
from langchain_imessage.finetuning.hosted._job_objects import (
    FINGERPRINT,
    checkpoint_of,
    job_event,
    job_request,
    job_state,
)
from langchain_imessage.finetuning.hosted._upload import PART, Uploader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from langchain_openai import ChatOpenAI

    from langchain_imessage.finetuning._retry import Pace
    from langchain_imessage.finetuning._state_file import StateFile
    from langchain_imessage.finetuning._types import Checkpoint, Event, JobState, Order
    from langchain_imessage.finetuning.hosted._client import Connection
    from langchain_imessage.finetuning.hosted._providers import Provider

TRAIN, VALIDATION = "train.jsonl", "validation.jsonl"
"""Names of the files at a provider, whatever they are called here."""

_MOST_JOBS = 1000
"""Jobs searched through: providers that ignore the filter list all there ever were."""

_SEARCHES = 3
"""How often a job is searched for after the answer was lost."""

_CLOCK_TOLERANCE = 120
"""Seconds the provider's clock may be behind ours."""

_NOT_STARTED = frozenset({"rate_limit", "unreachable"})
"""Errors after which it is certain that no job was created."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedBackend:
    """Runs jobs at a provider.

    Attributes:
        connection: The connection to the provider.
        state: The state file that records uploads.
        pace: How long to wait, and how often to try.
        expires_after: Seconds after which the provider deletes files; None for never.
        part: Bytes of a part of a large file.
    """

    connection: Connection
    state: StateFile = field(repr=False)
    pace: Pace = field(repr=False)
    expires_after: int | None = None
    part: int = PART

    @property
    def provider(self) -> Provider:
        """The provider."""
        return self.connection.provider

    def start(self, order: Order, say: Callable[[str], None]) -> JobState:
        """Upload the files and start a job, or return the one that exists."""
        found = self._find(order, say)
        if found:
            say(f"This job was started before: {found.job_id}")
            return found
        uploader = self._uploader(say)
        files = {"training_file": uploader.upload(digest_file(order.train, TRAIN))}
        if order.validation:
            content = digest_file(order.validation, VALIDATION)
            files["validation_file"] = uploader.upload(content)
        say("Starting the job")
        return self._create(order, files, say)

    def retrieve(self, job_id: str) -> JobState:
        """Return a job as it is now."""
        jobs = self.connection.quick.fine_tuning.jobs
        return job_state(ask(lambda: jobs.retrieve(job_id), action="check the job"))

    def events(self, job_id: str, after: str | None) -> list[Event]:
        """Return the events after an event, oldest first."""
        jobs = self.connection.quick.fine_tuning.jobs

        def newest_first() -> list[Event]:
            found: dict[str, Event] = {}
            for event in jobs.list_events(job_id, limit=100):
                if event.id == after:
                    break
                found.setdefault(event.id, job_event(event))
            return list(found.values())

        events = ask(newest_first, action="list the events")
        events.reverse()  # before sorting, for those of one second
        events.sort(key=lambda event: event.at)
        return events

    def cancel(self, job_id: str) -> JobState:
        """Stop a job; one that has ended stays as it is."""
        jobs = self.connection.quick.fine_tuning.jobs
        try:
            return job_state(ask(lambda: jobs.cancel(job_id), action="cancel the job"))
        except FineTuningError as error:
            if error.code != "refused":
                raise
        return self.retrieve(job_id)

    def checkpoints(self, job_id: str) -> list[Checkpoint]:
        """Return the checkpoints that were kept, by step."""
        checkpoints = self.connection.quick.fine_tuning.jobs.checkpoints
        found = ask(
            lambda: list(checkpoints.list(job_id, limit=100)),
            action="list the checkpoints",
        )
        return sorted(map(checkpoint_of, found), key=lambda one: one.step)

    def chat_model(
        self,
        state: JobState,
        system_prompt: str | None = None,  # noqa: ARG002 - part of the protocol
        **kwargs: Any,
    ) -> ChatOpenAI:
        """Return a chat model for the tuned model."""
        return hosted_chat_model(self.connection, state, **kwargs)

    def forget(self, state: JobState) -> None:
        """Delete the job's files, unless another job still needs them."""
        needed = {
            file_id
            for job in self.state.read().jobs
            if job.job_id != state.job_id and job.status not in {None, *FINAL}
            for file_id in job.files
        }
        gone = tuple(f for f in state.file_ids if f not in needed)
        for file_id in gone:
            self._delete(file_id)
        self.state.change(lambda known: known.without_files(gone))

    def _delete(self, file_id: str) -> None:
        files = self.connection.quick.files
        try:
            ask(lambda: files.delete(file_id), action="delete the file")
        except FineTuningError as error:
            if error.code != "not_found":
                raise

    def _uploader(self, say: Callable[[str], None]) -> Uploader:
        return Uploader(
            client=self.connection.client,
            base_url=self.connection.base_url,
            state=self.state,
            pace=self.pace,
            say=say,
            expires_after=self.expires_after,
            multipart=self.provider.multipart,
            part=self.part,
        )

    def _create(
        self, order: Order, files: Mapping[str, str], say: Callable[[str], None]
    ) -> JobState:
        """Create the job; repeat the request only if it is certain that there is none."""
        request = {**files, **job_request(order, flat=self.provider.flat)}
        jobs = self.connection.quick.fine_tuning.jobs
        waits = self.pace.waits()
        for tries in range(1, self.pace.tries + 1):
            try:
                return job_state(ask(lambda: jobs.create(**request), action=CREATING))
            except FineTuningError as error:
                if not error.temporary:
                    raise
                if error.code not in _NOT_STARTED:
                    break
                if tries == self.pace.tries:
                    raise
                wait = max(next(waits), error.retry_after or 0)
                say(f"{error} Trying again in {wait:.0f} s.")
            self.pace.sleep(wait)
        return self._find_lost(order, files, say)

    def _find_lost(
        self, order: Order, files: Mapping[str, str], say: Callable[[str], None]
    ) -> JobState:
        """Search for a job that was created, but whose answer did not arrive."""
        for _, wait in zip(range(_SEARCHES), self.pace.waits(), strict=False):
            say("The provider's answer was lost; searching for the job")
            found = self._find(order, say, files=files)
            if found:
                return found
            self.pace.sleep(wait)
        raise FineTuningError(
            "The provider's answer was lost, and the job is not listed yet. Run this "
            "again in a few minutes: the job is searched for first, and nothing is "
            "uploaded or paid for twice.",
            code="unknown_outcome",
        )

    def _find(
        self,
        order: Order,
        say: Callable[[str], None],
        *,
        files: Mapping[str, str] | None = None,
    ) -> JobState | None:
        """Search for a job of this order, unless it was unsuccessful."""
        api = self.connection.quick.fine_tuning.jobs
        tag = {FINGERPRINT: order.fingerprint}
        filters: dict[str, Any] = {} if self.provider.flat else {"metadata": tag}
        record = self.state.read().job(fingerprint=order.fingerprint)
        began = record.began if record else None
        sent = files or self._files_of(order)

        def matches(job: Any) -> bool:
            if job.status in UNSUCCESSFUL:
                return False
            if job.metadata:
                return bool(job.metadata.get(FINGERPRINT) == order.fingerprint)
            return _is_from(job, order, sent, began)

        def find() -> JobState | None:
            listed = islice(api.list(limit=100, **filters), _MOST_JOBS)
            return next((job_state(job) for job in listed if matches(job)), None)

        try:
            return self.pace.call_with_retries(
                find, action="search for the job", say=say
            )
        except FineTuningError as error:
            if error.code != "not_found":  # not every provider lists jobs
                raise
            return None

    def _files_of(self, order: Order) -> dict[str, str]:
        """Return the ids of the order's files that were uploaded before."""
        upload = self.state.read().upload(order.train_sha256, self.connection.base_url)
        return {"training_file": upload.file_id} if upload and upload.file_id else {}


def _is_from(
    job: Any, order: Order, files: Mapping[str, str], began: float | None
) -> bool:
    """Return whether a job without metadata can only be the one of this order."""
    return (
        began is not None
        and job.training_file == files.get("training_file")
        and job.model == order.model
        and job.created_at >= began - _CLOCK_TOLERANCE
    )
