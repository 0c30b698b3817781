"""unsloth_zoo: what `train_on_responses_only` keeps of the rows in each family's template.

    python check_unsloth_zoo.py FOLDERS TOKENIZERS

The module is loaded alone: importing the package needs a GPU.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from offline_tokenizers import FAMILIES, difference, load, stretches


def module() -> Any:
    """Load the module with the template functions."""
    package = importlib.util.find_spec("unsloth_zoo")
    path = Path(package.origin).with_name("dataset_utils.py")
    spec = importlib.util.spec_from_file_location("dataset_utils", path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def main() -> None:
    """Check all templates."""
    folder, tokenizers = map(Path, sys.argv[1:3])
    tools = module()
    lines = (folder / "trl" / "train.jsonl").read_bytes().splitlines()
    rows = [json.loads(line)["messages"] for line in lines]
    expected = json.loads((folder / "trl" / "expected.json").read_text())["train"]
    for family in FAMILIES:
        tokenizer = load(tokenizers, family)
        ids = [
            tokenizer.apply_chat_template(row, tokenize=True, return_dict=False)
            for row in rows
        ]
        mask = tools.train_on_responses_only(
            None, tokenizer=tokenizer, return_function=True
        )
        labels = mask({"input_ids": ids})["labels"]
        learned = []
        for row, kept in zip(ids, labels, strict=True):
            learned += stretches(row, [label != -100 for label in kept])
        turns = [turn for row in expected for turn in row]
        wrong = difference(tokenizer, learned, turns)
        about = f"{len(rows)} rows, {len(learned)} answers: {wrong or 'equal'}"
        print(f"unsloth_zoo {version('unsloth_zoo')} {family}: {about}")


if __name__ == "__main__":
    main()
