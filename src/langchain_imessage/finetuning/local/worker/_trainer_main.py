"""What runs in the trainer's process: `python -m …_trainer_main FOLDER LOCK`.

Owns the run: load the model, encode the examples, train, and append events to the job's
folder. It calls mlx-lm's training loop as a library, whose callback gets figures; its
command prints text that changes from version to version, reports to wandb and the like if
configured, and leaves the callback out. Nothing of the examples is printed or logged. LOCK
is the descriptor of the lock that this process holds while it runs.
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
import traceback
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._errors import local_error
from langchain_imessage.finetuning.local._config import (
    Schedule,
    TrainingConfig,
    schedule_of,
)
from langchain_imessage.finetuning.local._disk_space import is_of_full_disk
from langchain_imessage.finetuning.local._examples import conversations
from langchain_imessage.finetuning.local._job_dir import WEIGHTS, JobFolder
from langchain_imessage.finetuning.local._training_state import (
    load_training_state,
    save_training_state,
)
from langchain_imessage.finetuning.local.worker._batches import (
    own_turn_loss,
    shuffled_batches,
)
from langchain_imessage.finetuning.local.worker._chat_tokens import ChatTokens
from langchain_imessage.finetuning.local.worker._encoding import EncodedRow, encode
from langchain_imessage.finetuning.local.worker._loading import load_model, prepare_cpu
from langchain_imessage.finetuning.state._file_content import unchanged_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CONFIG = "adapter_config.json"
"""mlx-lm's name for the config of an adapter."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Train as the folder's config says.

    Returns:
        0 if the model was trained; else 1, and the folder's last event says why not.
    """
    path, descriptor = arguments or sys.argv[1:]
    folder = JobFolder(Path(path))
    os.pwrite(int(descriptor), str(os.getpid()).encode(), 0)
    try:
        _run(
            TrainingConfig.from_json(folder.config.read_text(encoding="utf-8")), folder
        )
    except FineTuningError as error:
        folder.remove_parts()  # or a full disk has no room for the line that says so
        folder.add_event("status", status="failed", code=error.code, message=str(error))
        return 1
    return 0


def _run(config: TrainingConfig, folder: JobFolder) -> None:
    folder.add_event("status", status="validating_files")
    with _reporting_as("mlx_unusable"):
        import mlx.core as mx

        prepare_cpu()
    with _reporting_as("model_unusable"):
        model, tokenizer = load_model(config.model)
    if not tokenizer.has_chat_template:
        raise local_error("no_chat_template")
    chat = ChatTokens(tokenizer)
    train = _read_training(config, chat, folder)
    if not train:
        raise local_error("nothing_to_learn")
    held_out = _read_validation(config, chat, folder)
    layers = min(config.num_layers, len(model.layers))
    mx.random.seed(config.seed)
    callback = TrainingCallback(
        folder=folder,
        model=model,
        config=config,
        schedule=schedule_of(config, _own_turns(train), rows=len(train)),
        layers=layers,
    )
    folder.add_event("status", status="running", total_steps=callback.schedule.iters)
    with _reporting_as("training_error", folder.path):
        _train(callback, train, held_out)
        callback.save(folder.adapters)
    folder.add_event(
        "status", status="succeeded", trained_tokens=callback.trained_tokens
    )


@contextmanager
def _reporting_as(code: str, written: Path | None = None) -> Iterator[None]:
    """Raise any error as the one of a code; its place goes to the log.

    Args:
        code: The code.
        written: The folder that is written to, whose disk may be full.
    """
    try:
        yield
    except FineTuningError:
        raise
    except Exception as error:
        # Without the exception's own words and without values: they may quote a line.
        traceback.print_tb(error.__traceback__)
        kind = type(error).__name__
        if written is not None and is_of_full_disk(error, written):
            code = "disk_full"
        raise local_error(code, f"({kind})") from error


def _read_training(
    config: TrainingConfig, chat: ChatTokens, folder: JobFolder
) -> list[EncodedRow]:
    path, last_only = Path(config.train), config.train_last_only
    with _unchanged(path, config.train_sha256):
        return _read(path, config, chat, folder, last_only=last_only)


def _read_validation(
    config: TrainingConfig, chat: ChatTokens, folder: JobFolder
) -> list[EncodedRow] | None:
    if config.validation is None:
        return None
    path, last_only = Path(config.validation), config.validation_last_only
    with _unchanged(path, config.validation_sha256):
        return _read(path, config, chat, folder, last_only=last_only) or None


@contextmanager
def _unchanged(path: Path, sha256: str | None) -> Iterator[None]:
    """Refuse a file that is not what its plan was made of, before or after it is read."""
    if sha256:
        unchanged_file(path, path.name, sha256)
    yield
    if sha256:
        unchanged_file(path, path.name, sha256)


def _read(
    path: Path,
    config: TrainingConfig,
    chat: ChatTokens,
    folder: JobFolder,
    *,
    last_only: bool,
) -> list[EncodedRow]:
    rows: list[EncodedRow] = []
    wanted = 0
    with _reporting_as("unreadable_file"):
        for conversation in conversations(path, last_only=last_only):
            wanted += len(conversation.learned)
            rows += encode(conversation, chat, longest=config.max_seq_length)
    examples = _own_turns(rows)
    counts = {
        "examples": examples,
        "rows": len(rows),
        "tokens": sum(len(row.tokens) for row in rows),
        "learned_tokens": sum(row.learned for row in rows),
        "shortened": sum(row.is_shortened for row in rows),
        "left_out": wanted - examples,
    }
    message = (
        "{file}: {examples} own turns in {rows} rows, {learned_tokens} of {tokens} tokens "
        "learned; {shortened} rows without their oldest messages, {left_out} own turns "
        "left out as too long"
    ).format(file=path.name, **counts)
    level = "warn" if counts["left_out"] else "info"
    folder.add_event("message", message=message, level=level, data=counts)
    return rows


def _own_turns(rows: Sequence[EncodedRow]) -> int:
    return sum(len(row.spans) for row in rows)


@dataclass(slots=True, kw_only=True)
class TrainingCallback:
    """mlx-lm's training callback: reports each loss, and saves checkpoints."""

    folder: JobFolder
    model: Any
    config: TrainingConfig
    schedule: Schedule
    layers: int
    optimizer: Any = None
    tokens_before: int = 0
    trained_tokens: int = 0

    def on_train_loss_report(self, train_info: dict[str, Any]) -> None:
        """Report the loss of the last steps."""
        step = self.config.begin_at + train_info["iteration"]
        self.trained_tokens = self.tokens_before + int(train_info["trained_tokens"])
        facts = {
            "trained_tokens": self.trained_tokens,
            "learning_rate": train_info["learning_rate"],
            "tokens_per_second": round(train_info["tokens_per_second"], 1),
            "peak_memory_gb": round(train_info["peak_memory"], 3),
            "cpu_seconds": round(time.process_time(), 1),
        }
        self._report(step, "train_loss", train_info["train_loss"], **facts)
        if train_info["iteration"] % self.schedule.save_every == 0:
            target = self.folder.checkpoints / f"{step:07d}"
            target.mkdir(mode=0o700, parents=True, exist_ok=True)
            save_training_state(target, self.optimizer, self.trained_tokens)
            self.save(target)  # last: a checkpoint without weights is none
            data = {
                "step": step,
                "total_steps": self.schedule.iters,
                "train_loss": train_info["train_loss"],
            }
            self.folder.add_event("checkpoint", step=step, name=target.name, data=data)

    def on_val_loss_report(self, val_info: dict[str, Any]) -> None:
        """Report the loss on the held-out examples."""
        step = self.config.begin_at + val_info["iteration"]
        self._report(step, "valid_loss", val_info["val_loss"])

    def _report(self, step: int, name: str, loss: float, **facts: Any) -> None:
        if not math.isfinite(loss):
            raise local_error("loss_not_finite")
        data = {"step": step, "total_steps": self.schedule.iters, name: loss, **facts}
        self.folder.add_event("metrics", step=step, data=data)

    def save(self, target: Path) -> None:
        """Save the weights as mlx-lm loads them, whole or not at all."""
        import mlx.core as mx
        from mlx.utils import tree_flatten

        part = self.part_of(target)
        config = {
            **asdict(self.config),
            **asdict(self.schedule),
            "fine_tune_type": "lora",
            "num_layers": self.layers,
            "lora_parameters": _lora(self.config),
        }
        text = json.dumps(config, indent=1, sort_keys=True)
        self.folder.write(target / _CONFIG, text)
        weights = dict(tree_flatten(self.model.trainable_parameters()))
        mx.save_safetensors(str(part), weights)
        part.replace(target / WEIGHTS)

    @staticmethod
    def part_of(target: Path) -> Path:
        """Create the folder, and return the file that becomes its weights when whole."""
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        return target / f".part.{WEIGHTS}"


