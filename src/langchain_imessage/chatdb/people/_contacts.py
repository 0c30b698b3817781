"""Names for addresses: an address book, cards, or a mapping → who is behind an address.

Reads macOS's and iOS's address books and vCard files. Matches numbers with
`phonenumberslite` (extra `contacts`); whose card it is decides which addresses are one
person's, so that two people of one name stay two.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from langchain_imessage.addresses import (
    LEAST_DIGITS,
    e164,
    normalize,
    phonenumbers,
    usual_region,
)
from langchain_imessage.chatdb.sources._connect import connect, translated_errors
from langchain_imessage.errors import (
    DatabaseNotFoundError,
    MissingDependencyError,
    UnsupportedSchemaError,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from os import PathLike

ContactsSource: TypeAlias = "str | PathLike[str] | Mapping[str, str] | None"
""""auto", a file or folder, names by address, or none."""

_MAC_FOLDER = Path("Library", "Application Support", "AddressBook")
_MAC_FILE = "AddressBook-v22.abcddb"
_LOCAL = 9
"""Digits: a card's number up to this long may lack its area, and is then matched by its
end, if nobody else's ends so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card of an address book.

    Attributes:
        name: As it is shown.
        addresses: Numbers and e-mail addresses, as typed.
        link: Cards with the same one are of one person.
    """

    name: str = field(repr=False)
    addresses: tuple[str, ...] = field(repr=False)
    link: str | None = None


class Contacts:
    """Who is behind an address.

    Args:
        cards: The cards.
        handles: The addresses that will be asked for: the country most of their numbers
            are from is the one of numbers typed without.

    Raises:
        MissingDependencyError: If phonenumberslite is not installed.
    """

    def __init__(self, cards: Iterable[Card], handles: Iterable[str] = ()) -> None:
        phonenumbers("contacts")
        self._region = usual_region(handles)
        self._cards = list(cards)
        self._person = _persons(self._cards, self._key)
        self._by_key: dict[str, int] = {}
        by_end: defaultdict[str, set[int]] = defaultdict(set)
        for place, card in enumerate(self._cards):
            for address in card.addresses:
                self._by_key.setdefault(self._key(address), self._person[place])
                digits = _digits(address)
                if LEAST_DIGITS <= len(digits) <= _LOCAL:
                    by_end[digits].add(self._person[place])
        self._by_end = {end: min(who) for end, who in by_end.items() if len(who) == 1}

    def find(self, address: str) -> int | None:
        """Tell whose an address is.

        Returns:
            A number, the same for all addresses of one person; None if nobody's.
        """
        found = self._by_key.get(self._key(address))
        if found is not None:
            return found
        digits = _digits(address)
        ends = (
            self._by_end.get(digits[-n:]) for n in range(_LOCAL, LEAST_DIGITS - 1, -1)
        )
        return next((e for e in ends if e is not None), None) if digits else None

    def name(self, person: int) -> str:
        """Name a person."""
        return self._cards[person].name

    def _key(self, address: str) -> str:
        """Bring an address to the form in which equal ones are equal."""
        return e164(address, self._region) or normalize(address)


def load_cards(source: ContactsSource, *, address_book: Path | None) -> list[Card]:
    """Load the cards of a source.

    Args:
        source: What was asked for.
        address_book: The one that belongs to the database, if it has one: what "auto"
            means in a backup. On a Mac it means the user's.

    Raises:
        DatabaseNotFoundError: If there is no such file.
        UnsupportedSchemaError: If it is no address book.
        MissingDependencyError: If it is a vCard file and vobject is not installed.
    """
    if source is None:
        return []
    if isinstance(source, Mapping):
        # The name is all there is to tell people apart by.
        return [Card(name=n, addresses=(a,), link=n) for a, n in source.items()]
    if source == "auto":
        mac = Path.home() / _MAC_FOLDER
        found = address_book or (mac if sys.platform == "darwin" else None)
        return _from_path(found) if found and found.exists() else []
    return _from_path(Path(source))


def _from_path(path: Path) -> list[Card]:
    if path.is_dir():
        files = [*path.glob(_MAC_FILE), *sorted(path.glob(f"Sources/*/{_MAC_FILE}"))]
        files += sorted(path.glob("*.vcf"))
        if not files:
            raise DatabaseNotFoundError(f"No address book in {path}")
        return [card for file in files for card in _from_path(file)]
    if not path.exists():
        raise DatabaseNotFoundError(f"File {path} not found")
    if path.suffix.lower() in {".vcf", ".vcard"}:
        return list(_vcards(path))
    with connect(path) as connection, translated_errors(path):
        tables = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master")
        }
        if "ZABCDRECORD" in tables:
            return list(_mac_cards(connection))
        if "ABPerson" in tables:
            return list(_ios_cards(connection))
    raise UnsupportedSchemaError(f"{path} is an SQLite file, but no address book.")


def _mac_cards(connection: sqlite3.Connection) -> Iterator[Card]:
    there = {row[1] for row in connection.execute("PRAGMA table_info(ZABCDRECORD)")}
    link = "ZLINKID" if "ZLINKID" in there else "NULL"
    addresses: defaultdict[int, list[str]] = defaultdict(list)
    for table, column in (
        ("ZABCDPHONENUMBER", "ZFULLNUMBER"),
        ("ZABCDEMAILADDRESS", "ZADDRESS"),
    ):
        for owner, address in connection.execute(
            f"SELECT ZOWNER, {column} FROM {table}"
        ):
            if owner and address:
                addresses[owner].append(str(address).strip("<> "))
    for rowid, linked, *names in connection.execute(
        f"SELECT Z_PK, {link}, ZFIRSTNAME, ZLASTNAME, ZORGANIZATION, ZNICKNAME "
        "FROM ZABCDRECORD ORDER BY Z_PK"
    ):
        card = _card(names, addresses[rowid], link=linked)
        if card:
            yield card


def _ios_cards(connection: sqlite3.Connection) -> Iterator[Card]:
    addresses: defaultdict[int, list[str]] = defaultdict(list)
    for person, value in connection.execute(
        "SELECT record_id, value FROM ABMultiValue WHERE property IN (3, 4)"
    ):
        if value:
            addresses[person].append(str(value))
    for rowid, *names in connection.execute(
        "SELECT ROWID, First, Last, Organization, Nickname FROM ABPerson ORDER BY ROWID"
    ):
        card = _card(names, addresses[rowid])
        if card:
            yield card


def _vcards(path: Path) -> Iterator[Card]:
    try:
        import vobject  # noqa: PLC0415
    except ImportError as error:
        raise MissingDependencyError("vobject", extra="contacts") from error
    text = path.read_text("utf-8", "replace")
    try:
        components = list(vobject.readComponents(text, ignoreUnreadable=True))
    except vobject.base.VObjectError as error:
        raise UnsupportedSchemaError(f"{path} is no vCard file.") from error
    for component in components:
        fields = component.contents
        addresses = [item.value for n in ("tel", "email") for item in fields.get(n, ())]
        names = [str(item.value) for item in fields.get("fn", ())]
        names += [" ".join(item.value) for item in fields.get("org", ())]
        card = _card([names[0] if names else None, None, None, None], addresses)
        if card:
            yield card


def _card(
    names: Iterable[Any], addresses: Iterable[str], *, link: str | None = None
) -> Card | None:
    """Make a card; None if it has no name or no address."""
    first, last, organization, nickname = (str(n).strip() if n else "" for n in names)
    name = " ".join(filter(None, (first, last))) or organization or nickname
    given = tuple(addresses)
    return Card(name=name, addresses=given, link=link) if name and given else None


def _persons(cards: list[Card], key: Any) -> list[int]:
    """Number the person each card is of.

    Cards that are linked, or that share the name and an address, are one person's.
    """
    first: dict[object, int] = {}
    person = list(range(len(cards)))

    def root(place: int) -> int:
        while person[place] != place:
            place = person[place]
        return place

    for place, card in enumerate(cards):
        shared: list[object] = [("address", card.name, key(a)) for a in card.addresses]
        if card.link:
            shared.append(("link", card.link))
        for one in shared:
            person[root(place)] = root(first.setdefault(one, place))
    return [root(place) for place in range(len(cards))]


def _digits(address: str) -> str:
    """Give a number's digits; none for what is no number."""
    plain = normalize(address)
    return plain.lstrip("+") if plain.lstrip("+").isdecimal() else ""
