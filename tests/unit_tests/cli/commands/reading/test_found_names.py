"""Names come from the address book where there is one, and cost nothing where there is none."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("typer")

from langchain_imessage.cli.commands.reading import _found_names as found_names
from langchain_imessage.errors import DatabaseAccessError
from langchain_imessage.testing import ChatDatabaseWriter

if TYPE_CHECKING:
    from collections.abc import Callable

ANN = "+14155550101"


@pytest.fixture
def mac(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be a Mac with a conversation and, in a home of its own, an address book."""
    pytest.importorskip("phonenumbers")
    with ChatDatabaseWriter(path) as db:
        db.message(db.chat(db.handle(ANN)), "hi", at=700_000_000)
    book = tmp_path / "home" / "Library" / "Application Support" / "AddressBook"
    book.mkdir(parents=True)
    (book / "cards.vcf").write_text(f"BEGIN:VCARD\nFN:Ann Lee\nTEL:{ANN}\nEND:VCARD\n")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    monkeypatch.setattr(sys, "platform", "darwin")
    return book / "cards.vcf"


@pytest.mark.parametrize(
    "words",
    [["chats"], ["show", "1"], ["stats"], ["export", "-f", "text", "-o", "-"]],
    ids=lambda words: words[0],
)
def test_a_name_is_shown_without_being_asked_for(
    run: Callable, mac: Path, path: Path, words: list[str]
) -> None:
    assert mac.exists()
    named = run(*words, path)
    assert named.exit_code == 0, named.stderr
    assert "Ann Lee" in named.stdout


def test_an_address_book_that_cannot_be_read_costs_its_names(
    run: Callable, mac: Path, path: Path
) -> None:
    mac.write_text("no cards")
    said = run("chats", path)
    assert said.exit_code == 0
    assert ANN in said.stdout


def test_what_was_asked_for_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found_names.with_found_names(str, "cards.vcf") == "cards.vcf"
    monkeypatch.setattr(found_names, "find_spec", lambda _: None)
    assert found_names.with_found_names(str, None) == "None"


def test_an_error_of_the_database_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str | None] = []

    def fail(contacts: str | None) -> None:
        tried.append(contacts)
        raise DatabaseAccessError("May not read it.")

    monkeypatch.setattr(found_names, "find_spec", lambda _: object())
    with pytest.raises(DatabaseAccessError):
        found_names.with_found_names(fail, None)
    assert tried == ["auto", None]
