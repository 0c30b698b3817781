"""`chats`: which conversations there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langchain_imessage.cli.commands._command_options import (
    ContactsOption,
    JsonOption,
    PasswordOption,
    PathsArgument,
    one_of,
    source_of,
)
from langchain_imessage.cli.commands.reading._found_names import with_found_names
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._progress_bar import tracked
from langchain_imessage.records import Reason
from langchain_imessage.text import fold
from langchain_imessage.timestamps import local_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from langchain_imessage.records import Conversation, Ledger

_SORT_KEYS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "recent": lambda summary: summary["number"],
    "messages": lambda summary: -summary["messages"],
    "name": lambda summary: fold(summary["title"]),
}
"""By what the conversations can be sorted."""

_WORDLESS = {
    Reason.ATTACHMENT_ONLY: ("attachment", "attachments"),
    Reason.APP: ("app message", "app messages"),
    Reason.UNSENT: ("unsent message", "unsent messages"),
    Reason.GROUP_EVENT: ("event", "events"),
}
"""What `show` prints in brackets, and is no message with words."""

_COLUMNS = ("#", "conversation", "kind", "#messages", "first", "last", "services")


def chats(
    paths: PathsArgument = None,
    password: PasswordOption = None,
    contacts: ContactsOption = None,
    sort: Annotated[
        str,
        typer.Option(
            parser=one_of(*_SORT_KEYS),
            metavar="ORDER",
            help=f"Sort by {', '.join(_SORT_KEYS)}.",
        ),
    ] = "recent",
    limit: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="Print only the first N.", show_default=False
        ),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """List the conversations, the most recently used first.

    Messages with words are counted.
    """
    from langchain_imessage.chatdb import ChatDatabase  # noqa: PLC0415

    def read(names: str | None) -> tuple[list[dict[str, Any]], Ledger]:
        with ChatDatabase(
            source_of(paths), password=password, contacts=names
        ) as database:
            numbers = {chat.rowids: n for n, chat in enumerate(database.chats, 1)}
            reading = tracked(database.conversations(), "Reading", total=len(numbers))
            summaries = [_summary(numbers[c.chat.rowids], c) for c in reading]
            return summaries, database.ledger

    found, ledger = with_found_names(read, contacts)
    found = sorted(found, key=_SORT_KEYS[sort])[:limit]
    if as_json:
        printing.print_json(found)
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
    printing.print_table(*_COLUMNS, rows=rows)
    if wordless := ", ".join(_wordless(ledger)):
        printing.note(f"Messages with words are counted. Without words: {wordless}.")


def _wordless(ledger: Ledger) -> Iterator[str]:
    """Yield how many rows there are of what `show` has beside messages with words."""
    for reason, (one, several) in _WORDLESS.items():
        if number := ledger.reasons.get(reason):
            yield printing.count(number, one, several)


def _summary(number: int, conversation: Conversation) -> dict[str, Any]:
    chat, messages = conversation.chat, conversation.messages
    moments = [message.sent_at for message in messages if message.sent_at]
    return {
        "number": number,
        "title": chat.title,
        "kind": chat.kind,
        "people": list(chat.participants),
        "messages": len(messages),
        "own": sum(message.is_from_me for message in messages),
        "first": min(moments, default=None),
        "last": max(moments, default=None),
        "services": list(chat.services),
        "guids": list(chat.guids),
    }


def _day(moment: datetime | None) -> str:
    return local_time(moment).date().isoformat() if moment else ""
