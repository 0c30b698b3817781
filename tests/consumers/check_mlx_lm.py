"""mlx-lm: what `--mask-prompt` learns of each row.

python check_mlx_lm.py FOLDERS TOKENIZERS
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

from mlx_lm.tuner.datasets import load_dataset
from offline_tokenizers import FAMILIES, difference, load

LIMIT = 2_048


def main() -> None:
    """Check all templates."""
    folder, tokenizers = map(Path, sys.argv[1:3])
    args = SimpleNamespace(
        data=str(folder / "mlx"), train=True, test=False, mask_prompt=True
    )
    expected = json.loads((folder / "mlx" / "expected.json").read_text())["train"]
    turns = [turn for row in expected for turn in row]
    for family in FAMILIES:
        tokenizer = load(tokenizers, family)
        train, _, _ = load_dataset(args, tokenizer)
        made = [train.process(train[n]) for n in range(len(train))]
        longest = max(len(ids) for ids, _ in made)
        wrong = difference(tokenizer, [list(ids[at:]) for ids, at in made], turns)
        cut = "nothing cut" if longest <= LIMIT else "CUT"
        about = f"{len(train)} rows, longest {longest}, {cut}: {wrong or 'equal'}"
        print(f"mlx-lm {version('mlx-lm')} {family}: {about}")


if __name__ == "__main__":
    main()
