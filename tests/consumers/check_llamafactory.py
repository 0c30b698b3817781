"""LLaMA-Factory: what its supervised processor learns of the rows, by `dataset_info.json`.

python check_llamafactory.py FOLDERS TOKENIZERS
"""

from __future__ import annotations

import json
import sys
import types
from importlib.machinery import ModuleSpec
from importlib.metadata import version
from pathlib import Path

for _name in ("torchaudio",):  # for recordings only
    sys.modules[_name] = types.ModuleType(_name)
    sys.modules[_name].__spec__ = ModuleSpec(_name, None)

from llamafactory.data import get_dataset, get_template_and_fix_tokenizer  # noqa: E402
from llamafactory.hparams import DataArguments, ModelArguments  # noqa: E402
from offline_tokenizers import difference, load, stretches  # noqa: E402
from transformers import Seq2SeqTrainingArguments  # noqa: E402

LIMIT = 2_048
TEMPLATES = {
    "qwen3": "qwen3",
    "llama3": "llama3",
    "gemma3": "gemma2",  # as for its 1B model: its "gemma3" is for models with pictures, and needs their processor
    "gpt-oss": "gpt_oss",
    "mistral": "mistral",
    "smollm2": "smollm2",
}


def main() -> None:
    """Check all templates, with both formats it reads."""
    folder, tokenizers = map(Path, sys.argv[1:3])
    for sink in ("llamafactory", "sharegpt"):
        expected = json.loads((folder / sink / "expected.json").read_text())["train"]
        turns = [turn for row in expected for turn in row]
        for family, name in TEMPLATES.items():
            tokenizer = load(tokenizers, family)
            data = DataArguments(
                template=name,
                dataset="imessage_train",
                dataset_dir=str(folder / "llamafactory"),
                cutoff_len=LIMIT,
                enable_thinking=False,
                overwrite_cache=True,
            )
            if sink == "sharegpt":
                data.dataset_dir = str(_described(folder / sink))
            template = get_template_and_fix_tokenizer(tokenizer, data)
            made = get_dataset(
                template,
                ModelArguments(model_name_or_path=str(tokenizers / family)),
                data,
                Seq2SeqTrainingArguments(output_dir="/tmp/lf", use_cpu=True),  # noqa: S108
                "sft",
                tokenizer,
            )["train_dataset"]
            learned, longest = [], 0
            for row in made:
                ids, labels = row["input_ids"], row["labels"]
                longest = max(longest, len(ids))
                kept = [label != -100 for label in labels]
                learned += stretches(labels, kept)
            wrong = difference(tokenizer, learned, turns)
            cut = "nothing cut" if longest < LIMIT else "CUT"
            about = f"{len(made)} of {len(expected)} rows, longest {longest}, {cut}"
            print(
                f"llamafactory {version('llamafactory')} {sink} {family}: {about}: "
                f"{wrong or 'equal'}"
            )


def _described(folder: Path) -> Path:
    """Say in a file beside it what the ShareGPT file is, as its documentation has it."""
    about = {"imessage_train": {"file_name": "train.jsonl", "formatting": "sharegpt"}}
    about["imessage_train"]["columns"] = {"messages": "conversations"}
    (folder / "dataset_info.json").write_text(json.dumps(about))
    return folder


if __name__ == "__main__":
    main()
