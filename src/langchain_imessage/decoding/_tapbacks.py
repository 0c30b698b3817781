"""`associated_message_type` and `_guid` → which reaction, and to what."""

from __future__ import annotations

import re
from typing import NamedTuple

STICKER = 1000
"""A sticker put on a message."""

FIRST = 2000
FIRST_REMOVAL = 3000
END = 4000

_KINDS = {
    0: "loved",
    1: "liked",
    2: "disliked",
    3: "laughed",
    4: "emphasized",
    5: "questioned",
    6: "emoji",
    7: "sticker",
}
"""By what is left of the type after 2000, or 3000 for a removal."""

_PREFIX = re.compile(r"bp:|p(?::(-?[0-9]{1,9}))?/")
"""What stands before a guid: the balloon, or a bubble, whose number may be missing."""


class Target(NamedTuple):
    """What a reaction is attached to: a message, and a part of it or its balloon."""

    guid: str
    part: int | None


def is_reaction(associated_type: int) -> bool:
    """Return whether a row of this type is a reaction or the removal of one."""
    return associated_type == STICKER or FIRST <= associated_type < END


def is_removal(associated_type: int) -> bool:
    """Return whether a row of this type takes a reaction away."""
    return associated_type >= FIRST_REMOVAL


def reaction_kind(associated_type: int) -> str:
    """Return a reaction's kind; "unknown" for one this version does not know."""
    if associated_type == STICKER:
        return "sticker"
    return _KINDS.get(associated_type % 1000, "unknown")


def parse_target(associated_guid: str) -> Target:
    """Parse `p:0/GUID` (a part), `bp:GUID` (the balloon), `p/GUID` or a bare guid."""
    match = _PREFIX.match(associated_guid)
    if match is None:
        return Target(associated_guid, None)
    part = match[1]
    return Target(associated_guid[match.end() :], None if part is None else int(part))
