"""A job, a chat model or a chain → what is asked for answers, and what it is known by.

Owns how each kind is asked: a model with the example's own messages, a chain with its
`input` and `history`. No conversation gets to LangSmith.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from langchain_core.language_models import BaseChatModel
from langchain_core.load import dumps
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    SystemMessage,
)
from langchain_core.runnables.base import coerce_to_runnable

from langchain_imessage.evaluation.answers._destinations import hosts_of
from langchain_imessage.finetuning import Job
from langchain_imessage.transforms import without_tracing

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from langchain_imessage.datasets.formats._read_rows import Said
    from langchain_imessage.evaluation.held_out._held_out import HeldOutAnswer

TEMPERATURE: Final = 1.0
"""A tuned model is asked as `langchain-imessage chat` asks it: as varied as it learned."""

MOST_TOKENS: Final = 256
"""Of a tuned model's answer: one that does not end is no message."""

_CLASSES: Final[dict[str, type[BaseMessage]]] = {
    "system": SystemMessage,
    "user": HumanMessage,
    "assistant": AIMessage,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweringModel:
    """Something that answers.

    Attributes:
        name: What it is called in the table.
        runnable: What is asked.
        takes_messages: Whether it takes messages, rather than `input` and `history`.
        identity: What an equal model has, too; None where that cannot be known.
        hosts: Where what it is asked is sent; () if it stays on this computer.
        description: What it is, for the record.
    """

    name: str
    runnable: Runnable[Any, Any] = field(repr=False)
    takes_messages: bool
    identity: str | None
    hosts: tuple[str, ...] = ()
    description: str = ""

    def question(self, answer: HeldOutAnswer) -> Any:
        """Return what the model is asked in place of an answer."""
        if self.takes_messages:
            return [*map(_message, answer.history), HumanMessage(answer.said)]
        history = [turn for turn in answer.history if turn.role != "system"]
        return {"input": answer.said, "history": [*map(_message, history)]}


def answering_model(name: str, model: Any) -> AnsweringModel:
    """Return what is asked of a job, a chat model, a chain or a function.

    Args:
        name: What it is called.
        model: A finished job; a chat model; or a runnable or function that takes `input`
            and `history`, and returns a text or a message.

    Raises:
        FineTuningError: If a job has not succeeded.
        MissingDependencyError: If a job's chat model needs an extra.
        TypeError: If it is none of these.
    """
    if isinstance(model, Job):
        return _of_job(name, model)
    is_model = isinstance(model, BaseChatModel)
    runnable = coerce_to_runnable(model)
    return AnsweringModel(
        name=name,
        runnable=without_tracing(runnable),
        takes_messages=is_model,
        identity=_digest(_known_by(runnable)),
        hosts=hosts_of(runnable),
        description=type(model).__name__,
    )


def default_name(model: Any) -> str:
    """Return what a model is called that nobody named."""
    return "tuned" if isinstance(model, Job) else "model"


def _of_job(name: str, job: Job) -> AnsweringModel:
    model = job.chat_model(temperature=TEMPERATURE, max_completion_tokens=MOST_TOKENS)
    known = f"{job.provider} {job.job_id} {job.fine_tuned_model} {TEMPERATURE}"
    return AnsweringModel(
        name=name,
        runnable=without_tracing(model),
        takes_messages=True,
        identity=_digest(known),
        hosts=hosts_of(model),
        description=f"job {job.job_id} at {job.provider}",
    )


def _known_by(runnable: Any) -> str | None:
    """Return the settings of a model or a chain; None where some have no words.

    As LangChain's own cache of answers does; a function may do anything.
    """
    if isinstance(runnable, BaseChatModel):
        return f"{type(runnable).__qualname__} {runnable._get_llm_string()}"  # noqa: SLF001 - LangChain's cache has no other name for it
    with suppress(Exception):  # whatever somebody's chain consists of
        text = dumps(runnable)
        return None if '"not_implemented"' in text else text
    return None


def _digest(known: str | None) -> str | None:
    """Return a digest: settings may hold words that are private."""
    if known is None:
        return None
    return hashlib.sha256(known.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _message(turn: Said) -> BaseMessage:
    kind = _CLASSES.get(turn.role, HumanMessage)
    return kind(content=turn.text)
