"""`export` and `sample`: conversations into a file, and a database to try all this with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from langchain_imessage.cli import _output as output
from langchain_imessage.cli._source import (
    ContactsOption,
    JsonOption,
    PasswordOption,
    PathArgument,
)

OutOption = Annotated[Path, typer.Option("--out", "-o", help="The file to write.")]


def export(
    path: PathArgument = None,
    password: PasswordOption = None,
    contacts: ContactsOption = None,
    out: OutOption = Path("conversations.jsonl"),
    content: Annotated[
        str, typer.Option(help='"text", or "annotated": also what is not words.')
    ] = "text",
    since: Annotated[
        str | None,
        typer.Option(help="Only what is new since this cursor of an earlier export."),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Write conversations as JSONL: one session of LangChain messages a line."""
    from langchain_imessage.chat_loaders.imessage import (  # noqa: PLC0415
        IMessageChatLoader,
    )
    from langchain_imessage.datasets import write_sessions  # noqa: PLC0415

    with output.errors():
        loader = IMessageChatLoader(
            path,
            password=password,
            contacts=contacts,
            content=content,  # type: ignore[arg-type]  # checked there
            since=since,
        )
        sessions = output.progress(loader.lazy_load(), "Writing")
        written = write_sessions(sessions, out)
        messages = loader.ledger.messages
    if as_json:
        output.print_json(
            {
                "path": str(out),
                "sessions": written,
                "messages": messages,
                "cursor": loader.cursor,
            }
        )
        return
    screen = output.out()
    conversations = output.count(written, "conversation")
    screen.print(f"{out}: {conversations}, {output.count(messages, 'message')}")
    screen.print(f"For what comes after them: --since '{loader.cursor}'")


def sample(
    path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path(
        "sample.db"
    ),
    *,
    as_json: JsonOption = False,
) -> None:
    """Write the sample: ten conversations between Tortoise and Hare."""
    from langchain_imessage.testing import write_sample  # noqa: PLC0415

    with output.errors():
        written = write_sample(path)
    if as_json:
        output.print_json({"path": str(written)})
    else:
        output.out().print(f"{written}: ten conversations between Tortoise and Hare")
