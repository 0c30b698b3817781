"""HTTP clients for one provider: its key only, no redirects, no proxy to this computer.

Owns what the SDK would do by itself: read OpenAI's variables (organisation, project, custom
headers) for whatever host it is given, follow redirects with a file in the body, and go
through a proxy to a server on this computer.
"""

from __future__ import annotations

import os
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from langchain_imessage.finetuning.hosted.catalog._addresses import (
    host_of,
    is_openai,
    is_this_computer,
)

if TYPE_CHECKING:
    from openai import OpenAI

_OPENAI_HEADERS = ("openai-organization", "openai-project")
_CUSTOM_HEADERS = "OPENAI_CUSTOM_HEADERS"
_NEEDED = frozenset({"accept", "connection", "content-length", "content-type", "host"})


def http_client(base_url: str, api_key: str | None) -> Any:
    """Return an HTTP client for the SDK.

    Args:
        base_url: The provider's address.
        api_key: The key for it; None if it is made for each request.
    """
    from openai import DefaultHttpxClient

    class Client(DefaultHttpxClient):
        def __del__(self) -> None:
            """Close the connections, as the SDK's own client does."""
            with suppress(Exception):
                self.close()

    return Client(
        **_settings(base_url),
        event_hooks={"request": [_Guard(base_url, api_key).check]},
    )


def async_http_client(base_url: str, api_key: str | None) -> Any:
    """Return an asynchronous HTTP client, as `http_client` does."""
    from openai import DefaultAsyncHttpxClient

    return DefaultAsyncHttpxClient(
        **_settings(base_url),
        event_hooks={"request": [_Guard(base_url, api_key).acheck]},
    )


def without_redirects(client: OpenAI) -> OpenAI:
    """Have a copy of the SDK's client follow no redirects, and use no proxy to this computer.

    The HTTP client in it may be the caller's own: it is used, and stays as it is.
    """
    wrapped: Any = client._client  # noqa: SLF001 - the SDK has no option for it
    if is_this_computer(str(client.base_url)):
        wrapped = _without_proxy(wrapped, str(client.base_url))
    client._client = cast("Any", _NoRedirects(wrapped))  # noqa: SLF001 - likewise
    return client


def _without_proxy(client: Any, base_url: str) -> Any:
    """Return an HTTP client that uses another's own connections, where that uses a proxy."""
    # The SDK takes clients of httpx and of its successor.
    modules = (kind.__module__.partition(".")[0] for kind in type(client).__mro__)
    name = next((name for name in modules if name.startswith("httpx")), None)
    if name is None:
        return client
    library = import_module(name)
    chosen = client._transport_for_url(library.URL(base_url))  # noqa: SLF001 - not public
    if not type(getattr(chosen, "_pool", None)).__name__.endswith("Proxy"):
        return client
    return library.Client(
        transport=_Borrowed(client._transport),  # noqa: SLF001 - likewise
        auth=client.auth,
        params=client.params,
        headers=client.headers,
        cookies=client.cookies,
        timeout=client.timeout,
        event_hooks=client.event_hooks,
        trust_env=False,
    )


class _Borrowed:
    """Connections that somebody else closes."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport

    def handle_request(self, request: Any) -> Any:
        """Send a request."""
        return self._transport.handle_request(request)

    def close(self) -> None:
        """Leave them open."""


def _settings(base_url: str) -> dict[str, Any]:
    # Without the environment, or a proxy named in it would get what is said here.
    return {"follow_redirects": False, "trust_env": not is_this_computer(base_url)}


class _Guard:
    """Changes each request before it is sent."""

    def __init__(self, base_url: str, api_key: str | None) -> None:
        self._is_openai = is_openai(base_url)
        self._api_key = api_key

    def check(self, request: Any) -> None:
        """Leave out what is for OpenAI's hosts only, at others."""
        if not self._is_openai:
            for name in (*_OPENAI_HEADERS, *_custom_header_names()):
                request.headers.pop(name, None)
            request.headers["Host"] = host_of(str(request.url))  # no custom one
            if self._api_key is not None:
                request.headers["Authorization"] = f"Bearer {self._api_key}"

    async def acheck(self, request: Any) -> None:
        """Check a request of an asynchronous client."""
        self.check(request)


def _custom_header_names() -> list[str]:
    """Return the names of the headers that the SDK takes from the environment."""
    lines = os.environ.get(_CUSTOM_HEADERS, "").splitlines()
    names = {line.partition(":")[0].strip().lower() for line in lines if ":" in line}
    return sorted(names - _NEEDED)


class _NoRedirects:
    """An HTTP client, but for redirects."""

    def __init__(self, client: Any) -> None:
        self._wrapped = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wrapped, name)

    def send(self, request: Any, **options: Any) -> Any:
        """Send a request, and return a redirect as it is."""
        return self._wrapped.send(request, **{**options, "follow_redirects": False})
