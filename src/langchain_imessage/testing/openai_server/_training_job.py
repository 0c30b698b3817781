"""One job of the fine-tuning server: its life cycle, what it learns, what it tells.

A job goes one step further each time it is asked for, so that nobody has to sleep. Its
losses are the learner's own errors, measured; none is made up. Knows nothing of requests.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import RequestRefusedError
from langchain_imessage.testing.openai_server._loss_curve import measure, to_csv
from langchain_imessage.testing.openai_server._parrot import Parrot
from langchain_imessage.testing.openai_server._training_file import (
    FEWEST_EXAMPLES,
    read_lesson,
)

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from langchain_imessage.testing.openai_server._file_store import (
        FileCabinet,
        StoredFile,
    )
    from langchain_imessage.testing.openai_server._loss_curve import Report
    from langchain_imessage.testing.openai_server._parrot import Pair
    from langchain_imessage.testing.openai_server._training_file import Lesson
    from langchain_imessage.testing.openai_server._values import Ids

ORGANIZATION = "parrot"
"""Stands in a tuned model's name where OpenAI puts the organisation's."""

FINAL = frozenset(("succeeded", "failed", "cancelled"))
"""What a job's status never changes from."""

KEPT_CHECKPOINTS = 3
"""OpenAI keeps the last three epochs'."""

MOST_FLAGGED = 0.1
"""The share of examples moderation may flag; OpenAI says "too many", without a figure."""

_USUAL = {"n_epochs": 3, "batch_size": 1, "learning_rate_multiplier": 1.0, "beta": 0.1}
"""What \"auto\" means here."""

