"""What was learned → an adapter for PEFT: its names, its layout, its config.

mlx-lm multiplies a row by `lora_a` (input by rank) and `lora_b` (rank by output) and by
`scale`; PEFT by the transposes `lora_A` and `lora_B`, and by `lora_alpha / r`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from langchain_imessage.finetuning._errors import local_error
from langchain_imessage.finetuning.local._job_dir import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_NAMES = {"lora_a": "lora_A.weight", "lora_b": "lora_B.weight"}
_MATRIX = 2
_LAYER = re.compile(r"\.layers\.(\d+)\.")


def write_peft(model: str, adapters: Path, folder: Path) -> None:
    """Write an adapter.

    Args:
        model: The base model's name or folder, which the adapter's config names.
        adapters: The folder of what was learned.
        folder: Where to write it; it must be there.

    Raises:
        FineTuningError: If something was learned that PEFT has no matrix for.
    """
    import mlx.core as mx

    learned: Any = mx.load(str(adapters / WEIGHTS))
    config = json.loads((adapters / "adapter_config.json").read_text(encoding="utf-8"))
    weights = {_peft_name(name): value for name, value in learned.items()}
    if any(value.ndim != _MATRIX for value in weights.values()):
        raise local_error("not_exported", "(experts have no such adapter)")
    turned = {
        name: mx.contiguous(value.astype(mx.float32).T)
        for name, value in weights.items()
    }
    path = folder / "adapter_model.safetensors"
    mx.save_safetensors(str(path), turned, metadata={"format": "pt"})
    text = json.dumps(_config(model, config["lora_parameters"], learned), indent=1)
    (folder / "adapter_config.json").write_text(text, encoding="utf-8")


def _peft_name(name: str) -> str:
    module, _, part = name.rpartition(".")
    if part not in _NAMES:
        raise local_error("not_exported", "(not a LoRA)")
    return f"base_model.model.{module}.{_NAMES[part]}"


def _config(
    model: str, lora: Mapping[str, Any], names: Iterable[str]
) -> dict[str, Any]:
    modules = {name.rpartition(".")[0] for name in names}
    layers = {int(found[1]) for name in modules if (found := _LAYER.search(name))}
    return {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": model,
        "inference_mode": True,
        "r": lora["rank"],
        "lora_alpha": lora["scale"] * lora["rank"],
        "lora_dropout": lora["dropout"],
        "bias": "none",
        "fan_in_fan_out": False,
        "target_modules": sorted({name.rpartition(".")[2] for name in modules}),
        "layers_to_transform": sorted(layers),
        "layers_pattern": "layers",
    }
