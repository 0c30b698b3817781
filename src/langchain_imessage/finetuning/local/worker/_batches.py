"""Rows of tokens → the batches of mlx-lm's training loop, and the loss of its learned tokens.

mlx-lm's loop takes its batches and its loss from its caller; its own (version 0.32)

* count one token of padding after each row as something to learn,
* leave out the last rows, the same ones each time, where the number of rows is
  no multiple of the batch size,
* cut a row that is too long at its end, which is the answer.

Runs in the trainer's process. Keeps tokens, no text.
"""

from __future__ import annotations

import random
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from langchain_imessage.finetuning.local.worker._encoding import EncodedRow

_PAD_TO = 32
"""Lengths are rounded up to a multiple, for each new one makes MLX compile anew."""
_POOL = 16
"""Batches that are sorted by length together, for less padding; the order stays random."""


def shuffled_batches(
    seed: int, *, skip: int = 0
) -> Callable[..., Iterator[tuple[Any, Any]]]:
    """Return the function that mlx-lm calls for batches of shuffled rows.

    The rows come epoch after epoch, each once in an epoch; a batch may take its last
    ones from the next epoch, so all have the same size. Without `loop` they come once,
    in their own order, and the last batch may be smaller.

    Args:
        seed: The same one gives the same order.
        skip: Batches of the order that were trained before.
    """

    def batches(
        dataset: Sequence[EncodedRow],
        batch_size: int,
        *,
        loop: bool = False,
        **_others: Any,  # mlx-lm passes more: no row is longer, no other computer
    ) -> Iterator[tuple[Any, Any]]:
        order = iter(dataset)
        if loop:
            order = _epochs(dataset, batch_size, seed)
            order = islice(order, skip * batch_size, None)
        while batch := list(islice(order, batch_size)):
            yield _stack(batch)

    return batches


def _epochs(
    dataset: Sequence[EncodedRow], batch_size: int, seed: int
) -> Iterator[EncodedRow]:
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    while True:
        order = rng.sample(dataset, len(dataset))
        for begin in range(0, len(order), batch_size * _POOL):
            pool = order[begin : begin + batch_size * _POOL]
            pool.sort(key=lambda one: len(one.tokens))
            starts = range(0, len(pool), batch_size)
            for start in rng.sample(starts, len(starts)):
                yield from pool[start : start + batch_size]


def _stack(batch: Sequence[EncodedRow]) -> tuple[Any, Any]:
    import mlx.core as mx
    import numpy as np

    longest = max(len(one.tokens) for one in batch)
    width = -(-longest // _PAD_TO) * _PAD_TO
    tokens = np.zeros((len(batch), width), np.int32)
    for row, one in enumerate(batch):
        tokens[row, : len(one.tokens)] = one.tokens
    mask = np.zeros((len(batch), width), np.int32)
    for row, one in enumerate(batch):
        for begin, end in one.spans:
            mask[row, begin:end] = 1
    return mx.array(tokens), mx.array(mask)


def own_turn_loss(model: Any, batch: Any, mask: Any) -> tuple[Any, Any]:
    """Return the mean cross-entropy of the learned tokens, and their number."""
    import mlx.core as mx
    from mlx import nn

    learned = mask[:, 1:]  # of the predicted tokens, which are all but the first
    losses = nn.losses.cross_entropy(model(batch[:, :-1]), batch[:, 1:])
    tokens = learned.sum()
    return (losses.astype(mx.float32) * learned).sum() / tokens, tokens
