"""What somebody decided who looked at the examples: a file, or the same in Python.

Owns what a decision file is. Nothing of it is quoted in an error.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from langchain_imessage.errors import ExportError

Decisions: TypeAlias = "str | os.PathLike[str] | Mapping[str, Any] | Collection[str]"
"""A decision file, what is in one, or the ids of the examples that are vetoed."""

_FORMAT = 1
_ID = re.compile(r"[0-9a-f]{16}")


def vetoed_ids(decisions: Decisions | None) -> frozenset[str]:
    """Return the ids of the examples that are vetoed.

    Raises:
        ExportError: If the file, or what is given, is not of the form
            `{"format": 1, "vetoed": ["16 hexadecimal digits", ...]}`.
        OSError: If the file cannot be read.
    """
    if decisions is None:
        return frozenset()
    path = None
    found: Any = decisions
    if isinstance(decisions, str | os.PathLike):
        path = Path(decisions)
        found = _read(path)
    if isinstance(found, Mapping):
        if found.get("format") != _FORMAT:
            raise _refusal("is of another format", path)
        found = found.get("vetoed")
    elif path is not None:
        raise _refusal("holds no object", path)
    if isinstance(found, str) or not isinstance(found, Iterable):
        raise _refusal("has no list of vetoed examples", path)
    ids = list(found)
    if not all(isinstance(id_, str) and _ID.fullmatch(id_) for id_ in ids):
        raise _refusal("has an id that is none: 16 hexadecimal digits are", path)
    return frozenset(ids)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        # Not from it: it would quote the file.
        raise _refusal("is no JSON", path) from None


def _refusal(what: str, path: Path | None) -> ExportError:
    return ExportError(f"The decision file {what}", path=path)
