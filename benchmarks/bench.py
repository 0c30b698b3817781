"""Speed and memory on a million messages, as ratios against rivals in the same run.

    make bench
    python benchmarks/bench.py --messages 100000

Each task runs in a process of its own, those that are compared in turn, and its best time
counts: what else the machine does makes a run slower, never faster.

- load: langchain_community's loader and ours, in time per true message (its own repeats a
  group's messages once per member: those copies are work it does, not messages);
- pipeline: chat.db → train.jsonl, against a bare ordered scan of the same columns;
- dataset: chat.db → a redacted, checked and counted dataset, against that pipeline;
- memory: the peak while loading, against that of a database ten times smaller whose
  largest conversation is as large;
- rich: loading when 5 % of the messages are more than words, against loading plain ones;
- decode: the text of plain bodies, and bodies of all kinds as a whole, against
  pytypedstream.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
import timeit
import warnings
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_imessage import (
    IMessageChatLoader,
    map_ai_messages,
    merge_chat_runs,
    prepare,
    write_dataset,
    write_jsonl,
)
from langchain_imessage.chatdb.rows._queries import Queries
from langchain_imessage.chatdb.sources._schema import Capabilities
from langchain_imessage.testing import archive_body, write_large_database
from langchain_imessage.typedstream import (
    PART,
    URL,
    AttributedString,
    Run,
    dumps,
    loads,
    plain_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS, SHORT = 3, 9
"""How often a task runs; one of two seconds oftener, for machines that are slow at times."""

PLAIN = "see you at eight then, bring the dog 🐕"


def community_load(path: str) -> int:
    """Load with langchain_community, as its users do."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from langchain_community.chat_loaders import imessage

    loader = imessage.IMessageChatLoader(path)
    return sum(len(session["messages"]) for session in loader.lazy_load())


def our_load(path: str) -> int:
    """Load with this package."""
    loader = IMessageChatLoader(path)
    return sum(len(session["messages"]) for session in loader.lazy_load())


def bare_scan(path: str) -> int:
    """Fetch the columns our reader reads, in order, and do nothing with them.

    The columns themselves, each once, and not what our statement makes of them.
    """
    import sqlite3  # noqa: PLC0415

    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    queries = Queries(capabilities=Capabilities.detect(connection), now=10**9)
    ours, source = queries.messages(1).partition(" WHERE ")[0].split(" FROM ")
    columns = ", ".join(dict.fromkeys(re.findall(r"\bm\.\w+", ours)))
    scan = f"SELECT {columns} FROM {source} ORDER BY m.date, m.ROWID"
    count = sum(1 for _ in connection.execute(scan))
    connection.close()
    return count


def pipeline(path: str) -> int:
    """Go from chat.db to train.jsonl."""
    merged = merge_chat_runs(IMessageChatLoader(path).lazy_load())
    with tempfile.TemporaryDirectory() as folder:
        return write_jsonl(map_ai_messages(merged, sender="Me"), f"{folder}/t.jsonl")


def dataset(path: str) -> int:
    """Go from chat.db to a dataset: segments, placeholders, windows, tokens, a manifest."""
    with tempfile.TemporaryDirectory() as folder:
        written = write_dataset(prepare(IMessageChatLoader(path)), folder)
        files = written.manifest["files"].values()
        return sum(about["examples"] for about in files if about)


def rich_body() -> bytes:
    """Archive a body with an attachment, a mention and a link."""
    runs = (
        (1, {PART: 0, "__kIMFileTransferGUIDAttributeName": "at_0_GUID"}),
        (3, {PART: 1}),
        (3, {PART: 1, "__kIMMentionConfirmedMention": "+15550100"}),
        (6, {PART: 1}),
        (19, {PART: 1, "__kIMLinkAttributeName": URL(relative="https://example.com")}),
        (4, {PART: 1}),
    )
    text = "\ufffcHi Ann, see https://example.com ok?"
    made = tuple(Run(length=length, attributes=dict(names)) for length, names in runs)
    return dumps(AttributedString(text=text, runs=made))


def decode(_: str) -> dict[str, float]:
    """Compare three ways to read a body: how many times as fast as the rival's ours are."""
    import typedstream as rival  # noqa: PLC0415

    def ratio(ours: Callable[[bytes], object], body: bytes, times: int) -> float:
        theirs = lambda: rival.unarchive_from_data(body)  # noqa: E731
        slow = min(timeit.repeat(theirs, number=100, repeat=7)) / 100
        fast = min(timeit.repeat(lambda: ours(body), number=times, repeat=7)) / times
        return slow / fast

    plain = archive_body(PLAIN)
    return {
        "text": ratio(plain_text, plain, 10_000),
        "plain": ratio(loads, plain, 500),
        "rich": ratio(loads, rich_body(), 200),
    }


