"""Speed and memory on a million messages, as ratios against rivals in the same run.

    make bench
    python benchmarks/bench.py --rows 100000 --rounds 1
    python benchmarks/bench.py --rival "imessage-exporter -f txt -c disabled -o . -p {}"

Two databases of the same chats and words: a plain one, of nothing but words, and a
realistic one, in which 44 % of the messages have a writing direction, 10 % something that
was detected, 5 % are links, pictures, apps or styles, 3 % were edited, 3 % are replies,
3 % tapbacks and 2 % empty. They are kept in the temporary folder for the next run.

Each task runs in a process of its own, those that are compared in turn. What counts are
seconds of CPU (user + sys, children too), and of these the best: what else a machine does
makes a run slower, never faster. The scan that others are compared with fetches what our
reader fetches, chat by chat, which takes less than to sort the whole table by date.

`--rival` runs another program in the same turns, in an empty folder, with the database's
path in place of {}.
"""

from __future__ import annotations

import argparse
import os
import platform
from pathlib import Path

from speed.bars import Ratio, cpu_ratio, print_figures, print_ratios
from speed.databases import SEGMENT, database
from speed.measuring import Figures, Run, measure, run_in_process
from speed.tasks import TASKS

from langchain_imessage import __version__

ROWS, ROUNDS = 1_000_000, 3
SHORT = 3
"""How many times as often tasks run that take a tenth of the time."""

NAMES = {
    "scan": "a bare scan, chat by chat",
    "records": "chat.db → records",
    "load": "chat.db → LangChain sessions",
    "load_list": "the same as one list",
    "train": "chat.db → train.jsonl",
    "export": "chat.db → conversations.jsonl",
    "transcripts": "chat.db → text files",
    "dataset": "chat.db → dataset",
    "community": "langchain_community → sessions",
    "rival": "the rival",
}
PLAIN_TASKS = ("scan", "records", "load", "train", "export", "dataset", "community")
REALISTIC_TASKS = ("scan", "records", "load", "train", "export")


