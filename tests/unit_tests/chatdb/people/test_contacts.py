"""Names for addresses: from address books, cards and mappings."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import ChatDatabase, merge_chat_runs
from langchain_imessage.chatdb.people._address_books import load_cards
from langchain_imessage.chatdb.people._contacts import Card, Contacts
from langchain_imessage.errors import (
    DatabaseAccessError,
    DatabaseNotFoundError,
    MissingDependencyError,
    UnsupportedSchemaError,
)
from langchain_imessage.testing import POLL, archive_body, poll_payload, vote_payload

if TYPE_CHECKING:
    from collections.abc import Callable

pytest.importorskip("phonenumbers")
ANN, BOB, CAT = "+14155550101", "+14155550102", "cat@example.com"


def card(name: str, *addresses: str, link: str | None = None) -> Card:
    return Card(name=name, addresses=addresses, link=link)


@pytest.mark.parametrize(
    ("typed", "handle", "same"),
    [
        ("+1 (415) 555-0101", ANN, True),
        ("415-555-0101", ANN, True),
        ("1 415 555 0101", ANN, True),
        ("tel:+14155550101", ANN, True),
        ("555-0101", ANN, True),
        ("555-0102", ANN, False),
        ("Cat@Example.com", CAT, True),
        ("+49 170 1234567", "+491701234567", True),
        ("+49 170 1234567", "+11701234567", False),
        ("12345", "12345", True),
        ("12345", "+4912345", False),
        ("Shop", "SHOP", True),
        ("+4", "+4", True),
        ("+000 555 0101", "+0005550101", True),  # no country's
    ],
)
def test_addresses_are_matched_as_people_type_them(
    typed: str, handle: str, *, same: bool
) -> None:
    contacts = Contacts([card("Ann", typed)], [ANN, BOB, "junk", "+0"])
    assert (contacts.find(handle) is not None) is same


def names(contacts: Contacts, *addresses: str) -> list[str | None]:
    found = map(contacts.find, addresses)
    return [owner and owner.name for owner in found]


def test_a_local_number_that_fits_two_handles_names_neither() -> None:
    other = "+12125550101"
    for typed in ("555-0101", "5550101"):
        contacts = Contacts([card("Ann", typed)], [ANN, other])
        assert names(contacts, ANN, other) == [None, None]
    twice = Contacts([card("Ann", "0612345678")], ["+33612345678", "+31612345678"])
    assert names(twice, "+33612345678", "+31612345678") == [None, None]
    once = Contacts([card("Ann", "555-0101")], [ANN, f"{ANN}(smsfp)"])
    assert names(once, ANN) == ["Ann"]


def test_a_cards_number_is_read_in_the_handles_own_country() -> None:
    cards = [card("Zoe", "06 39 98 00 01"), card("Tom", "0044 7700 900123")]
    french, british = "+33639980001", "+447700900123"
    contacts = Contacts(cards, [ANN, BOB, french, british])
    assert names(contacts, french, british, ANN) == ["Zoe", "Tom", None]


def test_a_number_on_two_peoples_cards_names_the_newest_and_unites_nobody() -> None:
    cards = [
        Card(name="Ann", addresses=(ANN, CAT), changed=3),
        Card(name="Bob", addresses=(ANN, BOB), changed=7),
        Card(name="Old", addresses=(ANN,)),
    ]
    for order in (cards, cards[::-1]):
        contacts = Contacts(order, [ANN, BOB, CAT])
        assert names(contacts, ANN, BOB, CAT) == ["Bob", "Bob", "Ann"]
        people = [contacts.find(address) for address in (ANN, BOB, CAT)]
        persons = [owner.person for owner in people if owner]
        assert persons[0] is None
        assert len(set(persons)) == 3


def test_many_cards_that_share_address_by_address_are_one_persons() -> None:
    cards = [
        card("Ann", f"{n}@example.com", f"{n + 1}@example.com") for n in range(5000)
    ]
    contacts = Contacts(cards)
    assert contacts.find("0@example.com") == contacts.find("5000@example.com")


def test_a_country_without_known_numbers_is_taken_from_its_code() -> None:
    contacts = Contacts([card("Ann", "0999 5550101")], ["+15550101"])
    assert contacts.find("+15550101") is None


def test_cards_that_are_linked_or_share_name_and_address_are_one_persons() -> None:
    contacts = Contacts(
        [
            card("Ann", ANN, link="1"),
            card("Ann L.", CAT, link="1"),
            card("Bob", BOB),
            card("Bob", BOB, "bob@example.com"),
            card("Bob", "other@example.com"),
        ]
    )
    assert contacts.find(ANN) == contacts.find(CAT)
    assert contacts.find(BOB) == contacts.find("bob@example.com")
    assert contacts.find(BOB) != contacts.find("other@example.com")


def test_senders_are_names_and_their_addresses_are_kept(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write(era="macos-26") as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        group = db.chat(ann, bob)
        said = db.message(group, "hi", sender=ann, at=at(0))
        db.reaction(said, "loved", chat=group, sender=bob, at=at(1))
        mention = archive_body("Ann?", mentions={"Ann": ANN})
        db.message(group, "Ann?", at=at(2), sender=bob, body=mention)
        db.message(group, "yes", at=at(3))
        db.group_event(group, item_type=1, other_handle=ann, sender=bob, at=at(4))
        asked = db.message(
            group,
            "vote",
            at=at(5),
            balloon_bundle_id=POLL,
            payload_data=poll_payload("?", {"a": "x"}),
        )
        db.message(
            group,
            None,
            at=at(6),
            sender=ann,
            balloon_bundle_id=POLL,
            payload_data=vote_payload(ANN, ["a"]),
            associated_message_type=4000,
            associated_message_guid=asked.guid,
        )
    loaded = load(contacts={ANN: "Ann", BOB: "Bob"})
    assert loaded.senders == ["Ann", "Bob", "Me", "Me"]
    first, second, third, last = (m.additional_kwargs for m in loaded.messages)
    assert (first["handle"], second["handle"], third.get("handle")) == (ANN, BOB, None)
    assert first["reactions"][0]["sender"] == "Bob"
    assert second["mentions"] == [{"name": "Ann", "person": "Ann", "part": 0}]
    assert (last["events"][0]["sender"], last["events"][0]["other"]) == ("Bob", "Ann")
    assert last["poll"]["options"][0]["voters"] == ["Ann"]
    chat = loaded.sessions[0]["chat"]
    assert (chat["participants"], chat["handles"]) == (["Ann", "Bob"], [ANN, BOB])
    assert "handle" not in load().messages[0].additional_kwargs


def test_one_persons_addresses_are_one_conversation(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        for second, address in enumerate((ANN, CAT)):
            handle = db.handle(address)
            db.message(db.chat(handle), "hi", sender=handle, at=at(second))
    assert len(load().sessions) == 2
    loaded = load(contacts={ANN: "Ann", CAT: "Ann"})
    assert loaded.senders == ["Ann", "Ann"]
    assert loaded.sessions[0]["chat"]["handles"] == [CAT, ANN]


def test_two_people_of_one_name_stay_two(
    write: Callable, path: Path, load: Callable, at: Callable, tmp_path: Path
) -> None:
    cards = tmp_path / "cards.vcf"
    cards.write_text(
        "".join(
            f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nTEL:{number}\nEND:VCARD\n"
            for name, number in (("Kim", ANN), ("Kim", BOB), ("Me", "+14155550103"))
        )
    )
    with write() as db:
        kim, other, me = map(db.handle, (ANN, BOB, "+14155550103"))
        group = db.chat(kim, other, me)
        for second, handle in enumerate((kim, other, me, None)):
            db.message(group, "hi", sender=handle, at=at(second))
    loaded = load(contacts=cards)
    assert loaded.senders == [
        f"Kim ({ANN})",
        f"Kim ({BOB})",
        "Me (+14155550103)",
        "Me",
    ]
    (merged,) = merge_chat_runs(loaded.sessions)
    assert len(merged["messages"]) == 4
    with ChatDatabase(path, contacts=cards, people=[f"Kim ({ANN})"]) as database:
        assert len(database.chats) == 1


def address_book(path: Path, rows: dict[str, list[tuple[Any, ...]]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    for table, values in rows.items():
        name, _, columns = table.partition("(")
        connection.execute(f"CREATE TABLE {name} ({columns}")
        for row in values:
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO {name} VALUES ({marks})", row)
    connection.commit()
    connection.close()
    return path


RECORD = "ZABCDRECORD(Z_PK, ZFIRSTNAME, ZLASTNAME, ZORGANIZATION, ZNICKNAME, ZLINKID)"
PHONE = "ZABCDPHONENUMBER(ZOWNER, ZFULLNUMBER)"
MAIL = "ZABCDEMAILADDRESS(ZOWNER, ZADDRESS)"


def mac_folder(folder: Path) -> Path:
    address_book(
        folder / "AddressBook-v22.abcddb",
        {
            RECORD: [
                (1, "Ann", "Lee", "Shells", None, None),
                (2, None, None, None, "Z", 3),
            ],
            PHONE: [(1, ANN), (1, None), ("2", BOB)],
            MAIL: [(2, "<z@example.com>")],
        },
    )
    address_book(
        folder / "Sources" / "A" / "AddressBook-v22.abcddb",
        {
            RECORD.replace(", ZLINKID", ""): [
                (1, None, None, "Shells", None),
                (2, "No", "", "", ""),
            ],
            PHONE: [(1, "+14155550109")],
            MAIL: [],
        },
    )
    return folder


def test_all_sources_of_macs_address_book_are_read(tmp_path: Path) -> None:
    cards = load_cards(mac_folder(tmp_path), address_book=None)
    assert [(c.name, c.addresses, c.link) for c in cards] == [
        ("Ann Lee", (ANN,), None),
        ("Z", (BOB, "<z@example.com>"), (tmp_path / "AddressBook-v22.abcddb", 3)),
        ("Shells", ("+14155550109",), None),
    ]


def test_ioss_address_book_is_read(tmp_path: Path) -> None:
    path = address_book(
        tmp_path / "AddressBook.sqlitedb",
        {
            "ABPerson(First, Last, Organization, Nickname)": [
                ("Ann", None, None, None)
            ],
            "ABMultiValue(record_id, property, value)": [
                (1, 3, ANN),
                (1, 4, CAT),
                (1, 5, "street"),
                (1, 3, None),
            ],
        },
    )
    (found,) = load_cards(path, address_book=None)
    assert (found.name, found.addresses) == ("Ann", (ANN, CAT))


def test_auto_is_the_macs_own_or_the_backups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert load_cards("auto", address_book=None) == []
    mac_folder(tmp_path / "Library" / "Application Support" / "AddressBook")
    assert len(load_cards("auto", address_book=None)) == 3
    monkeypatch.setattr(sys, "platform", "linux")
    assert load_cards("auto", address_book=None) == []
    assert load_cards(None, address_book=None) == []
    book = mac_folder(tmp_path / "book")
    assert len(load_cards("auto", address_book=book)) == 3


def test_what_is_no_address_book_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatabaseNotFoundError):
        load_cards(tmp_path / "none.vcf", address_book=None)
    with pytest.raises(DatabaseNotFoundError):
        load_cards(tmp_path, address_book=None)
    other = address_book(tmp_path / "x.db", {"t(a)": []})
    with pytest.raises(UnsupportedSchemaError):
        load_cards(other, address_book=None)
    junk = tmp_path / "junk.vcf"
    junk.write_text("BEGIN:VEVENT\nEND:VEVENT\n")
    with pytest.raises(UnsupportedSchemaError):
        load_cards(junk, address_book=None)


def test_one_odd_row_or_column_costs_only_itself(tmp_path: Path) -> None:
    path = address_book(
        tmp_path / "AddressBook-v22.abcddb",
        {
            RECORD.replace(", ZNICKNAME", ""): [
                (1, "Ann", "Lee", None, None),
                (2, b"\x00", 5, 1.5, b"\x00"),
            ],
            PHONE: [(1, ANN), (2, b"\x00"), ("x", 5), (2, BOB)],
        },
    )
    connection = sqlite3.connect(path)
    connection.execute(
        "INSERT INTO ZABCDRECORD VALUES (3, CAST(x'41ff' AS TEXT), 'K', NULL, NULL)"
    )
    connection.execute("INSERT INTO ZABCDPHONENUMBER VALUES (3, CAST(x'35ff' AS TEXT))")
    connection.execute(
        "CREATE VIEW ZABCDEMAILADDRESS AS WITH RECURSIVE c(ZOWNER, ZADDRESS) AS "
        "(SELECT 1, 'a' UNION ALL SELECT 1, 'a' FROM c) SELECT * FROM c"
    )
    connection.commit()
    connection.close()
    found = [(c.name, c.addresses) for c in load_cards(path, address_book=None)]
    assert found == [("Ann Lee", (ANN,)), ("5", (BOB,)), ("A\ufffd K", ("5\ufffd",))]


def test_an_address_book_that_cannot_be_read_costs_only_its_own_cards(
    tmp_path: Path,
) -> None:
    mac_folder(tmp_path)
    (tmp_path / "Sources" / "A" / "AddressBook-v22.abcddb").write_bytes(b"junk" * 99)
    with pytest.warns(UserWarning, match="1 of 2 address books"):
        assert len(load_cards(tmp_path, address_book=None)) == 2
    (tmp_path / "AddressBook-v22.abcddb").write_bytes(b"junk" * 99)
    with pytest.raises(DatabaseAccessError):
        load_cards(tmp_path, address_book=None)


def test_the_number_of_a_link_is_one_files_own(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "Sources" / "A"):
        address_book(
            folder / "AddressBook-v22.abcddb",
            {RECORD: [(1, "Ann", None, None, None, 3)], PHONE: [(1, ANN)], MAIL: []},
        )
    one, other = load_cards(tmp_path, address_book=None)
    assert one.link != other.link


@pytest.mark.parametrize("name", ["phonenumbers"])
def test_a_missing_library_is_named_with_its_extra(
    name: str, write: Callable, load: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write() as db:
        db.handle(ANN)
        cards = db.path.with_name("cards.vcf")
    cards.write_text("")
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingDependencyError, match=r"\[contacts\]"):
        load(contacts=cards)
