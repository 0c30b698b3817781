"""The handle table → people: what each handle's address is, whose, and how to call them.

Everything is worked out once for each handle, so that a message only looks it up. Pure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from langchain_imessage.addresses import Address, parse_address
from langchain_imessage.chatdb.people._local_numbers import with_country
from langchain_imessage.chatdb.people._persons import person_id, unite
from langchain_imessage.text import text_key

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from langchain_imessage.chatdb.people._contacts import CardOwner, Contacts
    from langchain_imessage.records import Chat


class Known(NamedTuple):
    """What is known of an address.

    Attributes:
        address: As it is stored, with the tag of a filtered sender.
        name: The contact's name, else the address in its display form.
        person: The id of whose it is.
    """

    address: str
    name: str
    person: str


class Sender(NamedTuple):
    """Whom a row is from, as far as that is known: the same three as of an address."""

    address: str | None = None
    name: str | None = None
    person: str | None = None


NOBODY = Sender()
"""Nobody who can be named: the owner, or who is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The handle table: addresses, names, and which of them are one person's.

    Attributes:
        handles: What is known of each handle's address.
        known: The same by canonical address.
        has_contacts: Whether names were looked up.
        conflicts: How many addresses are on the cards of several people.
    """

    handles: Mapping[Any, Known] = field(repr=False)
    known: Mapping[str, Known] = field(repr=False)
    has_contacts: bool = False
    conflicts: int = 0

    def address_of(self, handle: Any) -> str | None:
        """Return a handle's address; None where it has none."""
        known = self.handles.get(handle)
        return known and known.address

    def name_of(self, handle: Any) -> str | None:
        """Return what the person behind a handle is called; None where it is nobody's."""
        known = self.handles.get(handle)
        return known and known.name

    def person_of(self, handle: Any) -> str | None:
        """Return the id of the person behind a handle; None where it is nobody's."""
        known = self.handles.get(handle)
        return known and known.person

    def find(self, address: str) -> Known:
        """Return what is known of an address in any spelling, a handle's or not."""
        parsed = parse_address(address)
        known = self.known.get(parsed.key)
        if known is not None:
            return known
        return Known(parsed.display, parsed.display, person_id([parsed.key]))

    def other_side(self, chat: Chat) -> Known | Sender:
        """Return the other person in a chat of two, by the address used last."""
        address = next(iter(chat.handles or chat.identifiers), None)
        return self.find(address)._replace(address=address) if address else NOBODY

    def name(self, address: str) -> str:
        """Return what the person is called whom an address belongs to."""
        return self.find(address).name

    def person(self, address: str) -> str:
        """Return the id of the person whom an address belongs to."""
        return self.find(address).person


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
    stored = [
        (rowid, parse_address(str(id_ or "")), apple) for rowid, id_, apple in rows
    ]
    whole = with_country(address for _, address, _ in stored)
    parsed: dict[int, Address] = {}
    shared: defaultdict[str, list[Hashable]] = defaultdict(list)
    for rowid, written, apple_id in stored:
        if written.key:
            address = parsed[rowid] = whole.get(written.key, written)
            apple = str(apple_id or "").strip()
            shared[address.key] += [("apple", apple)] if apple else []
    spelled = _spellings(parsed.values())
    owners = {key: contacts.find(key) for key in shared} if contacts else {}
    for key, owner in owners.items():
        if contacts:
            shared[key].append(("number", contacts.key(key)))
        if owner and owner.person is not None:
            shared[key].append(("card", owner.person))
    persons = unite(shared)
    names = _names(owners, persons, spelled, own_name)
    known = {
        key: Known(
            address.display + address.tag,
            names.get(key, address.display),
            persons[key],
        )
        for key, address in spelled.items()
    }
    known |= {local: known[address.key] for local, address in whole.items()}
    return People(
        handles={rowid: known[address.key] for rowid, address in parsed.items()},
        known=known,
        has_contacts=contacts is not None,
        conflicts=sum(o is not None and o.person is None for o in owners.values()),
    )


def _spellings(addresses: Iterable[Address]) -> dict[str, Address]:
    """Choose one spelling of each address: the first, without a filter's tag if any is."""
    chosen: dict[str, Address] = {}
    for address in addresses:
        known = chosen.setdefault(address.key, address)
        if known.tag and not address.tag:
            chosen[address.key] = address
    return chosen


def _names(
    owners: Mapping[str, CardOwner | None],
    persons: Mapping[str, str],
    spelled: Mapping[str, Address],
    own_name: str,
) -> dict[str, str]:
    """Name the addresses that are on a card, one name for all of a person's.

    Returns:
        By canonical address. People who share a name are told apart by an address; an
        address on the cards of several people is called as the newest of them is.
    """
    cards = {persons[key]: o.name for key, o in [*owners.items()][::-1] if _is_one(o)}
    used = Counter(map(text_key, cards.values()))
    used[text_key(own_name)] += 1
    first = {person: spelled[key].display for key, person in [*persons.items()][::-1]}
    names = {}
    for key, person in persons.items():
        owner = owners.get(key)
        name = cards.get(person) or (owner.name if owner else None)
        if name is None:
            continue
        is_own_name = text_key(name) == text_key(own_name)
        is_ambiguous = is_own_name or (person in cards and used[text_key(name)] > 1)
        names[key] = f"{name} ({first[person]})" if is_ambiguous else name
    return names


def _is_one(owner: CardOwner | None) -> TypeGuard[CardOwner]:
    return owner is not None and owner.person is not None
