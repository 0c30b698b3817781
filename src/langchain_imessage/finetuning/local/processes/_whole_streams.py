"""Streamed answers of a tuned model's server: one that breaks off is an error, not an end.

The server says no length, so an answer ends where its connection does, also where the server was
killed. Keeps a few bytes of an answer, to see its last line.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from langchain_imessage.finetuning._errors import local_error

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

_LAST = b"[DONE]"
_KEPT = 32
"""Bytes in which the last line is."""


def require_whole_stream(response: Any) -> None:
    """Make a streamed answer end with an error where its last line is missing.

    Args:
        response: The HTTP library's, whose body is not read yet.
    """
    if not response.headers.get("content-type", "").startswith("text/event-stream"):
        return
    stream = response.stream
    library = import_module(type(response).__module__.partition(".")[0])

    class Whole(library.SyncByteStream, library.AsyncByteStream):  # type: ignore[misc, name-defined]
        def __iter__(self) -> Iterator[bytes]:
            end = b""
            for piece in stream:
                end = (end + piece)[-_KEPT:]
                yield piece
            _require_last(end)

        async def __aiter__(self) -> AsyncIterator[bytes]:
            end = b""
            async for piece in stream:
                end = (end + piece)[-_KEPT:]
                yield piece
            _require_last(end)

        def close(self) -> None:
            stream.close()

        async def aclose(self) -> None:
            await stream.aclose()

    response.stream = Whole()


def _require_last(end: bytes) -> None:
    if _LAST not in end:
        raise local_error("server_died")
