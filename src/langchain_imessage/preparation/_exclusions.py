"""What somebody decided who looked at the examples: a file, or the same in Python.

Owns what a decision file is, and which of its vetoes have met an example. Nothing of it is
quoted in an error.
"""

from __future__ import annotations

import json
import os
import re
import warnings
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from typing_extensions import override

from langchain_imessage.errors import (
    ExportError,
    ExportFileNotFoundError,
    take_quotation,
)
from langchain_imessage.files import shown

Decisions: TypeAlias = "str | os.PathLike[str] | Mapping[str, Any] | Collection[str]"
"""A decision file, what is in one, or the ids of the examples that are vetoed."""

_FORMAT = 1
_ID = re.compile(r"[0-9a-f]{16}")


class Vetoes:
    """Ids of examples and rows that are to be left out.

    Args:
        ids: The ids.

    Attributes:
        ids: The ids.
        matched: Those that an example or a row has had.
        rows_follow: Whether rows are still to be looked at when the examples are made.
    """

    def __init__(self, ids: Collection[str] = ()) -> None:
        self.ids = frozenset(ids)
        self.matched: set[str] = set()
        self.rows_follow = False

    @override
    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(ids={len(self.ids)}, matched={len(self.matched)})"
        )

    def __bool__(self) -> bool:
        return bool(self.ids)

    def has(self, example: str) -> bool:
        """Return whether an id is vetoed, and note that there is an example of it."""
        found = example in self.ids
        if found:
            self.matched.add(example)
        return found

    @property
    def unmatched(self) -> int:
        """How many vetoes no example or row has had."""
        return len(self.ids) - len(self.matched)

    def warn(self) -> None:
        """Warn if there are vetoes that match no example."""
        if self.unmatched:
            warnings.warn(unmatched_vetoes(self.unmatched, len(self.ids)), stacklevel=3)


def unmatched_vetoes(unmatched: int, vetoed: int) -> str:
    """Return a sentence about vetoes that match nothing."""
    return (
        f"{unmatched:,} of {vetoed:,} vetoed examples are not in this dataset: its "
        "messages or settings differ from those of the report page the decisions were "
        "made on"
    )


def vetoed_ids(decisions: Decisions | None) -> frozenset[str]:
    """Return the ids of the examples that are vetoed.

    Raises:
        ExportError: If the file, or what is given, is not of the form
            `{"format": 1, "vetoed": ["16 hexadecimal digits", ...]}`, or the file cannot
            be read.
        ExportFileNotFoundError: (a FileNotFoundError) If there is no such file.
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
        raise _refusal("has an id that is not 16 hexadecimal digits", path)
    return frozenset(ids)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise ExportFileNotFoundError(
            f"There is no decision file {shown(path)}", path=path
        ) from error
    except OSError as error:
        raise _refusal(f"cannot be read: {error.strerror}", path) from error
    except (ValueError, RecursionError) as error:
        take_quotation(error)
        raise _refusal("is not JSON", path) from None


def _refusal(what: str, path: Path | None) -> ExportError:
    name = "" if path is None else f" {shown(path)}"
    return ExportError(f"The decision file{name} {what}", path=path)
