"""mistral-finetune: its checks of a row, and the tokens it learns of it.

    python check_mistral_finetune.py FOLDERS CHECKOUT

CHECKOUT is a copy of its repository: the package of that name on the index is empty. Of it
only `finetune/data/tokenize.py` and `exceptions.py` are used, which need mistral-common.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import mistral_common
from mistral_common.tokens.tokenizers.mistral import MistralTokenizer
from offline_tokenizers import stretches

FILES = {
    "v3": "mistral_instruct_tokenizer_240323.model.v3",
    "v3-tekken": "tekken_240718.json",
}


def main() -> None:
    """Check the rows with two tokenizers."""
    folder = Path(sys.argv[1]) / "mistral"
    sys.path.insert(0, sys.argv[2])
    from finetune.data import tokenize

    for side in ("train", "validation"):
        lines = (folder / f"{side}.jsonl").read_bytes().splitlines()
        rows = [json.loads(line) for line in lines]
        expected = json.loads((folder / "expected.json").read_text())[side]
        for name, file in FILES.items():
            path = Path(mistral_common.__file__).with_name("data") / file
            encoder = MistralTokenizer.from_file(str(path)).instruct_tokenizer
            longest, answers, wrong = 0, 0, 0
            for row, turns in zip(rows, expected, strict=True):
                sample = tokenize.build_instruct_sample(row)
                made = tokenize.tokenize(sample, encoder)
                longest = max(longest, len(made.tokens))
                learned = stretches(made.tokens, made.masks)
                own = [own_ids(encoder.tokenizer, turn) for turn in turns]
                answers += len(own)
                wrong += learned != own
            print(
                f"mistral-finetune, mistral-common {version('mistral-common')} {name} {side}: "
                f"{len(rows)} rows, {answers} answers, longest {longest}: "
                + (
                    f"{wrong} rows learn other tokens"
                    if wrong
                    else "equal token by token"
                )
            )


def own_ids(tokenizer: Any, turn: str) -> list[int]:
    """Return the tokens of an own turn and of its end."""
    return [*tokenizer.encode(turn.rstrip(" "), bos=False, eos=False), tokenizer.eos_id]


if __name__ == "__main__":
    main()
