"""Address books → cards: macOS's and iOS's databases, vCard files, a mapping.

Finds and opens them. One odd card, row or column costs only itself, and no name or number
gets into an error.
"""

from __future__ import annotations

import sys
import warnings
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from langchain_imessage.chatdb.people._contacts import Card
from langchain_imessage.chatdb.people._vcards import is_vcard_file, parse_vcards
from langchain_imessage.chatdb.sources._access_errors import translated_errors
from langchain_imessage.chatdb.sources._connect import connect
from langchain_imessage.errors import (
    DatabaseAccessError,
    DatabaseNotFoundError,
    IMessageError,
    UnsupportedSchemaError,
)
from langchain_imessage.timestamps import APPLE_EPOCH_UNIX

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from os import PathLike

ContactsSource: TypeAlias = "str | PathLike[str] | Mapping[str, str] | None"
""""auto", a file or folder, names by address, or none."""

_MAC_FOLDER = Path("Library", "Application Support", "AddressBook")
_MAC_FILE = "AddressBook-v22.abcddb"
_VCARD_SUFFIXES = {".vcf", ".vcard"}
_PHONE, _EMAIL = 3, 4
"""Values of `ABMultiValue.property`."""


def load_cards(source: ContactsSource, *, address_book: Path | None) -> list[Card]:
    """Load the cards of a source.

    Args:
        source: What was asked for.
        address_book: The one that belongs to the database, if it has one: what "auto"
            means in a backup. On a Mac it means the user's.

    Raises:
        DatabaseNotFoundError: If there is no such file.
        DatabaseAccessError: If it may not be read.
        UnsupportedSchemaError: If it is no address book.
    """
    if source is None:
        return []
    if isinstance(source, Mapping):
        # The name is all there is to tell people apart by.
        return [Card(name=n, addresses=(a,), link=n) for a, n in source.items()]
    if source == "auto":
        found = address_book or _own_address_book()
        return _from_path(found) if found and found.exists() else []
    return _from_path(Path(source))


def contact_files(source: ContactsSource) -> list[Path]:
    """Return the files that cards of a source are loaded from, but for a backup's own.

    Args:
        source: What was asked for.
    """
    if source is None or isinstance(source, Mapping):
        return []
    path = _own_address_book() if source == "auto" else Path(source)
    if path is None:
        return []
    return _files_in(path) if path.is_dir() else [path]


def _own_address_book() -> Path | None:
    """Return the address book of this Mac's user; None on other systems, or without one."""
    path = Path.home() / _MAC_FOLDER
    return path if sys.platform == "darwin" and path.exists() else None


def _files_in(folder: Path) -> list[Path]:
    files = [*folder.glob(_MAC_FILE), *sorted(folder.glob(f"Sources/*/{_MAC_FILE}"))]
    return [*files, *sorted(folder.glob("*.vcf"))]


def _from_path(path: Path) -> list[Card]:
    if path.is_dir():
        files = _files_in(path)
        if not files:
            raise DatabaseNotFoundError(f"No address book in {path}")
        return _from_files(files)
    if not path.exists():
        raise DatabaseNotFoundError(f"File {path} not found")
    if path.suffix.lower() in _VCARD_SUFFIXES:
        return _vcards(path)
    with connect(path) as connection, translated_errors(path):
        connection.text_factory = _lenient
        columns = _columns(connection)
        if "ZABCDRECORD" in columns:
            return list(_mac_cards(connection, columns, path))
        if "ABPerson" in columns:
            return list(_ios_cards(connection, columns))
    raise UnsupportedSchemaError(f"{path} is an SQLite file, but not an address book.")


def _from_files(files: Sequence[Path]) -> list[Card]:
    """Read the files of a folder; one that cannot be read costs only its own cards."""
    cards: list[Card] = []
    failed: list[IMessageError] = []
    for file in files:
        try:
            cards += _from_path(file)
        except IMessageError as error:
            failed.append(error)
    if len(failed) == len(files):
        raise failed[0]
    if failed:
        count = f"{len(failed)} of {len(files)} address books"
        warnings.warn(f"{count} cannot be read, and are left out", stacklevel=2)
    return cards


