"""A file's bytes: what they are known by, and windows on them.

Owns that content travels as handles on an open file, so that memory holds a piece of it at
most.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A file, and what it is known by.

    Attributes:
        path: Where it is.
        name: What it is called elsewhere, whatever it is called here.
        size: Its bytes.
        sha256: Their digest.
        md5: The digest that uploads are checked by.
    """

    path: Path
    name: str
    size: int
    sha256: str
    md5: str


def content_of(path: Path, name: str) -> Content:
    """Digest a file."""
    sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            sha256.update(piece)
            md5.update(piece)
            size += len(piece)
    return Content(
        path=path,
        name=name,
        size=size,
        sha256=sha256.hexdigest(),
        md5=md5.hexdigest(),
    )


def window(
    file: BinaryIO, start: int, size: int, on_read: Callable[[int], None]
) -> BinaryIO:
    """Give a part of a file, as a file that can be read, and read again.

    Args:
        file: The whole.
        start: Where the part begins.
        size: How long it is.
        on_read: Told how many of its bytes were read.
    """
    return cast("BinaryIO", _Window(file, start, size, on_read))


class _Window(io.RawIOBase):
    """See `window`."""

    def __init__(
        self, file: BinaryIO, start: int, size: int, on_read: Callable[[int], None]
    ) -> None:
        super().__init__()
        self._file, self._start, self._size = file, start, size
        self._on_read = on_read
        self._place = 0

    @override
    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    @override
    def seekable(self) -> bool:
        """Say that it can be read again: a request that is repeated does."""
        return True

    @override
    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}
        self._place = max(0, base[whence] + offset)
        return self._place

    @override
    def tell(self) -> int:
        """Give the place."""
        return self._place

    @override
    def readinto(self, buffer: Any) -> int:
        """Read on."""
        view = memoryview(buffer)[: max(0, self._size - self._place)]
        self._file.seek(self._start + self._place)
        count = self._file.readinto(view)  # type: ignore[attr-defined]
        self._place += count
        self._on_read(self._place)
        return int(count)
