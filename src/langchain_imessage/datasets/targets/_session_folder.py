"""Chat sessions → a folder: the JSONL of `write_sessions`, and copies of what was sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from langchain_imessage.arguments import (
    ITERABLE,
    PATH,
    PROGRESS,
    SESSIONS,
    check_arguments,
)
from langchain_imessage.datasets.targets._session_lines import session_lines
from langchain_imessage.records import Attachment
from langchain_imessage.transcripts._attachment_copies import COPIES, AttachmentCopies
from langchain_imessage.transcripts._transcript_folder import new_folder
from langchain_imessage.transforms.messages._session_streams import length_of

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from langchain_core.chat_sessions import ChatSession

    from langchain_imessage.preparation._prepared import Progress

_NAME: Final = "conversations.jsonl"
"""The file of the sessions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFolder:
    """What was written.

    Attributes:
        path: The folder.
        sessions: How many lines its file has.
        copied: How many files that were sent were copied.
        missing: How many are not on this computer, or not where Messages keeps them.
        bytes: The size of the copies.
    """

    path: Path = field(repr=False)
    sessions: int
    copied: int
    missing: int
    bytes: int


@check_arguments(
    sessions=SESSIONS, folder=PATH, attachments=ITERABLE, progress=PROGRESS
)
def write_session_folder(
    sessions: Iterable[ChatSession],
    folder: str | os.PathLike[str],
    *,
    attachments: Iterable[str | os.PathLike[str]],
    progress: Progress | None = None,
) -> SessionFolder:
    """Write sessions as JSONL, and copy the files that were sent beside it.

    In each line, `path` of an attachment that was copied is that of the copy, from the
    folder on. The folder is private, and takes its place when it is whole.

    Args:
        sessions: Sessions of `IMessageChatLoader`.
        folder: The folder to write; one that an export wrote is replaced.
        attachments: The folders that files may be in: `loader.attachment_folders`. None
            elsewhere is copied, whatever a message names.
        progress: Called after each session with how many have been written, and how many
            there are (None where that is not known).

    Returns:
        What was written.

    Raises:
        ExportError: (a ValueError) If something else is at the path.
        OSError: If something cannot be written.

    Example:
        >>> from langchain_imessage import IMessageChatLoader
        >>> from langchain_imessage.testing import write_sample
        >>> loader = IMessageChatLoader(write_sample("chat.db"))
        >>> done = write_session_folder(
        ...     loader.lazy_load(), "out", attachments=loader.attachment_folders
        ... )
        >>> done.sessions, done.copied
        (10, 0)
    """
    lines, total = 0, length_of(sessions)
    with new_folder(Path(folder), lambda: {"made_by": "langchain-imessage"}) as place:
        copies = AttachmentCopies(place.place / COPIES, [Path(f) for f in attachments])

        def counted() -> Iterator[str]:
            nonlocal lines
            for line in session_lines(_with_copies(one, copies) for one in sessions):
                lines += 1
                if progress is not None:
                    progress(lines, total)
                yield line.decode()

        place.write(_NAME, counted())
    return SessionFolder(
        path=Path(folder),
        sessions=lines,
        copied=copies.count,
        missing=copies.missing,
        bytes=copies.bytes,
    )


def _with_copies(session: ChatSession, copies: AttachmentCopies) -> ChatSession:
    """Return a session whose attachments are named by their copies."""
    messages = []
    for message in session["messages"]:
        kwargs = message.additional_kwargs
        if sent := kwargs.get("attachments"):
            named = [_named(one, copies) for one in sent]
            message = message.model_copy(  # noqa: PLW2901 - the input is not changed
                update={"additional_kwargs": {**kwargs, "attachments": named}}
            )
        messages.append(message)
    return {**session, "messages": messages}


def _named(
    attachment: dict[str, object], copies: AttachmentCopies
) -> dict[str, object]:
    copy = copies.copy(Attachment(**attachment))  # type: ignore[arg-type]
    return {**attachment, "path": copy.path} if copy else attachment
