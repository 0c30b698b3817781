"""`export`: conversations into files; here as JSONL, and what all formats share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

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
    WorkersOption,
    YesOption,
    one_of,
    source_of,
)
from langchain_imessage.cli.commands._output_paths import (
    confirm_replacing,
    require_writable,
)
from langchain_imessage.cli.commands.reading._export_transcripts import (
    FOLDER,
    export_transcripts,
    format_by_name,
    kind_of_file,
    note_copies,
    refuse_source,
)
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._option_names import with_option_names
from langchain_imessage.cli.terminal._progress_bar import tracked
from langchain_imessage.errors import ArgumentValueError
from langchain_imessage.files import read_private, replacing
from langchain_imessage.terminal import safe_json, safe_line

if TYPE_CHECKING:
    from langchain_imessage.chat_loaders.imessage import IMessageChatLoader
    from langchain_imessage.transcripts import TranscriptFormat


def export(
    paths: PathsArgument = None,
    password: PasswordOption = None,
    contacts: ContactsOption = None,
    file_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            parser=one_of("jsonl", "html", "markdown", "text", "csv"),
            metavar="FORMAT",
            help="jsonl: LangChain sessions; html, markdown or text: a folder with a "
            "file for each conversation; csv: one table. [default: jsonl, or csv for an "
            "--out that ends so]",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="PATH",
            help="The file or folder to write; - is stdout. [default: "
            "conversations.jsonl, conversations.csv or conversations]",
            show_default=False,
        ),
    ] = None,
    *,
    copy_attachments: Annotated[
        bool,
        typer.Option(
            "--copy-attachments",
            help="Also copy attachments into a folder with the conversations.",
        ),
    ] = False,
    bom: Annotated[
        bool,
        typer.Option(
            "--bom", help="Start a CSV file with a byte order mark, for Excel."
        ),
    ] = False,
    content: Annotated[
        str,
        typer.Option(
            parser=one_of("text", "annotated"),
            metavar="CONTENT",
            help="For jsonl: text (words only) or annotated (with pictures, reactions, "
            "... in brackets).",
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
            help="Keep the cursor in this file, so that each export writes only what is new.",
            show_default=False,
        ),
    ] = None,
    workers: WorkersOption = 1,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write conversations: JSONL, HTML, Markdown, text, CSV."""
    chosen = {
        "password": password,
        "contacts": contacts,
        "chats": chats,
        "people": people,
        "after": after,
        "before": before,
        "workers": workers,
    }
    file_format = file_format or format_by_name(out)
    _refuse_others(file_format, bom=bom, since=(since, since_file))
    if file_format != "jsonl":
        export_transcripts(
            source_of(paths),
            out,
            chosen,
            file_format=cast("TranscriptFormat", file_format),
            copy_attachments=copy_attachments,
            bom=bom,
            yes=yes,
            as_json=as_json,
        )
        return
    if since_file is not None:
        since = _cursor_in(since_file, since)
    _export_jsonl(
        source_of(paths),
        out or (FOLDER if copy_attachments else Path("conversations.jsonl")),
        {**chosen, "content": content, "since": since},
        copy_attachments=copy_attachments,
        since_file=since_file,
        yes=yes,
        as_json=as_json,
    )


def _refuse_others(file_format: str, *, bom: bool, since: tuple[object, ...]) -> None:
    """Refuse the options of other formats."""
    if file_format != "jsonl" and since != (None, None):
        raise typer.BadParameter("--since and --since-file are for --format jsonl.")
    if file_format == "jsonl" and bom:
        raise typer.BadParameter("--bom is for --format csv.")


def _export_jsonl(
    source: Path | list[Path] | None,
    out: Path,
    options: dict[str, Any],
    *,
    copy_attachments: bool,
    since_file: Path | None,
    yes: bool,
    as_json: bool,
) -> None:
    refuse_source(out, source)
    if copy_attachments or out != STDOUT:
        require_writable(out, is_file=not copy_attachments)
    loader = _loader(source, options)
    if out != STDOUT:
        confirm_replacing(out, yes=yes)
    total = len(loader.directory.chats) if sys.stderr.isatty() else None
    write = _write_folder if copy_attachments else _write
    written = write(loader, out, total)
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
    except (ArgumentValueError, OverflowError) as error:  # nothing was read yet
        raise typer.BadParameter(with_option_names(safe_line(error))) from error


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


def _write_folder(loader: IMessageChatLoader, out: Path, total: int | None) -> int:
    from langchain_imessage.datasets import write_session_folder  # noqa: PLC0415

    sessions = tracked(loader.lazy_load(), "Exporting", total=total)
    done = write_session_folder(sessions, out, attachments=loader.attachment_folders)
    note_copies(done.copied, done.missing, done.bytes)
    return done.sessions


def _write(loader: IMessageChatLoader, out: Path, total: int | None) -> int:
    from langchain_imessage.datasets import write_sessions  # noqa: PLC0415
    from langchain_imessage.datasets.targets._session_lines import (  # noqa: PLC0415
        session_lines,
    )

    sessions = tracked(loader.lazy_load(), "Exporting", total=total)
    if out != STDOUT:
        return write_sessions(sessions, out)
    written = 0
    for line in session_lines(sessions):
        # UTF-8, whatever the terminal's encoding; escaped what would command it.
        sys.stdout.buffer.write(safe_json(line.decode()).encode())
        written += 1
    sys.stdout.flush()  # on a full disk nothing is reported as written
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
    kind = kind_of_file(out, "jsonl") if out.is_file() else ""
    name = "stdout" if out == STDOUT else f"{safe_line(out)}{kind}"
    show(f"{name}: {conversations}, {printing.count(messages, 'message')}")
    if wordless := _wordless(loader):
        show(
            f"Left out: {printing.count(wordless, 'message')} without words. To write them "
            "as [image], [unsent], ...: pass --content annotated"
        )
    if not keeps_cursor:
        # The cursor itself is too long to paste; --json prints it.
        show("To export only what is new from then on: pass --since-file FILE")


def _wordless(loader: IMessageChatLoader) -> int:
    """Return how many messages were left out that the formats for reading have."""
    from langchain_imessage.records import Reason  # noqa: PLC0415

    if loader.options.get("content") != "text" or loader.options.get("since"):
        return 0
    reasons = loader.ledger.reasons
    return sum(
        reasons.get(reason, 0)
        for reason in (Reason.ATTACHMENT_ONLY, Reason.APP, Reason.UNSENT)
    )
