"""Private files: whole or not at all, and through no planted link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage.datasets import read_dataset, write_dataset
from langchain_imessage.datasets.report._html_page import new_page
from langchain_imessage.errors import ExportError, FineTuningError
from langchain_imessage.files import (
    open_private,
    open_regular,
    read_private,
    replace_bytes,
    replacing,
    shown,
)
from langchain_imessage.finetuning.state._state_file import StateFile
from langchain_imessage.preparation._vault_file import read_vault, write_vault
from langchain_imessage.transforms.redaction._vault import Vault


@pytest.fixture
def planted(tmp_path: Path) -> tuple[Path, Path]:
    """Plant a link that leads out of a folder somebody sent."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("keep")
    link = tmp_path / "sent" / "report.html"
    link.parent.mkdir()
    link.symlink_to(elsewhere)
    return link, elsewhere


def test_a_file_is_private_and_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with replacing(path) as file:
        file.write("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), replacing(path):
        raise KeyboardInterrupt
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "absent"
    with pytest.raises(FileNotFoundError, match="There is no such folder") as caught:
        replace_bytes(folder / "page.html", b"new")
    assert caught.value.filename == str(folder)


def test_a_planted_link_is_neither_written_nor_read(
    planted: tuple[Path, Path],
) -> None:
    link, elsewhere = planted
    with pytest.raises(ExportError, match="symbolic link"), replacing(link):
        pass
    with pytest.raises(ExportError, match="symbolic link"):
        read_private(link)
    with pytest.raises(OSError, match="report"):
        open_private(link, os.O_WRONLY | os.O_CREAT)
    assert elsewhere.read_text() == "keep"
    elsewhere.unlink()  # a link to nothing would have us make a file
    with pytest.raises(ExportError, match="symbolic link"), replacing(link):
        pass
    assert not elsewhere.exists()


def test_a_link_the_caller_named_is_followed_on_request(
    planted: tuple[Path, Path],
) -> None:
    link, elsewhere = planted
    with replacing(link, follow_link=True) as file:
        file.write("new")
    assert elsewhere.read_text() == "new"
    assert link.is_symlink()


def test_only_a_regular_file_is_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path, Path("/dev/zero")):
        with pytest.raises(ExportError, match="regular"):
            open_regular(path, follow_link=True)
    with pytest.raises(ExportError, match="not a file"), replacing(pipe):
        pass


def test_a_path_that_is_no_utf8_can_be_shown() -> None:
    assert shown(os.fsdecode(b"a\xff.db")) == "a?.db"


def test_a_planted_state_file_is_a_finetuning_error(planted: tuple[Path, Path]) -> None:
    link, elsewhere = planted
    with pytest.raises(FineTuningError, match="symbolic link") as caught:
        StateFile(link).change(lambda state: state)
    assert caught.value.code == "bad_state"
    assert elsewhere.read_text() == "keep"


def test_a_planted_vault_or_page_is_refused(planted: tuple[Path, Path]) -> None:
    link, elsewhere = planted
    with pytest.raises(ExportError, match="symbolic link"):
        write_vault(Vault(), link)
    with pytest.raises(ExportError, match="symbolic link"):
        read_vault(link)
    with pytest.raises(ExportError, match="symbolic link"), new_page(link):
        pass
    assert elsewhere.read_text() == "keep"


@pytest.mark.parametrize("what", ["a link", "a pipe"])
def test_a_planted_manifest_is_no_manifest(what: str, tmp_path: Path) -> None:
    session = {"messages": [HumanMessage("Hi!"), AIMessage("Hello.")]}
    write_dataset([session], tmp_path, sink="trl", validation=0)
    manifest = tmp_path / "manifest.json"
    manifest.rename(tmp_path / "elsewhere")
    if what == "a link":
        manifest.symlink_to(tmp_path / "elsewhere")
    else:
        os.mkfifo(manifest)
    with pytest.raises(ExportError, match="no dataset"):
        read_dataset(tmp_path)


def test_a_dataset_whose_file_is_a_link_is_refused(tmp_path: Path) -> None:
    session = {"messages": [HumanMessage("Hi!"), AIMessage("Hello.")]}
    train = write_dataset([session], tmp_path, sink="trl", validation=0).train
    train.rename(tmp_path / "elsewhere")
    train.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ExportError, match="symbolic link"):
        read_dataset(tmp_path)
