"""Real people's conversations → rows for each sink: no answer is lost on the way.

    python answers_in_rows.py DATABASE...

Prints, of each database, the answers that came in; of each sink how many are in the files,
how many were left out and why, tokens and seconds of the processor.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from langchain_imessage import IMessageChatLoader, prepare, write_dataset
from langchain_imessage.datasets import SINKS
from langchain_imessage.datasets.formats._read_rows import said_in
from langchain_imessage.errors import ExportError


def main() -> None:
    """Write each database for each sink."""
    for database in map(Path, sys.argv[1:]):
        began = time.process_time()
        examples = list(prepare(IMessageChatLoader(database), sender="Me"))
        answers = sum(m.type == "ai" for one in examples for m in one["messages"])
        prepared = time.process_time() - began
        print(
            f"{database.stem}: {answers} answers in {len(examples)} examples, {prepared:.1f} s"
        )
        for sink in SINKS:
            with TemporaryDirectory() as folder:
                print(f"  {sink}: {_written(examples, folder, sink, answers)}")


def _written(examples: list[Any], folder: str, sink: str, answers: int) -> str:
    """Write the examples, count the answers that are in the files, and say what is found."""
    began = time.process_time()
    try:
        dataset = write_dataset(examples, folder, sink=sink, validation=0.1)
    except ExportError:
        return "no pair: nobody reacted to anything"
    taken = time.process_time() - began
    rows = [
        json.loads(line)
        for file in (dataset.train, dataset.validation)
        if file
        for line in file.read_bytes().splitlines()
    ]
    found = sum(_learned(row, sink) for row in rows)
    files = dataset.manifest["files"].values()
    tokens = sum(file["tokens"] for file in files)
    lost = "none lost" if found == answers else f"{answers - found} LOST"
    left_out = dataset.manifest["left_out"] or "none left out"
    return f"{found} answers in {len(rows)} rows, {lost}, {left_out}, {tokens:,} tokens, {taken:.1f} s"


def _learned(row: Any, sink: str) -> int:
    said = [one for one in said_in(row) if one.role == "assistant" and one.is_trained]
    return 1 if sink == "mlx" else len(said)


if __name__ == "__main__":
    main()
