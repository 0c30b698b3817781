"""What runs in the scoring process: `python -m …_scorer_main`, lines in, numbers out.

Reads a line of JSON with the model, then one for each conversation, up to an empty line;
prints a line for each reply: [conversation, message, nats, tokens], or an error as an
object. Prints and logs no text of a conversation, and ends when its parent does.
"""

from __future__ import annotations

import json
import os
import sys
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._errors import local_error
from langchain_imessage.finetuning.local._examples import LearnedConversation
from langchain_imessage.finetuning.local.worker._chat_tokens import ChatTokens
from langchain_imessage.finetuning.local.worker._encoding import EncodedRow, encode
from langchain_imessage.finetuning.local.worker._loading import load_model, prepare_cpu
from langchain_imessage.finetuning.local.worker._parent_watch import end_with_parent

if TYPE_CHECKING:
    from collections.abc import Iterator


def main() -> int:
    """Score what standard input brings.

    Returns:
        0 if all was scored; else 1, and the last line printed says why not.
    """
    output = os.dup(1)
    os.dup2(2, 1)  # whatever else is printed is no answer
    try:
        order, *found = map(json.loads, takewhile(str.strip, sys.stdin))
        end_with_parent()
        for line in _lines(order, found):
            os.write(output, f"{json.dumps(line)}\n".encode())
    except FineTuningError as error:
        failure = {"code": error.code, "message": str(error)}
        os.write(output, f"{json.dumps(failure)}\n".encode())
        return 1
    return 0


def _lines(order: dict[str, Any], found: list[Any]) -> Iterator[list[float]]:
    try:
        prepare_cpu()
        model, tokenizer = load_model(order["model"], adapters=order["adapters"])
    except Exception as error:
        raise local_error("model_unusable", f"({type(error).__name__})") from error
    if not tokenizer.has_chat_template:
        raise local_error("no_chat_template")
    model.eval()
    chat = ChatTokens(tokenizer)
    for number, (messages, learned) in enumerate(found):
        one = LearnedConversation(messages=tuple(messages), learned=tuple(learned))
        for row in encode(one, chat, longest=order["longest"]):
            for index, nats, tokens in _scores(model, row):
                yield [number, index, nats, tokens]


def _scores(model: Any, row: EncodedRow) -> Iterator[tuple[int, float, int]]:
    """Yield the message, the nats and the number of tokens of each reply in a row."""
    import mlx.core as mx
    from mlx import nn

    tokens = mx.array(row.tokens.tolist())[None]
    logits = model(tokens[:, :-1]).astype(mx.float32)
    losses = nn.losses.cross_entropy(logits, tokens[:, 1:])[0]
    for index, (begin, end) in zip(row.indexes, row.spans, strict=True):
        nats = losses[begin - 1 : end - 1].sum()
        yield index, float(nats), end - begin


if __name__ == "__main__":  # pragma: no cover - in the process only
    sys.exit(main())
