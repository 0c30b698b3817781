"""A model with what it learned in one: in memory, and as a folder for other programs.

Owns how adapters become part of the weights, and what of the tokenizer goes along: the chat
template without thinking, and each token that ends an answer. The folder is one that
transformers, mlx-lm, vLLM and llama.cpp's converter load.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_imessage.finetuning.local.worker._chat_tokens import ChatTokens
from langchain_imessage.finetuning.local.worker._loading import (
    NO_CODE,
    in_float32,
    prepare_cpu,
)

if TYPE_CHECKING:
    from pathlib import Path

_THINKS = "enable_thinking"
_NO_THINKING = "{%- set enable_thinking = false %}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FusedModel:
    """A tuned model without adapters.

    Attributes:
        model: Of mlx-lm.
        tokenizer: Likewise.
        config: The base model's config, without quantization.
        end_tokens: The tokens that end an answer, the chat template's own first.
    """

    model: Any
    tokenizer: Any
    config: dict[str, Any]
    end_tokens: tuple[int, ...]

    @property
    def chat_template(self) -> str:
        """The chat template; one that can think does not, as the model was trained."""
        template: str = self.tokenizer.chat_template
        return f"{_NO_THINKING}{template}" if _THINKS in template else template


def load_fused(model: str, adapters: Path) -> FusedModel:
    """Load a model, and add what was learned to its weights."""
    import mlx.core as mx
    import mlx_lm
    from mlx.utils import tree_unflatten
    from mlx_lm.utils import dequantize_model

    load: Any = in_float32(mlx_lm.load) if prepare_cpu() else mlx_lm.load
    loaded, tokenizer, config = load(
        model,
        adapter_path=str(adapters),
        tokenizer_config={**NO_CODE},
        return_config=True,
    )
    fused = [
        (name, layer.fuse(dequantize=True))
        for name, layer in loaded.named_modules()
        if hasattr(layer, "fuse")
    ]
    loaded.update_modules(tree_unflatten(fused))
    whole = dequantize_model(loaded)
    mx.eval(whole.parameters())
    kept = {name: value for name, value in config.items() if "quantization" not in name}
    ends = ChatTokens(tokenizer).end_tokens()
    own = {tokenizer.eos_token_id}
    return FusedModel(
        model=whole,
        tokenizer=tokenizer,
        config=kept,
        end_tokens=(*sorted(ends - own), *sorted(ends & own)),
    )


def write_fused(fused: FusedModel, folder: Path) -> None:
    """Write a folder that other programs load as any model."""
    import mlx.core as mx
    from mlx_lm.utils import save_config, save_model

    name = fused.config.get("torch_dtype") or fused.config.get("dtype") or "float32"
    fused.model.set_dtype(getattr(mx, name, mx.float32))
    save_model(folder, fused.model)
    save_config(dict(fused.config), config_path=folder / "config.json")
    fused.tokenizer.chat_template = fused.chat_template
    fused.tokenizer.save_pretrained(folder)
    generation = {"eos_token_id": list(fused.end_tokens)}
    text = json.dumps(generation, indent=1)
    (folder / "generation_config.json").write_text(text, encoding="utf-8")
