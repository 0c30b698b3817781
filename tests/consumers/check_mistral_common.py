"""mistral-common: its validation for fine-tuning, and where the own turns' tokens are.

    python check_mistral_common.py FOLDERS

What is compared are the tokens that an assistant's message adds; mistral-finetune's own
code, which computes the mask, is tried by `check_mistral_finetune.py`.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import mistral_common
from mistral_common.protocol.instruct.request import ChatCompletionRequest
from mistral_common.protocol.instruct.validator import ValidationMode
from mistral_common.tokens.tokenizers.mistral import MistralTokenizer

FILES = {
    "v3": "mistral_instruct_tokenizer_240323.model.v3",
    "v7": "mistral_instruct_tokenizer_241114.model.v7",
}


def own_turns(messages: list[dict[str, Any]], tune: Any, serve: Any) -> list[list[int]]:
    """Return the tokens each assistant's message adds to what is before it."""
    found = []
    for end, message in enumerate(messages):
        if message["role"] != "assistant":
            continue
        before, after = (
            encoder.encode_chat_completion(ChatCompletionRequest(messages=some)).tokens
            for encoder, some in ((serve, messages[:end]), (tune, messages[: end + 1]))
        )
        if after[: len(before)] != before:
            raise SystemExit("what is before an answer is encoded in another way")
        found.append(after[len(before) :])
    return found


def own_ids(tokenizer: Any, turn: str) -> list[int]:
    """Return the tokens of an own turn and of its end."""
    return [*tokenizer.encode(turn.rstrip(" "), bos=False, eos=False), tokenizer.eos_id]


def main() -> None:
    """Check the rows with two tokenizers."""
    folder = Path(sys.argv[1]) / "mistral"
    expected = json.loads((folder / "expected.json").read_text())["train"]
    lines = (folder / "train.jsonl").read_bytes().splitlines()
    rows = [json.loads(line)["messages"] for line in lines]
    for row in rows:
        for message in row:
            message.pop("weight", None)  # mistral-finetune's own key
    for name, file in FILES.items():
        path = Path(mistral_common.__file__).with_name("data") / file
        tune = MistralTokenizer.from_file(path, mode=ValidationMode.finetuning)
        serve = MistralTokenizer.from_file(path)
        longest = 0
        for row in rows:
            request = ChatCompletionRequest(messages=row)
            longest = max(longest, len(tune.encode_chat_completion(request).tokens))
        said = f"{len(rows)} rows, longest {longest}, valid"
        if name == "v7":  # v3 moves the system prompt to the last question
            parts = [part for row in rows for part in own_turns(row, tune, serve)]
            encoder = tune.instruct_tokenizer.tokenizer
            own = [own_ids(encoder, turn) for row in expected for turn in row]
            said += f", {len(parts)} answers: {'equal' if parts == own else 'OTHER'}"
        print(f"mistral-common {version('mistral-common')} {name}: {said}")


if __name__ == "__main__":
    main()
