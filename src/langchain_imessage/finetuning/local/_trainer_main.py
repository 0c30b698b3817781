"""What runs in the trainer's process: `python -m …_trainer_main FOLDER LOCK`.

Owns the run: load the model, put the examples into tokens, train, and write down what
happens, in the job's folder, where whoever follows the job reads it. It calls mlx-lm's
training loop as a library, whose callback gives figures; its command prints a picture
for people that changes from version to version, reports to wandb and the like when told
to, and leaves the callback out. Nothing of the examples is printed or told. LOCK is the
descriptor of the lock that this process holds while it lives.
"""

from __future__ import annotations

import json
import math
import os
import sys
import traceback
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._failure_messages import fault
from langchain_imessage.finetuning.local._batches import (
    Taught,
    own_turn_loss,
    shuffled_batches,
    teach,
)
from langchain_imessage.finetuning.local._config import Recipe, Sizes, sizes_of
from langchain_imessage.finetuning.local._examples import own_turns
from langchain_imessage.finetuning.local._job_dir import WEIGHTS, JobFolder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CONFIG = "adapter_config.json"
"""mlx-lm's name for what it needs to know to load weights."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Train as the folder's recipe says.

    Returns:
        0 if the model was trained; else 1, and the folder's events say why not.
    """
    path, descriptor = arguments or sys.argv[1:]
    folder = JobFolder(Path(path))
    os.pwrite(int(descriptor), str(os.getpid()).encode(), 0)
    try:
        _run(Recipe.from_json(folder.recipe.read_text(encoding="utf-8")), folder)
    except FineTuningError as error:
        folder.tell("status", status="failed", code=error.code, message=str(error))
        return 1
    return 0


def _run(recipe: Recipe, folder: JobFolder) -> None:
    folder.tell("status", status="validating_files")
    with _telling("mlx_unusable"):
        import mlx.core as mx
        import mlx_lm

        if mx.default_device() == mx.cpu:
            mx.disable_compile()  # which runs a C++ compiler there, if there is one
    with _telling("model_unusable"):
        model, tokenizer = mlx_lm.load(recipe.model)[:2]
    if not tokenizer.has_chat_template:
        raise fault("no_chat_template")
    train = _read(Path(recipe.train), recipe, tokenizer, folder)
    if not train:
        raise fault("nothing_to_learn")
    held_out = _read_validation(recipe, tokenizer, folder)
    layers = min(recipe.num_layers, len(model.layers))
    mx.random.seed(recipe.seed)
    follower = Follower(
        folder=folder,
        model=model,
        recipe=recipe,
        sizes=sizes_of(recipe, len(train)),
        layers=layers,
    )
    folder.tell("status", status="running", total_steps=follower.sizes.iters)
    with _telling("training_error"):
        _train(follower, train, held_out)
    follower.save(folder.adapters)
    folder.tell("status", status="succeeded", trained_tokens=follower.trained_tokens)


@contextmanager
def _telling(code: str) -> Iterator[None]:
    """Make one error of whatever goes wrong; where it did goes to the log."""
    try:
        yield
    except FineTuningError:
        raise
    except Exception as error:
        # Without the exception's own words and without values: they may quote a line.
        traceback.print_tb(error.__traceback__)
        kind = type(error).__name__
        raise fault(code, f"({kind})") from error


def _read_validation(
    recipe: Recipe, tokenizer: Any, folder: JobFolder
) -> list[Taught] | None:
    if recipe.validation is None:
        return None
    return _read(Path(recipe.validation), recipe, tokenizer, folder) or None


def _read(
    path: Path, recipe: Recipe, tokenizer: Any, folder: JobFolder
) -> list[Taught]:
    with _telling("unreadable_file"):
        found = [
            teach(messages, tokenizer, longest=recipe.max_seq_length)
            for messages in own_turns(path, unrolled=recipe.unrolled)
        ]
    taught = [one for one in found if one is not None]
    counts = {
        "examples": len(taught),
        "tokens": sum(len(one.tokens) for one in taught),
        "learned_tokens": sum(len(one.tokens) - one.start for one in taught),
        "shortened": sum(one.dropped > 0 for one in taught),
        "left_out": len(found) - len(taught),
    }
    message = (
        "{file}: {examples} own turns, {learned_tokens} of {tokens} tokens learned; "
        "{shortened} without their oldest turns, {left_out} left out as too long"
    ).format(file=path.name, **counts)
    level = "warn" if counts["left_out"] else "info"
    folder.tell("message", message=message, level=level, data=counts)
    return taught


