"""A byte-pair tokenizer and its chat template → the metadata of a GGUF file.

Owns how tokens, their kinds and merges are listed, and that a tokenizer which llama.cpp
would cut text for in another way is refused: a model that reads other tokens than it was
trained on answers nonsense.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_imessage.finetuning._errors import local_error
from langchain_imessage.finetuning.local.models._gguf_layout import PRE_TOKENIZERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_imessage.finetuning.local.export._fused_folder import FusedModel

_NORMAL, _CONTROL, _USER_DEFINED, _UNUSED = 1, 3, 4, 5
"""llama.cpp's kinds of tokens."""
_PROBE = "a"


def add_tokenizer(writer: Any, fused: FusedModel, *, size: int) -> None:
    """Add a model's tokenizer.

    Args:
        writer: Of the gguf package.
        fused: The model.
        size: Rows of its embedding; those beyond the tokenizer's get names of their own.

    Raises:
        FineTuningError: If llama.cpp has no tokenizer that does the same.
    """
    tokenizer = fused.tokenizer
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise local_error("no_gguf")
    spec = json.loads(backend.to_str())
    if spec["model"]["type"] != "BPE":
        raise local_error("no_gguf")
    tokens, kinds = _tokens(spec, size)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(_pre_tokenizer(spec["pre_tokenizer"]))
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    merges = spec["model"]["merges"]
    writer.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in merges])
    first = tokenizer.encode(_PROBE)[0]
    writer.add_add_bos_token(first == tokenizer.bos_token_id)
    if tokenizer.bos_token_id is not None:
        writer.add_bos_token_id(tokenizer.bos_token_id)
    writer.add_eos_token_id(tokenizer.eos_token_id)
    writer.add_eot_token_id(fused.end_tokens[0])
    if tokenizer.pad_token_id is not None:
        writer.add_pad_token_id(tokenizer.pad_token_id)
    writer.add_chat_template(fused.chat_template)


def _tokens(spec: Mapping[str, Any], size: int) -> tuple[list[str], list[int]]:
    """Return the tokens by number, and their kinds."""
    names = {number: name for name, number in spec["model"]["vocab"].items()}
    kinds = dict.fromkeys(names, _NORMAL)
    for one in spec["added_tokens"]:
        names[one["id"]] = one["content"]
        kinds[one["id"]] = _CONTROL if one["special"] else _USER_DEFINED
    numbers = range(max(size, *names, 0) + (max(names) >= size))
    return (
        [names.get(number, f"[PAD{number}]") for number in numbers],
        [kinds.get(number, _UNUSED) for number in numbers],
    )


def _pre_tokenizer(spec: Mapping[str, Any] | None) -> str:
    """Return llama.cpp's name of what cuts text before it is encoded."""
    steps = (spec or {}).get("pretokenizers") or [spec or {}]
    *others, last = steps
    if last.get("type") == "ByteLevel" and not last.get("add_prefix_space"):
        found = tuple(map(_step, others)) or (
            ((None, None),) if last.get("use_regex", True) else ()
        )
        for name, (kind, pattern) in PRE_TOKENIZERS.items():
            if found == ((kind, pattern),):
                return name
    raise local_error("no_gguf")


def _step(step: Mapping[str, Any]) -> tuple[str | None, str | None]:
    kind = step.get("type")
    if kind == "Split" and step.get("behavior") == "Isolated":
        return "Split", step["pattern"].get("Regex")
    if kind == "Digits" and step.get("individual_digits"):
        return "Digits", None
    return "other", None
