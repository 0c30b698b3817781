"""`export` and `sample`: conversations into a file, and a database to try this with."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langchain_imessage.cli.commands._command_options import (
    STDOUT,
    AfterOption,
    BeforeOption,
    ChatsOption,
    ContactsOption,
    JsonOption,
    PasswordOption,
    PathsArgument,
    PeopleOption,
    YesOption,
    one_of,
    source_of,
)
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._exits import fail
from langchain_imessage.cli.terminal._option_names import with_option_names
from langchain_imessage.cli.terminal._progress_bar import tracked
from langchain_imessage.errors import IMessageError
from langchain_imessage.files import read_private, replacing
from langchain_imessage.terminal import safe_line, shell_quoted

if TYPE_CHECKING:
    from langchain_imessage.chat_loaders.imessage import IMessageChatLoader


def export(
    paths: PathsArgument = None,
    password: PasswordOption = None,
    contacts: ContactsOption = None,
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="FILE", help="The file to write; - is stdout."
        ),
    ] = Path("conversations.jsonl"),
    content: Annotated[
        str,
        typer.Option(
            parser=one_of("text", "annotated"),
            metavar="CONTENT",
            help="text: words only; annotated: pictures, reactions, ... in brackets.",
        ),
    ] = "text",
    chats: ChatsOption = None,
    people: PeopleOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="CURSOR",
            help="Only what is new since the export that printed this cursor.",
            show_default=False,
        ),
    ] = None,
    since_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Keep the cursor in this file: each export writes only what is new.",
            show_default=False,
        ),
    ] = None,
    *,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write conversations as JSONL, one LangChain session per line."""
    if since_file is not None:
        since = _cursor_in(since_file, since)
    options = {
        "password": password,
        "contacts": contacts,
        "content": content,
        "chats": chats,
        "people": people,
        "after": after,
        "before": before,
        "since": since,
    }
    _check(out)
    loader = _loader(source_of(paths), options)
    if out != STDOUT and out.exists() and not yes:
        _ask_to_replace(out)
    total = len(loader.directory.chats) if sys.stderr.isatty() else None
    written = _write(loader, out, total)
    if since_file is not None:
        _keep_cursor(loader.cursor, since_file)
    keeps_cursor = since_file is not None
    _report(loader, out, written, keeps_cursor=keeps_cursor, as_json=as_json)


def _loader(
    path: Path | list[Path] | None, options: dict[str, Any]
) -> IMessageChatLoader:
    from langchain_imessage.chat_loaders.imessage import (  # noqa: PLC0415
        IMessageChatLoader,
    )

    try:
        return IMessageChatLoader(path, **options)
    except IMessageError:
        raise
    except (ValueError, OverflowError) as error:  # nothing was read yet: a wrong value
        raise typer.BadParameter(with_option_names(safe_line(error))) from error


def _check(out: Path) -> None:
    """Refuse what cannot be a file to write."""
    if out == STDOUT:
        return
    if not out.absolute().parent.is_dir():
        raise typer.BadParameter("The folder of the --out file does not exist.")
    if out.is_dir():
        raise typer.BadParameter("--out is a folder, not a file.")


def _cursor_in(file: Path, since: str | None) -> str | None:
    """Return the cursor an earlier export has left in a file; None before the first."""
    if since is not None:
        raise typer.BadParameter("Pass either --since or --since-file.")
    if not file.absolute().parent.is_dir():
        raise typer.BadParameter("The folder of the --since-file does not exist.")
    if not file.exists():
        return None
    return read_private(file).decode("utf-8", "replace").strip()


def _keep_cursor(cursor: str, file: Path) -> None:
    """Keep the cursor once everything before it is written, and not earlier."""
    sys.stdout.flush()
    with replacing(file) as kept:
        kept.write(f"{cursor}\n")


def _ask_to_replace(out: Path) -> None:
    if not printing.has_terminal():
        fail(f"{safe_line(out)} exists already; pass --yes to replace it.")
    typer.confirm(f"{safe_line(out)} exists already. Replace it?", abort=True, err=True)


def _write(loader: IMessageChatLoader, out: Path, total: int | None) -> int:
    from langchain_imessage.datasets import write_sessions  # noqa: PLC0415
    from langchain_imessage.datasets.targets._session_jsonl import (  # noqa: PLC0415
        session_lines,
    )

    sessions = tracked(loader.lazy_load(), "Exporting", total=total)
    if out != STDOUT:
        return write_sessions(sessions, out)
    written = 0
    for line in session_lines(sessions):
        sys.stdout.write(line)
        written += 1
    return written


def _report(
    loader: IMessageChatLoader,
    out: Path,
    written: int,
    *,
    keeps_cursor: bool,
    as_json: bool,
) -> None:
    """Print what was written, and how to go on; to stderr where stdout has the sessions."""
    messages = loader.ledger.messages
    if as_json and out != STDOUT:
        printing.print_json(
            {
                "path": str(out),
                "sessions": written,
                "messages": messages,
                "cursor": loader.cursor,
            }
        )
        return
    show = printing.note if out == STDOUT else printing.write
    conversations = printing.count(written, "conversation")
    name = "stdout" if out == STDOUT else safe_line(out)
    show(f"{name}: {conversations}, {printing.count(messages, 'message')}")
    if not keeps_cursor:
        # The cursor itself is too long to paste; --json prints it.
        show("To export only what is new from then on: pass --since-file FILE")


def sample(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to write it.")
    ] = Path("sample.db"),
    *,
    as_json: JsonOption = False,
) -> None:
    """Write a sample database to try the other commands with."""
    from langchain_imessage.testing import write_sample  # noqa: PLC0415

    written = write_sample(path)
    if as_json:
        printing.print_json({"path": str(written)})
        return
    printing.write(f"{safe_line(written)}: ten conversations between Tortoise and Hare")
    printing.write(f"Look at it: langchain-imessage chats {shell_quoted(written)}")
