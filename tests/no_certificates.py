"""Has HTTP clients load no certificates: that takes 23 ms for each, and no test needs one.

Owns nothing but that. Tests reach this computer only (see pyproject.toml's
`--allow-hosts`), whose servers here speak plain HTTP.
"""

from __future__ import annotations

import ssl
from typing import Any


def _nothing(*_: Any, **__: Any) -> None:
    pass


ssl.SSLContext.load_verify_locations = _nothing  # type: ignore[method-assign]
ssl.SSLContext.load_default_certs = _nothing  # type: ignore[method-assign]
