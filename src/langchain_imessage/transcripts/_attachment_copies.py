"""Copies the files that were sent, for a transcript to show them.

Owns which file is copied and what the copy is called. A row of a database can name any
file of the computer, and a stranger chose the name: a file is copied only where Messages
keeps what was sent, and its name is made harmless.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from langchain_imessage.chat_loaders._images import MOST_BYTES, as_jpeg
from langchain_imessage.errors import ExportError
from langchain_imessage.files import open_private, open_regular
from langchain_imessage.terminal import safe_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_imessage.records import Attachment

COPIES: Final = "attachments"
"""The folder of the copies, inside the transcripts'."""

_LONGEST_NAME: Final = 60
"""Characters: at four bytes each the name stays below the 255 bytes file systems take."""

_UNSAFE: Final = re.compile(r'[<>:"/\\|?*#%\x00-\x1f\ufffd]+')
"""What some file system or an address in a page does not take."""


_NOT_SHOWN: Final = (".heic", ".heif", ".tif", ".tiff")
"""Suffixes of pictures that most browsers do not show."""


class FileCopy(NamedTuple):
    """Where the copy of a file is, from the transcripts' folder on.

    Attributes:
        path: The copy.
        preview: The same picture for browsers that do not show its format, if it is one.
    """

    path: str
    preview: str | None = None


class AttachmentCopies:
    """Copies attachments, each file once.

    Args:
        folder: Where the copies go; made with the first one.
        roots: The folders that attachments may be in.
        previews: Whether pictures in formats that browsers do not show are also written
            as JPEG, where the extra `images` is installed.
    """

    def __init__(
        self, folder: Path, roots: Sequence[Path], *, previews: bool = False
    ) -> None:
        self._folder = folder
        self._roots = tuple(root.resolve() for root in roots)
        self._previews = previews
        self._copies: dict[str, FileCopy | None] = {}
        self.bytes = 0

    @property
    def count(self) -> int:
        """How many files were copied."""
        return sum(copy is not None for copy in self._copies.values())

    @property
    def missing(self) -> int:
        """How many files were asked for and are not there, or not where they may be."""
        return len(self._copies) - self.count

    def copy(self, attachment: Attachment) -> FileCopy | None:
        """Copy an attachment's file.

        Returns:
            Where it is; None if there is no such file, or it is not one that Messages
            keeps.

        Raises:
            OSError: If the copy cannot be written.
        """
        key = attachment.path or attachment.guid
        if key not in self._copies:
            self._copies[key] = self._copied(attachment)
        return self._copies[key]

    def _copied(self, attachment: Attachment) -> FileCopy | None:
        descriptor = self._open(attachment)
        if descriptor is None:
            return None
        name = f"{len(self._copies) + 1:05}-{file_name(attachment.name or 'file')}"
        self._folder.mkdir(mode=0o700, exist_ok=True)
        with (
            os.fdopen(descriptor, "rb") as source,
            open(self._folder / name, "xb", opener=open_private) as target,
        ):
            shutil.copyfileobj(source, target, 1 << 20)
            self.bytes += target.tell()
        return FileCopy(f"{COPIES}/{name}", self._preview(name))

    def _preview(self, name: str) -> str | None:
        """Write a copy once more, as JPEG, if it is a picture that is not shown."""
        copy = self._folder / name
        if not (self._previews and copy.suffix.lower() in _NOT_SHOWN):
            return None
        try:
            with copy.open("rb") as file:
                data = as_jpeg(file.read(MOST_BYTES))
        except Exception:  # noqa: BLE001 - decoders raise anything on a damaged file
            return None
        with open(f"{copy}.jpg", "xb", opener=open_private) as file:
            file.write(data)
        return f"{COPIES}/{name}.jpg"

    def _open(self, attachment: Attachment) -> int | None:
        """Open a file that really is in one of the folders."""
        if not attachment.path or not attachment.exists:
            return None
        try:
            real = Path(attachment.path).resolve()
            if not any(real.is_relative_to(root) for root in self._roots):
                return None
            return open_regular(real, follow_link=False)
        except (OSError, ValueError, RuntimeError, ExportError):
            return None


def file_name(name: str) -> str:
    r"""Return a file's name that every file system takes, and that hides nothing.

    Example:
        >>> file_name("../../.ssh/id\u202egpj.exe")
        'ssh_idgpj.exe'
    """
    plain = _UNSAFE.sub("_", safe_line(name)).strip(" ._")
    stem, dot, suffix = plain.rpartition(".")
    if not dot:
        return plain[:_LONGEST_NAME] or "file"
    return f"{stem[: _LONGEST_NAME - 12]}.{suffix[:11]}".strip(" .") or "file"
