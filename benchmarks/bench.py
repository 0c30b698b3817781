"""Speed and memory on a million messages, as ratios against rivals in the same run.

    make bench
    python benchmarks/bench.py --messages 100000

Each figure is taken in a fresh process, so that none profits from another's caches, and
the rival's right before ours. What is compared:

- load: langchain_community's loader and ours, seconds per true message (its own loader
  repeats group messages; those copies are work, not messages);
- pipeline: chat.db → train.jsonl against a bare, ordered sqlite3 scan of the same columns;
- memory: the peak while loading, against that of a database ten times smaller whose
  largest conversation is as large;
- decode: body text, and whole bodies, against pytypedstream.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST = 30_000
"""Messages in the largest conversation of both databases of the memory test."""


def community_load(path: str) -> int:
    """Load with langchain_community, as its users do."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from langchain_community.chat_loaders.imessage import (
            IMessageChatLoader,
        )

    return sum(len(s["messages"]) for s in IMessageChatLoader(path).lazy_load())


def our_load(path: str) -> int:
    """Load with this package."""
    from langchain_imessage import IMessageChatLoader  # noqa: PLC0415

    return sum(len(s["messages"]) for s in IMessageChatLoader(path).lazy_load())


def bare_scan(path: str) -> int:
    """Fetch the columns our own reader fetches, ordered, and do nothing with them."""
    import sqlite3  # noqa: PLC0415

    from langchain_imessage.chatdb._queries import Queries  # noqa: PLC0415
    from langchain_imessage.chatdb._schema import Capabilities  # noqa: PLC0415

    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    queries = Queries(capabilities=Capabilities.detect(connection), now=10**9)
    sql = queries.messages(1).split(" WHERE ")[0] + " ORDER BY m.date, m.ROWID"
    count = sum(1 for _ in connection.execute(sql))
    connection.close()
    return count


def pipeline(path: str) -> int:
    """Go from chat.db to train.jsonl."""
    from langchain_imessage import (  # noqa: PLC0415
        IMessageChatLoader,
        map_ai_messages,
        merge_chat_runs,
        write_jsonl,
    )

    merged = merge_chat_runs(IMessageChatLoader(path).lazy_load())
    with tempfile.TemporaryDirectory() as folder:
        return write_jsonl(map_ai_messages(merged, sender="Me"), f"{folder}/t.jsonl")


def _bodies() -> list[bytes]:
    from langchain_imessage.testing import archive_body  # noqa: PLC0415

    texts = ("ok", "see you at eight then, bring the dog 🐕", "a longer one " * 12)
    return [
        archive_body(text, mutable=flag) for text in texts for flag in (True, False)
    ]


def _per_body(decode: Callable[[bytes], object], seconds: float = 1.0) -> float:
    bodies = _bodies()
    end, rounds, start = time.perf_counter() + seconds, 0, time.perf_counter()
    while time.perf_counter() < end:
        for body in bodies:
            decode(body)
        rounds += 1
    return (time.perf_counter() - start) / (rounds * len(bodies))


def decode(_: str) -> dict[str, float]:
    """Time three ways to read a body, in microseconds each."""
    import typedstream as rival  # noqa: PLC0415

    from langchain_imessage.typedstream import loads, plain_text  # noqa: PLC0415

    return {
        "pytypedstream": _per_body(rival.unarchive_from_data) * 1e6,
        "loads": _per_body(loads) * 1e6,
        "plain_text": _per_body(plain_text) * 1e6,
    }


TASKS: dict[str, Callable[[str], object]] = {
    f.__name__: f for f in (community_load, our_load, bare_scan, pipeline, decode)
}


def measure(task: str, path: Path) -> tuple[float, float, object]:
    """Run a task in a process of its own: seconds, peak MiB, what it returned."""
    command = [sys.executable, __file__, "--task", task, "--path", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, peak, result = json.loads(done.stdout.splitlines()[-1])
    return seconds, peak, result


def run_task(task: str, path: str) -> None:
    """Be that process."""
    start = time.perf_counter()
    result = TASKS[task](path)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([seconds, peak, result]))


def verdict(name: str, figure: float, bar: float, *, at_most: bool = False) -> None:
    """Print a ratio beside its bar."""
    holds = figure <= bar if at_most else figure >= bar
    sign = "≤" if at_most else "≥"
    print(
        f"{name:<46}{figure:>9.2f} x   {sign} {bar:g}   {'ok' if holds else 'MISSED'}"
    )


def main(messages: int) -> None:
    """Make the databases, measure, print."""
    from langchain_imessage.testing import write_large_database  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as name:
        large = Path(name) / "chat.db"
        true = write_large_database(large, messages=messages, wal=True)
        size = large.stat().st_size / 2**20
        print(f"{messages:,} rows, {true:,} true messages, 400 chats, {size:.0f} MiB\n")
        for task in ("our_load", "community_load"):  # warm the file cache
            measure(task, large) if messages <= 10_000 else large.read_bytes()
        theirs, their_peak, their_count = measure("community_load", large)
        ours, our_peak, our_count = measure("our_load", large)
        scan, *_ = measure("bare_scan", large)
        whole, whole_peak, examples = measure("pipeline", large)
        print(
            f"langchain_community loads   {theirs:7.1f} s {their_peak:7.0f} MiB {their_count:>10,} messages"
        )
        print(
            f"langchain_imessage loads    {ours:7.1f} s {our_peak:7.0f} MiB {our_count:>10,} messages"
        )
        print(f"bare ordered scan           {scan:7.1f} s")
        print(
            f"chat.db → train.jsonl       {whole:7.1f} s {whole_peak:7.0f} MiB {examples:>10,} examples"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--task", choices=sorted(TASKS))
    parser.add_argument("--path", default="")
    arguments = parser.parse_args()
    if arguments.task:
        run_task(arguments.task, arguments.path)
    else:
        main(arguments.messages)
