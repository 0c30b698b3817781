"""A training file's size and digests, and whether it is still what the plan was made of.

Owns the refusal of a file that has changed since. Reads; sends nothing.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from langchain_imessage.errors import (
    FineTuningError,
    TrainingFileAccessError,
    TrainingFileMissingError,
)
from langchain_imessage.files import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from langchain_imessage.finetuning._types import Order

FILE_CHANGED = "file_changed"
"""The code of the errors about such a file."""

_CHUNK = 1 << 20
"""Bytes read at once."""

_AGAIN = "Run this again, and look at its plan."


@dataclass(frozen=True, slots=True, kw_only=True)
class FileContent:
    """A file's digests, by which it is recognised.

    Attributes:
        path: Where it is.
        name: Its name at a provider, whatever it is called here.
        size: Its bytes.
        sha256: Their digest.
        md5: The digest by which uploads are checked.
    """

    path: Path
    name: str
    size: int
    sha256: str
    md5: str


def digest_file(path: Path, name: str) -> FileContent:
    """Read a file once and return its size and digests.

    Args:
        path: The file.
        name: Its name at a provider.
    """
    with path.open("rb") as file:
        return _digest(file, path, name)


def _digest(file: BinaryIO, path: Path, name: str) -> FileContent:
    sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    file.seek(0)
    while chunk := file.read(_CHUNK):
        sha256.update(chunk)
        md5.update(chunk)
        size += len(chunk)
    return FileContent(
        path=path,
        name=name,
        size=size,
        sha256=sha256.hexdigest(),
        md5=md5.hexdigest(),
    )


def unchanged_file(path: Path, name: str, sha256: str | None) -> FileContent:
    """Return a file's size and digests, as it is right before it is used.

    Args:
        path: The file.
        name: Its name at a provider.
        sha256: Its digest when it was checked, and its plan agreed to.

    Raises:
        FineTuningError: If it has another one.
        TrainingFileMissingError: (a FileNotFoundError) If it is no longer there.
        TrainingFileAccessError: (a PermissionError) If it may no longer be read.
    """
    with opened_file(path) as file:
        content = _digest(file, path, name)
    if content.sha256 != sha256:
        raise file_changed(path)
    return content


def unchanged_files(order: Order, names: tuple[str, str]) -> tuple[FileContent, ...]:
    """Return the content of an order's files; both are checked before one is used.

    Args:
        order: The order.
        names: What the training file and the validation file are called.

    Raises:
        FineTuningError: If one has changed, or is no longer there.
    """
    train = unchanged_file(order.train, names[0], order.train_sha256)
    if order.validation is None:
        return (train,)
    held_out = unchanged_file(order.validation, names[1], order.validation_sha256)
    return train, held_out


def file_changed(path: Path, *, sent: str = "Nothing was sent.") -> FineTuningError:
    """Return the error about a file that has changed since it was checked.

    Args:
        path: The file.
        sent: What the provider has of it, in words.
    """
    return FineTuningError(
        f"{shown(path)} has changed since it was checked. {sent} {_AGAIN}",
        code=FILE_CHANGED,
    )


class OpenedContent:
    """A file that was opened once, to be sent from there, and compared as often as needed.

    What is sent is read from the opened file, whatever its path names by then.

    Args:
        file: The open file.
        content: What it is to hold.

    Attributes:
        file: The open file.
    """

    def __init__(self, file: BinaryIO, content: FileContent) -> None:
        self.file = file
        self._content = content
        self._stamp: tuple[int, int] | None = None

    def is_unchanged(self, *, read: bool = False) -> bool:
        """Return whether it holds what it is to hold.

        Args:
            read: Whether to read it also if its size and time are the same as before.
        """
        found = os.fstat(self.file.fileno())
        stamp = found.st_size, found.st_mtime_ns
        if stamp == self._stamp and not read:
            return True
        known = self._content
        if _digest(self.file, known.path, known.name).sha256 != known.sha256:
            return False
        self._stamp = stamp
        return True

    def require_unchanged(self, *, read: bool = True) -> None:
        """Refuse a file that has changed; see `is_unchanged`."""
        if not self.is_unchanged(read=read):
            raise file_changed(self._content.path, sent="It was not sent.")


@contextmanager
def opened_content(content: FileContent) -> Iterator[OpenedContent]:
    """Open a file to be sent.

    Args:
        content: The file, and what it is to hold.

    Yields:
        It, open.
    """
    with opened_file(content.path) as file:
        yield OpenedContent(file, content)


@contextmanager
def opened_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that was there when it was checked."""
    try:
        file = path.open("rb")
    except PermissionError as error:
        raise TrainingFileAccessError(
            f"{shown(path)} may no longer be read ({error.strerror}). Nothing was sent. "
            "Give yourself the right, with chmod u+r, and run this again.",
            code=FILE_CHANGED,
        ) from error
    except OSError as error:
        raise TrainingFileMissingError(
            f"{shown(path)} is no longer there ({error.strerror}): it was moved, deleted "
            f"or replaced since it was checked. Nothing was sent. {_AGAIN}",
            code=FILE_CHANGED,
        ) from error
    with file:
        yield file
