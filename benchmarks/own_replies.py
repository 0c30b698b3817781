"""The index of own replies: seconds of CPU and memory to build it, milliseconds a query.

    python benchmarks/own_replies.py
    python benchmarks/own_replies.py --pairs 20000

The pairs are made up: words of a vocabulary in which few are frequent and most are rare, as
in any language, and 87 characters in a turn, as in the public corpus `chitchat-dataset`.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from itertools import accumulate
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import TYPE_CHECKING

from langchain_imessage.retrievers import OwnRepliesIndex, ReplyPair

if TYPE_CHECKING:
    from collections.abc import Iterator

LETTERS = "etaoinshrdlucmfwypvbgk"
VOCABULARY, WORDS, QUERIES, CHAT = 30_000, 17, 200, 500


def vocabulary(rng: Random) -> list[str]:
    """Make words of two to nine letters, the frequent ones short."""
    weights = [1 / (place + 2) for place in range(len(LETTERS))]
    return [
        "".join(rng.choices(LETTERS, weights, k=min(9, 2 + number.bit_length() // 2)))
        for number in range(VOCABULARY)
    ]


def texts(rng: Random, count: int) -> Iterator[str]:
    """Yield turns of words by Zipf's law."""
    words = vocabulary(rng)
    weights = list(accumulate(1 / (place + 1) for place in range(len(words))))
    for _ in range(count):
        yield " ".join(
            rng.choices(words, cum_weights=weights, k=rng.randint(1, 2 * WORDS))
        )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=200_000)
    count = parser.parse_args().pairs
    rng = Random(1)  # noqa: S311 - repeatable, not secret
    said = list(texts(rng, count))
    pairs = [
        ReplyPair(
            said=text, answered=str(number), chat=str(number // CHAT), key=str(number)
        )
        for number, text in enumerate(said)
    ]
    index = OwnRepliesIndex()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    index.add_pairs(pairs)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    taken = []
    for text in rng.sample(said, QUERIES):
        start = time.process_time()
        index.search(text, 5)
        taken.append((time.process_time() - start) * 1e3)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "replies.index"
        index.save(path)
        size = path.stat().st_size
        start = time.process_time()
        OwnRepliesIndex.load(path)
        loaded = time.process_time() - start
    average = sum(map(len, said)) / count
    print(f"{count:,} pairs of {average:.0f} characters")
    print(f"indexed in {seconds:.1f} s of CPU, {peak / 1024:.0f} MB")
    print(
        f"a query: median {median(taken):.0f} ms, 95 % {quantiles(taken, n=20)[-1]:.0f} ms"
    )
    print(f"file: {size / 1e6:.0f} MB, loaded in {loaded:.1f} s")


if __name__ == "__main__":
    main()
