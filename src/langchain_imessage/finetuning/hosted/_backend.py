"""Jobs at a provider that speaks OpenAI's API: a `Backend`.

Owns which requests are made for a job, and that no job is started twice: an order is known
again by its fingerprint, in the job's metadata, and is looked for before it is given and
after an answer was lost. Errors are `_faults`' business, waiting for a job's end is `Job`'s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._errors import CREATING, answered, ask
from langchain_imessage.finetuning._file_content import content_of
from langchain_imessage.finetuning._types import FINAL, Checkpoint, Event, JobState
from langchain_imessage.finetuning.hosted._chat_model import hosted_chat_model
from langchain_imessage.finetuning.hosted._upload import PART, Uploader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from langchain_openai import ChatOpenAI

    from langchain_imessage.finetuning._retry import Pace
    from langchain_imessage.finetuning._state_file import StateFile
    from langchain_imessage.finetuning._types import Order
    from langchain_imessage.finetuning.hosted._client import Connection
    from langchain_imessage.finetuning.hosted._providers import Provider

FINGERPRINT = "langchain_imessage"
DIGEST = "training_file_sha256"
"""Keys of a job's metadata."""

TRAIN, VALIDATION = "train.jsonl", "validation.jsonl"
"""What files are called at a provider, whatever they are called here."""

_MOST_JOBS = 1000
"""Jobs looked through: providers that ignore the filter list all there ever were."""

_LOOKS = 3
"""How often a job is looked for whose receipt was lost."""

_SLACK = 120
"""Seconds the provider's clock may be behind ours."""

_ENDED_BADLY = frozenset({"failed", "cancelled"})

_NOT_STARTED = frozenset({"rate_limit", "unreachable"})
"""Faults after which it is certain that there is no job."""

_STEP = re.compile(r"Step (\d+)(?:/\d+)?: training loss=(\d+(?:\.\d+)?)")
"""How OpenAI puts figures into an event's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedBackend:
    """Runs jobs at a provider.

    Attributes:
        connection: How to talk to it.
        state: Where it is written down what was uploaded.
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
        """Who runs them."""
        return self.connection.provider

    def start(self, order: Order, say: Callable[[str], None]) -> JobState:
        """Bring the files there and start a job, or give the one there already is."""
        found = self._find(order, say)
        if found:
            say(f"This job was started before: {found.job_id}")
            return found
        uploader = self._uploader(say)
        files = {"training_file": uploader.bring(content_of(order.train, TRAIN))}
        if order.validation:
            content = content_of(order.validation, VALIDATION)
            files["validation_file"] = uploader.bring(content)
        say("Starting the job")
        return self._create(order, files, say)

    def retrieve(self, job_id: str) -> JobState:
        """Look how a job is doing."""
        jobs = self.connection.quick.fine_tuning.jobs
        return _state_of(ask(lambda: jobs.retrieve(job_id), action="look at the job"))

    def events(self, job_id: str, after: str | None) -> list[Event]:
        """Give what happened after an event, oldest first."""
        jobs = self.connection.quick.fine_tuning.jobs

        def newest_first() -> list[Event]:
            found: dict[str, Event] = {}
            for event in jobs.list_events(job_id, limit=100):
                if event.id == after:
                    break
                found.setdefault(event.id, _event_of(event))
            return list(found.values())

        events = ask(newest_first, action="follow the job")
        events.reverse()  # before sorting, for those of one second
        events.sort(key=lambda event: event.at)
        return events

    def cancel(self, job_id: str) -> JobState:
        """Stop a job; one that has ended stays as it is."""
        jobs = self.connection.quick.fine_tuning.jobs
        try:
            return _state_of(ask(lambda: jobs.cancel(job_id), action="cancel the job"))
        except FineTuningError as error:
            if error.code != "refused":
                raise
        return self.retrieve(job_id)

    def checkpoints(self, job_id: str) -> list[Checkpoint]:
        """Give what was kept on the way, by step."""
        checkpoints = self.connection.quick.fine_tuning.jobs.checkpoints
        found = ask(
            lambda: list(checkpoints.list(job_id, limit=100)),
            action="list the checkpoints",
        )
        made = [
            Checkpoint(
                model=one.fine_tuned_model_checkpoint,
                step=one.step_number,
                metrics=_without_step(_figures(one.metrics)),
            )
            for one in found
        ]
        return sorted(made, key=lambda one: one.step)

    def chat_model(
        self,
        state: JobState,
        system_prompt: str | None = None,  # noqa: ARG002 - part of the protocol
        **kwargs: Any,
    ) -> ChatOpenAI:
        """Make a chat model that talks to the tuned model."""
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
        """Ask for the job; only where it is certain that there is none, ask again."""
        request = {**files, **_settings(order, flat=self.provider.flat)}
        jobs = self.connection.quick.fine_tuning.jobs
        waits = self.pace.waits()
        for tries in range(1, self.pace.tries + 1):
            try:
                return _state_of(ask(lambda: jobs.create(**request), action=CREATING))
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
        """Find the job whose receipt did not arrive."""
        for _, wait in zip(range(_LOOKS), self.pace.waits(), strict=False):
            say("The provider's answer was lost; looking whether the job was started")
            found = self._find(order, say, files=files)
            if found:
                return found
            self.pace.sleep(wait)
        raise FineTuningError(
            "The provider's answer was lost, and no job of this order can be seen yet. "
            "Run this again in a few minutes: the job is looked for first, and nothing "
            "is uploaded or paid for twice.",
            code="unknown_outcome",
        )

    def _find(
        self,
        order: Order,
        say: Callable[[str], None],
        *,
        files: Mapping[str, str] | None = None,
    ) -> JobState | None:
        """Look for a job of this order that did not end badly."""
        api = self.connection.quick.fine_tuning.jobs
        tag = {FINGERPRINT: order.fingerprint}
        filters: dict[str, Any] = {} if self.provider.flat else {"metadata": tag}
        record = self.state.read().job(fingerprint=order.fingerprint)
        began = record.began if record else None
        sent = files or self._files_of(order)

        def is_it(job: Any) -> bool:
            if job.status in _ENDED_BADLY:
                return False
            if job.metadata:
                return bool(job.metadata.get(FINGERPRINT) == order.fingerprint)
            return _is_from(job, order, sent, began)

        def find() -> JobState | None:
            listed = islice(api.list(limit=100, **filters), _MOST_JOBS)
            return next((_state_of(job) for job in listed if is_it(job)), None)

        try:
            return self.pace.insist(find, action="look for the job", say=say)
        except FineTuningError as error:
            if error.code != "not_found":  # not every provider lists jobs
                raise
            return None

    def _files_of(self, order: Order) -> dict[str, str]:
        """Give the ids of an order's files that were uploaded before."""
        upload = self.state.read().upload(order.train_sha256, self.connection.base_url)
        return {"training_file": upload.file_id} if upload and upload.file_id else {}


