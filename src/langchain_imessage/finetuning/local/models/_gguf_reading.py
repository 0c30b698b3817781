"""A GGUF file of a Llama model → a folder that mlx-lm and transformers load.

Owns the conversion: weights without quantization, in float32; the byte-pair tokenizer; the
chat template. Reads one file, writes one folder, and knows nothing of training.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import MissingDependencyError
from langchain_imessage.finetuning._errors import local_error
from langchain_imessage.finetuning.local.models._gguf_layout import (
    PRE_TOKENIZERS,
    halved,
    rotated_heads,
    tensor_names,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from langchain_imessage.preparation._prepared import Progress

_LLAMA = "llama"
_CONTROL = 3
"""llama.cpp's type of a token that no text is encoded to."""


def convert_gguf(
    source: Path, folder: Path, *, progress: Progress | None = None
) -> None:
    """Convert a model.

    Args:
        source: A GGUF file of the Llama architecture with a byte-pair tokenizer.
        folder: Where to write it; it must be there.
        progress: Called after each weight with how many are converted, and how many there
            are.

    Raises:
        FineTuningError: If it is a model of another kind.
        MissingDependencyError: If the extra `mlx` is not installed.
    """
    try:
        from gguf import GGUFReader
        from safetensors.numpy import save_file
    except ImportError as error:
        raise MissingDependencyError("gguf", extra="mlx") from error
    try:
        reader = GGUFReader(source)
        facts = {name: field.contents() for name, field in reader.fields.items()}
    except (OSError, ValueError, IndexError, KeyError) as error:
        raise local_error("model_unusable", f"({type(error).__name__})") from error
    if (
        facts.get("general.architecture") != _LLAMA
        or facts.get("tokenizer.ggml.pre") not in PRE_TOKENIZERS
    ):
        raise local_error("model_unusable", "(another architecture, or tokenizer)")
    weights = _weights(reader, facts, progress)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    is_tied = "lm_head.weight" not in weights
    _write(folder / "config.json", _config(facts, is_tied=is_tied))
    _tokenizer(facts).save(str(folder / "tokenizer.json"))
    _write(folder / "tokenizer_config.json", _tokenizer_config(facts))


def _weights(
    reader: Any, facts: Mapping[str, Any], progress: Progress | None
) -> dict[str, Any]:
    """Return the weights, dequantized, by their names at Hugging Face."""
    import numpy as np
    from gguf.quants import dequantize

    layers = facts["llama.block_count"]
    names = {other: name for name, other in tensor_names(_LLAMA, layers)}
    heads = {
        "heads": facts["llama.attention.head_count"],
        "key_heads": facts["llama.attention.head_count_kv"],
    }
    weights = {}
    # Not rope_freqs, which follow from the config.
    tensors = [tensor for tensor in reader.tensors if tensor.name in names]
    for number, tensor in enumerate(tensors, 1):
        name = names[tensor.name]
        weight = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        if count := rotated_heads(name, **heads):
            weight = halved(weight, count)
        weights[name] = np.ascontiguousarray(weight)
        if progress is not None:
            progress(number, len(tensors))
    return weights


def _config(facts: Mapping[str, Any], *, is_tied: bool) -> dict[str, Any]:
    heads = facts["llama.attention.head_count"]
    width = facts["llama.embedding_length"]
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_act": "silu",
        "hidden_size": width,
        "intermediate_size": facts["llama.feed_forward_length"],
        "num_hidden_layers": facts["llama.block_count"],
        "num_attention_heads": heads,
        "num_key_value_heads": facts["llama.attention.head_count_kv"],
        "head_dim": width // heads,
        "rms_norm_eps": facts["llama.attention.layer_norm_rms_epsilon"],
        "rope_theta": facts["llama.rope.freq_base"],
        "max_position_embeddings": facts["llama.context_length"],
        "vocab_size": len(facts["tokenizer.ggml.tokens"]),
        "tie_word_embeddings": is_tied,
        "bos_token_id": facts["tokenizer.ggml.bos_token_id"],
        "eos_token_id": facts["tokenizer.ggml.eos_token_id"],
        "torch_dtype": "float32",
    }


def _tokenizer(facts: Mapping[str, Any]) -> Any:
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models
    from tokenizers import pre_tokenizers as cut

    tokens = facts["tokenizer.ggml.tokens"]
    merges = [tuple(pair.split(" ")) for pair in facts["tokenizer.ggml.merges"]]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    kind, pattern = PRE_TOKENIZERS[facts["tokenizer.ggml.pre"]]
    steps: list[Any] = []
    if pattern:
        steps.append(cut.Split(Regex(pattern), behavior="isolated"))
    elif kind == "Digits":
        steps.append(cut.Digits(individual_digits=True))
    bytes_too = cut.ByteLevel(add_prefix_space=False, use_regex=not pattern)
    tokenizer.pre_tokenizer = cut.Sequence([*steps, bytes_too])
    tokenizer.decoder = decoders.ByteLevel()
    kinds = facts["tokenizer.ggml.token_type"]
    tokenizer.add_special_tokens(
        [
            AddedToken(token, special=True, normalized=False)
            for token, kind in zip(tokens, kinds, strict=True)
            if kind == _CONTROL
        ]
    )
    return tokenizer


def _tokenizer_config(facts: Mapping[str, Any]) -> dict[str, Any]:
    tokens = facts["tokenizer.ggml.tokens"]
    end = tokens[facts["tokenizer.ggml.eos_token_id"]]
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": tokens[facts["tokenizer.ggml.bos_token_id"]],
        "eos_token": end,
        "pad_token": end,
        "chat_template": facts.get("tokenizer.chat_template"),
        "model_max_length": facts["llama.context_length"],
        "clean_up_tokenization_spaces": False,
    }


def _write(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1), encoding="utf-8")
