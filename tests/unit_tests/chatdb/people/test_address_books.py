"""Which files an address book is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from langchain_imessage.chatdb.people import _address_books
from langchain_imessage.chatdb.people._address_books import contact_files

if TYPE_CHECKING:
    import pytest


def test_the_files_of_a_source_are_those_its_cards_are_loaded_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "Library" / "Application Support" / "AddressBook"
    source = book / "Sources" / "A" / "AddressBook-v22.abcddb"
    source.parent.mkdir(parents=True)
    source.touch()
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert contact_files(None) == contact_files({"+14155550101": "Ann"}) == []
    assert contact_files(book) == [source]
    assert contact_files(source) == [source]
    monkeypatch.setattr(_address_books.sys, "platform", "darwin")
    assert contact_files("auto") == [source]
    monkeypatch.setattr(_address_books.sys, "platform", "linux")
    assert contact_files("auto") == []
