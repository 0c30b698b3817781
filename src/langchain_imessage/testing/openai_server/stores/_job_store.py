"""Jobs of the fine-tuning server: their parameters, the list of them, what came of them.

Does not handle connections; what happens in a job is `_training_job`'s.
"""

from __future__ import annotations

import math
import re
import sys
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import RequestRefusedError
from langchain_imessage.testing.openai_server._exchange import (
    Answer,
    optional_object,
    optional_text,
    page,
    require_number,
    require_one_of,
    require_text,
)
from langchain_imessage.testing.openai_server.stores._job_parameters import (
    JobParameters,
    checked_metadata,
)
from langchain_imessage.testing.openai_server.stores._training_job import Training

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from langchain_imessage.testing.openai_server._exchange import Call
    from langchain_imessage.testing.openai_server._faults import FaultSchedule
    from langchain_imessage.testing.openai_server.stores._job_parameters import (
        JobEnvironment,
        TunedModel,
    )
    from langchain_imessage.testing.openai_server.stores._stored_file import StoredFile

RUNNING_STEPS = 3
"""How often a job is found running, so that a client sees events come in portions."""

_LONGEST_SUFFIX = 64
_LARGEST_SEED = 2**31 - 1
_RANGES: dict[str, tuple[float, float, bool]] = {
    "n_epochs": (1, 50, True),
    "batch_size": (1, 256, True),
    "learning_rate_multiplier": (math.ulp(0.0), sys.float_info.max, False),
    "beta": (math.ulp(0.0), 2, False),
}
"""What OpenAI's contract allows: from, to, whole numbers only."""

_METHODS = ("supervised", "dpo")
_ARGUMENTS = frozenset(
    (
        "model",
        "training_file",
        "validation_file",
        "hyperparameters",
        "method",
        "suffix",
        "seed",
        "integrations",
        "metadata",
    )
)
_OTHER_CHARACTERS = re.compile(r"[^a-z0-9-]+")


