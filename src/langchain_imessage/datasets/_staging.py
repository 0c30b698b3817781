"""A folder's new files, written aside and put in place together.

Owns that nobody else can read them, that a failure leaves the folder as it was, and that
no file which is not ours is replaced or removed.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from langchain_imessage.errors import ExportError
from langchain_imessage.files import open_private
from langchain_imessage.json_lines import whole_characters

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_BUFFER = 1 << 17
"""Bytes that are written at a time: some hundred rows."""


class Staging:
    """A private place beside where the files will be.

    Args:
        place: An empty folder.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
        self.names: list[str] = []

    def open(self, name: str) -> BinaryIO:
        """Begin a file that is to be in the folder."""
        self.names.append(name)
        return self._open(name)

    def put(self, name: str, lines: Iterable[bytes]) -> dict[str, Any]:
        """Write a file that is to be in the folder.

        Returns:
            What the manifest says of it: `name`, `sha256` and `bytes`.
        """
        digest, size = sha256(), 0
        with self.open(name) as file:
            for line in lines:
                digest.update(line)
                size += file.write(line)
        return {"name": name, "sha256": digest.hexdigest(), "bytes": size}

    def put_json(self, name: str, value: Any) -> None:
        """Write a value that is to be in the folder as JSON."""
        text = json.dumps(whole_characters(value), indent=2, allow_nan=False)
        self.put(name, [text.encode() + b"\n"])

    def scratch(self, name: str) -> BinaryIO:
        """Begin a file that is for the meantime only, to be written and read."""
        return self._open(f".{name}")

    def scratch_path(self, name: str) -> Path:
        """Begin a file that is for the meantime only, and return where it is."""
        self.scratch(name).close()
        return self._place / f".{name}"

    def _open(self, name: str) -> BinaryIO:
        return open(self._place / name, "w+b", _BUFFER, opener=open_private)


@contextmanager
def staged(folder: Path, *, owned: Collection[str]) -> Iterator[Staging]:
    """Write files aside, and put them into the folder when all went well.

    Args:
        folder: The folder.
        owned: Files in it that may be replaced, and are removed if they are not.

    Yields:
        Where to write. The file begun last is put in place last.

    Raises:
        ExportError: If a file of that name is there and not owned.
    """
    place = Path(tempfile.mkdtemp(prefix=".dataset.", dir=folder))  # whose mode is 0700
    try:
        staging = Staging(place)
        yield staging
        refuse_foreign(folder, staging.names, owned=owned)
        for name in staging.names:
            (place / name).replace(folder / name)
        for name in set(owned).difference(staging.names):
            (folder / name).unlink(missing_ok=True)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def refuse_foreign(
    folder: Path, names: Collection[str], *, owned: Collection[str]
) -> None:
    """Refuse to replace what is not ours.

    Raises:
        ExportError: If a file of one of the names is there and not owned.
    """
    for name in names:
        if name not in owned and os.path.lexists(folder / name):
            raise ExportError(
                f"The folder has a {name} that belongs to no dataset written by this "
                "package. Choose another folder, or remove it",
                path=folder / name,
            )
