"""A folder of transcripts, written aside and put in place when it is whole.

Owns that nobody else can read it, that a failure leaves nothing behind, and that only a
folder this package wrote is ever replaced.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import unicodedata
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from langchain_imessage.errors import ExportError
from langchain_imessage.files import open_private, read_private
from langchain_imessage.transcripts._attachment_copies import file_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MANIFEST: Final = "export.json"
"""The file that says what an export wrote."""

_NOT_OURS: Final = frozenset({MANIFEST, ".DS_Store", "Thumbs.db", "desktop.ini"})
"""Files that need not be listed: the manifest, and what file managers add."""


_APPLES: Final = "._"
"""How the names of its files with notes begin, on exFAT for one."""

_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)}
)
"""What Windows opens in place of a file of that name, whatever its suffix."""


class TranscriptFolder:
    """A private folder that is being filled.

    Args:
        place: The folder; empty.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self._taken: set[str] = {"index", MANIFEST.partition(".")[0], *_DEVICES}

    def write(self, name: str, pieces: Iterable[str]) -> None:
        """Write a file of the folder, piece by piece."""
        with open(
            self.place / name, "x", encoding="utf-8", newline="", opener=open_private
        ) as file:
            file.writelines(pieces)

    def name_for(self, title: str, suffix: str) -> str:
        """Return a name for a conversation's file that no other one has."""
        stem = file_name(title.replace(".", "_"))
        name, number = stem, 1
        while _on_any_disk(name) in self._taken:
            number += 1
            name = f"{stem} {number}"
        self._taken.add(_on_any_disk(name))
        return f"{name}.{suffix}"


def _on_any_disk(name: str) -> str:
    """Return what is equal where some system's disk takes two names for one."""
    return unicodedata.normalize("NFC", name).casefold()


@contextmanager
def new_folder(
    path: Path, about: Callable[[], dict[str, Any]]
) -> Iterator[TranscriptFolder]:
    """Fill a folder aside, and put it in the path's place when all went well.

    Args:
        path: The folder to write, or one that an export wrote, to replace.
        about: Returns what the manifest says besides which files there are.

    Yields:
        The folder to fill.

    Raises:
        ExportError: If there is something else at the path.
        OSError: If it cannot be written.
    """
    final = path.absolute()
    require_own_folder(final)
    aside = Path(tempfile.mkdtemp(prefix=f".{final.name[:60]}.", dir=final.parent))
    try:
        (aside / "new").mkdir(mode=0o700)
        folder = TranscriptFolder(aside / "new")
        yield folder
        manifest = {**about(), "files": sorted(_files_in(folder.place))}
        folder.write(MANIFEST, [json.dumps(manifest, indent=2), "\n"])
        require_own_folder(final)
        _put_in_place(folder.place, final, before=aside / "old")
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _put_in_place(new: Path, final: Path, *, before: Path) -> None:
    """Put a folder at a path; what was there is back if that fails."""
    try:
        if final.exists():
            final.replace(before)
        new.replace(final)
    except BaseException:
        if before.exists() and not final.exists():
            before.replace(final)
        raise


def require_own_folder(path: Path) -> None:
    """Refuse to replace anything but an empty folder, or one that an export wrote.

    Raises:
        ExportError: If there is something else at the path, or in that folder.
    """
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise ExportError(
            f"{path.name} exists, but is a link or not a folder.", path=path
        )
    if path.is_dir() and (others := _files_in(path) - _listed(path) - _NOT_OURS):
        raise ExportError(
            f"The folder {path.name} holds files that no export wrote ({len(others)}). "
            "Choose another folder, or remove them.",
            path=path,
        )


def _listed(folder: Path) -> frozenset[str]:
    """Return the files an export says it wrote."""
    try:
        files = json.loads(read_private(folder / MANIFEST))["files"]
        return frozenset(unicodedata.normalize("NFC", str(name)) for name in files)
    except (OSError, ExportError, ValueError, KeyError, TypeError, RecursionError):
        return frozenset()


def _files_in(folder: Path) -> set[str]:
    """Return all files below a folder, from there on, in the form all disks agree on.

    Not those that macOS puts beside others on a disk that cannot keep what it notes of them.
    """
    paths = (
        os.path.relpath(os.path.join(place, name), folder).replace(os.sep, "/")  # noqa: PTH118
        for place, _, names in os.walk(folder)
        for name in names
        if not name.startswith(_APPLES)
    )
    return {unicodedata.normalize("NFC", path) for path in paths}
