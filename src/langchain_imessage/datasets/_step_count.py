"""Steps of a long call, counted for whoever asked for its progress.

Owns the count, where one call has several loops. What a step is, the call says.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from langchain_imessage.preparation._prepared import Progress


def step_counter(progress: Progress | None, total: int | None) -> Callable[[], None]:
    """Return a function to be called after each step.

    Args:
        progress: Called with how many steps are done, and how many there are; or None.
        total: How many there are; None where that is not known.
    """
    numbers = count(1)

    def step() -> None:
        if progress is not None:
            progress(next(numbers), total)

    return step


def examples_in(
    manifest: Mapping[str, Any] | None, sides: Iterable[str] = ("train", "validation")
) -> int | None:
    """Return how many examples a manifest says there are; None where it does not."""
    files = (manifest or {}).get("files", {})
    counts = [files[side].get("examples") for side in sides if files.get(side)]
    known = [number for number in counts if isinstance(number, int)]
    return sum(known) if known and len(known) == len(counts) else None
