"""Reading a provider's lists to their end: some servers know no pages, and repeat the first."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def listed_once(listed: Iterable[Any], *, most: int, name: str = "id") -> Iterator[Any]:
    """Yield what a provider lists, until it lists something again.

    Args:
        listed: What the SDK reads page by page.
        most: How many are read at most.
        name: The field that tells them apart.
    """
    seen: set[Any] = set()
    for one in islice(listed, most):
        key = getattr(one, name, None)
        if key in seen:
            return
        seen.add(key)
        yield one
