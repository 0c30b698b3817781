"""One training job of the fine-tuning server: its life cycle, its losses and its events.

A job takes one step each time it is retrieved, so that nobody has to sleep. Its losses are
the learner's own errors, measured; none is made up. Does not handle requests.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import RequestRefusedError
from langchain_imessage.testing.openai_server.learner._loss_curve import measure, to_csv
from langchain_imessage.testing.openai_server.learner._parrot import Parrot
from langchain_imessage.testing.openai_server.learner._training_file import (
    FEWEST_EXAMPLES,
    read_training_file,
)
from langchain_imessage.testing.openai_server.stores._job_parameters import TunedModel

if TYPE_CHECKING:
    from langchain_imessage.testing.openai_server.learner._loss_curve import Report
    from langchain_imessage.testing.openai_server.learner._parrot import Pair
    from langchain_imessage.testing.openai_server.learner._training_file import (
        LearnedFile,
    )
    from langchain_imessage.testing.openai_server.stores._job_parameters import (
        JobEnvironment,
        JobParameters,
    )
    from langchain_imessage.testing.openai_server.stores._stored_file import StoredFile

ORGANIZATION = "parrot"
"""Stands in a tuned model's name where OpenAI puts the organisation's."""

FINAL = frozenset(("succeeded", "failed", "cancelled"))
"""Statuses that never change again."""

KEPT_CHECKPOINTS = 3
"""OpenAI keeps the last three epochs'."""

MOST_FLAGGED = 0.1
"""The share of examples moderation may flag; OpenAI says "too many", without a figure."""

_USUAL = {"n_epochs": 3, "batch_size": 1, "learning_rate_multiplier": 1.0, "beta": 0.1}
"""What \"auto\" means here."""

_INTERNAL_ERROR = "The job failed due to an internal error"
_DISCLAIMER = (
    "This is a parrot, not a model: it remembers what was said to the person and answers "
    "with the reply to what is nearest"
)


