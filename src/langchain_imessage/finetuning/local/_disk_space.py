"""Whether a file could not be written because its disk is full. Writes nothing."""

from __future__ import annotations

import errno
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_LEFT = 1_000_000
"""Bytes that are left at most on a disk that counts as full: MLX's errors have no number."""


def is_of_full_disk(error: BaseException, folder: Path) -> bool:
    """Return whether an error of writing is one of a full disk.

    Args:
        error: The error.
        folder: Where was written.
    """
    if isinstance(error, OSError):
        return error.errno in _FULL
    return isinstance(error, RuntimeError) and shutil.disk_usage(folder).free < _LEFT