@dataclass(slots=True, kw_only=True)
class Follower:
    """mlx-lm's training callback: tells each loss, and saves from time to time."""

    folder: JobFolder
    model: Any
    recipe: Recipe
    sizes: Sizes
    layers: int
    trained_tokens: int = 0

    def on_train_loss_report(self, train_info: dict[str, Any]) -> None:
        """Take the loss of the last steps."""
        step = self.recipe.begin_at + train_info["iteration"]
        self.trained_tokens = int(train_info["trained_tokens"])
        facts = {
            "trained_tokens": self.trained_tokens,
            "learning_rate": train_info["learning_rate"],
            "tokens_per_second": round(train_info["tokens_per_second"], 1),
            "peak_memory_gb": round(train_info["peak_memory"], 3),
        }
        self._tell(step, "train_loss", train_info["train_loss"], **facts)
        if train_info["iteration"] % self.sizes.save_every == 0:
            target = self.folder.checkpoints / f"{step:07d}"
            self.save(target)
            data = {
                "step": step,
                "total_steps": self.sizes.iters,
                "train_loss": train_info["train_loss"],
            }
            self.folder.tell("checkpoint", step=step, name=target.name, data=data)

    def on_val_loss_report(self, val_info: dict[str, Any]) -> None:
        """Take the loss on what is held out."""
        step = self.recipe.begin_at + val_info["iteration"]
        self._tell(step, "valid_loss", val_info["val_loss"])

    def _tell(self, step: int, name: str, loss: float, **facts: Any) -> None:
        if not math.isfinite(loss):
            raise fault("loss_not_finite")
        data = {"step": step, "total_steps": self.sizes.iters, name: loss, **facts}
        self.folder.tell("metrics", step=step, data=data)

    def save(self, target: Path) -> None:
        """Save what was learned as mlx-lm loads it, whole or not at all."""
        import mlx.core as mx
        from mlx.utils import tree_flatten

        part = self.part_of(target)
        config = {
            **asdict(self.recipe),
            **asdict(self.sizes),
            "fine_tune_type": "lora",
            "num_layers": self.layers,
            "lora_parameters": _lora(self.recipe),
        }
        text = json.dumps(config, indent=1, sort_keys=True)
        self.folder.write(target / _CONFIG, text)
        weights = dict(tree_flatten(self.model.trainable_parameters()))
        mx.save_safetensors(str(part), weights)
        part.replace(target / WEIGHTS)

    @staticmethod
    def part_of(target: Path) -> Path:
        """Make the folder, and name the file that becomes its weights when it is whole."""
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        return target / f".part.{WEIGHTS}"


def _lora(recipe: Recipe) -> dict[str, float]:
    return {"rank": recipe.rank, "scale": recipe.scale, "dropout": recipe.dropout}


def _train(
    follower: Follower, train: list[Taught], held_out: list[Taught] | None
) -> None:
    from mlx import optimizers
    from mlx_lm.tuner import trainer
    from mlx_lm.tuner.utils import linear_to_lora_layers

    recipe, sizes, model = follower.recipe, follower.sizes, follower.model
    model.freeze()
    linear_to_lora_layers(model, follower.layers, _lora(recipe))
    if recipe.begin_with is not None:
        model.load_weights(recipe.begin_with, strict=False)
    iters = max(0, follower.sizes.iters - recipe.begin_at)
    trainer.train(
        model=model,
        optimizer=optimizers.Adam(learning_rate=recipe.learning_rate),
        train_dataset=train,
        val_dataset=held_out,
        args=trainer.TrainingArgs(
            batch_size=sizes.batch_size,
            iters=iters,
            steps_per_report=sizes.report_every,
            steps_per_eval=sizes.evaluate_every,
            steps_per_save=iters + 1,  # never: `Follower` saves, whole or not at all
            adapter_file=str(follower.part_of(follower.folder.adapters)),
            max_seq_length=recipe.max_seq_length,
            grad_checkpoint=recipe.grad_checkpoint,
        ),
        loss=own_turn_loss,
        iterate_batches=shuffled_batches(recipe.seed + recipe.begin_at),
        training_callback=cast("Any", follower),  # mlx-lm is imported in functions only
    )


if __name__ == "__main__":  # pragma: no cover - in the process only
    sys.exit(main())
