"""The options that say which database is meant, and the opening of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langchain_imessage.chatdb import ChatDatabase

if TYPE_CHECKING:
    from langchain_imessage.records import Chat

PathArgument = Annotated[
    Path | None,
    typer.Argument(
        help="A chat.db, an sms.db, or an iPhone backup's folder. "
        "[default: this Mac's own database]",
        show_default=False,
    ),
]
PasswordOption = Annotated[
    str | None,
    typer.Option(
        help="An encrypted backup's password.",
        envvar="LANGCHAIN_IMESSAGE_PASSWORD",
        show_default=False,
    ),
]
ContactsOption = Annotated[
    str | None,
    typer.Option(
        help='Names for numbers: "auto", or an address book or vCard file.',
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def open_database(
    path: Path | None, password: str | None, contacts: str | None, **options: Any
) -> ChatDatabase:
    """Name the database to be opened."""
    return ChatDatabase(path, password=password, contacts=contacts, **options)


def title(chat: Chat) -> str:
    """Name a conversation: its title, else who is in it."""
    others = ", ".join(chat.participants or chat.identifiers)
    return chat.name or others or f"chat {chat.rowids[0]}"
