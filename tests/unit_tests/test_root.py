"""The package root: every public name, loaded when asked for; records and errors."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest

import langchain_imessage
from langchain_imessage.errors import MissingDependencyError
from langchain_imessage.records import Ledger, Message, Reason


def test_every_public_name_is_there_and_sorted() -> None:
    assert list(langchain_imessage.__all__) == sorted(langchain_imessage.__all__)
    for name in langchain_imessage.__all__:
        assert getattr(langchain_imessage, name).__name__ == name
    assert dir(langchain_imessage) == sorted(langchain_imessage.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_here"):
        _ = langchain_imessage.nothing_here


def test_importing_the_root_imports_nothing_else() -> None:
    code = (
        "import sys, langchain_imessage; "
        "assert not {'langchain_core', 'sqlite3', 'pydantic'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_reading_records_needs_the_standard_library_only() -> None:
    code = (
        "import sys, langchain_imessage.chatdb; "
        "assert not {'langchain_core', 'pydantic', 'requests'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_message_shows_no_words_in_its_repr() -> None:
    message = Message(
        7, "G", 1, datetime(2024, 1, 1, tzinfo=UTC), "secret", "Ann", False
    )
    assert repr(message) == "Message(rowid=7, characters=6)"


def test_the_ledger_prints_as_a_table() -> None:
    ledger = Ledger(rows=1234, messages=1200, reasons={Reason.REACTION: 34})
    assert str(ledger).splitlines() == [
        "rows in the database       1,234",
        "messages                   1,200",
        "  reaction                    34",
    ]


def test_a_missing_dependency_names_its_extra() -> None:
    error = MissingDependencyError("requests", extra="openai")
    assert "langchain-imessage[openai]" in str(error)
    assert isinstance(error, ImportError)
    assert error.name == "requests"
