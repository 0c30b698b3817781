"""A vault's file: private, whole, and refused when damaged."""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import ExportError
from langchain_imessage.preparation import read_vault, write_vault
from langchain_imessage.transforms import Redactor, Vault

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "Ann \ud800 [phone 1] 415-555-2671 http://x.org/?token=\ud83d\u2028x"


@pytest.fixture
def redactor() -> Redactor:
    redactor = Redactor(names=["Ann Smith"])
    redactor.redact_text(TEXT)
    return redactor


def test_a_vault_comes_back_as_it_was(redactor: Redactor, tmp_path: Path) -> None:
    path = tmp_path / "vault.json"
    write_vault(redactor.vault, path)
    again = Redactor(vault=read_vault(path))
    assert again.vault == redactor.vault
    assert again.restore(again.redact_text(TEXT)) == TEXT
    write_vault(Vault(), path)
    assert read_vault(path) == Vault()


def test_its_file_is_its_owners_only_also_in_place_of_another(
    redactor: Redactor, tmp_path: Path
) -> None:
    path = tmp_path / "vault.json"
    path.write_text("old")
    path.chmod(0o644)
    write_vault(redactor.vault, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["vault.json"]


def test_a_failure_leaves_the_old_one(redactor: Redactor, tmp_path: Path) -> None:
    path = tmp_path / "vault.json"
    write_vault(redactor.vault, path)
    before = path.read_bytes()
    bad: Any = Vault(reserved=(object(),))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        write_vault(bad, path)
    assert path.read_bytes() == before


def entry(*values: Any) -> dict[str, Any]:
    return {"format": 1, "entries": [list(values)], "reserved": []}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"private",
        b"\xff\xfe",
        b"[" * 200_000,
        *(
            json.dumps(value).encode()
            for value in (
                None,
                [],
                {},
                {"format": 2, "entries": [], "reserved": []},
                {"format": 1, "entries": []},
                {"format": 1, "entries": [], "reserved": [1]},
                {"format": 1, "entries": "private", "reserved": []},
                entry("[x 1]", "x", "private"),
                entry("[x 1]", "x", "private", None),
                entry("[x 1]", "x", "private", "private", "more"),
                {
                    "format": 1,
                    "entries": [["[x 1]", "x", "a", "a"], ["[x 1]", "x", "b", "b"]],
                    "reserved": [],
                },
                {
                    "format": 1,
                    "entries": [["[x 1]", "x", "a", "a"], ["[x 2]", "x", "a", "b"]],
                    "reserved": [],
                },
            )
        ),
    ],
)
def test_a_damaged_vault_is_refused_without_quoting_it(
    content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "vault.json"
    path.write_bytes(content)
    with pytest.raises(ExportError, match="not a vault") as caught:
        read_vault(path)
    assert caught.value.path == path
    assert caught.value.__context__ is None
    assert "private" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.slow
def test_a_vault_cut_anywhere_is_refused(redactor: Redactor, tmp_path: Path) -> None:
    path = tmp_path / "vault.json"
    write_vault(redactor.vault, path)
    whole = path.read_bytes().rstrip()
    for end in range(len(whole)):
        path.write_bytes(whole[:end])
        with pytest.raises(ExportError):
            read_vault(path)


def test_a_missing_vault_is_named(tmp_path: Path) -> None:
    path = tmp_path / "vault.json"
    with pytest.raises(FileNotFoundError, match="There is no vault") as caught:
        read_vault(path)
    assert isinstance(caught.value, ExportError)
    assert str(path) in str(caught.value)
    assert caught.value.path == path
