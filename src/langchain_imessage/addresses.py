"""One form of an address in which equal ones are equal; pure."""

from __future__ import annotations

import re

_FILTER_TAG = re.compile(r"\(smsf[a-z_]+\)$")
"""What iOS appends to the address of a filtered SMS sender."""

_ACCOUNT_PREFIX = re.compile(r"^[ep]:", re.IGNORECASE)
_NOT_IN_NUMBER = re.compile(r"[^0-9+]")
_NUMBER = re.compile(r"\+?[0-9 ().\-/\u00a0]+")


def normalize(address: str) -> str:
    """Bring an address to the form in which equal ones are equal."""
    address = _FILTER_TAG.sub("", _ACCOUNT_PREFIX.sub("", address.strip()))
    if _NUMBER.fullmatch(address):
        return _NOT_IN_NUMBER.sub("", address)
    return address.casefold()
