"""The SDK's client for a provider: made here, or the caller's own.

Owns keys and addresses: where they come from, and that they stay in the client. A key is
never stored, shown or written.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import FineTuningError, MissingDependencyError
from langchain_imessage.finetuning.hosted._http import http_client, without_redirects
from langchain_imessage.finetuning.hosted.catalog._addresses import (
    check_address,
    host_of,
    is_host_of,
    is_this_computer,
    plain_url,
)
from langchain_imessage.finetuning.hosted.catalog._deadlines import require_open
from langchain_imessage.finetuning.hosted.catalog._providers import (
    at_host,
    provider_named,
)

if TYPE_CHECKING:
    from datetime import date

    from openai import OpenAI

    from langchain_imessage.finetuning.hosted.catalog._provider_types import Provider

OLDEST_SDK = (3, 6)
"""Earlier ones print the text of messages, uploaded files too, at OPENAI_LOG=debug."""

_NO_KEY = "not-needed"
"""The key for a server on this computer."""

_HEADERS = {"Connection": "close"}
"""A job is checked once a minute: a connection kept open until then would be lost."""

_QUICK_TIMEOUT = 60.0
"""Seconds a request may take that does not carry a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderConnection:
    """A provider, and the clients for it.

    Attributes:
        provider: The provider that is at the address.
        base_url: The address, without what could be a secret.
        client: The SDK's client for files; it repeats nothing on its own.
        quick: Likewise, for requests that do not carry a file.
    """

    provider: Provider
    base_url: str
    client: OpenAI = field(repr=False)
    quick: OpenAI = field(repr=False)


def connect(
    name: str,
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    client: Any = None,
    today: date | None = None,
) -> ProviderConnection:
    """Return a connection to a provider; nothing is sent yet.

    Args:
        name: The provider, by its name in the table.
        base_url: Its address, if not the one in the table.
        api_key: Its key, if not the one in the environment.
        client: A client to use instead, an `openai.OpenAI` or `openai.AzureOpenAI`.
        today: The day, if a job is to be started: some providers have ended.

    Raises:
        FineTuningError: If there is no such provider, no address or no key.
        MissingDependencyError: If openai is not installed.
    """
    _check_sdk()
    provider = provider_named(name)
    made = _given(client) if client else _made(provider, base_url, api_key, today)
    quick = made.with_options(timeout=_QUICK_TIMEOUT)
    address = str(made.base_url)
    return ProviderConnection(
        provider=at_host(provider, address),
        base_url=plain_url(address),
        client=without_redirects(made),
        quick=without_redirects(quick),
    )


def _check_sdk() -> None:
    try:
        import openai
    except ImportError as error:
        raise MissingDependencyError("openai", extra="openai") from error
    numbers = openai.__version__.split(".")[:2]
    if tuple(int(n) for n in numbers if n.isdecimal()) < OLDEST_SDK:
        raise FineTuningError(
            f"openai {openai.__version__} is installed, which prints the text of your "
            "messages when OPENAI_LOG=debug is set. "
            "Install a later one: pip install 'openai>=3.6,<4'",
            code="old_sdk",
        )


def _given(client: Any) -> OpenAI:
    import openai

    if not isinstance(client, openai.OpenAI):
        raise FineTuningError(
            "client must be an openai.OpenAI or openai.AzureOpenAI (not an async one; "
            "afine_tune() and the like use the same)",
            code="bad_client",
        )
    check_address(str(client.base_url))
    return client.with_options(max_retries=0, default_headers=_HEADERS)


def _made(
    provider: Provider, base_url: str | None, api_key: str | None, today: date | None
) -> OpenAI:
    import openai

    address = _address(provider, base_url)
    if today:  # before a newcomer is told to buy a key
        require_open(at_host(provider, address), today)
    key = _checked_key(api_key or _environment_key(provider, address))
    return openai.OpenAI(
        base_url=address,
        api_key=key,
        max_retries=0,
        default_headers=_HEADERS,
        http_client=http_client(address, key),
    )


def _address(provider: Provider, base_url: str | None) -> str:
    variable = provider.base_url_variable
    found = base_url or (variable and os.environ.get(variable)) or provider.base_url
    if not found:
        raise FineTuningError(
            f"No address for {provider.title}: pass base_url=, or set {variable}.",
            code="no_address",
        )
    check_address(found)
    if at_host(provider, found).name == "azure" and "/openai" not in found:
        return f"{found.rstrip('/')}/openai/v1/"
    return found


def _environment_key(provider: Provider, address: str) -> str:
    """Return the provider's key from the environment, for the provider's own hosts only.

    Whatever named the address (an argument, a variable, a state file in a folder), another
    host does not get it.
    """
    if is_this_computer(address):
        return _NO_KEY
    variable = provider.key_variable
    found = os.environ.get(variable) if variable else None
    if _is_own_host(provider, address):
        if found:
            return found
        raise FineTuningError(
            f"{provider.title} needs a key: set {variable}, or pass api_key=. "
            'provider="local" needs none.',
            code="no_key",
        )
    raise FineTuningError(
        f"{host_of(address)} needs a key: pass api_key=. The key in {variable} is sent "
        f"to {provider.title} only.",
        code="no_key",
    )


def _checked_key(key: str) -> str:
    """Return a key without the line end that a file of it has.

    Raises:
        FineTuningError: If it cannot be sent. The HTTP library's error would quote it.
    """
    found = key.strip()
    if found and found.isascii() and found.isprintable():
        return found
    raise FineTuningError(
        "The key has characters that no key has. Nothing was sent.", code="bad_key"
    )


def _is_own_host(provider: Provider, address: str) -> bool:
    if not is_host_of(address, provider.hosts):
        return False
    if provider.base_url:
        return True
    # One host per customer: the key is for the one that its own variable names.
    named = os.environ.get(provider.base_url_variable or "", "")
    return host_of(named) == host_of(address)