def _settings(order: Order, *, flat: bool) -> dict[str, Any]:
    """Say what an order asks for, in the words of the API; what is "auto" is left out."""
    asked = {
        "n_epochs": order.n_epochs,
        "batch_size": order.batch_size,
        "learning_rate_multiplier": order.learning_rate_multiplier,
        **order.options,
    }
    figures = {name: value for name, value in asked.items() if value != "auto"}
    settings: dict[str, Any] = {
        "model": order.model,
        "metadata": {FINGERPRINT: order.fingerprint, DIGEST: order.train_sha256},
    }
    if order.suffix is not None:
        settings["suffix"] = order.suffix
    if order.seed is not None:
        settings["seed"] = order.seed
    if flat:
        body = {"extra_body": {"hyperparameters": figures}} if figures else {}
        return {**settings, **body}
    method = {order.method: {"hyperparameters": figures}} if figures else {}
    return {**settings, "method": {"type": order.method, **method}}


def _is_from(
    job: Any, order: Order, files: Mapping[str, str], began: float | None
) -> bool:
    """Tell whether a job without metadata can only be the one that was asked for."""
    return (
        began is not None
        and job.training_file == files.get("training_file")
        and job.model == order.model
        and job.created_at >= began - _SLACK
    )


def _state_of(job: Any) -> JobState:
    error = job.error if getattr(job, "error", None) else None
    files = (job.training_file, job.validation_file)
    finished = job.finished_at
    return JobState(
        job_id=str(answered(job, "id")),
        status=str(job.status),
        model=str(job.model),
        fine_tuned_model=job.fine_tuned_model,
        error_code=getattr(error, "code", None) or None,
        error_param=getattr(error, "param", None) or None,
        detail=getattr(error, "message", None) or None,
        trained_tokens=job.trained_tokens,
        finished_at=datetime.fromtimestamp(finished, UTC) if finished else None,
        file_ids=tuple(file_id for file_id in files if file_id),
    )


def _event_of(event: Any) -> Event:
    data = event.data if isinstance(event.data, dict) else {}
    figures = _figures(data)
    said = _STEP.search(event.message or "")
    step = figures.get("step", float(said[1]) if said else None)
    loss = figures.get("train_loss", float(said[2]) if said else None)
    return Event(
        id=event.id,
        at=datetime.fromtimestamp(event.created_at, UTC),
        level=event.level,
        message=event.message,
        kind=event.type or "message",
        step=None if step is None else int(step),
        loss=loss,
        data=data,
    )


def _figures(values: Any) -> dict[str, float]:
    """Take the numbers out of an answer's fields."""
    found = values if isinstance(values, dict) else dict(values or {})
    return {
        name: float(value)
        for name, value in found.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def _without_step(figures: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in figures.items() if name != "step"}
