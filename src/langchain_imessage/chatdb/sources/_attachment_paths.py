"""Where an attachment lies: beside a database, or in a backup; the paths rows hold.

Owns which folders a file may be read from: a row can name any path of the computer. What
is read out of one here is an effect of a sticker.
"""

from __future__ import annotations

import os
import re
import unicodedata
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from langchain_imessage.decoding._sticker_effects import sticker_effect
from langchain_imessage.errors import ExportError
from langchain_imessage.files import read_within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Locator: TypeAlias = "Callable[[str], tuple[str, bool]]"
"""An attachment's stored path → where it is on this machine, and whether it is there."""

FOLDERS: Final = ("Attachments", "StickerCache", "Parts")
"""Where Messages keeps files that were sent, beside its database; the last up to iOS 5."""

_STORED = re.compile(r"^(?:~|.*?)/?Library/(?:Messages|SMS)/(.+)$", re.DOTALL)
"""What follows is the same on every machine; what precedes is somebody's home."""


_LARGEST_STICKER: Final = 4 * 1024 * 1024
"""Bytes: a sticker of an app may have half a megabyte, one that moves somewhat more."""


class AttachmentFiles:
    """The files of one database's attachments.

    Args:
        locate: Finds where they are.
        folders: Where they may be; one in another folder, also by a link, is not opened.
    """

    def __init__(self, locate: Locator, folders: Iterable[Path]) -> None:
        self.locate = locate
        self._folders = tuple(folder.resolve() for folder in folders)
        self._effects: dict[str, str | None] = {}

    def effect_of_sticker(self, path: str) -> str | None:
        """Read which effect a sticker has; None also if its file cannot be read."""
        if path not in self._effects:
            try:
                raw = read_within(Path(path), self._folders, most=_LARGEST_STICKER)
            except (OSError, ValueError, ExportError):
                raw = None
            self._effects[path] = sticker_effect(raw) if raw else None
        return self._effects[path]


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
    return partial(_locate_below, str(root or database.parent))


def _locate_below(folder: str, stored: str) -> tuple[str, bool]:
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
