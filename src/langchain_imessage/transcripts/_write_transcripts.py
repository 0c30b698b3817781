"""Conversations → transcripts to read: a folder of files, one file, or a stream of text.

Joins the pieces: what a transcript says, the formats, the copies of attachments, the
folder. The messages are read one conversation at a time.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from langchain_imessage.arguments import (
    FLAG,
    PATH,
    TEXT,
    ZONE,
    check_arguments,
    or_none,
)
from langchain_imessage.chatdb import ChatDatabase, attachment_folders, paths_of
from langchain_imessage.errors import ArgumentValueError
from langchain_imessage.files import replacing
from langchain_imessage.transcripts._attachment_copies import COPIES, AttachmentCopies
from langchain_imessage.transcripts._csv_rows import csv_heading, csv_rows
from langchain_imessage.transcripts._html_pages import index_page, transcript_page
from langchain_imessage.transcripts._markdown import markdown
from langchain_imessage.transcripts._plain_text import plain_text
from langchain_imessage.transcripts._transcript_entries import (
    entries_of,
    head_of,
    transcript_content,
)
from langchain_imessage.transcripts._transcript_folder import new_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import tzinfo
    from os import PathLike
    from typing import Unpack

    from langchain_imessage.chatdb import ReadKeywords
    from langchain_imessage.records import Attachment, Conversation
    from langchain_imessage.transcripts._entry_types import (
        TranscriptEntry,
        TranscriptHead,
    )
    from langchain_imessage.transcripts._transcript_folder import TranscriptFolder

TranscriptFormat: TypeAlias = Literal["text", "markdown", "html", "csv"]
Paths: TypeAlias = "str | PathLike[str] | Sequence[str | PathLike[str]] | None"

_SUFFIXES: Final = {"text": "txt", "markdown": "md", "html": "html"}
"""Of the formats that have a file for each conversation."""

_CSV_NAME: Final = "conversations.csv"
_BOM: Final = "\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptExport:
    """What was written.

    Attributes:
        path: The folder, or the file.
        format: In which format.
        conversations: How many.
        messages: How many there are in them.
        copied: How many files that were sent were copied.
        missing: How many are not on this computer, or not where Messages keeps them.
        bytes: The size of the copies.

    Example:
        >>> from langchain_imessage.testing import write_sample
        >>> done = write_transcripts(write_sample("other.db"), "texts", format="text")
        >>> done.conversations, done.copied
        (10, 0)
    """

    path: Path = field(repr=False)
    format: TranscriptFormat
    conversations: int = 0
    messages: int = 0
    copied: int = 0
    missing: int = 0
    bytes: int = 0


@check_arguments(
    out=PATH, format=TEXT, copy_attachments=FLAG, time_zone=or_none(ZONE), bom=FLAG
)
def write_transcripts(
    source: Paths,
    out: str | PathLike[str],
    *,
    format: TranscriptFormat = "html",  # noqa: A002 - as pandas and json name it
    copy_attachments: bool = False,
    time_zone: tzinfo | None = None,
    bom: bool = False,
    **options: Unpack[ReadKeywords],
) -> TranscriptExport:
    """Write conversations to be read by people, or by a spreadsheet.

    "html", "markdown" and "text" are a folder with a file for each conversation, "csv" is
    one file; with copies of attachments it is a folder, too. All of it is readable by its
    owner only, and takes its place when it is whole.

    Args:
        source: A database, an iPhone backup, or several; None for this Mac's own.
        out: The folder, or for "csv" the file, to write. One that an export wrote is
            replaced.
        format: "html", "markdown", "text" or "csv".
        copy_attachments: Whether the files that were sent are copied into the folder;
            pages show them.
        time_zone: Of the times that are written; None for the computer's own.
        bom: Whether CSV begins with a byte order mark, by which Excel knows UTF-8.
        **options: What to read: the fields of `chatdb.ReadOptions`, `content` excepted.

    Returns:
        What was written.

    Raises:
        ExportError: (a ValueError) If something else is at the path.
        DatabaseError: If the database cannot be read.
        OSError: If something cannot be written.
        ValueError: If there is no such format.

    Example:
        >>> from langchain_imessage.testing import write_sample
        >>> done = write_transcripts(write_sample("chat.db"), "pages", format="html")
        >>> done.conversations, done.messages
        (10, 67)
        >>> len(list(done.path.glob("*.html")))
        11
    """
    _require_format(format)
    options["content"] = transcript_content
    with ChatDatabase(source, **options) as database:
        export = _Export(
            format=format,
            own_name=options.get("own_name", "Me"),
            time_zone=time_zone,
            start=_BOM if bom else "",
        )
        if format == "csv" and not copy_attachments:
            with replacing(Path(out), follow_link=True, newline="") as file:
                file.writelines(export.stream(database.conversations()))
            return export.summary(Path(out))
        roots = [
            folder
            for path in paths_of(source)
            for folder in attachment_folders(path, options.get("attachments"))
        ]
        with new_folder(Path(out), about=export.about) as folder:
            if copy_attachments:
                export.copies = AttachmentCopies(
                    folder.place / COPIES, roots, previews=format == "html"
                )
            export.fill(folder, database.conversations())
        return export.summary(Path(out))


@check_arguments(format=TEXT, time_zone=or_none(ZONE))
def stream_transcripts(
    source: Paths,
    *,
    format: TranscriptFormat = "text",  # noqa: A002 - as `write_transcripts`
    time_zone: tzinfo | None = None,
    **options: Unpack[ReadKeywords],
) -> Iterator[str]:
    """Yield conversations as one text, a piece at a time.

    Args:
        source: As for `write_transcripts`.
        format: "text", "markdown" or "csv".
        time_zone: As for `write_transcripts`.
        **options: Likewise.

    Yields:
        Pieces that end with a line's end.

    Raises:
        DatabaseError: If the database cannot be read.
        ValueError: If there is no such format, or it is no stream.

    Example:
        >>> from datetime import UTC
        >>> from langchain_imessage.testing import write_sample
        >>> text = "".join(stream_transcripts(write_sample("talk.db"), time_zone=UTC))
        >>> print(text.splitlines()[4])
        [2023-08-28 00:32:03] Tortoise: Slow and steady, that's my motto.
    """
    _require_format(format)
    if format == "html":
        raise ArgumentValueError(
            "html is one file for each conversation, and cannot be streamed."
        )
    options["content"] = transcript_content
    with ChatDatabase(source, **options) as database:
        export = _Export(
            format=format, own_name=options.get("own_name", "Me"), time_zone=time_zone
        )
        yield from export.stream(database.conversations())


def _require_format(name: str) -> None:
    if name not in {*_SUFFIXES, "csv"}:
        raise ArgumentValueError('format must be "html", "markdown", "text" or "csv"')


@dataclass(slots=True, kw_only=True)
class _Export:
    """An export that is going on: how it is written, and what was written so far."""

    format: TranscriptFormat
    own_name: str
    time_zone: tzinfo | None
    start: str = ""
    copies: AttachmentCopies | None = None
    conversations: int = 0
    messages: int = 0

    def fill(
        self, folder: TranscriptFolder, conversations: Iterator[Conversation]
    ) -> None:
        """Write the files of a folder."""
        if self.format == "csv":
            folder.write(_CSV_NAME, self.stream(conversations))
            return
        listed: list[tuple[str, TranscriptHead]] = []
        for conversation in conversations:
            head, entries = self._read(conversation)
            name = folder.name_for(head.title, _SUFFIXES[self.format])
            folder.write(name, self._pieces(head, entries))
            listed.append((name, head))
        if self.format == "html":
            folder.write("index.html", index_page(listed))

    def stream(self, conversations: Iterator[Conversation]) -> Iterator[str]:
        """Yield all conversations as one text."""
        yield self.start
        if self.format == "csv":
            yield csv_heading()
        for conversation in conversations:
            if self.conversations and self.format != "csv":
                yield "\n"
            yield from self._pieces(*self._read(conversation))

    def _read(
        self, conversation: Conversation
    ) -> tuple[TranscriptHead, Iterator[TranscriptEntry]]:
        self.conversations += 1
        self.messages += len(conversation.messages)
        entries = entries_of(
            conversation,
            own_name=self.own_name,
            time_zone=self.time_zone,
            copy=self.copies.copy if self.copies else _no_copy,
        )
        return head_of(conversation, self.time_zone), entries

    def _pieces(
        self, head: TranscriptHead, entries: Iterator[TranscriptEntry]
    ) -> Iterator[str]:
        return _RENDERERS[self.format](head, entries)

    def about(self) -> dict[str, object]:
        """Return what the folder's manifest says of the export."""
        counts = asdict(self.summary(Path()))
        del counts["path"]
        return {"made_by": "langchain-imessage", **counts}

    def summary(self, path: Path) -> TranscriptExport:
        """Return what was written."""
        copies = self.copies
        return TranscriptExport(
            path=path,
            format=self.format,
            conversations=self.conversations,
            messages=self.messages,
            copied=copies.count if copies else 0,
            missing=copies.missing if copies else 0,
            bytes=copies.bytes if copies else 0,
        )


def _no_copy(_: Attachment) -> None:
    return None


_RENDERERS: Final[
    dict[str, Callable[[TranscriptHead, Iterator[TranscriptEntry]], Iterator[str]]]
] = {
    "text": plain_text,
    "markdown": markdown,
    "csv": csv_rows,
    "html": partial(transcript_page, has_index=True),
}
