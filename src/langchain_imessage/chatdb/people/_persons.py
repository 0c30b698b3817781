"""Which addresses are one person's: the union of what Apple, the cards and they say.

Owns the id of a person. Pure.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from langchain_imessage.addresses import parse_address
from langchain_imessage.chatdb.people._components import components

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

_ID_BYTES = 8
"""Of a digest: enough for any number of people, and no number to be read off."""


def unite(shared: Mapping[str, Iterable[Hashable]]) -> dict[str, str]:
    """Find the person behind each address.

    Args:
        shared: By canonical address: what all addresses of its person share, such as the
            person's id in the database, or in an address book.

    Returns:
        By canonical address: the person's id.
    """
    return {
        key: person
        for group in components(shared)
        for person in [person_id(group)]
        for key in group
    }


def person_id(addresses: Iterable[str]) -> str:
    """Return the id of the person who has these addresses.

    It is the same in every database that has the same addresses of theirs, whatever the
    order, and stays when a mail address comes to a number. It is a digest: no address
    can be read off it.

    Args:
        addresses: Canonical ones, at least one.
    """
    first = min(addresses, key=lambda key: (not parse_address(key).is_number, key))
    raw = first.encode("utf-8", "surrogatepass")
    return blake2b(raw, digest_size=_ID_BYTES).hexdigest()
