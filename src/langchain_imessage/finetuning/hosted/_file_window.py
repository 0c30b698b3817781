"""A part of an open file, as a file of its own: memory holds a chunk of it at most."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable


def window(
    file: BinaryIO, start: int, size: int, on_read: Callable[[int], None]
) -> BinaryIO:
    """Return a part of a file as a file that can be read, and read again.

    Args:
        file: The whole file.
        start: Where the part begins.
        size: How long it is.
        on_read: Called with the number of its bytes read so far.
    """
    return cast("BinaryIO", _FileWindow(file, start, size, on_read))


class _FileWindow(io.RawIOBase):
    """See `window`."""

    def __init__(
        self, file: BinaryIO, start: int, size: int, on_read: Callable[[int], None]
    ) -> None:
        super().__init__()
        self._file, self._start, self._size = file, start, size
        self._on_read = on_read
        self._position = 0

    @override
    def readable(self) -> bool:
        """Return True."""
        return True

    @override
    def seekable(self) -> bool:
        """Return True: a request that is repeated reads it again."""
        return True

    @override
    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}
        self._position = max(0, base[whence] + offset)
        return self._position

    @override
    def tell(self) -> int:
        """Return the position."""
        return self._position

    @override
    def readinto(self, buffer: Any) -> int:
        """Read the next bytes."""
        view = memoryview(buffer)[: max(0, self._size - self._position)]
        self._file.seek(self._start + self._position)
        count = self._file.readinto(view)  # type: ignore[attr-defined]
        self._position += count
        self._on_read(self._position)
        return int(count)
