"""From chat.db to train.jsonl, offline: the sample, or a database of yours.

    python examples/quickstart.py                              # the sample
    python examples/quickstart.py ~/Library/Messages/chat.db   # your own voice

Nothing leaves the machine.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from langchain_imessage import (
    IMessageChatLoader,
    convert_messages_for_finetuning,
    map_ai_messages,
    merge_chat_runs,
    write_jsonl,
)
from langchain_imessage.testing import write_sample

SHOWN = 3


def main() -> None:
    """Load, look, map, convert, write."""
    folder = Path(tempfile.mkdtemp(prefix="langchain-imessage-demo-"))
    if len(sys.argv) > 1:
        path, sender = Path(sys.argv[1]), "Me"
    else:
        path, sender = write_sample(folder / "chat.db"), "Tortoise"
    print(f"1. The database: {path}")

    loader = IMessageChatLoader(path=path)
    raw_messages = loader.lazy_load()
    merged_messages = merge_chat_runs(raw_messages)
    chat_sessions = list(map_ai_messages(merged_messages, sender=sender))
    print(f"\n2. Where each row went ({len(chat_sessions)} conversations):\n")
    print(loader.ledger)

    print(f"\n3. How the newest begins, {sender} being the AI:\n")
    for message in chat_sessions[0]["messages"][:SHOWN]:
        time = message.additional_kwargs["message_time"]
        name = message.additional_kwargs["sender"]
        print(f"  {type(message).__name__}({message.content!r}, {time}, {name!r})")

    training_data = convert_messages_for_finetuning(chat_sessions)
    print(f"\n4. Prepared {len(training_data)} dialogues for training")

    output = folder / "train.jsonl"
    write_jsonl(chat_sessions, output)
    print(f"\n5. Written to {output}; the first examples:\n")
    with output.open(encoding="utf-8") as lines:
        for _, line in zip(range(SHOWN), lines, strict=False):
            print(f"  {line[:100].rstrip()}…")


if __name__ == "__main__":
    main()
