"""A training job, wherever it runs: check it, follow it, stop it, use its model.

Owns what a caller does with a job. What runs it is behind `Backend`; what was seen of it is
written to the state file, so that `attach` finds it again.
"""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING, Any, Never

from langchain_core.messages import SystemMessage
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from typing_extensions import override

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._errors import failure
from langchain_imessage.finetuning._inputs import system_prompt_of
from langchain_imessage.finetuning._serving_prompt import serving_prompt
from langchain_imessage.finetuning._types import is_final
from langchain_imessage.finetuning.following._metrics import metrics_of, plot_metrics
from langchain_imessage.finetuning.following._polling import JobWatcher, poll
from langchain_imessage.finetuning.following._progress import ProgressLine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from os import PathLike
    from pathlib import Path

    from langchain_openai import ChatOpenAI

    from langchain_imessage.finetuning._types import (
        Backend,
        Checkpoint,
        Event,
        ExportForm,
        JobState,
        Metric,
    )
    from langchain_imessage.finetuning.following._polling import JobContext
    from langchain_imessage.finetuning.following._progress import Progress


class Job:
    r"""A training job. `fine_tune` starts one, `attach` comes back to one.

    Args:
        state: The job, as last seen.
        ties: The backend that runs it, and where it is recorded.

    Example:
        >>> from pathlib import Path
        >>> from langchain_imessage.finetuning import fine_tune
        >>> from langchain_imessage.testing import FineTuningServer
        >>> row = '{"messages": [{"role": "user", "content": "Slow?"}, {"role": "assistant", "content": "Yes."}]}'
        >>> _ = Path("train.jsonl").write_text("\n".join([row] * 10))
        >>> with FineTuningServer() as server:
        ...     job = fine_tune("train.jsonl", base_url=server.base_url, confirm=True)
        ...     job.wait().status
        'succeeded'
    """

    def __init__(self, state: JobState, ties: JobContext) -> None:
        self._context = ties
        self._watcher = JobWatcher(state, ties)

    @override
    def __repr__(self) -> str:
        """Show ids and the status."""
        return (
            f"Job(job_id={self.job_id!r}, provider={self.provider!r}, "
            f"status={self.status!r}, fine_tuned_model={self.fine_tuned_model!r})"
        )

    @override
    def __reduce__(self) -> Never:
        """Refuse to be pickled or copied: a key and an open connection would be, too."""
        raise TypeError(
            f"A Job cannot be pickled or copied: it holds the key of its provider. "
            f"{self._context.how_to_resume(self.job_id)}"
        )

    @property
    def job_id(self) -> str:
        """The job's id."""
        return self.state.job_id

    @property
    def provider(self) -> str:
        """The provider's name, as `fine_tune` takes it."""
        return self._context.provider

    @property
    def status(self) -> str:
        """The status, as last seen; `refresh` checks it."""
        return self.state.status

    @property
    def model(self) -> str:
        """The model that is trained."""
        return self.state.model

    @property
    def fine_tuned_model(self) -> str | None:
        """The tuned model's name or folder; None before it exists."""
        return self.state.fine_tuned_model

    @property
    def state(self) -> JobState:
        """The job's state, as last seen."""
        return self._watcher.state

    @cached_property
    def system_prompt(self) -> str | None:
        """The system prompt the job was trained with; None if there was none.

        It is recorded with the job; if it is not, it is the dataset's.
        """
        if self._context.system_prompt is not None:
            return self._context.system_prompt
        train = self._context.train
        return system_prompt_of(train) if train and train.is_file() else None

    def refresh(self) -> Job:
        """Check the job's status.

        Returns:
            The job itself.

        Raises:
            FineTuningError: If the provider does not answer.
        """
        self._watcher.note(
            self._request(lambda: self._backend.retrieve(self.job_id), "check")
        )
        return self

    def wait(self, *, progress: Progress = True, timeout: float | None = None) -> Job:
        """Follow the job until it has ended.

        Checks every few seconds, then every minute, and shows one line of progress.
        Temporary errors of network and provider are retried. Ctrl-C stops following,
        not the job.

        Args:
            progress: Whether to show progress; or a function called with each line.
            timeout: Seconds after which to stop following; the job goes on.

        Returns:
            The job itself, succeeded.

        Raises:
            FineTuningError: If it failed or was cancelled, if time is up, or if the
                provider did not answer for an hour; it says what to do next.
        """
        line = ProgressLine(progress)
        try:
            for seconds in self._poll(line, timeout):
                self._context.pace.sleep(seconds)
        except KeyboardInterrupt:
            line.end(self._still_running())
            raise
        finally:
            line.end()
        return self._succeeded()

    def cancel(self) -> Job:
        """Stop the job; one that has ended stays as it is.

        Returns:
            The job itself.
        """
        self._watcher.note(
            self._request(lambda: self._backend.cancel(self.job_id), "cancel")
        )
        return self

    def events(self) -> tuple[Event, ...]:
        """Return the job's events, oldest first."""
        found = self._request(
            lambda: self._backend.events(self.job_id, None), "list the events of"
        )
        return tuple(found)

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """Return the checkpoints that were kept, by step."""
        found = self._request(lambda: self._backend.checkpoints(self.job_id), "check")
        return tuple(found)

    def metrics(self) -> tuple[Metric, ...]:
        """Return the losses, by step."""
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
        return plot_metrics(self.metrics(), title=self.job_id, ax=ax)

    def chat_model(self, **kwargs: Any) -> ChatOpenAI:
        """Return a chat model for the tuned model.

        Args:
            **kwargs: For `langchain_openai.ChatOpenAI`: temperature, and so on.

        Returns:
            A chat model for a chain: `job.prompt_template() | job.chat_model()`.

        Raises:
            FineTuningError: If the job has not succeeded.
            MissingDependencyError: If langchain-openai is not installed.
        """
        self._require_done()
        return self._backend.chat_model(self.state, self.system_prompt, **kwargs)

    def export(self, form: ExportForm, path: str | PathLike[str]) -> Path:
        """Write a model that was trained on this computer for another program.

        Args:
            form: "fused", a folder for transformers, vLLM and mlx-lm; "peft", one with
                what was learned alone; "gguf", a file for llama.cpp, Ollama, LM Studio.
            path: Where to; nothing may be there yet.

        Returns:
            The path.

        Raises:
            ExportError: (a ValueError) If something is there.
            FineTuningError: If the job has not succeeded, or cannot be exported so.
        """
        export = getattr(self._backend, "export", None)
        if export is None:
            what = (
                "Only models trained on this computer can be exported; this one was "
                f"trained at {self.provider}."
            )
            raise FineTuningError(what, job_id=self.job_id, code="not_local")
        self._require_done()
        made: Path = export(self.state, form, path)
        return made

    def _require_done(self) -> None:
        if not is_final(self.status) or self.fine_tuned_model is None:
            self.refresh()  # a job may have succeeded before its model has a name
        if not is_final(self.status):
            what = (
                f"Job {self.job_id} is not done (status {self.status}): wait() first. "
                "The same `langchain-imessage finetune` again waits for it."
            )
            raise FineTuningError(what, job_id=self.job_id, code="not_done")
        self._succeeded()

    def prompt_template(
        self, *, to: str | None = None, group: str = "", at: datetime | None = None
    ) -> ChatPromptTemplate:
        """Return the prompt the model was trained with.

        Args:
            to: Who is written to, as `prepare(people=...)` named them.
            group: The title of the group, if `prepare(group_titles=True)` told it.
            at: When it is written, if `prepare(time_of_day=...)` told it; now if None.

        Returns:
            A template with the dataset's system prompt, if it has one, an optional
            `history` of messages, and the user's `input`.
        """
        train = self._context.train
        prompt = serving_prompt(self.system_prompt, train, to=to, group=group, at=at)
        head = [] if prompt is None else [SystemMessage(prompt)]
        history = MessagesPlaceholder("history", optional=True)
        return ChatPromptTemplate([*head, history, ("human", "{input}")])

    async def arefresh(self) -> Job:
        """Return the job itself, after `refresh`, without blocking."""
        return await asyncio.to_thread(self.refresh)

    async def await_done(
        self,
        *,
        progress: Progress = True,
        timeout: float | None = None,  # noqa: ASYNC109 - as in `wait`: the job goes on
    ) -> Job:
        """Do what `wait` does, without blocking; cancelling it leaves the job alone.

        Args:
            progress: As for `wait`.
            timeout: As for `wait`, in seconds.

        Returns:
            The job itself, succeeded.
        """
        line = ProgressLine(progress)
        steps = self._poll(line, timeout)
        try:
            while (seconds := await asyncio.to_thread(next, steps, None)) is not None:
                await self._context.pace.asleep(seconds)
        except asyncio.CancelledError:
            line.end(self._still_running())
            raise
        finally:
            line.end()
        return self._succeeded()

    async def acancel(self) -> Job:
        """Return the job itself, after `cancel`, without blocking."""
        return await asyncio.to_thread(self.cancel)

    async def acheckpoints(self) -> tuple[Checkpoint, ...]:
        """Return the checkpoints, as `checkpoints` does, without blocking."""
        return await asyncio.to_thread(self.checkpoints)

    async def ametrics(self) -> tuple[Metric, ...]:
        """Return the losses, as `metrics` does, without blocking."""
        return await asyncio.to_thread(self.metrics)

    @property
    def _backend(self) -> Backend:
        return self._context.backend

    def _request(self, call: Callable[[], Any], verb: str) -> Any:
        return self._context.pace.call_with_retries(call, action=f"{verb} the job")

    def _poll(self, line: ProgressLine, timeout: float | None) -> Iterator[float]:
        line.say(f"{self.job_id}: Checking job status")
        return poll(
            self._watcher.check,
            pace=self._context.pace,
            report=line.say,
            how_to_resume=self._context.how_to_resume(self.job_id),
            timeout=timeout,
        )

    def _succeeded(self) -> Job:
        if self.status != "succeeded":
            raise failure(self.state)
        return self

    def _still_running(self) -> str:
        again = self._context.how_to_resume(self.job_id)
        return f"The job goes on. {again}; to stop it: cancel() or `langchain-imessage cancel`"
