"""A chat.db of a real person who agreed to be read: a participant of the ChitChat contest.

The wheel `chitchat-dataset` (MIT, 8 MB) has 7,168 chats of students who wrote with strangers
in 2018. This writes those of one person as a Messages database.

    pip install chitchat-dataset
    python examples/public_person.py person.db
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_imessage.testing import ChatDatabaseWriter

if TYPE_CHECKING:
    from collections.abc import Iterator

PERSON = "0f9fe1f8"
"""What the id of somebody begins with who wrote 10,929 messages to 43 people."""


def write_person(path: Path, person: str = PERSON) -> Path:
    """Write the chats of a person with one other each; their own messages are the owner's.

    Args:
        path: Where to.
        person: What the person's id begins with.
    """
    rows = sorted(_messages(person), key=lambda row: row[0])
    numbers: dict[str, str] = {}
    with ChatDatabaseWriter(path, era="macos-15") as db:
        chats: dict[str, Any] = {}
        for at, partner, is_own, text in rows:
            number = numbers.setdefault(partner, f"+1415555{len(numbers):04d}")
            if partner not in chats:
                chats[partner] = db.chat(db.handle(number))
            sender = None if is_own else db.handle(number)
            db.message(chats[partner], text, at=at, sender=sender)
    return path


def _messages(person: str) -> Iterator[tuple[datetime, str, bool, str]]:
    """Yield when, with whom, whether by the person, and what was written."""
    for chat in _chats():
        messages = [message for turn in chat["messages"] for message in turn]
        senders = {message["sender"] for message in messages}
        own = [sender for sender in senders if sender.startswith(person)]
        if len(senders) != 2 or len(own) != 1:  # noqa: PLR2004 - a chat of two
            continue
        (partner,) = senders - set(own)
        for message in messages:
            if message["text"].strip():
                at = datetime.fromisoformat(message["timestamp"].removesuffix("Z"))
                is_own = message["sender"] == own[0]
                yield at.replace(tzinfo=UTC), partner, is_own, message["text"]


def _chats() -> list[dict[str, Any]]:
    spec = find_spec("chitchat_dataset")
    places = spec.submodule_search_locations if spec else None
    if not places:
        sys.exit("The dataset is not installed: pip install chitchat-dataset")
    text = (Path(places[0]) / "dataset.json").read_text(encoding="utf-8")
    return list(json.loads(text).values())


if __name__ == "__main__":
    print(write_person(Path(sys.argv[1] if len(sys.argv) > 1 else "person.db")))
