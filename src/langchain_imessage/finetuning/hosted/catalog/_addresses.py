"""Addresses of providers: which are allowed, which are this computer, whose host it is.

Owns what an address may look like before anything is sent to it. Makes no request.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from langchain_imessage.errors import FineTuningError

_ODD_CHARACTERS = re.compile(r"[\s\\\x00-\x1f\x7f]")
"""Parsers of addresses disagree about these: one might see another host than the other."""


def check_address(base_url: str) -> None:
    """Refuse an address that is none, or that would send messages unencrypted.

    Raises:
        FineTuningError: If it is not https:// (http:// only on this computer), or cannot be
            parsed.
    """
    if _ODD_CHARACTERS.search(base_url) or "://" not in base_url:
        raise _refusal("base_url must begin with https://")
    try:
        parts = urlsplit(base_url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise _refusal("base_url is not a valid address") from None
    if not host or parts.scheme not in {"http", "https"}:
        raise _refusal("base_url must begin with https://")
    if parts.scheme == "http" and not is_this_computer(base_url):
        raise FineTuningError(
            f"http:// would send your messages and your key unencrypted to {host}; "
            "nothing was sent. Use https://.",
            code="insecure_address",
        )


def is_openai(base_url: str) -> bool:
    """Return whether an address is one of OpenAI's own."""
    return is_host_of(base_url, ("api.openai.com", ".api.openai.com"))


def is_host_of(base_url: str, hosts: tuple[str, ...]) -> bool:
    """Return whether an address is at one of some hosts.

    Args:
        base_url: The address.
        hosts: Names of hosts; one that begins with a dot stands for all below it.

    Example:
        >>> is_host_of("https://eu.api.openai.com/v1", (".api.openai.com",))
        True
        >>> is_host_of("https://api.openai.com.evil.example", ("api.openai.com",))
        False
    """
    name = urlsplit(base_url).hostname or ""
    return any(
        name.endswith(host) if host.startswith(".") else name == host for host in hosts
    )


def is_this_computer(base_url: str) -> bool:
    """Return whether an address is on this computer: `localhost`, or a loopback number.

    Example:
        >>> is_this_computer("http://127.0.0.1:8000/v1")
        True
        >>> is_this_computer("http://127.0.0.1.evil.example/v1")
        False
    """
    name = urlsplit(base_url).hostname or ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def host_of(base_url: str) -> str:
    """Return the host and port of an address; nothing that could be a secret.

    Example:
        >>> host_of("https://me:secret@example.com:8443/v1?key=1")
        'example.com:8443'
    """
    parts = urlsplit(base_url)
    name = parts.hostname or ""
    name = f"[{name}]" if ":" in name else name
    return f"{name}:{parts.port}" if parts.port else name


def plain_url(base_url: str) -> str:
    """Return an address without what could be a secret: user, password, query.

    Example:
        >>> plain_url("https://me:secret@example.com/v1/?key=1")
        'https://example.com/v1'
    """
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{host_of(base_url)}{parts.path.rstrip('/')}"


def _refusal(message: str) -> FineTuningError:
    return FineTuningError(f"{message}. Nothing was sent.", code="no_address")
