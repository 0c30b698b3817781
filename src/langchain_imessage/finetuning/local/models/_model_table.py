"""Models that train well on one's own computer, and how much memory that takes.

Owns the table and the estimate. The sizes are those of the models' published configs; that
the 4-bit variants are at the hub was read on 2026-11-28. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LONGEST_ROW = 2048
"""Tokens, by default."""
_LAYERS_LEARNED = 16
_LOGITS_KEPT = 4
"""Arrays of the size of the logits, as float32: they, their gradient, and on the way."""
_WIDTHS_KEPT, _INNERS_KEPT = 14, 4
"""How often a layer's width and inner width are kept for each token to learn from. With
these, the estimate for SmolLM2-135M is what MLX measured: 0.76 and 1.44 GB with rows of 128
and 512 tokens."""
_FLOAT, _HALF, _QUARTER = 4.0, 2.0, 0.5625
"""Bytes of a weight: in float32, in bfloat16, and in 4 bits with its share of a scale."""
_GIGABYTE = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalModel:
    """A model that can be trained on this computer.

    Attributes:
        name: Its name on the Hugging Face hub.
        licence: Under which it is published.
        weights: How many it has.
        layers: How many layers.
        width: Of a token between the layers.
        inner: Of a token inside a layer.
        vocabulary: How many tokens it knows.
        template: What its chat template is called.
        four_bit: The name of a variant with 4 bits, which a GPU trains in less memory.
    """

    name: str
    licence: str
    weights: float
    layers: int
    width: int
    inner: int
    vocabulary: int
    template: str
    four_bit: str

    def memory_gb(
        self,
        *,
        four_bit: bool = False,
        on_cpu: bool = False,
        max_seq_length: int = LONGEST_ROW,
    ) -> float:
        """Return about how many gigabytes training takes.

        Args:
            four_bit: Of the variant with 4 bits.
            on_cpu: On a processor, which computes in float32.
            max_seq_length: Tokens of the longest row.

        Example:
            >>> round(LOCAL_MODELS[0].memory_gb(on_cpu=True), 1)
            4.0
        """
        each = _QUARTER if four_bit else _FLOAT if on_cpu else _HALF
        layers = min(_LAYERS_LEARNED, self.layers)
        kept = layers * (_WIDTHS_KEPT * self.width + _INNERS_KEPT * self.inner)
        activations = max_seq_length * kept * (_FLOAT if on_cpu else _HALF)
        logits = _LOGITS_KEPT * max_seq_length * self.vocabulary * _FLOAT
        return (self.weights * each + activations + logits) / _GIGABYTE


def _smollm2(size: str, weights: float, layers: int, width: int) -> LocalModel:
    return LocalModel(
        name=f"HuggingFaceTB/SmolLM2-{size}-Instruct",
        licence="Apache-2.0",
        weights=weights,
        layers=layers,
        width=width,
        inner=width * 8 // 3,
        vocabulary=49_152,
        template="ChatML",
        four_bit=f"mlx-community/SmolLM2-{size}-Instruct-4bit",
    )


def _qwen3(
    size: str, weights: float, layers: int, width: int, inner: int
) -> LocalModel:
    return LocalModel(
        name=f"Qwen/Qwen3-{size}",
        licence="Apache-2.0",
        weights=weights,
        layers=layers,
        width=width,
        inner=inner,
        vocabulary=151_936,
        template="ChatML, thinking off",
        four_bit=f"mlx-community/Qwen3-{size}-4bit",
    )


LOCAL_MODELS: Final = (
    _smollm2("135M", 0.135e9, 30, 576),
    _smollm2("360M", 0.362e9, 32, 960),
    _qwen3("0.6B", 0.596e9, 28, 1024, 3072),
    _qwen3("1.7B", 1.721e9, 28, 2048, 6144),
    _qwen3("4B", 4.022e9, 36, 2560, 9728),
    _qwen3("8B", 8.191e9, 36, 4096, 12288),
    _qwen3("14B", 14.768e9, 40, 5120, 17408),
)
"""The table, smallest first. Any other chat model that mlx-lm loads can be named as well."""
