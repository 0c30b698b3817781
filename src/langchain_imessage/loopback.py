"""Whether a request was meant for a server on this computer; used by all that are served here."""

from __future__ import annotations

import re

_LOCAL = re.compile(r"(?:127\.0\.0\.1|localhost)(?::\d{1,5})?", re.IGNORECASE)
"""What a client may call this computer: any other name was made to point here."""


def names_loopback(host: str) -> bool:
    """Return whether a Host header names this computer, with a port or without.

    Example:
        >>> names_loopback("localhost:8000"), names_loopback("127.0.0.1.example.org")
        (True, False)
    """
    return _LOCAL.fullmatch(host) is not None
