"""From a person's history to a dataset worth training on, and a page to read it in.

    python examples/your_voice.py                                # the sample
    python examples/your_voice.py ~/Library/Messages/chat.db     # your own voice
    python examples/your_voice.py --generated 200000             # a made-up person

Nothing leaves the machine, and the database is left as it was.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from langchain_imessage import IMessageChatLoader, prepare, validate, write_dataset
from langchain_imessage.datasets import write_report
from langchain_imessage.testing import write_large_database, write_sample


def main() -> None:
    """Load, prepare, write, check, and make the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", nargs="?", type=Path)
    parser.add_argument("--sender", default=None, help="whose voice")
    parser.add_argument("--generated", type=int, help="messages of a made-up person")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="your-voice-"))
    path, sender = arguments.database, arguments.sender or "Me"
    if arguments.generated:
        path = folder / "chat.db"
        write_large_database(path, messages=arguments.generated, chats=200, sitting=20)
    elif path is None:
        path, sender = write_sample(folder / "chat.db"), "Tortoise"

    loader = IMessageChatLoader(path)
    examples = prepare(loader, sender=sender)
    dataset = write_dataset(examples, folder / "dataset", sink="mlx")

    print(f"Rows\n{loader.ledger}\n")
    print(f"Messages\n{examples.report}\n")
    for name, about in dataset.manifest["files"].items():
        if about:
            print(
                f"{name:<12}{about['examples']:>8,} examples {about['tokens']:>11,} tokens"
            )
    split = dataset.manifest["split"]
    print(
        f"held out since {split['cutoff']}, {split['shared_messages']} messages in both"
    )
    print(f"findings: {[str(f) for f in validate(dataset.folder, 'mlx')]}")
    page = write_report(dataset, dataset.folder / "report.html")
    print(f"read it in {page}")


if __name__ == "__main__":
    main()
