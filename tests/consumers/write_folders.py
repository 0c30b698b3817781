"""Write a dataset for each sink, and beside each what it is to teach: for the scripts here.

Run with langchain-imessage installed:

    python tests/consumers/write_folders.py FOLDER [DATABASE]

Without a database the conversations are made up: long ones, so that rows have to be cut,
with emoji, other scripts, line separators and blanks at the ends. `expected.json` in each
folder has, for each row, the own turns that are to be learned.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from langchain_imessage import IMessageChatLoader, prepare, write_dataset
from langchain_imessage.datasets import SINKS
from langchain_imessage.datasets.formats._read_rows import said_in
from langchain_imessage.testing import ChatDatabaseWriter

_SAID = (
    "ok yes no maybe tomorrow tonight the train is late again see you at nine don't forget "
    "the bread it rains haha lovely 👍 🐢 où déjà привет שלום 你好 สวัสดี"
)
_WORDS = _SAID.split()
_AWKWARD = ("line one\nline two", "a \u2028 b", 'quoted "so" \\n', "tab\tinside", "…")
_ALONE = {"mlx"}
"""Sinks whose trainer learns the last message of a row only."""


def write_history(path: Path) -> None:
    """Write 30 conversations of 400 messages, and pairs that were liked and disliked."""
    chance = random.Random(20)
    with ChatDatabaseWriter(path, era="macos-26") as db:
        for number in range(30):
            chat = db.chat(db.handle(f"+141555501{number:02}"))
            at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=number)
            for place in range(400):
                at += timedelta(seconds=chance.choice((20, 60, 240, 240, 90_000)))
                is_own = chance.random() < 0.5
                words = " ".join(chance.choices(_WORDS, k=chance.randint(1, 25)))
                if place % 37 == 0:
                    words += f" {chance.choice(_AWKWARD)}"
                db.message(
                    chat,
                    f"{words} {number}-{place}",
                    sender=None if is_own else number + 1,
                    at=at,
                )
            for place in range(8):  # the same question, one answer liked and one not
                at += timedelta(days=3)
                db.message(
                    chat, f"what about {number}-{place // 2}?", sender=number + 1, at=at
                )
                answer = db.message(
                    chat, f"my answer is {number}-{place}", at=at + timedelta(seconds=9)
                )
                kind = ("disliked", "liked")[place % 2]
                db.reaction(
                    answer,
                    kind,
                    chat=chat,
                    sender=number + 1,
                    at=at + timedelta(seconds=20),
                )


def main() -> None:
    """Write the folders."""
    place = Path(sys.argv[1])
    place.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        database = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(folder, "chat.db")
        if not database.exists():
            write_history(database)
        for sink in SINKS:
            examples = prepare(
                IMessageChatLoader(database),
                sender="Me",
                redactor=None,
                duplicates=True,  # the pairs answer one question twice
            )
            dataset = write_dataset(examples, place / sink, sink=sink, validation=0.1)
            files = {"train": dataset.train, "validation": dataset.validation}
            expected = {
                side: [_learned(line, sink) for line in path.read_bytes().splitlines()]
                for side, path in files.items()
                if path
            }
            (place / sink / "expected.json").write_text(json.dumps(expected))
            rows = sum(map(len, expected.values()))
            turns = sum(len(row) for rows in expected.values() for row in rows)
            print(f"{sink}: {rows} rows, {turns} own turns")


def _learned(line: bytes, sink: str) -> list[str]:
    """Return the own turns a row is to teach."""
    said = [one for one in said_in(json.loads(line)) if one.role == "assistant"]
    turns = [one.text for one in said if one.is_trained and not one.is_rejected]
    return turns[-1:] if sink in _ALONE else turns


if __name__ == "__main__":
    main()