_MISHAP = "The job failed due to an internal error"
_PLAIN_TRUTH = (
    "This is a parrot, not a model: it remembers what was said to the person and answers "
    "with the reply to what is nearest"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """A tuned model: a parrot, and how much of its memory it may use.

    Attributes:
        name: `ft:{model}:{organisation}:{suffix}:{id}`.
        base: The model that was asked for.
        taught: What it was taught, so that it can be taught more.
        parrot: The learner.
        known: How much of its memory it may use; all of it if it is done.
        created_at: When it was made.
    """

    name: str
    base: str
    taught: list[Pair]
    parrot: Parrot
    known: int
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was asked for: a job's parameters, checked.

    Attributes:
        model: The model to tune, as it was named.
        base: The model at the bottom of it.
        taught: What the model to tune was taught already.
        training_file: The file to learn from.
        validation_file: The file to be measured on.
        method: "supervised" or "dpo".
        hyperparameters: Those that were given.
        suffix: A part of the tuned model's name.
        seed: Given back, and used for nothing: there is no chance in a parrot.
        metadata: Given back.
        plan: The states the job is going to be found in.
    """

    model: str
    base: str
    taught: list[Pair]
    training_file: StoredFile
    validation_file: StoredFile | None
    method: str
    hyperparameters: dict[str, Any]
    suffix: str
    seed: int
    metadata: dict[str, str] | None
    plan: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What every job needs.

    Attributes:
        files: The files to learn from.
        ids: Makes ids.
        clock: Tells the time.
        flagged: What moderation looks for.
    """

    files: FileCabinet
    ids: Ids
    clock: Callable[[], float]
    flagged: re.Pattern[str] | None

    def now(self) -> int:
        """Tell the time, in whole seconds."""
        return int(self.clock())


@dataclass(slots=True, kw_only=True)
class Training:
    """A job.

    Attributes:
        id: The job's id.
        order: What was asked for.
        status: Where it is; other than the API's known ones if that is to be played.
        is_paused: Whether it waits to be resumed.
        events: What it told, oldest first.
        checkpoints: What it has of the model so far, oldest first.
        models: The tuned model and its checkpoints, by name.
    """

    id: str
    order: Order
    workshop: Workshop
    created_at: int
    status: str = "validating_files"
    is_paused: bool = False
    events: list[dict[str, Any]] = field(default_factory=list)
    checkpoints: list[dict[str, Any]] = field(default_factory=list)
    models: dict[str, Tuned] = field(default_factory=dict)
    _error: RequestRefusedError | None = None
    _finished_at: int | None = None
    _result: str | None = None
    _plan: deque[str] = field(init=False)
    _lesson: Lesson | None = None
    _taught: list[Pair] = field(default_factory=list)
    _held_out: list[Pair] = field(default_factory=list)
    _parrot: Parrot | None = None
    _ahead: deque[Report] = field(default_factory=deque)
    _told: list[Report] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin."""
        self._plan = deque(self.order.plan)
        self.tell(f"Created fine-tuning job: {self.id}")
        self.tell(f"Validating training file: {self.order.training_file.id}")

    @property
    def is_final(self) -> bool:
        """Whether nothing is going to happen any more."""
        return self.status in FINAL

    @property
    def name(self) -> str:
        """The tuned model's name."""
        last = self.id.removeprefix("ftjob-")[:8]
        return f"ft:{self.order.base}:{ORGANIZATION}:{self.order.suffix}:{last}"

    def to_dict(self) -> dict[str, Any]:
        """Show it as the API does; `metadata` is left out where there is none."""
        order, validation = self.order, self.order.validation_file
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
            "method": {"type": order.method, order.method: {"hyperparameters": given}},
            "model": order.model,
            "organization_id": f"org-{ORGANIZATION}",
            "result_files": [self._result] if self._result else [],
            "seed": order.seed,
            "status": "paused" if self.is_paused else self.status,
            "trained_tokens": self._trained_tokens(),
            "training_file": order.training_file.id,
            "validation_file": validation.id if validation else None,
        }
        return {**shown, "metadata": order.metadata} if order.metadata else shown

    def advance(self) -> None:
        """Take the next step, if there is one."""
        if self.is_final or self.is_paused:
            return
        if self._lesson is None and not self._validate():
            return
        self.status = self._plan.popleft()
        if self.status == "running":
            self._go_on(self._plan.count("running") + 1)
        elif self.status == "succeeded":
            self._go_on(1)
            self._succeed()
        elif self.status == "failed":
            self._fail(RequestRefusedError(_MISHAP, code="server_error"))

    def cancel(self) -> None:
        """Stop for good."""
        self.tell("Fine-tuning job has been cancelled")
        self._end("cancelled")

    def tell(
        self, message: str, *, level: str = "info", data: dict[str, Any] | None = None
    ) -> None:
        """Add an event."""
        event = {
            "object": "fine_tuning.job.event",
            "id": self.workshop.ids.new("ftevent-"),
            "created_at": self.workshop.now(),
            "level": level,
            "message": message,
            "type": "metrics" if data else "message",
            "data": data or {},
        }
        self.events.append(event)

    def _validate(self) -> bool:
        order = self.order
        try:
            self._lesson = self._read(order.training_file, "training_file")
            if order.validation_file:
                held_out = self._read(
                    order.validation_file, "validation_file", fewest=1
                )
                self._held_out = held_out.pairs
        except RequestRefusedError as error:
            self._fail(error)
            return False
        self._taught = [*self._lesson.pairs, *order.taught]
        self.tell("Files validated, moving job to queued state")
        return True

    def _read(
        self, file: StoredFile, param: str, fewest: int = FEWEST_EXAMPLES
    ) -> Lesson:
        workshop = self.workshop
        workshop.files.find(file.id)  # it may be gone by now
        lesson = read_lesson(
            file.path, param=param, fewest=fewest, flagged=workshop.flagged
        )
        if lesson.flagged > MOST_FLAGGED * lesson.examples:
            message = (
                f"The job failed due to an unsafe {param.replace('_', ' ')}. It was "
                "blocked by our moderation system because it contains too many examples "
                "that violate the usage policies"
            )
            raise RequestRefusedError(message, code=f"invalid_{param}", param=param)
        return lesson

    def _learn(self) -> None:
        """Learn, and find out what there is to tell; only once."""
        if self._parrot is None:
            self.tell("Fine-tuning job started")
            self.tell(_PLAIN_TRUTH, level="warn")
            self._parrot = Parrot(self._taught)
            self._ahead += measure(
                self._parrot,
                self._taught,
                self._held_out,
                epochs=self._epochs,
                steps=self._steps,
            )

    def _go_on(self, portions: int) -> None:
        """Tell the first of so many portions of what is still to be told."""
        self._learn()
        for _ in range(-(-len(self._ahead) // portions)):
            report = self._ahead.popleft()
            self._told.append(report)
            self._tell_loss(report)
            if report.ends_epoch:
                self._keep(report)

    def _tell_loss(self, report: Report) -> None:
        metrics = report.metrics()
        message = (
            f"Step {report.step}/{self._steps}: training loss={report.train.loss:.2f}"
        )
        if report.valid:
            message += f", validation loss={report.valid.loss:.2f}"
        self.tell(message, data={**metrics, "total_steps": self._steps})

    def _keep(self, report: Report) -> None:
        name = f"{self.name}:ckpt-step-{report.step}"
        checkpoint = {
            "object": "fine_tuning.job.checkpoint",
            "id": self.workshop.ids.new("ftckpt_"),
            "created_at": self.workshop.now(),
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
        self.tell(f"Checkpoint created at step {report.step}")

    def _make_model(self, name: str, known: int) -> None:
        self.models[name] = Tuned(
            name=name,
            base=self.order.base,
            taught=self._taught,
            parrot=self._parrot or Parrot(()),
            known=known,
            created_at=self.workshop.now(),
        )

    def _succeed(self) -> None:
        lines = to_csv(self._told)
        files = self.workshop.files
        self._result = files.write("step_metrics.csv", "fine-tune-results", lines).id
        self._make_model(self.name, len(self._parrot or ()))
        self.tell("New fine-tuned model created")
        self.tell("The job has successfully completed")
        self._end("succeeded")

    def _fail(self, error: RequestRefusedError) -> None:
        self._error = error
        self.tell(str(error), level="error")
        self._end("failed")

    def _end(self, status: str) -> None:
        self.status = status
        self._finished_at = self.workshop.now()

    @property
    def _hyperparameters(self) -> dict[str, Any]:
        """Those that were given, until the file is read; then what "auto" means."""
        given = self.order.hyperparameters
        if self._lesson is None:
            return given
        return {k: _USUAL[k] if v == "auto" else v for k, v in given.items()}

    @property
    def _epochs(self) -> int:
        epochs: int = self._hyperparameters["n_epochs"]
        return epochs

    @property
    def _steps(self) -> int:
        examples = self._lesson.examples if self._lesson else 0
        batch: int = self._hyperparameters["batch_size"]
        return self._epochs * -(-examples // batch)

    def _trained_tokens(self) -> int | None:
        if self.status != "succeeded" or self._lesson is None:
            return None
        return self._lesson.words * self._epochs


def _shown(error: RequestRefusedError | None) -> dict[str, str | None] | None:
    if error is None:
        return None
    code = error.code or "invalid_request"
    return {"code": code, "message": str(error), "param": error.param}
