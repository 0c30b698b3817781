"""A tuned model → one GGUF file for llama.cpp, Ollama and LM Studio.

Owns the sizes and weights in the file: matrices as float16, the rest as float32. The
architectures are those whose layout in llama.cpp is known here; for others, the fused folder
goes through llama.cpp's own converter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import MissingDependencyError
from langchain_imessage.finetuning._errors import local_error
from langchain_imessage.finetuning.local.export._gguf_tokens import add_tokenizer
from langchain_imessage.finetuning.local.models._gguf_layout import (
    interleaved,
    rotated_heads,
    tensor_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from langchain_imessage.finetuning.local.export._fused_folder import FusedModel

_ARCHITECTURES = {
    "llama": "llama",
    "mistral": "llama",
    "qwen2": "qwen2",
    "qwen3": "qwen3",
}
"""llama.cpp's name, by that of the config's `model_type`."""


def write_gguf(fused: FusedModel, path: Path) -> None:
    """Write a file.

    Raises:
        FineTuningError: If it is a model of another architecture or tokenizer.
        MissingDependencyError: If the package gguf is not installed.
    """
    try:
        from gguf import GGUFWriter
    except ImportError as error:
        raise MissingDependencyError("gguf", extra="mlx") from error
    config = fused.config
    architecture = _ARCHITECTURES.get(config["model_type"])
    if architecture is None or config.get("rope_scaling"):
        raise local_error("no_gguf")
    writer = GGUFWriter(path, architecture)
    _add_sizes(writer, config, is_llama=architecture == "llama")
    add_tokenizer(writer, fused, size=config["vocab_size"])
    for name, weight in _weights(fused, architecture):
        writer.add_tensor(name, weight)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_sizes(writer: Any, config: Mapping[str, Any], *, is_llama: bool) -> None:
    import gguf

    heads = config["num_attention_heads"]
    head = config.get("head_dim") or config["hidden_size"] // heads
    rope = config.get("rope_parameters") or {}
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(config.get("num_key_value_heads") or heads)
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_rope_freq_base(rope.get("rope_theta") or config["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])
    if is_llama:
        writer.add_rope_dimension_count(head)


def _weights(fused: FusedModel, architecture: str) -> Iterator[tuple[str, Any]]:
    """Yield the weights as llama.cpp names and orders them."""
    import mlx.core as mx
    import numpy as np
    from mlx.utils import tree_flatten

    config = fused.config
    heads = config["num_attention_heads"]
    counts = {"heads": heads, "key_heads": config.get("num_key_value_heads") or heads}
    names = dict(tensor_names(architecture, config["num_hidden_layers"]))
    flat: Any = tree_flatten(fused.model.parameters())
    for name, weight in flat:
        if name not in names:
            raise local_error("no_gguf")
        values = np.array(weight.astype(mx.float32))
        count = rotated_heads(name, **counts) if architecture == "llama" else None
        if count:
            values = interleaved(values, count)
        kind = np.float32 if values.ndim == 1 else np.float16
        yield names[name], np.ascontiguousarray(values, dtype=kind)
