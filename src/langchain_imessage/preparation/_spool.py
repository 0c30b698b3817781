"""Sessions that can be taken only once, kept in a file until all of them were seen.

Owns the file: nobody else can open it, and it is gone when the last session is taken.
"""

from __future__ import annotations

import pickle
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from langchain_core.chat_sessions import ChatSession


def spooled(
    sessions: Iterable[ChatSession], see: Callable[[list[ChatSession]], object]
) -> Iterator[ChatSession]:
    """Yield sessions, the first of them after all were seen.

    Args:
        sessions: Sessions; read whole, one at a time, when the first is asked for.
        see: Called with each before any is yielded.
    """
    with TemporaryFile() as file:
        count = 0
        for session in sessions:
            see([session])
            pickle.dump(session, file, pickle.HIGHEST_PROTOCOL)
            count += 1
        file.seek(0)
        for _ in range(count):
            yield pickle.load(file)  # noqa: S301 - what was written above
