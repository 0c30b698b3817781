"""`show`: one conversation to read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langchain_imessage.cli.commands._command_options import (
    ContactsOption,
    JsonOption,
    PasswordOption,
    PathsArgument,
    parse_moment,
    source_of,
)
from langchain_imessage.cli.commands.reading._chat_titles import find_chat
from langchain_imessage.cli.commands.reading._database_words import is_database
from langchain_imessage.cli.commands.reading._found_names import with_found_names
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._exits import Exit
from langchain_imessage.cli.terminal._transcripts import (
    TranscriptLine,
    print_transcript,
)
from langchain_imessage.errors import (
    AmbiguousConversationError,
    ConversationNotFoundError,
)
from langchain_imessage.terminal import safe_line, shell_quoted
from langchain_imessage.timestamps import local_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_imessage.chatdb import ChatDatabase
    from langchain_imessage.records import Conversation, Message

_AROUND = 40
"""Messages shown around a moment."""

_SHOWN = 20
"""Conversations named, where several match."""


def show(
    chat: Annotated[
        str,
        typer.Argument(
            metavar="CHAT",
            help="Its number in `chats`, or a title, a name or a part of one, an address "
            "in any spelling, or a guid. It may stand behind the databases, too.",
        ),
    ],
    paths: PathsArgument = None,
    password: PasswordOption = None,
    contacts: ContactsOption = None,
    limit: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="Only the last N messages.", show_default=False
        ),
    ] = None,
    around: Annotated[
        datetime | None,
        typer.Option(
            parser=parse_moment,
            metavar="DATE",
            help="Only the messages around this date or time; --limit says how many.",
            show_default=False,
        ),
    ] = None,
    *,
    pager: Annotated[
        bool, typer.Option(help="Page through what does not fit the terminal.")
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """Print one conversation as a transcript.

    What is not words (pictures, reactions, events) is in brackets.
    """
    from langchain_imessage.chatdb import ChatDatabase  # noqa: PLC0415

    chat, paths = _in_order(chat, paths)

    def read(names: str | None) -> Conversation:
        with ChatDatabase(
            source_of(paths), password=password, contacts=names, content="annotated"
        ) as database:
            try:
                return _read(database, chat)
            except AmbiguousConversationError as several:
                _list(several, database)
                raise typer.Exit(Exit.FAILED) from None

    found = with_found_names(read, contacts)
    messages = _part(found.messages, limit, around)
    if as_json:
        printing.print_json([_plain(message) for message in messages])
        return
    print_transcript(found.chat.title, map(_entry, messages), pages=pager)


def _in_order(chat: str, paths: list[Path] | None) -> tuple[str, list[Path] | None]:
    """Return the conversation and the databases, also where those were typed first.

    Raises:
        BadParameter: If only databases were typed.
    """
    if not paths and is_database(chat):
        line = f"langchain-imessage chats {shell_quoted(chat)}"
        raise typer.BadParameter(f"No conversation to show. `{line}` lists them.")
    if paths and is_database(chat) and not is_database(str(paths[-1])):
        return str(paths[-1]), [Path(chat), *paths[:-1]]
    return chat, paths


def _part(
    messages: Sequence[Message], limit: int | None, around: datetime | None
) -> Sequence[Message]:
    """Return the messages that were asked for."""
    if around is None:
        return messages[-limit:] if limit else messages
    count = limit or _AROUND
    earlier = sum(m.sent_at is None or m.sent_at < around for m in messages)
    start = max(0, min(earlier - count // 2, len(messages) - count))
    return messages[start : start + count]


def _read(database: ChatDatabase, wanted: str) -> Conversation:
    chat = find_chat(database.chats, wanted)
    database.choose(chat)
    found = next(database.conversations(), None)
    if found is None:
        raise ConversationNotFoundError("This conversation has no message to show.")
    return found


def _list(several: AmbiguousConversationError, database: ChatDatabase) -> None:
    """Print which conversations match, to stderr, each with its number."""
    printing.note(f"Error: {several}", style="red")
    for number in several.numbers[:_SHOWN]:
        chat = database.chats[number - 1]
        printing.note(f"{number:>5}  {safe_line(chat.title)} ({chat.kind})")
    if len(several.numbers) > _SHOWN:
        printing.note(f"  and {len(several.numbers) - _SHOWN:,} more")


def _entry(message: Message) -> TranscriptLine:
    return TranscriptLine(
        sent=local_time(message.sent_at) if message.sent_at else None,
        sender=_sender(message),
        is_own=message.is_from_me,
        content=_content(message),
    )


def _plain(message: Message) -> dict[str, Any]:
    return {
        "id": message.guid,
        "sent_at": message.sent_at,
        "sender": _sender(message),
        "is_from_me": message.is_from_me,
        "content": _content(message),
    }


def _sender(message: Message) -> str:
    return "Me" if message.is_from_me else message.sender or "?"


def _content(message: Message) -> str:
    return message.text if message.content is None else str(message.content)
