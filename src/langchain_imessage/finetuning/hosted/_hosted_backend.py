"""Jobs at a provider that speaks OpenAI's API: a `Backend`.

Owns the requests made for a job that exists. How one is created, and never twice, is
`_job_creation`'s; errors are translated by `_sdk_errors`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._types import FINAL, is_final
from langchain_imessage.finetuning.calls._listing import listed_once
from langchain_imessage.finetuning.calls._sdk_errors import ask
from langchain_imessage.finetuning.hosted._chat_model import hosted_chat_model
from langchain_imessage.finetuning.hosted._job_creation import JobCreator
from langchain_imessage.finetuning.hosted._job_objects import (
    checkpoint_of,
    job_event,
    job_state,
)
from langchain_imessage.finetuning.hosted._upload import PART, Uploader
from langchain_imessage.finetuning.state._file_content import unchanged_files
from langchain_imessage.finetuning.state._locks import locked, shared_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_openai import ChatOpenAI

    from langchain_imessage.finetuning._types import Checkpoint, Event, JobState, Order
    from langchain_imessage.finetuning.calls._retry import Pace
    from langchain_imessage.finetuning.hosted._client import ProviderConnection
    from langchain_imessage.finetuning.hosted.catalog._provider_types import Provider
    from langchain_imessage.finetuning.state._state_file import StateFile

TRAIN, VALIDATION = "train.jsonl", "validation.jsonl"
"""Names of the files at a provider, whatever they are called here."""

_PAGE = 100
"""Events, or checkpoints, a page."""

_MOST_EVENTS = 10_000
_MOST_NEW_EVENTS = _MOST_CHECKPOINTS = 1_000
"""Events and checkpoints read at once: a server might list them without end."""


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

    connection: ProviderConnection
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
        creator = self._creator(say)
        found = creator.find(order, {})
        if found:
            return found
        uploader = self._uploader(say)
        contents = unchanged_files(order, (TRAIN, VALIDATION))
        sides = ("training_file", "validation_file")
        files = {
            side: uploader.upload(content)
            for side, content in zip(sides, contents, strict=False)
        }
        say("Starting the job")
        # Copies of a dataset in several folders make the same order.
        with locked(shared_folder(), lambda: say("Waiting for another call")):
            return creator.create(order, files)

    def find(self, order: Order, say: Callable[[str], None]) -> JobState | None:
        """Return the job of an order that was started before; sends no file."""
        uploads = self.state.read()
        digests = {
            "training_file": order.train_sha256,
            "validation_file": order.validation_sha256,
        }
        known = {
            name: uploads.upload(sha256, self.connection.base_url)
            for name, sha256 in digests.items()
            if sha256
        }
        files = {n: one.file_id for n, one in known.items() if one and one.file_id}
        return self._creator(say).find(order, files)

    def retrieve(self, job_id: str) -> JobState:
        """Return a job as it is now."""
        jobs = self.connection.quick.fine_tuning.jobs
        return ask(lambda: job_state(jobs.retrieve(job_id)), action="check the job")

    def events(self, job_id: str, after: str | None) -> list[Event]:
        """Return the events after an event, oldest first."""
        jobs = self.connection.quick.fine_tuning.jobs
        most = _MOST_EVENTS if after is None else _MOST_NEW_EVENTS

        def newest_first() -> list[Event]:
            found: dict[str, Event] = {}
            listed = jobs.list_events(job_id, limit=_PAGE)
            for number, event in enumerate(islice(listed, most)):
                # Some servers know no pages, and give the first one again and again.
                if event.id == after or number >= len(found) + _PAGE:
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
            return ask(lambda: job_state(jobs.cancel(job_id)), action="cancel the job")
        except FineTuningError as error:
            refusal = error
        # Providers refuse it with different statuses where the job has ended.
        state = self.retrieve(job_id)
        if refusal.code == "refused" or is_final(state.status):
            return state
        raise refusal

    def checkpoints(self, job_id: str) -> list[Checkpoint]:
        """Return the checkpoints that were kept, by step."""
        checkpoints = self.connection.quick.fine_tuning.jobs.checkpoints
        found = ask(
            lambda: [
                checkpoint_of(one)
                for one in listed_once(
                    checkpoints.list(job_id, limit=_PAGE), most=_MOST_CHECKPOINTS
                )
            ],
            action="list the checkpoints",
        )
        return sorted(found, key=lambda one: one.step)

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

    def _creator(self, say: Callable[[str], None]) -> JobCreator:
        return JobCreator(
            connection=self.connection, state=self.state, pace=self.pace, say=say
        )

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
