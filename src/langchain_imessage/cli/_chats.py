"""`chats` and `show`: which conversations there are, and one of them to read."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langchain_imessage.cli import _output as output
from langchain_imessage.cli._source import (
    ContactsOption,
    JsonOption,
    PasswordOption,
    PathArgument,
    open_database,
    title,
)
from langchain_imessage.errors import ConversationNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from langchain_imessage.chatdb import ChatDatabase
    from langchain_imessage.records import Chat, Conversation, Message

_COLUMNS = ("#", "conversation", "kind", "#messages", "first", "last", "services")


def chats(
    path: PathArgument = None,
    password: PasswordOption = None,
    contacts: ContactsOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """List the conversations, the most recently used first."""
    with (
        output.errors(),
        open_database(path, password, contacts) as database,
    ):
        reading = output.progress(
            database.conversations(), "Reading", total=len(database.chats)
        )
        found = [_summary(number, c) for number, c in enumerate(reading, 1)]
    if as_json:
        output.print_json(found)
        return
    rows = (
        (
            summary["number"],
            summary["title"],
            summary["kind"],
            f"{summary['messages']:,}",
            _day(summary["first"]),
            _day(summary["last"]),
            ", ".join(summary["services"]),
        )
        for summary in found
    )
    output.out().print(output.table(None, *_COLUMNS, rows=rows))


def show(
    chat: Annotated[
        str,
        typer.Argument(
            help="Which conversation: its number in `chats`, its title, who is in it, "
            "an address or a guid."
        ),
    ],
    path: PathArgument = None,
    password: PasswordOption = None,
    contacts: ContactsOption = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Show only the last so many messages.")
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Print a conversation as a transcript, with what is not words in brackets."""
    with (
        output.errors(),
        open_database(path, password, contacts, content="annotated") as database,
    ):
        found = _find(database, chat)
    messages = found.messages[-limit:] if limit else found.messages
    if as_json:
        output.print_json([_plain(message) for message in messages])
        return
    out = output.out()
    out.print(output.printable(title(found.chat)))
    day = None
    for message in messages:
        sent = message.sent_at.astimezone() if message.sent_at else None
        if sent and sent.date() != day:
            day = sent.date()
            out.print(f"\n{day:%A, %d %B %Y}")
        time = f"{sent:%H:%M}" if sent else "--:--"
        out.print(output.printable(f"{time}  {_sender(message)}: {_content(message)}"))


def _find(database: ChatDatabase, wanted: str) -> Conversation:
    """Read the conversation that is meant, and no other if its name tells it."""
    names = [chat for chat in database.chats if wanted in _names(chat)]
    if names:
        database.choose(names[0])
    conversations = database.conversations()
    if not names and wanted.isdecimal():
        found = next(islice(conversations, int(wanted) - 1, None), None)
    else:
        found = next(conversations, None) if names else None
    if found is None:
        raise ConversationNotFoundError(
            "There is no such conversation; `chats` lists them all."
        )
    return found


def _names(chat: Chat) -> Iterable[str]:
    return (
        title(chat),
        *chat.participants,
        *chat.handles,
        *chat.identifiers,
        *chat.guids,
    )


def _summary(number: int, conversation: Conversation) -> dict[str, Any]:
    chat, messages = conversation.chat, conversation.messages
    moments = [message.sent_at for message in messages if message.sent_at]
    return {
        "number": number,
        "title": title(chat),
        "kind": "notes" if chat.is_self else "group" if chat.is_group else "direct",
        "people": list(chat.participants),
        "messages": len(messages),
        "own": sum(message.is_from_me for message in messages),
        "first": min(moments, default=None),
        "last": max(moments, default=None),
        "services": list(chat.services),
        "guids": list(chat.guids),
    }


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


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone():%Y-%m-%d}" if moment else ""
