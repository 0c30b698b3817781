"""Private files: readable by their owner only, whole or not at all, through no planted link.

Owns how a file of ours is made, replaced and read again. A folder may have come from
somebody else, and a symbolic link in it would have us overwrite, or upload, a file
elsewhere. Independent of what is in a file.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_imessage.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

_PRIVATE = 0o600

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
"""Without it, opening a pipe that nobody writes to never returns. Windows has neither."""


@contextmanager
def replacing(
    path: Path, *, follow_link: bool = False, newline: str = "\n"
) -> Iterator[TextIO]:
    """Open a private sibling that takes the path's place when all went well.

    Args:
        path: The file to write or to replace.
        follow_link: Whether a symbolic link is followed: only where the caller named the
            file itself, not the folder it is in.
        newline: As for `open`: "" writes line ends as they are.

    Yields:
        The sibling, to write text to as UTF-8.

    Raises:
        ExportError: If the path is a link that is not followed, or is there and no file.
        OSError: If the file cannot be written.
    """
    with (
        _replacing(path, follow_link=follow_link) as descriptor,
        open(descriptor, "w", encoding="utf-8", newline=newline) as file,  # noqa: PTH123 - a descriptor has no Path
    ):
        yield file


def replace_bytes(path: Path, content: bytes) -> None:
    """Write a private file of bytes, or replace it; as `replacing` does.

    Raises:
        ExportError: If the path is a link, or is there and no file.
        OSError: If the file cannot be written.
    """
    with (
        _replacing(path, follow_link=False) as descriptor,
        open(descriptor, "wb") as file,  # noqa: PTH123 - a descriptor has no Path
    ):
        file.write(content)


@contextmanager
def _replacing(path: Path, *, follow_link: bool) -> Iterator[int]:
    """Open a private sibling, which whoever opens the descriptor closes."""
    # Through a link, so that the file it points to is replaced and not the link.
    final = path.resolve() if follow_link else path.absolute()
    require_replaceable(final)
    if not final.parent.is_dir():
        raise FileNotFoundError(
            errno.ENOENT, "There is no such folder", shown(final.parent)
        )
    descriptor, name = tempfile.mkstemp(  # whose mode is 0600
        dir=final.parent, prefix=f".{final.name[:60]}.", suffix=".part"
    )
    temporary = Path(name)
    try:
        yield descriptor
        temporary.replace(final)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def require_replaceable(path: Path) -> None:
    """Refuse a path that is there and no regular file.

    Raises:
        ExportError: If it is a link, a folder, a pipe or a device.
    """
    refuse_link(path)
    if path.exists() and not path.is_file():
        raise ExportError(
            f"{path.name} exists, but is not a file. Choose another name.", path=path
        )


def read_private(path: Path) -> bytes:
    """Read a file of ours.

    Raises:
        ExportError: If it is a symbolic link, or no regular file.
        OSError: If it cannot be read.
    """
    refuse_link(path)
    with open(open_regular(path, follow_link=False), "rb") as file:
        return file.read()


def refuse_link(path: Path) -> None:
    """Refuse a symbolic link.

    Raises:
        ExportError: If it is one.
    """
    if path.is_symlink():
        raise ExportError(
            f"{path.name} is a symbolic link, which is not followed: it may lead out of "
            "the folder. Remove it, or put the file itself there.",
            path=path,
        )


def open_regular(path: Path, *, follow_link: bool) -> int:
    """Open a regular file for reading, and nothing else.

    Neither waits for a pipe nor touches a device.

    Returns:
        A descriptor; the caller closes it.

    Raises:
        ExportError: If it is there, but is no regular file.
        OSError: If it cannot be opened, also because it is a link.
    """
    flags = os.O_RDONLY | _NO_WAIT | (0 if follow_link else _NO_LINK)
    # Asked before and after: opening a device can already do something.
    if not stat.S_ISREG(path.stat(follow_symlinks=follow_link).st_mode):
        raise ExportError("Not a regular file", path=path)
    descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ExportError("Not a regular file", path=path)
    return descriptor


def read_within(path: Path, folders: Iterable[Path], *, most: int) -> bytes | None:
    """Read a regular file that really is in one of some folders.

    Args:
        path: What may be a stranger's choice.
        folders: Resolved ones.
        most: Bytes; a larger file is not read.

    Returns:
        Its bytes; None if it is in none of them, also by a link, or larger.

    Raises:
        ExportError: If it is there, but is no regular file.
        OSError: If it cannot be read.
    """
    real = path.resolve()
    if not any(real.is_relative_to(folder) for folder in folders):
        return None
    with open(open_regular(real, follow_link=False), "rb") as file:
        if os.fstat(file.fileno()).st_size > most:
            return None
        return file.read(most)


def open_private(path: str | Path, flags: int) -> int:
    """Open a file for its owner only, and through no link: an `opener` for `open`.

    Raises:
        OSError: If it cannot be opened, also because it is a link.
    """
    return os.open(path, flags | _NO_LINK, _PRIVATE)


def shown(path: str | os.PathLike[str]) -> str:
    """Return a path as text that can be printed, whatever bytes its name is of."""
    return os.fspath(path).encode("utf-8", "replace").decode()
