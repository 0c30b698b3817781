"""Guids that are one, though other tools wrote one of them in other letters; pure.

Messages writes them in capitals, and nearly all are found as they are: only what is not
found is compared here. The ids of RCS are no such guids: their letters are as they are.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import compress
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from langchain_imessage.records import Message

_LENGTH, _DASHES = 36, 4
_GUID_OF = itemgetter(1)
"""A message's guid: a message is a tuple."""


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


def guids_of(messages: Iterable[Message]) -> Iterator[str | None]:
    """Return the guid of each message."""
    return map(_GUID_OF, messages)


def with_guids(
    messages: Sequence[Message], guids: Collection[str | int]
) -> Iterator[Message]:
    """Return the messages that have one of some guids, just as they are written.

    In one loop within the interpreter: a conversation is long, and few are meant.
    """
    is_meant = guids.__contains__
    return compress(messages, map(is_meant, guids_of(messages)))


def as_spelled(
    pointers: Iterable[str | int], messages: Sequence[Message]
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
    if not wanted or _are_spelled_one_way(wanted, messages):
        return {}
    found = {
        key: message.guid
        for message in messages
        if message.guid and (key := guid_key(message.guid)) in wanted
    }
    return {one: guid for key, guid in found.items() for one in wanted[key]}


def _are_spelled_one_way(
    wanted: Mapping[str, Sequence[str]], messages: Sequence[Message]
) -> bool:
    """Return whether no guid can be another's spelling: all are their own keys.

    Nearly always, and quickly seen of all of them at once.
    """
    if not all(key in pointers for key, pointers in wanted.items()):
        return False
    letters = "".join(filter(None, guids_of(messages)))
    return letters.isascii() and letters.isupper()


def by_own_guids(
    groups: Mapping[str | int, Sequence[_About]], messages: Sequence[Message]
) -> Mapping[str | int, Sequence[_About]]:
    """Return what is about messages by their guids as they write them, in order of time.

    Args:
        groups: What is about a message, in order, by its guid as others write it, or by
            its ROWID.
        messages: A conversation.
    """
    not_found = {*groups}.difference(guids_of(messages))
    spelled = as_spelled(not_found, messages)
    if not spelled:
        return groups
    found = dict(groups)
    for pointer, guid in spelled.items():
        both = [*found.get(guid, ()), *found.pop(pointer)]
        found[guid] = sorted(both, key=attrgetter("order"))
    return found