TASKS: dict[str, Callable[[str], Any]] = {
    task.__name__: task
    for task in (community_load, our_load, bare_scan, pipeline, dataset, decode)
}


def run_task(task: str, path: str) -> None:
    """Run one task in this process, and print seconds, peak MiB and what it returned."""
    start = time.perf_counter()
    result = TASKS[task](path)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([seconds, peak, result]))


def measure(*runs: tuple[str, Path], rounds: int = ROUNDS) -> list[list[Any]]:
    """Run tasks in turn, each in a fresh process; the fastest run of each counts.

    Every other round goes backwards, so that none always runs behind the same: memory
    that a large process has just given back comes slowly to the next.
    """
    best: dict[tuple[str, Path], list[Any]] = {}
    for number in range(rounds):
        for task, path in runs[:: -1 if number % 2 else 1]:
            command = [sys.executable, __file__, "--task", task, "--path", str(path)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found = json.loads(done.stdout.splitlines()[-1])
            best[task, path] = min(best.get((task, path), found), found)
    return [best[run] for run in runs]


def verdict(name: str, figure: float, bar: float, *, at_most: bool = False) -> None:
    """Print a ratio beside its bar."""
    holds = figure <= bar if at_most else figure >= bar
    sign = "≤" if at_most else "≥"
    word = "" if holds else "   MISSED"
    print(f"  {name:<58}{figure:>8.2f}   {sign} {bar:g}{word}")


def main(messages: int, segment: int) -> None:
    """Make the databases, measure, print."""
    with tempfile.TemporaryDirectory() as folder:
        large, small = Path(folder, "large.db"), Path(folder, "small.db")
        rich = Path(folder, "rich.db")
        largest = messages // 25
        write = partial(write_large_database, sitting=segment)
        true = write(large, messages=messages, largest=largest)
        write(small, messages=messages // 10, largest=largest)
        write(rich, messages=messages // 10, largest=largest, rich=0.05)
        size = large.stat().st_size / 2**20
        print(
            f"{messages:,} rows ({true:,} messages), 400 chats, {size:,.0f} MiB, "
            f"segments of {segment}\n"
        )
        theirs, ours, scan, whole, made = measure(
            ("community_load", large),
            ("our_load", large),
            ("bare_scan", large),
            ("pipeline", large),
            ("dataset", large),
        )
        less, more = measure(("our_load", small), ("our_load", rich), rounds=SHORT)
        (fewer,) = measure(("dataset", small), rounds=1)
        ((_, _, decoding),) = measure(("decode", large), rounds=1)
        for name, (seconds, peak, count) in {
            "langchain_community loads": theirs,
            "langchain_imessage loads": ours,
            "a bare ordered scan": scan,
            "chat.db → train.jsonl": whole,
            "chat.db → dataset": made,
            "a tenth of the rows, as large a conversation": less,
            "a dataset of those": fewer,
            "the same, 5 % of them more than words": more,
        }.items():
            print(f"  {name:<46}{seconds:7.1f} s {peak:6.0f} MiB {count:>10,}")
        print()
        verdict("load, times as fast as langchain_community", theirs[0] / ours[0], 3)
        verdict(
            "chat.db → train.jsonl, times a bare scan",
            whole[0] / scan[0],
            5,
            at_most=True,
        )
        verdict(
            "memory, times that of a tenth of the rows",
            ours[1] / less[1],
            1.5,
            at_most=True,
        )
        verdict(
            "chat.db → dataset, times chat.db → train.jsonl",
            made[0] / whole[0],
            3,
            at_most=True,
        )
        verdict(
            "its memory, times that of a tenth of the rows",
            made[1] / fewer[1],
            1.5,
            at_most=True,
        )
        verdict("5 % rich rows, times plain ones", more[0] / less[0], 1.3, at_most=True)
        verdict(
            "text of a plain body, times as fast as pytypedstream",
            decoding["text"],
            100,
        )
        verdict("a plain body as a whole", decoding["plain"], 10)
        verdict(
            "a body with attachment, mention and link as a whole", decoding["rich"], 10
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--segment", type=int, default=20)
    parser.add_argument("--task", choices=sorted(TASKS))
    parser.add_argument("--path", default="")
    arguments = parser.parse_args()
    if arguments.task:
        run_task(arguments.task, arguments.path)
    else:
        main(arguments.messages, arguments.segment)
