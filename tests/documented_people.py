"""What pages of the docs read when the tests run them: a database with Ann and Bob in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import langchain_imessage
from langchain_imessage.chat_loaders.imessage import IMessageChatLoader
from langchain_imessage.testing import ChatDatabaseWriter

PEOPLE = {"+14155550101": "Ann", "+14155550102": "Bob"}


def write_people(path: str = "chat.db") -> None:
    """Write a talk with each of them."""
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    with ChatDatabaseWriter(path, era="macos-15") as database:
        for address, name in PEOPLE.items():
            handle = database.handle(address)
            chat = database.chat(handle)
            words = f"{name} here, is it the lake on Saturday?"
            database.message(chat, words, sender=handle, at=noon)
            database.message(chat, "Yes, see you!", at=noon + timedelta(minutes=1))


def read_people() -> None:
    """Have `IMessageChatLoader` read them, wherever this Mac's own database is not."""

    def loader(path: object = None, **options: object) -> IMessageChatLoader:
        del path
        options["contacts"] = PEOPLE
        return IMessageChatLoader("chat.db", **options)  # type: ignore[arg-type]

    write_people()
    langchain_imessage.IMessageChatLoader = loader  # type: ignore[assignment, misc]


def forget_people() -> None:
    """Have it read what it is given again."""
    del langchain_imessage.IMessageChatLoader