@dataclass(slots=True, kw_only=True)
class Training:
    """A job.

    Attributes:
        id: The job's id.
        parameters: The parameters of the request.
        status: Where it is; other than the API's known ones if that is to be played.
        is_paused: Whether it waits to be resumed.
        events: Its events, oldest first.
        checkpoints: What it has of the model so far, oldest first.
        models: The tuned model and its checkpoints, by name.
    """

    id: str
    parameters: JobParameters
    environment: JobEnvironment
    created_at: int
    status: str = "validating_files"
    is_paused: bool = False
    events: list[dict[str, Any]] = field(default_factory=list)
    checkpoints: list[dict[str, Any]] = field(default_factory=list)
    models: dict[str, TunedModel] = field(default_factory=dict)
    _error: RequestRefusedError | None = None
    _finished_at: int | None = None
    _result: str | None = None
    _plan: deque[str] = field(init=False)
    _learned: LearnedFile | None = None
    _pairs: list[Pair] = field(default_factory=list)
    _held_out: list[Pair] = field(default_factory=list)
    _parrot: Parrot | None = None
    _pending_reports: deque[Report] = field(default_factory=deque)
    _sent_reports: list[Report] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Record the first events."""
        self._plan = deque(self.parameters.plan)
        self.add_event(f"Created fine-tuning job: {self.id}")
        self.add_event(f"Validating training file: {self.parameters.training_file.id}")

    @property
    def is_final(self) -> bool:
        """Whether nothing is going to happen any more."""
        return self.status in FINAL

    @property
    def name(self) -> str:
        """The tuned model's name."""
        last = self.id.removeprefix("ftjob-")[:8]
        return (
            f"ft:{self.parameters.base}:{ORGANIZATION}:{self.parameters.suffix}:{last}"
        )

    def to_dict(self) -> dict[str, Any]:
        """Show it as the API does; `metadata` is left out where there is none."""
        parameters, validation = self.parameters, self.parameters.validation_file
        given = self._hyperparameters
        shown = {
            "id": self.id,
            "object": "fine_tuning.job",
            "created_at": self.created_at,
            "error": _shown(self._error),
            "estimated_finish": None,
            "fine_tuned_model": self.name if self.status == "succeeded" else None,
            "finished_at": self._finished_at,
            "hyperparameters": {k: v for k, v in given.items() if k != "beta"},
            "integrations": [],
            "method": {
                "type": parameters.method,
                parameters.method: {"hyperparameters": given},
            },
            "model": parameters.model,
            "organization_id": f"org-{ORGANIZATION}",
            "result_files": [self._result] if self._result else [],
            "seed": parameters.seed,
            "status": "paused" if self.is_paused else self.status,
            "trained_tokens": self._trained_tokens(),
            "training_file": parameters.training_file.id,
            "validation_file": validation.id if validation else None,
        }
        return (
            {**shown, "metadata": parameters.metadata} if parameters.metadata else shown
        )

    def advance(self) -> None:
        """Take the next step, if one is left."""
        if self.is_final or self.is_paused:
            return
        if self._learned is None and not self._validate():
            return
        self.status = self._plan.popleft()
        if self.status == "running":
            self._report_portion(self._plan.count("running") + 1)
        elif self.status == "succeeded":
            self._report_portion(1)
            self._succeed()
        elif self.status == "failed":
            self._fail(RequestRefusedError(_INTERNAL_ERROR, code="server_error"))

    def cancel(self) -> None:
        """Stop for good."""
        self.add_event("Fine-tuning job has been cancelled")
        self._end("cancelled")

    def add_event(
        self, message: str, *, level: str = "info", data: dict[str, Any] | None = None
    ) -> None:
        """Add an event."""
        event = self.environment.event(message, level=level, data=data)
        self.events.append(event)

    def _validate(self) -> bool:
        parameters = self.parameters
        try:
            self._learned = self._read(parameters.training_file, "training_file")
            if parameters.validation_file:
                held_out = self._read(
                    parameters.validation_file, "validation_file", fewest=1
                )
                self._held_out = held_out.pairs
        except RequestRefusedError as error:
            self._fail(error)
            return False
        self._pairs = [*self._learned.pairs, *parameters.pairs]
        self.add_event("Files validated, moving job to queued state")
        return True

    def _read(
        self, file: StoredFile, param: str, fewest: int = FEWEST_EXAMPLES
    ) -> LearnedFile:
        environment = self.environment
        environment.files.find(file.id)  # it may be gone by now
        learned = read_training_file(
            file.path, param=param, fewest=fewest, flagged=environment.flagged
        )
        if learned.flagged > MOST_FLAGGED * learned.examples:
            message = (
                f"The job failed due to an unsafe {param.replace('_', ' ')}. It was "
                "blocked by our moderation system because it contains too many examples "
                "that violate the usage policies"
            )
            raise RequestRefusedError(message, code=f"invalid_{param}", param=param)
        return learned

    def _learn(self) -> None:
        """Learn, and measure the losses to report; only once."""
        if self._parrot is None:
            self.add_event("Fine-tuning job started")
            self.add_event(_DISCLAIMER, level="warn")
            self._parrot = Parrot(self._pairs)
            self._pending_reports += measure(
                self._parrot,
                self._pairs,
                self._held_out,
                epochs=self._epochs,
                steps=self._steps,
            )

    def _report_portion(self, portions: int) -> None:
        """Report the next of so many equal portions of the losses still to report."""
        self._learn()
        for _ in range(-(-len(self._pending_reports) // portions)):
            report = self._pending_reports.popleft()
            self._sent_reports.append(report)
            self._report_loss(report)
            if report.ends_epoch:
                self._keep_checkpoint(report)

    def _report_loss(self, report: Report) -> None:
        metrics = report.metrics()
        message = (
            f"Step {report.step}/{self._steps}: training loss={report.train.loss:.2f}"
        )
        if report.valid:
            message += f", validation loss={report.valid.loss:.2f}"
        self.add_event(message, data={**metrics, "total_steps": self._steps})

    def _keep_checkpoint(self, report: Report) -> None:
        name = f"{self.name}:ckpt-step-{report.step}"
        checkpoint = {
            "object": "fine_tuning.job.checkpoint",
            "id": self.environment.ids.new("ftckpt_"),
            "created_at": self.environment.now(),
            "fine_tuned_model_checkpoint": name,
            "fine_tuning_job_id": self.id,
            "metrics": report.metrics(),
            "step_number": report.step,
        }
        self.checkpoints.append(checkpoint)
        self._make_model(name, report.known)
        for gone in self.checkpoints[:-KEPT_CHECKPOINTS]:
            self.checkpoints.remove(gone)
            del self.models[gone["fine_tuned_model_checkpoint"]]
        self.add_event(f"Checkpoint created at step {report.step}")

    def _make_model(self, name: str, known: int) -> None:
        self.models[name] = TunedModel(
            name=name,
            base=self.parameters.base,
            pairs=self._pairs,
            parrot=self._parrot or Parrot(()),
            known=known,
            created_at=self.environment.now(),
        )

    def _succeed(self) -> None:
        lines = to_csv(self._sent_reports)
        files = self.environment.files
        self._result = files.write("step_metrics.csv", "fine-tune-results", lines).id
        self._make_model(self.name, len(self._parrot or ()))
        self.add_event("New fine-tuned model created")
        self.add_event("The job has successfully completed")
        self._end("succeeded")

    def _fail(self, error: RequestRefusedError) -> None:
        self._error = error
        self.add_event(str(error), level="error")
        self._end("failed")

    def _end(self, status: str) -> None:
        self.status = status
        self._finished_at = self.environment.now()

    @property
    def _hyperparameters(self) -> dict[str, Any]:
        """Those that were given, until the file is read; then what "auto" means."""
        given = self.parameters.hyperparameters
        if self._learned is None:
            return given
        return {k: _USUAL[k] if v == "auto" else v for k, v in given.items()}

    @property
    def _epochs(self) -> int:
        epochs: int = self._hyperparameters["n_epochs"]
        return epochs

    @property
    def _steps(self) -> int:
        examples = self._learned.examples if self._learned else 0
        batch: int = self._hyperparameters["batch_size"]
        return self._epochs * -(-examples // batch)

    def _trained_tokens(self) -> int | None:
        if self.status != "succeeded" or self._learned is None:
            return None
        return self._learned.words * self._epochs


def _shown(error: RequestRefusedError | None) -> dict[str, str | None] | None:
    if error is None:
        return None
    code = error.code or "invalid_request"
    return {"code": code, "message": str(error), "param": error.param}