def _vcards(path: Path) -> list[Card]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DatabaseAccessError(f"No permission to read {path}.") from error
    if not is_vcard_file(data):
        raise UnsupportedSchemaError(f"{path} is not a vCard file.")
    return list(parse_vcards(data))


def _lenient(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _columns(connection: sqlite3.Connection) -> dict[str, set[str]]:
    """List the columns of each table; a view can be anything, and endless."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {
        name: {
            row[0]
            for row in connection.execute(
                "SELECT name FROM pragma_table_info(?)", (name,)
            )
        }
        for (name,) in tables.fetchall()
    }


def _select(
    connection: sqlite3.Connection,
    columns: Mapping[str, set[str]],
    table: str,
    *wanted: str,
) -> Iterator[tuple[Any, ...]]:
    """Select some columns of a table, in order; those it lacks are NULL."""
    if table not in columns:
        return
    fields = (name if name in columns[table] else "NULL" for name in wanted)
    yield from connection.execute(
        f"SELECT ROWID, {', '.join(fields)} FROM {table} ORDER BY ROWID"
    )


def _mac_cards(
    connection: sqlite3.Connection, columns: Mapping[str, set[str]], path: Path
) -> Iterator[Card]:
    addresses: defaultdict[str, list[str]] = defaultdict(list)
    for table, column in (
        ("ZABCDPHONENUMBER", "ZFULLNUMBER"),
        ("ZABCDEMAILADDRESS", "ZADDRESS"),
    ):
        for _, owner, address in _select(connection, columns, table, "ZOWNER", column):
            addresses[str(owner)].append(_text(address))
    names = ("ZFIRSTNAME", "ZLASTNAME", "ZORGANIZATION", "ZNICKNAME")
    rows = _select(
        connection,
        columns,
        "ZABCDRECORD",
        *("Z_PK", "ZLINKID", "ZMODIFICATIONDATE", *names),
    )
    for rowid, key, link, changed, *named in rows:
        owned = addresses.get(str(rowid if key is None else key), ())
        # A number is only unique in its own file; a UUID is everywhere.
        linked = (path, link) if isinstance(link, int) and link else link
        card = _card(named, owned, linked, changed)
        if card:
            yield card


def _ios_cards(
    connection: sqlite3.Connection, columns: Mapping[str, set[str]]
) -> Iterator[Card]:
    addresses: defaultdict[str, list[str]] = defaultdict(list)
    values = _select(
        connection, columns, "ABMultiValue", "record_id", "property", "value"
    )
    for _, person, kind, value in values:
        if kind in {_PHONE, _EMAIL}:
            addresses[str(person)].append(_text(value))
    names = ("First", "Last", "Organization", "Nickname")
    rows = _select(connection, columns, "ABPerson", "ModificationDate", *names)
    for rowid, changed, *named in rows:
        card = _card(named, addresses.get(str(rowid), ()), None, changed)
        if card:
            yield card


def _card(
    names: Iterable[Any], addresses: Iterable[str], link: object, changed: object
) -> Card | None:
    """Make a card; None if it has no name or no address."""
    first, last, organization, nickname = map(_text, names)
    name = " ".join(filter(None, (first, last))) or organization or nickname
    given = tuple(filter(None, addresses))
    if not name or not given:
        return None
    is_number = isinstance(changed, int | float)
    return Card(
        name=name,
        addresses=given,
        link=link if isinstance(link, str | tuple) else None,
        changed=float(changed) + APPLE_EPOCH_UNIX if is_number else 0.0,  # type: ignore[arg-type]
    )


def _text(value: object) -> str:
    """Return what stands in a column as one line of text; of bytes nothing."""
    if value is None or isinstance(value, bytes):
        return ""
    return " ".join(str(value).replace("\0", "").split())
