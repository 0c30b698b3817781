"""Guids that are one, though other tools wrote one of them in other letters; pure.

Messages writes them in capitals, and nearly all are found as they are: only what is not
found is compared here. The ids of RCS are no such guids: their letters are as they are.
"""

from __future__ import annotations

from collections import defaultdict
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from langchain_imessage.records import Message

_LENGTH, _DASHES = 36, 4


class _Ordered(Protocol):
    """What has a place in time."""

    @property
    def order(self) -> tuple[int, int]:
        """Its place."""


_About = TypeVar("_About", bound=_Ordered)


def guid_key(guid: str) -> str:
    """Return what is equal for guids that are one."""
    is_guid = len(guid) == _LENGTH and guid.count("-") == _DASHES
    return guid.upper() if is_guid else guid


def target_key(target: str | int) -> str | int:
    """Return what is equal for guids that are one; a ROWID is itself."""
    return guid_key(target) if isinstance(target, str) else target


def as_spelled(
    pointers: Iterable[str | int], messages: Iterable[Message]
) -> dict[str | int, str]:
    """Return how messages write their guids, by guids that were not found among them.

    Args:
        pointers: Guids of messages as other rows write them; ROWIDs are passed over.
        messages: A conversation.
    """
    wanted: defaultdict[str, list[str]] = defaultdict(list)
    for guid in pointers:
        if isinstance(guid, str):
            wanted[guid_key(guid)].append(guid)
    if not wanted:
        return {}
    found = {
        key: message.guid
        for message in messages
        if message.guid and (key := guid_key(message.guid)) in wanted
    }
    return {one: guid for key, guid in found.items() for one in wanted[key]}


def by_own_guids(
    groups: Mapping[str | int, Sequence[_About]], messages: Sequence[Message]
) -> dict[str | int, Sequence[_About]]:
    """Return what is about messages by their guids as they write them, in order of time.

    Args:
        groups: What is about a message, in order, by its guid as others write it, or by
            its ROWID.
        messages: A conversation.
    """
    found = dict(groups)
    there = {message.guid for message in messages}
    for pointer, guid in as_spelled(groups.keys() - there, messages).items():
        both = [*found.get(guid, ()), *found.pop(pointer)]
        found[guid] = sorted(both, key=attrgetter("order"))
    return found
