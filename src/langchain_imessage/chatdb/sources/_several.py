"""Which databases are meant: one path, several, or this Mac's own; opens none."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_imessage.arguments import PATH, PATHS, require_kind
from langchain_imessage.chatdb.sources._connect import default_path
from langchain_imessage.errors import ArgumentValueError

if TYPE_CHECKING:
    from collections.abc import Sequence


def paths_of(
    path: str | PathLike[str] | Sequence[str | PathLike[str]] | None,
) -> tuple[Path, ...]:
    """Return the paths that are meant: one, several, or this Mac's own database.

    Args:
        path: A path, several, or None for this Mac's own database.

    Raises:
        TypeError: If it is no path.
        ValueError: If there are none, or the same one twice.

    Example:
        >>> [path.name for path in paths_of(["mac.db", "phone.db"])]
        ['mac.db', 'phone.db']
    """
    if path is None:
        return (default_path(),)
    if isinstance(path, str | PathLike):
        return (Path(path),)
    require_kind("path", path, PATHS)
    given = tuple(path)
    for one in given:
        require_kind("each path", one, PATH)
    paths = tuple(map(Path, given))
    if not paths:
        raise ArgumentValueError("path is an empty list: name at least one database")
    if len(set(paths)) < len(paths):
        raise ArgumentValueError("path has one database twice")
    return paths
