"""What a job of the fine-tuning server is made of: its parameters, its model, its surroundings.

Holds records only; `_training_job` runs the job.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import RequestRefusedError

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from langchain_imessage.testing.openai_server._exchange import Ids
    from langchain_imessage.testing.openai_server.learner._parrot import Pair, Parrot
    from langchain_imessage.testing.openai_server.stores._file_store import FileStore
    from langchain_imessage.testing.openai_server.stores._stored_file import StoredFile

_MOST_METADATA, _LONGEST_KEY, _LONGEST_VALUE = 16, 64, 512
"""What OpenAI's contract allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TunedModel:
    """A tuned model: a parrot, and how much of its memory it may use.

    Attributes:
        name: `ft:{model}:{organisation}:{suffix}:{id}`.
        base: The model that was asked for.
        pairs: What it was trained on, so that training can go on from it.
        parrot: The learner.
        known: How much of its memory it may use; all of it if it is done.
        created_at: When it was made.
    """

    name: str
    base: str
    pairs: list[Pair]
    parrot: Parrot
    known: int
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobParameters:
    """The parameters of a request for a job, checked.

    Attributes:
        model: The model to tune, as it was named.
        base: The model at the bottom of it.
        pairs: What the model to tune was trained on before.
        training_file: The file to learn from.
        validation_file: The file to be measured on.
        method: "supervised" or "dpo".
        hyperparameters: Those that were given.
        suffix: A part of the tuned model's name.
        seed: Given back, and used for nothing: there is no chance in a parrot.
        metadata: Given back.
        plan: The states the job will pass through.
    """

    model: str
    base: str
    pairs: list[Pair]
    training_file: StoredFile
    validation_file: StoredFile | None
    method: str
    hyperparameters: dict[str, Any]
    suffix: str
    seed: int
    metadata: dict[str, str] | None
    plan: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnvironment:
    """What every job needs.

    Attributes:
        files: The files to learn from.
        ids: Makes ids.
        clock: Returns the time, in Unix seconds.
        flagged: What moderation looks for.
    """

    files: FileStore
    ids: Ids
    clock: Callable[[], float]
    flagged: re.Pattern[str] | None

    def now(self) -> int:
        """Return the time, in whole seconds."""
        return int(self.clock())

    def event(
        self, message: str, *, level: str, data: dict[str, Any] | None
    ) -> dict[str, Any]:
        """Return a new event of a job, as the API shows it."""
        return {
            "object": "fine_tuning.job.event",
            "id": self.ids.new("ftevent-"),
            "created_at": self.now(),
            "level": level,
            "message": message,
            "type": "metrics" if data else "message",
            "data": data or {},
        }


def checked_metadata(metadata: Any) -> dict[str, str] | None:
    """Return a job's metadata, or refuse it."""
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or len(metadata) > _MOST_METADATA:
        message = f"'metadata' must be an object of at most {_MOST_METADATA} pairs"
        raise RequestRefusedError(message, param="metadata")
    for key, value in metadata.items():
        if len(key) > _LONGEST_KEY or not isinstance(value, str):
            message = (
                f"'metadata' maps texts of at most {_LONGEST_KEY} characters to texts"
            )
            raise RequestRefusedError(message, param="metadata")
        if len(value) > _LONGEST_VALUE:
            message = f"'metadata' values have at most {_LONGEST_VALUE} characters"
            raise RequestRefusedError(message, param="metadata")
    return dict(metadata)
