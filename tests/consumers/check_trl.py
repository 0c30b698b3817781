"""TRL: what `SFTTrainer` makes of the rows, as the printed command gives them to it.

    python check_trl.py FOLDERS TOKENIZERS

Each answer is a row of prompt and completion; the completion alone is learned.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from datasets import disable_progress_bars, load_dataset
from offline_tokenizers import FAMILIES, difference, load, stretches
from transformers import LlamaConfig, LlamaForCausalLM
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

LIMIT = 1_024


def own_turns(batch: dict[str, Any]) -> dict[str, Any]:
    """Make a row for each answer, as the printed command does."""
    rows = [
        (messages[:end], messages[end : end + 1])
        for messages in batch["messages"]
        for end, message in enumerate(messages)
        if message["role"] == "assistant"
    ]
    return {
        "prompt": [prompt for prompt, _ in rows],
        "completion": [completion for _, completion in rows],
        "chat_template_kwargs": [{"enable_thinking": False} for _ in rows],
    }


def tiny_model(tokenizer: Any) -> LlamaForCausalLM:
    """Return a model that is never run."""
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=8,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        max_position_embeddings=4_096,
        eos_token_id=tokenizer.eos_token_id,
    )
    return LlamaForCausalLM(config)


def check(folder: Path, tokenizer: Any, out: str) -> str:
    """Compare what is learned with the own turns; return what to print."""
    files = str(folder / "trl" / "train.jsonl")
    data = load_dataset("json", data_files=files, split="train", cache_dir=out)
    rows = len(data)
    data = data.map(own_turns, batched=True, remove_columns=data.column_names)
    trainer = SFTTrainer(
        model=tiny_model(tokenizer),
        processing_class=tokenizer,
        train_dataset=data,
        args=SFTConfig(
            output_dir=out, max_length=LIMIT, report_to="none", use_cpu=True
        ),
    )
    expected = json.loads((folder / "trl" / "expected.json").read_text())["train"]
    learned, longest = [], 0
    for row in trainer.train_dataset:
        ids, mask = row["input_ids"], [label != -100 for label in row["labels"]]
        longest = max(longest, len(ids))
        learned += stretches(ids, mask)
    turns = [turn for row in expected for turn in row]
    wrong = difference(tokenizer, learned, turns)
    cut = "nothing cut" if longest <= LIMIT else "CUT"
    return f"{rows} rows, {len(learned)} answers, longest {longest}, {cut}: {wrong or 'equal'}"


def check_pairs(folder: Path, tokenizer: Any, out: str) -> str:
    """Load the pairs with DPOTrainer."""
    files = str(folder / "trl-dpo" / "train.jsonl")
    data = load_dataset("json", data_files=files, split="train", cache_dir=out)
    trainer = DPOTrainer(
        model=tiny_model(tokenizer),
        ref_model=tiny_model(tokenizer),
        processing_class=tokenizer,
        train_dataset=data,
        args=DPOConfig(
            output_dir=out, max_length=LIMIT, report_to="none", use_cpu=True
        ),
    )
    kept = len(trainer.train_dataset)
    return f"{kept} of {len(data)} pairs"


def main() -> None:
    """Check all templates."""
    folder, tokenizers = map(Path, sys.argv[1:3])
    disable_progress_bars()
    with TemporaryDirectory() as out:
        for family in FAMILIES:
            tokenizer = load(tokenizers, family)
            print(f"trl {version('trl')} {family}: {check(folder, tokenizer, out)}")
        print(f"trl {version('trl')} dpo: {check_pairs(folder, tokenizer, out)}")


if __name__ == "__main__":
    main()
