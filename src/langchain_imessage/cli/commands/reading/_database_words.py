"""Which of the words that were typed name databases; opens none as one."""

from __future__ import annotations

import os
from pathlib import Path

_SQLITE = b"SQLite format 3\0"
"""How an SQLite file begins."""


def is_database(word: str) -> bool:
    """Return whether a word names a database: one that is there, or a missing file."""
    path = Path(word)
    try:
        if path.is_dir():
            return _has_slash(word) or (path / "Manifest.db").exists()
        if path.is_file():
            with path.open("rb") as file:
                return _has_slash(word) or file.read(len(_SQLITE)) == _SQLITE
    except (OSError, ValueError):  # no rights, or no name that a file can have
        pass
    return word.endswith(".db") or word.startswith(("/", "./", "../", "~"))


def _has_slash(word: str) -> bool:
    return "/" in word or os.sep in word
