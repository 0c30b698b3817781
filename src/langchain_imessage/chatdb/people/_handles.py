"""Handles → people: whose they are, and what to call them; pure.

An address is a handle's until a contact's card or the database itself says that several
are one person's.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from langchain_imessage.addresses import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from langchain_imessage.chatdb.people._contacts import Contacts


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The handle table: addresses, names, and which of them are one person's.

    Attributes:
        addresses: By handle.
        names: By handle: the contact's name, else the address.
        persons: By handle, where it is known: what all of a person's handles share.
        name_of: By address, where it is another than the address.
    """

    addresses: Mapping[Any, str] = field(repr=False)
    names: Mapping[Any, str] = field(repr=False)
    persons: Mapping[Any, object] = field(repr=False)
    name_of: Mapping[str, str] = field(default_factory=dict, repr=False)

    def key(self, handle: int) -> object:
        """Name the person behind a handle, equal for all their handles known as such."""
        return self.persons.get(handle) or normalize(self.addresses.get(handle, ""))

    def name(self, address: str) -> str:
        """Name whom an address belongs to."""
        return self.name_of.get(address, address)


def people(
    rows: Iterable[tuple[int, str | None, str | None]],
    contacts: Contacts | None,
    *,
    own_name: str,
) -> People:
    """Find out who is behind each handle.

    Args:
        rows: ROWID, address and person id of each.
        contacts: Names, if they are wanted.
        own_name: What the owner is called: a contact of that name is named apart, as are
            contacts that share a name with each other.
    """
    addresses = {rowid: str(address) for rowid, address, _ in rows if address}
    persons: dict[Any, object] = {rowid: person for rowid, _, person in rows if person}
    if contacts is None:
        return People(addresses=addresses, names=addresses, persons=persons)
    found = {
        address: person
        for address in addresses.values()
        if (person := contacts.find(address)) is not None
    }
    shared = Counter(contacts.name(person) for person in set(found.values()))
    shared[own_name] += 1
    first: dict[int, str] = {}
    for address, person in found.items():
        first.setdefault(person, address)
    name_of = {
        address: contacts.name(person)
        if shared[contacts.name(person)] == 1
        else f"{contacts.name(person)} ({first[person]})"
        for address, person in found.items()
    }
    persons |= {
        rowid: ("contact", found[address])
        for rowid, address in addresses.items()
        if address in found
    }
    names = {
        rowid: name_of.get(address, address) for rowid, address in addresses.items()
    }
    return People(addresses=addresses, names=names, persons=persons, name_of=name_of)