class JobStore:
    """Keeps the jobs, and the models that came of them.

    Args:
        environment: What a job needs.
        faults: What goes wrong.
        polls: How many times a job is found in each of its states; 0 to be done at once.
        models: The models that may be tuned; None for any.
        is_lenient: Whether arguments OpenAI does not know are passed over.
    """

    def __init__(
        self,
        environment: JobEnvironment,
        *,
        faults: FaultSchedule,
        polls: int,
        models: Collection[str] | None,
        is_lenient: bool,
    ) -> None:
        self._environment = environment
        self._faults = faults
        self._polls = polls
        self._models = models
        self._is_lenient = is_lenient
        self._jobs: dict[str, Training] = {}

    def models(self) -> dict[str, TunedModel]:
        """Return what came of all jobs, by name."""
        return {
            n: tuned for job in self._jobs.values() for n, tuned in job.models.items()
        }

    def forget(self, name: str) -> None:
        """Delete a tuned model."""
        for job in self._jobs.values():
            job.models.pop(name, None)

    def create(self, call: Call) -> Answer:
        """POST /fine_tuning/jobs."""
        values = call.values
        unknown = sorted(values.keys() - _ARGUMENTS)
        if unknown and not self._is_lenient:
            message = f"Unrecognized request argument supplied: {unknown[0]}"
            raise RequestRefusedError(message, param=unknown[0])
        parameters = self._parameters(values)
        job = Training(
            id=self._environment.ids.new("ftjob-"),
            parameters=parameters,
            environment=self._environment,
            created_at=self._environment.now(),
        )
        self._jobs[job.id] = job
        return Answer(value=job.to_dict())

    def list_jobs(self, call: Call) -> Answer:
        """GET /fine_tuning/jobs: newest first, those with the metadata asked for."""
        start = "metadata["
        wanted = {
            key[len(start) : -1]: value
            for key, value in call.query.items()
            if key.startswith(start)
        }
        jobs = [
            job
            for job in reversed(self._jobs.values())
            if wanted.items() <= (job.parameters.metadata or {}).items()
        ]
        found, has_more = page(jobs, call.query, key=lambda job: job.id)
        shown = [job.to_dict() for job in found]
        return Answer(value={"object": "list", "data": shown, "has_more": has_more})

    def retrieve(self, call: Call) -> Answer:
        """GET /fine_tuning/jobs/{id}; the job takes its next step."""
        job = self._find(call)
        job.advance()
        return Answer(value=job.to_dict())

    def events(self, call: Call) -> Answer:
        """GET /fine_tuning/jobs/{id}/events: newest first."""
        events = self._find(call).events[::-1]
        found, has_more = page(events, call.query, key=lambda event: str(event["id"]))
        return Answer(value={"object": "list", "data": found, "has_more": has_more})

    def checkpoints(self, call: Call) -> Answer:
        """GET /fine_tuning/jobs/{id}/checkpoints: newest first."""
        kept = self._find(call).checkpoints[::-1]
        found, has_more = page(kept, call.query, key=lambda c: str(c["id"]), usual=10)
        value = {
            "object": "list",
            "data": found,
            "first_id": found[0]["id"] if found else None,
            "last_id": found[-1]["id"] if found else None,
            "has_more": has_more,
        }
        return Answer(value=value)

    def cancel(self, call: Call) -> Answer:
        """POST /fine_tuning/jobs/{id}/cancel."""
        job = self._unfinished(call)
        job.cancel()
        return Answer(value=job.to_dict())

    def pause(self, call: Call) -> Answer:
        """POST /fine_tuning/jobs/{id}/pause; its status is one the contract lacks."""
        return self._pause(call, is_paused=True)

    def resume(self, call: Call) -> Answer:
        """POST /fine_tuning/jobs/{id}/resume."""
        return self._pause(call, is_paused=False)

    def _pause(self, call: Call, *, is_paused: bool) -> Answer:
        job = self._unfinished(call)
        job.is_paused = is_paused
        job.add_event(
            f"Fine-tuning job has been {'paused' if is_paused else 'resumed'}"
        )
        return Answer(value=job.to_dict())

    def _parameters(self, values: Mapping[str, Any]) -> JobParameters:
        model = require_text(values, "model")
        tuned = self.models().get(model)
        if tuned is None and not self._may_be_tuned(model):
            message = (
                f"Model {model} is not available for fine-tuning or does not exist."
            )
            raise RequestRefusedError(
                message, param="model", code="model_not_available"
            )
        training = self._file(require_text(values, "training_file"), "training_file")
        validation = optional_text(values, "validation_file")
        method, hyperparameters = self._method(values)
        seed = values.get("seed")
        return JobParameters(
            model=model,
            base=tuned.base if tuned else model,
            pairs=tuned.pairs if tuned else [],
            training_file=training,
            validation_file=self._file(validation, "validation_file")
            if validation
            else None,
            method=method,
            hyperparameters=hyperparameters,
            suffix=_suffix(optional_text(values, "suffix", _LONGEST_SUFFIX)),
            seed=0 if seed is None else require_number(seed, "seed", 0, _LARGEST_SEED),
            metadata=checked_metadata(values.get("metadata")),
            plan=self._plan(),
        )

    def _may_be_tuned(self, model: str) -> bool:
        if model.startswith("ft:"):
            return False
        return self._models is None or model in self._models

    def _file(self, file_id: str, param: str) -> StoredFile:
        try:
            file = self._environment.files.find(file_id)
        except RequestRefusedError as error:
            message = f"invalid {param}: {file_id}"
            raise RequestRefusedError(message, param=param) from error
        if file.purpose != "fine-tune":
            raise RequestRefusedError(
                f"invalid {param}: its purpose is not 'fine-tune'", param=param
            )
        return file

    def _method(self, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Read the method and its hyperparameters, also from the deprecated field."""
        method = optional_object(values, "method") or {"type": "supervised"}
        name = require_one_of(method.get("type"), "method.type", _METHODS)
        newer = optional_object(optional_object(method, name), "hyperparameters")
        given = {**optional_object(values, "hyperparameters"), **newer}
        allowed = [key for key in _RANGES if key != "beta" or name == "dpo"]
        unknown = sorted(given.keys() - set(allowed))
        if unknown and not self._is_lenient:
            message = f"Unrecognized hyperparameter supplied: {unknown[0]}"
            raise RequestRefusedError(message, param=f"hyperparameters.{unknown[0]}")
        return name, {key: _hyperparameter(key, given.get(key)) for key in allowed}

    def _plan(self) -> tuple[str, ...]:
        """Lay out the states a job will be found in."""
        request = "POST /fine_tuning/jobs"
        running = ["running"] * (RUNNING_STEPS * self._polls)
        odd = self._faults.take(request, "odd_status")
        if odd:
            running[1:1] = [odd.status] * odd.times
        fails = self._faults.take(request, "failing_job")
        end = "failed" if fails else "succeeded"
        return (*["queued"] * self._polls, *running, end)

    def _find(self, call: Call) -> Training:
        job = self._jobs.get(call.ids[0])
        if job is None:
            message = f"Could not find fine tune: {call.ids[0]}"
            raise RequestRefusedError(
                message, status=404, param="fine_tune_id", code="fine_tune_not_found"
            )
        return job

    def _unfinished(self, call: Call) -> Training:
        job = self._find(call)
        if job.is_final:
            message = f"Job has already {job.status}"
            raise RequestRefusedError(message, code="job_already_ended")
        return job


def _hyperparameter(name: str, value: Any) -> Any:
    if value is None or value == "auto":
        return "auto"
    low, high, whole = _RANGES[name]
    return require_number(value, f"hyperparameters.{name}", low, high, whole=whole)


def _suffix(suffix: str | None) -> str:
    return _OTHER_CHARACTERS.sub("-", (suffix or "").lower()).strip("-")