def _lora(config: TrainingConfig) -> dict[str, float]:
    return {"rank": config.rank, "scale": config.scale, "dropout": config.dropout}


def _train(
    callback: TrainingCallback,
    train: list[EncodedRow],
    held_out: list[EncodedRow] | None,
) -> None:
    from mlx import optimizers
    from mlx_lm.tuner import trainer
    from mlx_lm.tuner.utils import linear_to_lora_layers

    config, schedule, model = callback.config, callback.schedule, callback.model
    model.freeze()
    linear_to_lora_layers(model, callback.layers, _lora(config))
    optimizer = optimizers.Adam(learning_rate=config.learning_rate)
    if config.begin_with is not None:
        model.load_weights(config.begin_with, strict=False)
        before = Path(config.begin_with).parent
        callback.tokens_before = load_training_state(before, optimizer)
    callback.optimizer = optimizer
    iters = max(0, callback.schedule.iters - config.begin_at)
    trainer.train(
        model=model,
        optimizer=optimizer,
        train_dataset=train,
        val_dataset=held_out,
        args=trainer.TrainingArgs(
            batch_size=schedule.batch_size,
            iters=iters,
            val_batches=-1,  # all of the validation file
            steps_per_report=schedule.report_every,
            steps_per_eval=schedule.evaluate_every,
            steps_per_save=iters
            + 1,  # never: `TrainingCallback` saves, whole or not at all
            adapter_file=str(callback.part_of(callback.folder.adapters)),
            max_seq_length=config.max_seq_length,
            grad_checkpoint=config.grad_checkpoint,
        ),
        loss=own_turn_loss,
        iterate_batches=shuffled_batches(config.seed, skip=config.begin_at),
        training_callback=cast("Any", callback),  # mlx-lm is imported in functions only
    )


if __name__ == "__main__":  # pragma: no cover - in the process only
    sys.exit(main())
