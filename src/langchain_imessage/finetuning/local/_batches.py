"""Examples → the batches of mlx-lm's training loop, and the mask of learned tokens.

Only the last turn of an example, the owner's own, is learned; all before it is context.
mlx-lm's loop takes its batches and its loss from its caller; its own (version 0.32)

* count one token of padding after each example as something to learn,
* leave out the last examples, the same ones each time, where the number of examples is
  no multiple of the batch size,
* cut an example that is too long at its end, which is the answer.

Runs in the trainer's process. Keeps tokens, no text.
"""

from __future__ import annotations

import random
from array import array
from bisect import bisect_left
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_imessage.finetuning._errors import local_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Message = Mapping[str, str]

_PAD_TO = 32
"""Lengths are rounded up to a multiple, for each new one makes MLX compile anew."""
_POOL = 16
"""Batches that are sorted by length together, for less padding; the order stays random."""


class EncodedExample(NamedTuple):
    """The tokens of an example; those from `start` on are learned."""

    tokens: array[int]
    start: int
    dropped: int = 0
    """How many of its oldest messages were left out because it was too long."""


def encode(
    messages: list[Message], tokenizer: Any, *, longest: int
) -> EncodedExample | None:
    """Return the tokens of an example, without its oldest turns if it is too long.

    Args:
        messages: An optional system message, then turns; the last one is learned.
        tokenizer: The model's, as mlx-lm loads it.
        longest: How many tokens it may have.

    Returns:
        The example, or None if even one question and its answer are too long.

    Raises:
        FineTuningError: If the model's chat template refuses the turns, or does not put
            the last one behind the others, so that it can be told from them.
    """
    encoded = _mask(messages, tokenizer)
    if len(encoded.tokens) <= longest:
        return encoded
    head = int(messages[0]["role"] == "system")

    def shortened(pairs: int) -> EncodedExample:
        kept = messages[head + 2 * pairs :]
        return _mask([*messages[:head], *kept], tokenizer)

    most = (len(messages) - head) // 2
    dropped = bisect_left(
        range(most), x=True, key=lambda pairs: len(shortened(pairs).tokens) <= longest
    )
    if dropped == most:
        return None
    return shortened(dropped)._replace(dropped=2 * dropped)


def _mask(messages: list[Message], tokenizer: Any) -> EncodedExample:
    try:
        tokens = array("i", tokenizer.apply_chat_template(messages))
        asked = tokenizer.apply_chat_template(messages[:-1])
        prompt = tokenizer.apply_chat_template(
            messages[:-1], add_generation_prompt=True
        )
    except Exception as error:
        raise local_error("chat_template") from error
    # The end of the prompt's invitation may be tokenized otherwise when words follow it.
    pairs = zip(tokens, prompt, strict=False)
    start = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    if not len(asked) <= start < len(tokens):
        raise local_error("unmaskable")
    if not tokenizer.eos_token_ids.intersection(tokens[start:]):
        tokens.append(tokenizer.eos_token_id)
    return EncodedExample(tokens, start)


def shuffled_batches(seed: int) -> Callable[..., Iterator[tuple[Any, Any]]]:
    """Return the function that mlx-lm calls for batches of shuffled examples.

    The examples come epoch after epoch, each once in an epoch; a batch may take its last
    ones from the next epoch, so all have the same size. Without `loop` they come once,
    in their own order, and the last batch may be smaller.
    """

    def batches(
        dataset: Sequence[EncodedExample],
        batch_size: int,
        *,
        loop: bool = False,
        **_others: Any,  # mlx-lm passes more: no example is longer, no other computer
    ) -> Iterator[tuple[Any, Any]]:
        order = _epochs(dataset, batch_size, seed) if loop else iter(dataset)
        while batch := list(islice(order, batch_size)):
            yield _stack(batch)

    return batches


def _epochs(
    dataset: Sequence[EncodedExample], batch_size: int, seed: int
) -> Iterator[EncodedExample]:
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    while True:
        order = rng.sample(dataset, len(dataset))
        for begin in range(0, len(order), batch_size * _POOL):
            pool = order[begin : begin + batch_size * _POOL]
            pool.sort(key=lambda one: len(one.tokens))
            starts = range(0, len(pool), batch_size)
            for start in rng.sample(starts, len(starts)):
                yield from pool[start : start + batch_size]


def _stack(batch: Sequence[EncodedExample]) -> tuple[Any, Any]:
    import mlx.core as mx
    import numpy as np

    longest = max(len(one.tokens) for one in batch)
    width = -(-longest // _PAD_TO) * _PAD_TO
    tokens = np.zeros((len(batch), width), np.int32)
    for row, one in enumerate(batch):
        tokens[row, : len(one.tokens)] = one.tokens
    spans = [(one.start, len(one.tokens)) for one in batch]
    return mx.array(tokens), mx.array(spans)


def learned(batch: Any, spans: Any) -> Any:
    """Return which of the predicted tokens (all but the first) count in the loss."""
    import mlx.core as mx

    positions = mx.arange(1, batch.shape[1])
    return mx.logical_and(positions >= spans[:, :1], positions < spans[:, 1:])


def own_turn_loss(model: Any, batch: Any, spans: Any) -> tuple[Any, Any]:
    """Return the mean cross-entropy of the learned tokens, and their number."""
    import mlx.core as mx
    from mlx import nn

    mask = learned(batch, spans)
    losses = nn.losses.cross_entropy(model(batch[:, :-1]), batch[:, 1:])
    tokens = mask.sum()
    return (losses.astype(mx.float32) * mask).sum() / tokens, tokens
