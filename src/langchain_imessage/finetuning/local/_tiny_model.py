"""A tiny language model with random weights, to try local training without a download.

Owns its form: a Llama of two layers, with a tokenizer trained on given texts. It knows no
language: it shows that training and serving work, not how good a model would be.
Needs the extra `mlx`, but not the network.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_imessage.arguments import ITERABLE, PATH, WHOLE, check_arguments
from langchain_imessage.errors import MissingDependencyError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

_PAD, _BEGIN, _END = "<|pad|>", "<|im_start|>", "<|im_end|>"
_VOCABULARY = 512
"""All 256 bytes, the special tokens, and the most frequent pairs in the texts."""
_WIDTH, _LAYERS, _HEADS, _INNER = 64, 2, 4, 128
_CONTEXT = 2048

_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n'"
    " + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


@check_arguments(folder=PATH, texts=ITERABLE, seed=WHOLE)
def write_tiny_model(
    folder: str | os.PathLike[str], texts: Iterable[str], *, seed: int = 0
) -> Path:
    """Write a randomly initialised model that any trainer for Llama models takes.

    Args:
        folder: Where to; it is made when missing, and its model is replaced.
        texts: What the tokenizer is made from, such as the texts to train on.
        seed: For other random numbers.

    Returns:
        The folder, half a megabyte of it.

    Raises:
        MissingDependencyError: If the extra `mlx` is not installed.

    Example:
        >>> folder = write_tiny_model("tiny", ["Slow and steady", "Speed is key!"])
        >>> sorted(path.name for path in folder.iterdir())[:2]
        ['config.json', 'model.safetensors']
    """
    try:
        from safetensors.numpy import save_file

        tokenizer = _train_tokenizer(texts)
    except ImportError as error:
        raise MissingDependencyError("mlx-lm", extra="mlx") from error
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(target / "tokenizer.json"))
    ids = {name: tokenizer.token_to_id(name) for name in (_PAD, _END)}
    _write(target / "tokenizer_config.json", _tokenizer_config())
    _write(target / "config.json", _model_config(pad=ids[_PAD], end=ids[_END]))
    weights = dict(_random_weights(seed))
    save_file(weights, target / "model.safetensors", metadata={"format": "mlx"})
    return target


def _train_tokenizer(texts: Iterable[str]) -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=_VOCABULARY,
        special_tokens=[_PAD, _BEGIN, _END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    roles = ("system\n", "user\n", "assistant\n")
    tokenizer.train_from_iterator([*roles, *texts], trainer)
    return tokenizer


def _tokenizer_config() -> dict[str, Any]:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": _PAD,
        "eos_token": _END,
        "additional_special_tokens": [_BEGIN],
        "model_max_length": _CONTEXT,
        "clean_up_tokenization_spaces": False,
        "chat_template": _TEMPLATE,
    }


def _model_config(*, pad: int, end: int) -> dict[str, Any]:
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": _WIDTH,
        "intermediate_size": _INNER,
        "num_hidden_layers": _LAYERS,
        "num_attention_heads": _HEADS,
        "num_key_value_heads": _HEADS,
        "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0,
        "max_position_embeddings": _CONTEXT,
        "vocab_size": _VOCABULARY,
        "tie_word_embeddings": True,
        "pad_token_id": pad,
        "eos_token_id": end,
        "torch_dtype": "float32",
    }


def _shapes() -> Iterator[tuple[str, tuple[int, ...]]]:
    yield "model.embed_tokens.weight", (_VOCABULARY, _WIDTH)
    yield "model.norm.weight", (_WIDTH,)
    for number in range(_LAYERS):
        layer = f"model.layers.{number}"
        yield f"{layer}.input_layernorm.weight", (_WIDTH,)
        yield f"{layer}.post_attention_layernorm.weight", (_WIDTH,)
        for part in "qkvo":
            yield f"{layer}.self_attn.{part}_proj.weight", (_WIDTH, _WIDTH)
        for part in ("gate", "up"):
            yield f"{layer}.mlp.{part}_proj.weight", (_INNER, _WIDTH)
        yield f"{layer}.mlp.down_proj.weight", (_WIDTH, _INNER)


def _random_weights(seed: int) -> Iterator[tuple[str, Any]]:
    import numpy as np

    rng = np.random.default_rng(seed)
    for name, shape in _shapes():
        if len(shape) == 1:  # a norm's scale
            yield name, np.ones(shape, np.float32)
        else:
            deviation = 1 / np.sqrt(shape[-1])
            yield name, rng.normal(0, deviation, shape).astype(np.float32)


def _write(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1), encoding="utf-8")
