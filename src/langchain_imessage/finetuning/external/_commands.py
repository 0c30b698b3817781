"""A dataset for a trainer with an interface of its own → the exact next commands.

Owns what is filled into the files in `templates`, each as its trainer's pages had it in
November 2026. Runs none of the commands, and needs none of the trainers.
"""

from __future__ import annotations

import json
import re
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any, Final

from langchain_imessage.arguments import DATASET, TEXT, check_arguments, or_none
from langchain_imessage.datasets import SINKS, Dataset, read_dataset
from langchain_imessage.datasets.formats._specs import row_limit
from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._inputs import check_files
from langchain_imessage.terminal import safe_json, shell_quoted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike
    from pathlib import Path

_LOCAL_MODEL = "Qwen/Qwen3-0.6B"
_MODELS: Final[Mapping[str, str]] = {
    "fireworks": "accounts/fireworks/models/llama-v3p1-8b-instruct",
    "together": "meta-llama/Meta-Llama-3.1-8B-Instruct-Reference",
    "tinker": "Qwen/Qwen3-8B",
    "trl": _LOCAL_MODEL,
    "axolotl": _LOCAL_MODEL,
    "llamafactory": _LOCAL_MODEL,
}
"""By sink: the model to begin with. `templates` has a file for each."""

_TEMPLATES: Final = (
    ("qwen3", "qwen3", "qwen3"),
    ("qwen2", "qwen_25", "qwen"),
    ("llama-3", "llama3", "llama3"),
    ("gemma-3-1b", "gemma3", "gemma2"),  # its gemma3 needs a processor of pictures
    ("gemma-3-270m", "gemma3", "gemma2"),
    ("gemma-3", "gemma3", "gemma3"),
    ("gemma", "gemma", "gemma"),
    ("mistral", "mistral_v7_tekken", "mistral"),
    ("phi-4", "phi_4", "phi4"),
    (
        "",
        "tokenizer_default",
        "default  # the name that LLaMA-Factory has for the model's",
    ),
)
"""A part of the model's name; the chat template's name at Axolotl and at LLaMA-Factory."""

_PLAIN_IN_YAML = re.compile(r"[A-Za-z][\w.-]*(/[\w.-]+)+", re.ASCII)
"""Names of models that need no quotes there."""

_LONGEST = 2_048
"""Tokens of an example where the sink says nothing."""

_BATCH = 8
"""Examples a step, where a trainer leaves out the last ones that make no whole batch."""


@check_arguments(dataset=DATASET, model=or_none(TEXT))
def next_commands(
    dataset: Dataset | str | PathLike[str], *, model: str | None = None
) -> str:
    r"""Return the commands that train on a dataset with a trainer of its own.

    Args:
        dataset: A dataset of `write_dataset`, or its folder, written for the sink
            "fireworks", "together", "tinker", "trl", "axolotl" or "llamafactory".
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
          --n-epochs 25 \
          --lora
    """
    found = dataset if isinstance(dataset, Dataset) else read_dataset(dataset)
    if found.sink not in _MODELS:
        raise FineTuningError(
            f"The dataset is for {found.sink}. For commands, write it with sink= one of "
            f"{', '.join(_MODELS)}; for fine_tune(), any dataset will do.",
            code="unknown_provider",
        )
    check_files([found.train, found.validation], found.sink)
    blocks = {
        "validation": found.validation is not None,
        "no_validation": found.validation is None,
        "last": found.manifest.get("learned") == "last",
        "all": found.manifest.get("learned") != "last",
    }
    lines = _kept(_template(found.sink), blocks)
    words = _words(found, model or _MODELS[found.sink])
    return Template("\n".join(lines)).substitute(words)


def _template(sink: str) -> str:
    return files(__package__).joinpath("templates", f"{sink}.txt").read_text("utf-8")


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
    paths = {"train": str(train)}
    if validation:
        paths["validation"] = str(validation)
    manifest = dataset.manifest
    epochs = (manifest.get("estimate") or {}).get("epochs", 3)
    examples = ((manifest.get("files") or {}).get("train") or {}).get("examples", 1)
    batch_size = max(1, min(_BATCH, examples))
    axolotl, llamafactory = _template_names(model)
    return {
        "model": shell_quoted(model),
        "model_text": _text(model),
        "model_yaml": model if _PLAIN_IN_YAML.fullmatch(model) else _text(model),
        "train": _argument(train),
        "train_text": _text(str(train)),
        "validation": _argument(validation),
        "validation_text": _text(str(validation)),
        "folder_text": _text(str(dataset.folder)),
        "data_files": _text(paths),
        "max_tokens": manifest.get("max_tokens")
        or row_limit(SINKS[dataset.sink])
        or _LONGEST,
        "epochs": epochs,
        "batch_size": batch_size,
        "steps_per_epoch": max(1, examples // batch_size),
        "axolotl_template": axolotl,
        "llamafactory_template": llamafactory,
    }


def _argument(path: Path | None) -> str:
    """Return a path as a shell's argument that no program takes for an option."""
    name = str(path)
    return shell_quoted(f"./{name}" if name.startswith("-") else name)


def _text(value: Any) -> str:
    """Return texts as both YAML and Python read them: with emojis as they are."""
    return safe_json(json.dumps(value, ensure_ascii=False))


def _template_names(model: str) -> tuple[str, str]:
    """Return the names that Axolotl and LLaMA-Factory have for a model's template."""
    name = model.lower()
    return next((one, other) for part, one, other in _TEMPLATES if part in name)
