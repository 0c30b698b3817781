"""HTTP clients for one provider: its key only, no redirects, no proxy to this computer.

Owns what the SDK would do by itself: read OpenAI's variables (organisation, project, custom
headers) for whatever host it is given, follow redirects with a file in the body, and go
through a proxy to a server on this computer.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from langchain_imessage.finetuning.hosted.catalog._addresses import (
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
    """Make a caller's client, of which this is a copy, follow no redirects."""
    client._client = cast("Any", _NoRedirects(client._client))  # noqa: SLF001 - the SDK has no option for it
    return client


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
