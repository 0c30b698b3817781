"""The config of a local training: every setting, with a default that suits the data.

Owns the defaults and the file in which they go to the trainer's process. Pure.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from math import ceil
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import FineTuningError
from langchain_imessage.preparation import default_epochs

if TYPE_CHECKING:
    from collections.abc import Mapping

_OWN_TURNS_A_STEP = 4
"""mlx-lm's own batch size, of rows with an own turn each: fits the memory of a small Mac
with a small model. A conversation with more of them is a step of its own."""
BASE_LEARNING_RATE = 1e-5
"""mlx-lm's own, meant for its `scale` of 20; `learning_rate_multiplier` is a factor on it."""
_LONGEST = 2048
"""mlx-lm's own; the sink "mlx" cuts examples to it as well, by whole messages."""
_REPORTS, _EVALUATIONS, _CHECKPOINTS = 100, 10, 5
"""About how many of each there are, so that a short training shows something and a long
one does not flood; a checkpoint of a small model takes some megabytes."""
_REPORT_AT_LEAST_EVERY = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """How to train. What is None depends on the number of examples (`schedule_of`).

    Attributes:
        model: A folder, or a name on the Hugging Face hub.
        train: The training file.
        validation: What is held out, or None.
        train_sha256: The training file's digest when its plan was agreed to.
        validation_sha256: The same of the validation file.
        train_last_only: Each row of the training file is for its last message only.
        validation_last_only: The same of the validation file.
        n_epochs: Passes over the examples.
        iters: Steps of training, all in all; wins over `n_epochs`.
        batch_size: Rows a step.
        learning_rate: Of the Adam optimizer.
        num_layers: How many of the last layers learn; more than there are means all.
        rank: Of the LoRA matrices.
        scale: What their product is multiplied with (alpha / rank in other trainers).
        dropout: The share of their input that is left out by chance.
        max_seq_length: The longest row in tokens; longer ones lose their oldest turns.
        grad_checkpoint: Use less memory and more time.
        seed: For a run that can be repeated.
        report_every: Steps from one loss to the next.
        evaluate_every: Steps from one validation loss to the next.
        save_every: Steps from one checkpoint to the next.
        attempt: Counts the times the job was begun afresh.
        begin_at: The step that the checkpoint to go on from was made at.
        begin_with: That checkpoint's weights.
    """

    model: str
    train: str
    validation: str | None = None
    train_sha256: str | None = None
    validation_sha256: str | None = None
    train_last_only: bool = False
    validation_last_only: bool = False
    n_epochs: int | None = None
    iters: int | None = None
    batch_size: int | None = None
    learning_rate: float = BASE_LEARNING_RATE
    num_layers: int = 16
    rank: int = 8
    scale: float = 20.0
    dropout: float = 0.0
    max_seq_length: int = _LONGEST
    grad_checkpoint: bool = False
    seed: int = 0
    report_every: int | None = None
    evaluate_every: int | None = None
    save_every: int | None = None
    attempt: int = 1
    begin_at: int = 0
    begin_with: str | None = None

    def to_json(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> TrainingConfig:
        """Return the config that `to_json` wrote, here or in another version.

        Raises:
            ValueError: If it is none.
        """
        found = json.loads(text)
        if not isinstance(found, dict) or not {"model", "train"} <= found.keys():
            raise ValueError("no training config")
        known = {field.name for field in fields(cls)}
        return cls(**{name: found[name] for name in known & found.keys()})


_MAY_BE_ZERO = frozenset({"dropout", "grad_checkpoint", "seed"})


def check(options: Mapping[str, Any]) -> None:
    """Refuse settings that make no sense.

    Raises:
        FineTuningError: It names the first one.

    Example:
        >>> check({"rank": 16, "dropout": 0})
    """
    for name, value in options.items():
        is_number = isinstance(value, int | float)
        if not is_number or value < 0 or (value == 0 and name not in _MAY_BE_ZERO):
            raise FineTuningError(
                f"{name} must be a number above zero. Nothing was started.",
                code="invalid_setting",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The settings that depend on the number of examples; see `TrainingConfig`."""

    iters: int
    batch_size: int
    report_every: int
    evaluate_every: int
    save_every: int


def schedule_of(
    config: TrainingConfig, examples: int, *, rows: int | None = None
) -> Schedule:
    """Return the settings that the config leaves open.

    Args:
        config: The settings.
        examples: How many own turns are learned in an epoch.
        rows: How many rows they are in; None for a row each.

    Example:
        >>> schedule = schedule_of(TrainingConfig(model="m", train="t"), 1_000)
        >>> schedule.iters, schedule.batch_size, schedule.report_every, schedule.save_every
        (750, 4, 8, 152)
    """
    rows = rows or examples
    batch_size = min(config.batch_size or _batch_size(examples, rows), rows)
    epochs = config.n_epochs or default_epochs(examples)
    iters = config.iters or ceil(epochs * rows / batch_size)
    report = config.report_every or min(_REPORT_AT_LEAST_EVERY, ceil(iters / _REPORTS))
    # Checkpoints are made when a loss is reported: mlx-lm calls nobody at other times.
    save = ceil((config.save_every or iters / _CHECKPOINTS) / report) * report
    return Schedule(
        iters=iters,
        batch_size=batch_size,
        report_every=report,
        evaluate_every=config.evaluate_every or ceil(iters / _EVALUATIONS),
        save_every=save,
    )


def _batch_size(examples: int, rows: int) -> int:
    """Return how many rows hold about as many own turns as a step is to learn."""
    return max(1, round(_OWN_TURNS_A_STEP * rows / examples))
