"""HTTP clients for a tuned model's server, which is started again where it has ended.

Owns where a request goes: a server that was killed comes back at another port, with another
key. A proxy named in the environment is never sent what is said here, and a server that the
caller named is left alone.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from langchain_imessage.finetuning.local.processes._whole_streams import (
    require_whole_stream,
)

if TYPE_CHECKING:
    from collections.abc import Callable

HOST: Final = "127.0.0.1"
"""Where the servers are."""

_IS_OURS: Final = "langchain_imessage.is_ours"
"""Says in a request's extensions whether it is for the server."""


class Server(Protocol):
    """A server on this computer."""

    port: int
    key: str

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""


@dataclass(slots=True)
class ServerClients:
    """Clients that send each request to the server as it is now.

    Attributes:
        key: The key that the chat model has: the first server's.
        server: The server, as last seen.
        restart: Returns a server of the same model; starts it if it has ended.
    """

    key: str = field(repr=False)
    server: Server
    restart: Callable[[], Server]

    def settings(self) -> dict[str, Any]:
        """Return the clients, as `ChatOpenAI` takes them."""
        from openai import DefaultAsyncHttpxClient, DefaultHttpxClient

        return {
            "http_client": DefaultHttpxClient(
                trust_env=False,
                event_hooks={
                    "request": [self._direct],
                    "response": [_require_whole],
                },
            ),
            "http_async_client": DefaultAsyncHttpxClient(
                trust_env=False,
                event_hooks={
                    "request": [self._adirect],
                    "response": [_arequire_whole],
                },
            ),
        }

    def _direct(self, request: Any) -> None:
        """Send a request for the server to where it is."""
        has_key = request.headers.get("Authorization") == f"Bearer {self.key}"
        is_ours = has_key and request.url.host == HOST
        request.extensions = {**request.extensions, _IS_OURS: is_ours}
        if not is_ours:
            return  # for another server, which the caller named
        if not self.server.is_alive:
            self.server = self.restart()
        request.url = request.url.copy_with(port=self.server.port)
        request.headers["Host"] = f"{request.url.host}:{self.server.port}"
        request.headers["Authorization"] = f"Bearer {self.server.key}"

    async def _adirect(self, request: Any) -> None:
        await asyncio.to_thread(self._direct, request)


def _require_whole(response: Any) -> None:
    """Require a whole stream of the server; others may end theirs as they like."""
    if response.request.extensions.get(_IS_OURS):
        require_whole_stream(response)


async def _arequire_whole(response: Any) -> None:
    _require_whole(response)
