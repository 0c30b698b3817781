"""Whose card an address is on: cards and the addresses asked for → names and owners.

Pure. Numbers are matched with `phonenumberslite` (extra `contacts`). Whose card it is
decides which addresses are one person's, so that two people of one name stay two.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.addresses import (
    LEAST_DIGITS,
    e164,
    is_without_country,
    national_digits,
    normalize,
    parse_address,
    phonenumbers,
    region_of,
    usual_region,
)
from langchain_imessage.chatdb.people._components import components
from langchain_imessage.text import text_key

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

_LOCAL = 9
"""Digits: a card's number up to this long may lack its area, and is then matched by its
end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card of an address book.

    Attributes:
        name: As it is shown.
        addresses: Numbers and e-mail addresses, as typed.
        link: Cards with the same one are of one person.
        changed: When it was changed last, in seconds of any one epoch; 0 if unknown.
    """

    name: str = field(repr=False)
    addresses: tuple[str, ...] = field(repr=False)
    link: Hashable = field(default=None, repr=False)
    changed: float = 0


class CardOwner(NamedTuple):
    """Who an address belongs to.

    Attributes:
        name: The name on the card; of several, on the one changed last.
        person: A number, the same for all addresses of one person; None where the cards
            of several people have the address, so that it says nothing of whose it is.
    """

    name: str
    person: int | None


class Contacts:
    """Who is behind an address.

    Args:
        cards: The cards.
        handles: The addresses of the database. A card's number without its country is
            read in the country of each of them, and in the one most of them are from; it
            is that handle's which it fits, and nobody's if it fits several.

    Raises:
        MissingDependencyError: If phonenumberslite is not installed.
    """

    def __init__(self, cards: Iterable[Card], handles: Iterable[str] = ()) -> None:
        phonenumbers("contacts")
        handles = tuple(handles)
        self._region = usual_region(handles)
        self._cards = list(cards)
        self._handles = _by_end({self.key(handle) for handle in handles})
        keys = [list(map(self._owned, card.addresses)) for card in self._cards]
        self._person = _persons(self._cards, keys)
        claims: defaultdict[str, list[int]] = defaultdict(list)
        for place, owned in enumerate(keys):
            for key in filter(None, owned):
                claims[key].append(place)
        self._owners = {key: self._owner(places) for key, places in claims.items()}

    def find(self, address: str) -> CardOwner | None:
        """Return who an address belongs to; None if nobody's card has it."""
        return self._owners.get(self.key(address))

    def _owner(self, places: Sequence[int]) -> CardOwner:
        people = {self._person[place] for place in places}
        if len(people) == 1:
            (person,) = people
            return CardOwner(self._cards[person].name, person)
        newest = max(places, key=lambda place: (self._cards[place].changed, -place))
        return CardOwner(self._cards[newest].name, None)

    def key(self, address: str) -> str:
        """Return an address in the form in which equal ones are equal."""
        return e164(address, self._region) or normalize(address)

    def _owned(self, typed: str) -> str | None:
        """Return the key of the address a card means; None if it fits several handles."""
        address = parse_address(typed)
        if address.kind != "phone" or address.is_international:
            return self.key(typed)
        fitting = [
            handle
            for handle in self._handles.get(_end(address.key), ())
            if self._is_of(address.key, handle)
        ]
        if not fitting:
            return self.key(typed)
        return fitting[0] if len(fitting) == 1 else None

    def _is_of(self, local: str, handle: str) -> bool:
        """Return whether a number without its country can be a handle's."""
        if local == handle or is_without_country(local, handle):
            return True
        digits = national_digits(local)
        if len(local) <= _LOCAL and handle.endswith(digits):
            return True
        regions = {self._region, region_of(handle) if handle[:1] == "+" else None}
        return any(e164(local, region) == handle for region in regions)


def _end(key: str) -> str:
    return national_digits(key)[-LEAST_DIGITS:]


def _by_end(keys: Iterable[str]) -> dict[str, list[str]]:
    """Index numbers by their last digits, which no way to write them changes."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key in sorted(keys):
        found[_end(key)].append(key)
    return dict(found)


def _persons(cards: Sequence[Card], keys: Sequence[Sequence[str | None]]) -> list[int]:
    """Number the person each card is of, by the first of their cards.

    Cards that are linked, or that share the name and an address, are one person's.
    """
    shared: dict[int, list[Hashable]] = {}
    for place, card in enumerate(cards):
        name = text_key(card.name)
        shared[place] = [("address", name, key) for key in keys[place] if key]
        if card.link:
            shared[place].append(("link", card.link))
    person = [0] * len(cards)
    for group in components(shared):
        for place in group:
            person[place] = group[0]
    return person