def main(rows: int, rounds: int, rival: str) -> None:
    """Make the databases, measure, print."""
    largest = rows // 25
    large = {kind: database(kind, rows, largest) for kind in ("plain", "realistic")}
    small = {
        kind: database(kind, rows // 10, largest)
        for kind in ("plain", "directed", "rich", "realistic")
    }
    print(_heading(rows, rounds, rival, large), end="\n\n")
    found: dict[str, dict[str, Figures]] = {}
    for kind, tasks in (("plain", PLAIN_TASKS), ("realistic", REALISTIC_TASKS)):
        runs = [Run(task, large[kind]) for task in tasks]
        if rival:
            runs += [Run("transcripts", large[kind]), Run("rival", large[kind], rival)]
        found[kind] = {run.task: f for run, f in measure(runs, rounds).items()}
        print(f"{kind}, {rows:,} rows")
        print_figures([(NAMES[task], f) for task, f in found[kind].items()])
    tenth = measure([Run("load", path) for path in small.values()], rounds * SHORT)
    loads = dict(zip(small, tenth.values(), strict=True))
    print(f"loading a tenth of the rows, {rows // 10:,}")
    print_figures(list(loads.items()))
    print_ratios([*_speed(found), *_shapes(loads), *_decoding(large["plain"])])
    print()
    print_ratios(_memory(found["plain"], loads["plain"], large, small))


def _heading(rows: int, rounds: int, rival: str, large: dict[str, Path]) -> str:
    """Return what was run, and where: a figure without it says nothing."""
    given = [f"--rival {rival!r}"] if rival else []
    command = " ".join(["python benchmarks/bench.py", *_changed(rows, rounds), *given])
    sizes = ", ".join(
        f"{kind} {path.stat().st_size / 2**20:,.0f} MiB" for kind, path in large.items()
    )
    return (
        f"$ {command}\n"
        f"langchain-imessage {__version__}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores of "
        f"{_processor()}\n"
        f"{rows:,} rows in 400 chats, segments of {SEGMENT}; {sizes}; "
        f"{rounds} round{'s' * (rounds > 1)}"
    )


def _changed(rows: int, rounds: int) -> list[str]:
    given = (("--rows", rows, ROWS), ("--rounds", rounds, ROUNDS))
    return [f"{name} {value}" for name, value, usual in given if value != usual]


def _processor() -> str:
    """Return the processor's name, where the system says it."""
    about = Path("/proc/cpuinfo")
    lines = about.read_text().splitlines() if about.exists() else []
    names = (line.partition(": ")[2] for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or "an unnamed processor"


def _speed(found: dict[str, dict[str, Figures]]) -> list[Ratio]:
    """Compare the tasks on the large databases."""
    plain, realistic = found["plain"], found["realistic"]
    ratios = [
        cpu_ratio(
            "load, times as fast as langchain_community",
            plain["community"],
            plain["load"],
            3.0,
            at_most=False,
        ),
    ]
    for task, bar in (("load", 4.0), ("train", 5.5), ("export", 6.5)):
        name = f"{NAMES[task]}, times the scan"
        ratios.append(cpu_ratio(name, plain[task], plain["scan"], bar))
        ratios.append(
            cpu_ratio("  the same, realistic", realistic[task], realistic["scan"], None)
        )
    name = f"{NAMES['dataset']}, times train.jsonl"
    ratios.append(cpu_ratio(name, plain["dataset"], plain["train"], 2.5))
    name = "  the same, times the scan"
    ratios.append(cpu_ratio(name, plain["dataset"], plain["scan"], None))
    for kind, tasks in found.items():
        ratios += [
            cpu_ratio(
                f"{kind}: {NAMES[t]}, times the rival", tasks[t], tasks["rival"], b
            )
            for t, b in (("load", None), ("export", None), ("transcripts", 1.0))
            if "rival" in tasks
        ]
    return ratios


def _shapes(loads: dict[str, Figures]) -> list[Ratio]:
    """Compare loading of what is more than words with loading of words."""
    return [
        cpu_ratio(name, loads[kind], loads["plain"], bar)
        for name, kind, bar in (
            ("load, 44 % with a writing direction, times plain", "directed", 1.15),
            ("load, 5 % rich, times plain", "rich", 1.45),
            ("load, realistic, times plain", "realistic", 1.15),
        )
    ]


def _decoding(path: Path) -> list[Ratio]:
    """Compare the reading of single bodies."""
    (found,) = measure([Run("decode", path)], 1).values()
    return [
        Ratio(name=name, value=found.result[key], bar=bar, at_most=False)
        for name, key, bar in (
            ("text of a plain body, times as fast as pytypedstream", "text", 100),
            ("a plain body as a whole", "plain", 10),
            ("a body with attachment, mention, link as a whole", "rich", 18),
        )
    ]


def _memory(
    plain: dict[str, Figures],
    load: Figures,
    large: dict[str, Path],
    small: dict[str, Path],
) -> list[Ratio]:
    """Compare the peaks of large and small databases with one largest conversation."""
    whole, fewer = (
        next(iter(measure([Run(task, path)], 1).values()))
        for task, path in (("load_list", large["plain"]), ("dataset", small["plain"]))
    )
    messages = plain["load"].result / 1e6
    return [
        Ratio(
            name="load, peak, times that of a tenth of the rows",
            value=plain["load"].peak / load.peak,
            bar=1.5,
        ),
        Ratio(
            name="dataset, peak, times that of a tenth of the rows",
            value=plain["dataset"].peak / fewer.peak,
            bar=1.5,
        ),
        Ratio(
            name="all sessions in one list, GiB for a million messages",
            value=(whole.peak - load.peak) / 1024 / messages,
        ),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        epilog="What is measured, and how: see the first lines of this file.",
    )
    parser.add_argument("--rows", "--messages", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--rival", metavar="COMMAND", default="")
    parser.add_argument("--task", choices=sorted(TASKS), help=argparse.SUPPRESS)
    parser.add_argument("--path", default="", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.task:
        task, more = TASKS[given.task], [given.rival] if given.rival else []
        if not more:  # so that nobody's imports are measured
            task(str(database("plain", 100, 10)))
        run_in_process(task, given.path, *more)
    else:
        main(given.rows, given.rounds, given.rival)
