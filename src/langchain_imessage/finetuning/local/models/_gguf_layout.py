"""How llama.cpp's GGUF files name and order what models for Hugging Face's libraries hold.

Owns what reading and writing such files share: names of tensors, the order of the rows of a
Llama's query and key weights, and the names of ways to cut text before byte-pair encoding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_LLAMA_3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_QWEN_2 = _LLAMA_3.replace(r"\p{N}{1,3}", r"\p{N}")

PRE_TOKENIZERS: Final = {
    "llama-bpe": ("Split", _LLAMA_3),
    "qwen2": ("Split", _QWEN_2),
    "smollm": ("Digits", None),
    "gpt-2": (None, None),
}
"""By llama.cpp's name: what cuts text before the bytes are encoded, and its pattern."""

_WEIGHTS = (
    *(f"self_attn.{part}_proj" for part in ("q", "k", "v", "o")),
    *("self_attn.q_norm", "self_attn.k_norm"),
    *(f"mlp.{part}_proj" for part in ("gate", "up", "down")),
    *("input_layernorm", "post_attention_layernorm"),
)


def tensor_names(architecture: str, layers: int) -> Iterator[tuple[str, str]]:
    """Yield the names of a model's tensors: at Hugging Face, and in a GGUF file.

    Args:
        architecture: "llama", "qwen2" or "qwen3".
        layers: How many it has.
    """
    import gguf

    numbers = {name: number for number, name in gguf.MODEL_ARCH_NAMES.items()}
    names = gguf.get_tensor_name_map(numbers[architecture], layers)
    blocks = (f"model.layers.{n}.{part}" for n in range(layers) for part in _WEIGHTS)
    for name in ("model.embed_tokens", "model.norm", "lm_head", *blocks):
        if (other := names.get_name(name)) is not None:
            for suffix in (".weight", ".bias"):
                yield name + suffix, other + suffix


def interleaved(weight: Any, heads: int) -> Any:
    """Return a Llama's query or key weight as llama.cpp rotates it: in pairs of rows.

    Args:
        weight: A numpy array whose rows are those of the heads, one after the other.
        heads: How many heads.
    """
    shape = weight.shape
    return (
        weight.reshape(heads, 2, shape[0] // heads // 2, *shape[1:])
        .swapaxes(1, 2)
        .reshape(shape)
    )


def halved(weight: Any, heads: int) -> Any:
    """Return such a weight as Hugging Face's libraries rotate it: `interleaved` undone."""
    shape = weight.shape
    return (
        weight.reshape(heads, shape[0] // heads // 2, 2, *shape[1:])
        .swapaxes(1, 2)
        .reshape(shape)
    )


def rotated_heads(name: str, *, heads: int, key_heads: int) -> int | None:
    """Return how many heads a tensor has whose rows llama.cpp orders in another way.

    Args:
        name: Its name at Hugging Face.
        heads: How many the model has.
        key_heads: How many of them have keys of their own.

    Example:
        >>> rotated_heads("model.layers.0.self_attn.k_proj.weight", heads=9, key_heads=3)
        3
    """
    part = name.rpartition("self_attn.")[2].partition(".")[0]
    return {"q_proj": heads, "k_proj": key_heads}.get(part)
