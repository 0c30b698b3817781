"""A training job, wherever it runs: look at it, follow it, stop it, use what it made.

Owns what a caller does with a job. Who runs it is behind `Backend`; what was seen of it is
written to the state file, so that it can be come back to.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from langchain_core.messages import SystemMessage
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from typing_extensions import override

from langchain_imessage.errors import FineTuningError, MissingDependencyError
from langchain_imessage.finetuning._errors import failure
from langchain_imessage.finetuning._inputs import system_prompt_of
from langchain_imessage.finetuning._metrics import metrics_of
from langchain_imessage.finetuning._polling import follow
from langchain_imessage.finetuning._progress import ProgressLine
from langchain_imessage.finetuning._types import is_final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from langchain_openai import ChatOpenAI

    from langchain_imessage.finetuning._progress import Progress
    from langchain_imessage.finetuning._retry import Pace
    from langchain_imessage.finetuning._state_file import JobRecord, StateFile
    from langchain_imessage.finetuning._types import (
        Backend,
        Checkpoint,
        Event,
        JobState,
        Metric,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """What a job is tied to.

    Attributes:
        backend: Who runs it.
        provider: Who that is, by name.
        pace: How often to look.
        state: Where it is written down; None if nowhere.
        train: The training file; None if not known.
        delete_files: Whether its files are to be deleted after success.
        last_event: The last event seen before.
    """

    backend: Backend = field(repr=False)
    provider: str
    pace: Pace = field(repr=False)
    state: StateFile | None = None
    train: Path | None = None
    delete_files: bool = False
    last_event: str | None = None


class Job:
    """A training job. `fine_tune` starts one, `attach` comes back to one.

    Args:
        state: The job, as last seen.
        ties: What it is tied to.
    """

    def __init__(self, state: JobState, ties: Ties) -> None:
        self._state = state
        self._ties = ties
        self._last_event = ties.last_event
        self._kept_files = not ties.delete_files

    @override
    def __repr__(self) -> str:
        """Show ids and the status."""
        return (
            f"Job(job_id={self.job_id!r}, provider={self.provider!r}, "
            f"status={self.status!r}, fine_tuned_model={self.fine_tuned_model!r})"
        )

    @property
    def job_id(self) -> str:
        """The job's id."""
        return self._state.job_id

    @property
    def provider(self) -> str:
        """Who runs it, by the name `fine_tune` knows them under."""
        return self._ties.provider

    @property
    def status(self) -> str:
        """Where it was when last looked at; `refresh` looks."""
        return self._state.status

    @property
    def model(self) -> str:
        """The model that is trained."""
        return self._state.model

    @property
    def fine_tuned_model(self) -> str | None:
        """What came of it; None before there is."""
        return self._state.fine_tuned_model

    @property
    def state(self) -> JobState:
        """All that is known of it, as last seen."""
        return self._state

    @cached_property
    def system_prompt(self) -> str | None:
        """What it was trained with, and should be told again when it is used.

        From the dataset's manifest; for a bare file, what all its lines begin with.
        """
        train = self._ties.train
        return system_prompt_of(train) if train and train.is_file() else None

    def refresh(self) -> Job:
        """Look how it is doing.

        Returns:
            The job itself.

        Raises:
            FineTuningError: If the provider cannot be asked.
        """
        self._see(self._insist(lambda: self._backend.retrieve(self.job_id), "look at"))
        return self

    def wait(self, *, progress: Progress = True, timeout: float | None = None) -> Job:
        """Follow the job until it has ended.

        Looks every few seconds, then every minute, and says on one line how it does.
        Survives faults of network and provider. Ctrl-C stops following, not the job.

        Args:
            progress: Whether to show it; or a function that is told, line by line.
            timeout: Seconds after which to stop following; the job goes on.

        Returns:
            The job itself, succeeded.

        Raises:
            FineTuningError: If it failed or was cancelled, if time is up, or if the
                provider could not be asked for an hour; it says what to do next.
        """
        line = ProgressLine(progress)
        try:
            for seconds in self._follow(line, timeout):
                self._ties.pace.sleep(seconds)
        except KeyboardInterrupt:
            line.end(self._goes_on())
            raise
        finally:
            line.end()
        return self._succeeded()

    def cancel(self) -> Job:
        """Stop the job; one that has ended stays as it is.

        Returns:
            The job itself.
        """
        self._see(self._insist(lambda: self._backend.cancel(self.job_id), "cancel"))
        return self

    def events(self) -> tuple[Event, ...]:
        """Give all that happened to it, oldest first."""
        found = self._insist(lambda: self._backend.events(self.job_id, None), "follow")
        return tuple(found)

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """Give the models that were kept on the way, by step."""
        found = self._insist(lambda: self._backend.checkpoints(self.job_id), "look at")
        return tuple(found)

    def metrics(self) -> tuple[Metric, ...]:
        """Give the losses, by step."""
        return metrics_of(self.events(), self.checkpoints())

    def plot(self, ax: Any = None) -> Any:
        """Draw the losses over the steps.

        Args:
            ax: The matplotlib axes to draw on; new ones if None.

        Returns:
            The axes.

        Raises:
            MissingDependencyError: If matplotlib is not installed.
        """
        try:
            from matplotlib import pyplot as plt
        except ImportError as error:
            raise MissingDependencyError("matplotlib", extra="plot") from error
        axes = ax or plt.subplots()[1]
        for name, label in (("train_loss", "training"), ("valid_loss", "validation")):
            points = [(m.step, getattr(m, name)) for m in self.metrics()]
            known = [(step, loss) for step, loss in points if loss is not None]
            if known:
                axes.plot(*zip(*known, strict=True), label=label, marker=".")
        axes.set(xlabel="step", ylabel="loss", title=self.job_id)
        axes.legend()
        return axes

    def chat_model(self, **kwargs: Any) -> ChatOpenAI:
        """Make a chat model that talks to what the job made.

        Args:
            **kwargs: For `langchain_openai.ChatOpenAI`: temperature, and so on.

        Returns:
            A chat model for a chain: `job.prompt_template() | job.chat_model()`.

        Raises:
            FineTuningError: If the job has not succeeded.
            MissingDependencyError: If langchain-openai is not installed.
        """
        if not is_final(self.status):
            self.refresh()
        if not is_final(self.status):
            raise FineTuningError(
                f"Job {self.job_id} is not done (status {self.status}): wait() first",
                job_id=self.job_id,
                code="not_done",
            )
        self._succeeded()
        return self._backend.chat_model(self._state, self.system_prompt, **kwargs)

    def prompt_template(self) -> ChatPromptTemplate:
        """Make the prompt the model was trained with.

        Returns:
            A template with the dataset's system prompt, if it has one, an optional
            `history` of messages, and the user's `input`.
        """
        prompt = self.system_prompt
        return ChatPromptTemplate(
            [
                *([SystemMessage(prompt)] if prompt is not None else []),
                MessagesPlaceholder("history", optional=True),
                ("human", "{input}"),
            ]
        )

    async def arefresh(self) -> Job:
        """Do what `refresh` does, without blocking."""
        return await asyncio.to_thread(self.refresh)

    async def await_done(
        self,
        *,
        progress: Progress = True,
        timeout: float | None = None,  # noqa: ASYNC109 - as in `wait`: the job goes on
    ) -> Job:
        """Do what `wait` does, without blocking; cancelling it leaves the job alone."""
        line = ProgressLine(progress)
        steps = self._follow(line, timeout)
        try:
            while (seconds := await asyncio.to_thread(next, steps, None)) is not None:
                await self._ties.pace.asleep(seconds)
        except asyncio.CancelledError:
            line.end(self._goes_on())
            raise
        finally:
            line.end()
        return self._succeeded()

    async def acancel(self) -> Job:
        """Do what `cancel` does, without blocking."""
        return await asyncio.to_thread(self.cancel)

    async def acheckpoints(self) -> tuple[Checkpoint, ...]:
        """Do what `checkpoints` does, without blocking."""
        return await asyncio.to_thread(self.checkpoints)

    async def ametrics(self) -> tuple[Metric, ...]:
        """Do what `metrics` does, without blocking."""
        return await asyncio.to_thread(self.metrics)

    @property
    def _backend(self) -> Backend:
        return self._ties.backend

    def _insist(self, call: Callable[[], Any], verb: str) -> Any:
        return self._ties.pace.insist(call, action=f"{verb} the job", say=_silent)

    def _follow(self, line: ProgressLine, timeout: float | None) -> Iterator[float]:
        line.say(f"{self.job_id}: looking how it does")
        return follow(
            self._look,
            pace=self._ties.pace,
            say=line.say,
            come_back=self._come_back(),
            timeout=timeout,
        )

    def _look(self) -> tuple[JobState, list[Event]]:
        """See the job as it is, and what happened since the last look."""
        state = self._backend.retrieve(self.job_id)
        events = self._backend.events(self.job_id, self._last_event)
        if events:
            self._last_event = events[-1].id
        self._see(state)
        return state, events

    def _see(self, state: JobState) -> None:
        """Take note of how the job is."""
        self._state = state
        if state.status == "succeeded" and not self._kept_files:
            self._backend.forget(state)
            self._kept_files = True
        if self._ties.state:
            self._ties.state.change(
                lambda known: known.with_seen(
                    state.job_id, lambda record: self._seen(record, state)
                )
            )

    def _seen(self, record: JobRecord, state: JobState) -> JobRecord:
        return replace(
            record,
            status=state.status,
            fine_tuned_model=state.fine_tuned_model,
            files=state.file_ids,
            last_event=self._last_event,
            delete_files=not self._kept_files,
        )

    def _succeeded(self) -> Job:
        if self.status != "succeeded":
            raise failure(self._state)
        return self

    def _come_back(self) -> str:
        where = (
            f"state={str(self._ties.state.path)!r}"
            if self._ties.state
            else f"provider={self.provider!r}"
        )
        return f"To come back to it: attach({self.job_id!r}, {where})"

    def _goes_on(self) -> str:
        return f"The job goes on. {self._come_back()}; to stop it: .cancel()"


def _silent(line: str) -> None:
    """Say nothing."""
