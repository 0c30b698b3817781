"""`export` in the formats that are for reading: pages, Markdown, text, CSV."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from langchain_imessage.cli.commands._command_options import STDOUT
from langchain_imessage.cli.commands._output_paths import (
    confirm_replacing,
    require_writable,
)
from langchain_imessage.cli.commands.reading._found_names import with_found_names
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._progress_bar import progress_bar
from langchain_imessage.terminal import safe_line, safe_text, shell_quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_imessage.transcripts import TranscriptExport, TranscriptFormat

FOLDER = Path("conversations")
"""Where they go by default: a folder, or a file of that name."""

_FORMATS = {
    ".csv": "csv",
    ".htm": "html",
    ".html": "html",
    ".markdown": "markdown",
    ".md": "markdown",
    ".txt": "text",
}
"""By the end of a file's name: its format, where that is not JSONL."""


def format_by_name(out: Path | None) -> str:
    """Return the format of what is to be written, by its name.

    Raises:
        typer.BadParameter: If it is one that is written as a folder.
    """
    found = _FORMATS.get(out.suffix.lower(), "jsonl") if out else "jsonl"
    if out is None or found in {"jsonl", "csv"} or out.is_dir():
        return found
    raise typer.BadParameter(
        f"{found} is written as a folder with a file for each conversation: pass "
        f"--format {found} --out {shell_quoted(out.with_suffix(''))}"
    )


def kind_of_file(out: Path, file_format: str) -> str:
    """Return what kind of file was written, in brackets, where its name does not say so."""
    is_said = out.suffix.lower() == f".{file_format}"
    return "" if is_said else f" (one {file_format.upper()} file)"


def export_transcripts(
    source: Path | list[Path] | None,
    out: Path | None,
    options: dict[str, Any],
    *,
    file_format: TranscriptFormat,
    copy_attachments: bool,
    bom: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Write the conversations, and print what was written."""
    from langchain_imessage.transcripts import write_transcripts  # noqa: PLC0415

    is_file = file_format == "csv" and not copy_attachments
    if out is None:
        out = FOLDER.with_suffix(".csv") if is_file else FOLDER
    if out == STDOUT:
        _stream(source, options, file_format, copy_attachments=copy_attachments)
        return
    refuse_source(out, source)
    require_writable(out, is_file=is_file)
    confirm_replacing(out, yes=yes)
    with progress_bar("Exporting") as update:

        def write(contacts: str | None) -> TranscriptExport:
            return write_transcripts(
                source,
                out,
                format=file_format,
                copy_attachments=copy_attachments,
                bom=bom,
                **{**options, "contacts": contacts, "progress": update},
            )

        done = with_found_names(write, options["contacts"])
    if as_json:
        printing.print_json(asdict(done))
    else:
        _print(done, copies=copy_attachments)


def refuse_source(out: Path, source: Path | list[Path] | None) -> None:
    """Refuse to write over a database that is read.

    Raises:
        typer.BadParameter: If it is one of them, by whatever path.
    """
    from langchain_imessage.chatdb import paths_of  # noqa: PLC0415

    with suppress(OSError, ValueError):  # said where the database is opened
        for path in paths_of(source):
            if out.samefile(path):
                raise typer.BadParameter("--out is the database itself.")


def _stream(
    source: Path | list[Path] | None,
    options: dict[str, Any],
    file_format: TranscriptFormat,
    *,
    copy_attachments: bool,
) -> None:
    from langchain_imessage.transcripts import stream_transcripts  # noqa: PLC0415

    if file_format == "html" or copy_attachments:
        raise typer.BadParameter(
            "Pages and copies of attachments are files: name a folder with --out."
        )

    def begin(contacts: str | None) -> Iterator[str]:
        given = {**options, "contacts": contacts}
        pieces = stream_transcripts(source, format=file_format, **given)
        # The first one opens the database: what fails later is not begun again.
        return chain([next(pieces, "")], pieces)

    # Of CSV the bytes are for another program; a person who looks at them is protected.
    is_seen = sys.stdout.isatty()
    for piece in with_found_names(begin, options["contacts"]):
        sys.stdout.write(safe_text(piece) if is_seen else piece)


def _print(done: TranscriptExport, *, copies: bool) -> None:
    conversations = printing.count(done.conversations, "conversation")
    messages = printing.count(done.messages, "message")
    kind = kind_of_file(done.path, "csv") if done.path.is_file() else ""
    printing.write(f"{safe_line(done.path)}{kind}: {conversations}, {messages}")
    if copies:
        note_copies(done.copied, done.missing, done.bytes)
    if done.format == "html":
        printing.write(f"Open {shell_quoted(done.path / 'index.html')} in a browser.")


def note_copies(copied: int, missing: int, size: int) -> None:
    """Say how many attachments were copied, and how many could not be."""
    printing.note(
        f"{printing.count(copied, 'attachment')} copied, {size / 1e6:,.1f} MB"
    )
    if missing:
        printing.note(
            f"{printing.count(missing, 'attachment')} not copied: not on this computer, "
            "or not where Messages keeps what was sent."
        )
