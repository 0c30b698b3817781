"""What tells whether an index is of the database, and the options, that a loader has.

Also whether its files were written to since. What they hold is others' to compare.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from langchain_imessage.chatdb.people._address_books import contact_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from langchain_imessage.chat_loaders.imessage import IMessageChatLoader

_IRRELEVANT = frozenset(
    {"password", "progress", "on_error", "attachments", "since", "workers"}
)
"""Options that make no difference to what is indexed."""


_BESIDE = ("-wal", "-journal")

_QUIET = 2
"""Seconds: what was written to more recently may be again, at what seems the same time."""


def quiet_files(loader: IMessageChatLoader) -> str:
    """Return what differs once a loader's files are written to.

    Returns:
        It; nothing where that cannot be told: they were written to a moment ago, are
        folders, or not there.
    """
    try:
        found = [os.stat(path) for path in _files(loader)]  # noqa: PTH116 - the quickest
    except OSError:
        return ""
    if not all(stat.S_ISREG(one.st_mode) for one in found):
        return ""
    newest = max(max(one.st_mtime, one.st_ctime) for one in found)
    if newest > time.time() - _QUIET:
        return ""
    return str(
        [
            (one.st_dev, one.st_ino, one.st_size, one.st_mtime_ns, one.st_ctime_ns)
            for one in found
        ]
    )


def _files(loader: IMessageChatLoader) -> Iterator[str | os.PathLike[str]]:
    """Yield the files a loader reads: databases, what is not yet in them, address books."""
    for path in (*loader.paths, *contact_files(loader.options.get("contacts"))):
        yield path
        yield from filter(
            os.path.exists, (path.with_name(path.name + end) for end in _BESIDE)
        )


def databases_of(loader: IMessageChatLoader) -> str:
    """Return what is equal for the same databases."""
    return str([str(source.absolute()) for source in loader.paths])


def source_stamp(loader: IMessageChatLoader) -> str:
    """Return what is equal for the same databases and equal options, in every process.

    With a function made on the spot among the options it is equal to nothing, not even to
    itself: what such a function does is unknown.
    """
    options = {k: v for k, v in loader.options.items() if k not in _IRRELEVANT}
    return f"{databases_of(loader)} {_stamp(options)}"


def _stamp(value: Any) -> str:
    """Return what is equal for equal values."""
    if isinstance(value, Mapping):
        pairs = sorted((_stamp(k), _stamp(v)) for k, v in value.items())
        return f"{{{pairs}}}"
    if isinstance(value, str | bytes | int | float | type(None)):
        return repr(value)
    if isinstance(value, partial):
        return f"{_stamp(value.func)}({_stamp(value.args)}, {_stamp(value.keywords)})"
    if is_dataclass(value) and not isinstance(value, type):
        of = {one.name: getattr(value, one.name) for one in fields(value)}
        return f"{type(value).__qualname__}{_stamp(of)}"
    if isinstance(value, set | frozenset):
        return f"{{{sorted(map(_stamp, value))}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_stamp, value))}]"
    if callable(value):
        return _named(value)
    return str(value)


def _named(function: Callable[..., Any]) -> str:
    name = getattr(function, "__qualname__", "<")
    return f"{function.__module__}.{name}" if "<" not in name else str(uuid4())
