"""E-mail addresses in a text; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction._matches import Match

if TYPE_CHECKING:
    from collections.abc import Iterator

_EMAIL = re.compile(
    r"(?<![\w.%+&!#$*'-])[\w.%+&!#$*'-]++@(?:[\w-]++\.)+[^\W\d_][\w-]*\w"
)
_NOT_FIRST = ".'!#$*&-%"
_IN_LINK = re.compile(r"://[^\s/@]*$")
_LINK = 100
"""Characters to look back for a link whose user name this is, not an address."""


def find_emails(text: str) -> Iterator[Match]:
    """Find e-mail addresses; the same one in other letters' case is the same.

    Example:
        >>> [found.key for found in find_emails("Ann.Smith@Example.com!")]
        ['ann.smith@example.com']
    """
    if "@" not in text:
        return
    for match in _EMAIL.finditer(text):
        address = match[0].lstrip(_NOT_FIRST)
        start = match.end() - len(address)
        before = text[max(0, start - _LINK) : start]
        if address[0] != "@" and not _IN_LINK.search(before):
            yield Match(
                start=start, end=match.end(), kind="email", key=address.casefold()
            )
