"""Private files, replaced atomically: whole or not at all.

Knows nothing of what is in them.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Open a private sibling that takes the path's place when all went well."""
    # Through a link, so that the file it points to is replaced and not the link.
    final = path.resolve()
    descriptor, name = tempfile.mkstemp(  # whose mode is 0600
        dir=final.parent, prefix=f".{final.name[:100]}.", suffix=".part"
    )
    temporary = Path(name)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="\n") as file:  # noqa: PTH123 - a descriptor has no Path
            yield file
        temporary.replace(final)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
