"""Axolotl: what its `chat_template` strategy learns of the rows, as the config has it.

python check_axolotl.py FOLDERS TOKENIZERS
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path

from axolotl.prompt_strategies.chat_template import load as strategy_of
from axolotl.utils.dict import DictDefault
from offline_tokenizers import FAMILIES, difference, load, stretches

LIMIT = 2_048
TEMPLATES = {
    "qwen3": "qwen3",
    "llama3": "llama3",
    "gemma3": "gemma3",
    "mistral": "mistral_v7_tekken",
}
"""As `next_commands` names them; the tokenizer's own for all others."""


def main() -> None:
    """Check all templates."""
    folder, tokenizers = map(Path, sys.argv[1:3])
    lines = (folder / "axolotl" / "train.jsonl").read_bytes().splitlines()
    expected = json.loads((folder / "axolotl" / "expected.json").read_text())["train"]
    for family in FAMILIES:
        tokenizer = load(tokenizers, family)
        template = TEMPLATES.get(family, "tokenizer_default")
        cfg = DictDefault({"chat_template": template, "sequence_len": LIMIT})
        dataset = DictDefault(
            {"roles_to_train": ["assistant"], "message_field_training": "weight"}
        )
        strategy = strategy_of(tokenizer, cfg, dataset)
        learned, longest = [], 0
        for line in lines:
            made = strategy.tokenize_prompt(json.loads(line))
            ids, labels = made["input_ids"], made["labels"]
            longest = max(longest, len(ids))
            learned += stretches(ids, [label != -100 for label in labels])
        turns = [turn for row in expected for turn in row]
        wrong = difference(tokenizer, learned, turns)
        cut = "nothing cut" if longest <= LIMIT else "CUT"
        about = f"{len(lines)} rows, {len(learned)} answers, longest {longest}, {cut}"
        print(f"axolotl {version('axolotl')} {family}: {about}: {wrong or 'equal'}")


if __name__ == "__main__":
    main()
