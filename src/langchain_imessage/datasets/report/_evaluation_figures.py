"""An evaluation's file beside a dataset → the table that the page shows of it.

Owns which file that is, and what of it is believed: texts only, and only if the evaluation
is of what this dataset holds out. The answers in the file stay in the file.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from langchain_imessage.files import read_private

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

EVALUATION: Final = "evaluation.json"
"""The file's name in a dataset's folder."""

_UNREADABLE = (FileNotFoundError, ValueError, RecursionError)


def evaluation_figures(
    folder: Path, manifest: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return the table and the remarks of a folder's evaluation; None without one.

    Args:
        folder: The dataset's folder.
        manifest: Its manifest: says what is held out.
    """
    try:
        found = json.loads(read_private(folder / EVALUATION))
    except _UNREADABLE:
        return None
    held_out = manifest["files"].get("validation") or {}
    if not isinstance(found, dict) or not isinstance(found.get("settings"), dict):
        return None
    if found["settings"].get("held_out_sha256") != held_out.get("sha256"):
        return None
    table, remarks = found.get("table"), found.get("remarks")
    if not (_are_texts(remarks) and isinstance(table, list) and table):
        return None
    if not all(_are_texts(row) and len(row) == len(table[0]) for row in table):
        return None
    return {"table": table, "remarks": remarks}


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
