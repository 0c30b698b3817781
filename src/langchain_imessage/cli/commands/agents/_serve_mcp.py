"""`mcp`: the messages in a scope as tools for another program, over stdio."""

from __future__ import annotations

from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from langchain_imessage.cli.commands._command_options import (
    AfterOption,
    BeforeOption,
    ChatsOption,
    ContactsOption,
    PasswordOption,
    PathsArgument,
    PeopleOption,
    source_of,
)
from langchain_imessage.cli.commands.reading._found_names import with_found_names
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.errors import IMessageError

if TYPE_CHECKING:
    from langchain_imessage.tools import IMessageToolkit


def mcp(
    paths: PathsArgument = None,
    password: PasswordOption = None,
    contacts: ContactsOption = None,
    chats: ChatsOption = None,
    people: PeopleOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    never: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Hide a person or a word from the agent; repeatable.",
            show_default=False,
        ),
    ] = None,
    *,
    redact: Annotated[
        bool,
        typer.Option(
            help="Replace names, numbers, addresses and secrets with placeholders."
        ),
    ] = True,
) -> None:
    """Serve search and reading to an agent over MCP.

    MCP is the Model Context Protocol. The agent's program runs this command for you.
    Access is read-only and limited to the options below; what the agent reads is sent to
    its model.
    """
    from langchain_imessage.chat_loaders.imessage import (  # noqa: PLC0415 - takes 0.5 s
        IMessageChatLoader,
    )
    from langchain_imessage.retrievers import SEARCH_CONTENT  # noqa: PLC0415 - likewise
    from langchain_imessage.tools import (  # noqa: PLC0415 - likewise
        IMessageToolkit,
        Scope,
        mcp_server,
    )

    def toolkit(names: str | None) -> IMessageToolkit:
        loader = IMessageChatLoader(
            source_of(paths), password=password, contacts=names, content=SEARCH_CONTENT
        )
        named = IMessageChatLoader(
            loader.paths, password=password, contacts=names, chats=chats, people=people
        )
        if not named.directory.chats:  # which warns of names that match nothing
            printing.note("Warning: No conversation is in scope.", style="yellow")
        scope = Scope(chats=chats, people=people, after=after, before=before)
        return IMessageToolkit(loader, scope=scope, redact=redact, never=never or ())

    made = with_found_names(toolkit, contacts)
    server = mcp_server(made)
    # Indexed meanwhile: programs give a server little time to say who it is.
    Thread(target=_index, args=(made,), daemon=True).start()
    server.run()


def _index(toolkit: IMessageToolkit) -> None:
    """Index what is in scope; the first call says what is wrong if it cannot be done."""
    with suppress(IMessageError):
        toolkit.functions.update()
