"""Guids that are one, though other tools wrote one of them in other letters; pure.

Messages writes them in capitals, and nearly all are found as they are: only what is not
found is compared here. The ids of RCS are no such guids: their letters are as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_imessage.records import Message

_LENGTH, _DASHES = 36, 4


def guid_key(guid: str) -> str:
    """Return what is equal for guids that are one."""
    is_guid = len(guid) == _LENGTH and guid.count("-") == _DASHES
    return guid.upper() if is_guid else guid


def as_spelled(
    pointers: Iterable[str | int], messages: Iterable[Message]
) -> dict[str | int, str]:
    """Return how messages write their guids, by guids that were not found among them.

    Args:
        pointers: Guids of messages as other rows write them; ROWIDs are passed over.
        messages: A conversation.
    """
    wanted = {guid_key(guid): guid for guid in pointers if isinstance(guid, str)}
    if not wanted:
        return {}
    found = {
        key: message.guid
        for message in messages
        if message.guid and (key := guid_key(message.guid)) in wanted
    }
    return {wanted[key]: guid for key, guid in found.items()}
