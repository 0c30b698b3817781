"""Where an attachment lies: beside a database, or in a backup; the paths rows hold.

Owns which folders a file may be read from: a row can name any path of the computer.
"""

from __future__ import annotations

import os
import re
import unicodedata
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Locator: TypeAlias = "Callable[[str], tuple[str, bool]]"
"""An attachment's stored path → where it is on this machine, and whether it is there."""

FOLDERS: Final = ("Attachments", "StickerCache", "Parts")
"""Where Messages keeps files that were sent, beside its database; the last up to iOS 5."""

_STORED = re.compile(r"^(?:~|.*?)/?Library/(?:Messages|SMS)/(.+)$", re.DOTALL)
"""What follows is the same on every machine; what precedes is somebody's home."""


def stored_tail(stored: str) -> str | None:
    """Return the part of a stored path that is the same on every machine."""
    match = _STORED.match(stored)
    return match[1] if match else None


def beside(database: Path, root: Path | None = None) -> Locator:
    """Look for attachments where a copied or a live Messages folder has them.

    Args:
        database: The database file; `Attachments` lies beside it.
        root: The folder to look in instead.
    """
    folder = str(root or database.parent)

    def locate(stored: str) -> tuple[str, bool]:
        # Not pathlib: it takes longer than everything else about an attachment, and
        # fails on the `~` of a stranger and on a name too long for this machine.
        tail = stored_tail(stored)
        if tail:
            path = os.path.join(folder, tail.replace("/", os.sep))  # noqa: PTH118
        else:
            path = os.path.expanduser(stored)  # noqa: PTH111
        try:
            if os.path.exists(path):  # noqa: PTH110
                return path, True
            other = None if path.isascii() else _in_another_form(folder, tail)
        except ValueError:  # half a character, or a NUL
            other = None
        return other or path, other is not None

    return locate


def _in_another_form(folder: str, tail: str | None) -> str | None:
    """Return the path of a file whose name is the same letters in another encoding.

    A Mac finds a name in either; a copy on another system has the one of the two that its
    disk had, which need not be what the row has.
    """
    for form in ("NFC", "NFD"):
        name = unicodedata.normalize(form, tail or "").replace("/", os.sep)
        path = os.path.join(folder, name)  # noqa: PTH118
        if name and os.path.exists(path):  # noqa: PTH110
            return path
    return None
