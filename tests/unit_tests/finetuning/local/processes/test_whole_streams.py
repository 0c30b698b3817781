"""A streamed answer that breaks off is an error, not a shorter answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning.local.processes._whole_streams import (
    require_whole_stream,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

httpx2 = pytest.importorskip("httpx2")

WHOLE = (b"data: {}\n\n", b"data: [DO", b"NE]\n\n")
EVENTS = "text/event-stream"


class Pieces(httpx2.SyncByteStream, httpx2.AsyncByteStream):  # type: ignore[misc, name-defined]
    """A body in pieces."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        yield from self.pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece


def answer(*pieces: bytes, kind: str = EVENTS) -> Any:
    response = httpx2.Response(
        200, headers={"content-type": kind}, stream=Pieces(*pieces)
    )
    require_whole_stream(response)
    return response


async def read(response: Any) -> bytes:
    return b"".join([piece async for piece in response.aiter_raw()])


def test_a_whole_one_stays_as_it_is() -> None:
    assert answer(*WHOLE).read() == b"".join(WHOLE)
    assert asyncio.run(read(answer(*WHOLE))) == b"".join(WHOLE)
    assert answer(b"{}", kind="application/json").read() == b"{}"


@pytest.mark.parametrize("pieces", [(), WHOLE[:1], WHOLE[:2]])
def test_one_that_breaks_off_is_an_error(pieces: tuple[bytes, ...]) -> None:
    with pytest.raises(FineTuningError, match="middle of an answer") as caught:
        answer(*pieces).read()
    assert caught.value.code == "server_died"
    with pytest.raises(FineTuningError):
        asyncio.run(read(answer(*pieces)))
