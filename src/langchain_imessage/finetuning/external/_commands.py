"""A dataset for a trainer with an interface of its own → the exact next commands.

Owns those commands as templates, each as its trainer's pages had them in November 2026.
Runs none of them, and needs none of the trainers.
"""

from __future__ import annotations

import json
import shlex
from string import Template
from typing import TYPE_CHECKING, Any, Final

from langchain_imessage.datasets import SINKS, Dataset, read_dataset
from langchain_imessage.datasets.formats._specs import row_limit
from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._inputs import check_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

_FIREWORKS = """\
# Fireworks: firectl, after `firectl signin`. The files leave this computer.
firectl dataset create imessage $train
$validation_begin
firectl dataset create imessage-validation $validation
$validation_end
firectl supervised-fine-tuning-job create \\
  --base-model $model \\
  --dataset imessage \\
  --output-model imessage$evaluation
"""
_TOGETHER = """\
# Together: pip install together; export TOGETHER_API_KEY=...
# The files leave this computer; the command shows the price and asks first.
tg fine-tuning create \\
  --training-file $train \\
  --model $model \\
  --lora$evaluation
"""
_TRL = """\
# TRL, on this computer: pip install trl peft. Save this as train.py, then: python train.py
from datasets import load_dataset
from peft import LoraConfig
from trl import SFTConfig, SFTTrainer

data = load_dataset("json", data_files=$data_files)
$last_begin


def last_answer(row):  # each row teaches its last answer only
    return {"prompt": row["messages"][:-1], "completion": row["messages"][-1:]}


data = data.map(last_answer, remove_columns=["messages"])
$last_end
SFTTrainer(
    model=$model_text,
    train_dataset=data["train"],
    eval_dataset=data.get("validation"),
    peft_config=LoraConfig(r=8, target_modules="all-linear"),
    args=SFTConfig(
        output_dir="imessage-lora",
$all_begin
        assistant_only_loss=True,  # or it learns the friends' words, too
$all_end
        max_length=$max_tokens,
        report_to="none",
    ),
).train()
"""
_AXOLOTL = """\
# Axolotl, on this computer. Save this as imessage.yaml, then: axolotl train imessage.yaml
base_model: $model
adapter: lora
lora_r: 8
lora_alpha: 16
lora_target_linear: true
sequence_len: $max_tokens
micro_batch_size: 1
gradient_accumulation_steps: 4
num_epochs: $epochs
learning_rate: 0.0002
output_dir: ./imessage-lora
datasets:
  - path: $train_text
    ds_type: json
    type: chat_template
    roles_to_train: [assistant]
    message_field_training: weight
$validation_begin
test_datasets:
  - path: $validation_text
    ds_type: json
    split: train
    type: chat_template
$validation_end
"""
_LLAMAFACTORY = """\
# LLaMA-Factory, on this computer. Save this as imessage.yaml, then:
# llamafactory-cli train imessage.yaml
model_name_or_path: $model
template: qwen3  # that of the model
stage: sft
do_train: true
finetuning_type: lora
lora_rank: 8
dataset_dir: $folder_text
dataset: imessage_train
$validation_begin
eval_dataset: imessage_validation
$validation_end
cutoff_len: $max_tokens
$last_begin
mask_history: true  # each row teaches its last answer only
$last_end
per_device_train_batch_size: 1
gradient_accumulation_steps: 4
num_train_epochs: $epochs
output_dir: ./imessage-lora
report_to: none
"""
_LOCAL_MODEL = "Qwen/Qwen3-0.6B"
_TRAINERS: Final[Mapping[str, tuple[str, str, str]]] = {
    "fireworks": (
        _FIREWORKS,
        "accounts/fireworks/models/llama-v3p1-8b-instruct",
        " \\\n  --evaluation-dataset imessage-validation",
    ),
    "together": (
        _TOGETHER,
        "meta-llama/Meta-Llama-3.1-8B-Instruct-Reference",
        " \\\n  --validation-file $validation",
    ),
    "trl": (_TRL, _LOCAL_MODEL, ""),
    "axolotl": (_AXOLOTL, _LOCAL_MODEL, ""),
    "llamafactory": (_LLAMAFACTORY, _LOCAL_MODEL, ""),
}
"""By sink: the commands, a model to begin with, and what a validation file adds."""

_LONGEST = 2_048
"""Tokens of an example where the sink says nothing."""


def next_commands(
    dataset: Dataset | str | PathLike[str], *, model: str | None = None
) -> str:
    r"""Return the commands that train on a dataset with a trainer of its own.

    Args:
        dataset: A dataset of `write_dataset`, or its folder, written for the sink
            "fireworks", "together", "trl", "axolotl" or "llamafactory".
        model: The model to train; one to begin with if None.

    Returns:
        Commands, or a file and the command that takes it; ready to paste.

    Raises:
        ExportError: (a ValueError) If the folder holds no dataset.
        FineTuningError: If it is for another sink, or its files are not valid.

    Example:
        >>> from langchain_core.messages import AIMessage, HumanMessage
        >>> from langchain_imessage.datasets import write_dataset
        >>> session = {"messages": [HumanMessage("Hi!"), AIMessage("Hello.")]}
        >>> dataset = write_dataset([session], "data", sink="together", validation=0)
        >>> print(next_commands(dataset))
        # Together: pip install together; export TOGETHER_API_KEY=...
        # The files leave this computer; the command shows the price and asks first.
        tg fine-tuning create \
          --training-file data/train.jsonl \
          --model meta-llama/Meta-Llama-3.1-8B-Instruct-Reference \
          --lora
    """
    found = dataset if isinstance(dataset, Dataset) else read_dataset(dataset)
    if found.sink not in _TRAINERS:
        raise FineTuningError(
            f"The dataset is for {found.sink}. For commands, write it with sink= one of "
            f"{', '.join(_TRAINERS)}; for fine_tune(), any dataset will do.",
            code="unknown_provider",
        )
    check_files([found.train, found.validation], found.sink)
    template, usual, evaluation = _TRAINERS[found.sink]
    blocks = {
        "validation": found.validation is not None,
        "last": found.manifest.get("learned") == "last",
        "all": found.manifest.get("learned") != "last",
    }
    lines = _kept(template, blocks)
    words = _words(found, model or usual)
    more = Template(evaluation).substitute(words) if found.validation else ""
    return Template("\n".join(lines)).substitute(words, evaluation=more)


def _kept(template: str, blocks: Mapping[str, bool]) -> list[str]:
    """Leave out the lines of the blocks that do not apply: no validation file, say."""
    lines: list[str] = []
    keep = True
    for line in template.splitlines():
        name, _, edge = line.removeprefix("$").rpartition("_")
        if name in blocks:
            keep = edge == "end" or blocks[name]
        elif keep:
            lines.append(line)
    return lines


def _words(dataset: Dataset, model: str) -> dict[str, Any]:
    train, validation = dataset.train, dataset.validation
    files = {"train": str(train)}
    if validation:
        files["validation"] = str(validation)
    estimate = dataset.manifest.get("estimate") or {}
    return {
        "model": shlex.quote(model),
        "model_text": json.dumps(model),
        "train": shlex.quote(str(train)),
        "train_text": json.dumps(str(train)),
        "validation": shlex.quote(str(validation)),
        "validation_text": json.dumps(str(validation)),
        "folder_text": json.dumps(str(dataset.folder)),
        "data_files": json.dumps(files),
        "max_tokens": dataset.manifest.get("max_tokens")
        or row_limit(SINKS[dataset.sink])
        or _LONGEST,
        "epochs": estimate.get("epochs", 3),
    }
