"""The cache: code and models are loaded from it, so nobody else may write there."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning.local._cache_dir import cache_dir

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "langchain-imessage"


def test_its_folders_are_for_their_owner_only(root: Path) -> None:
    assert cache_dir("models") == root / "models" == cache_dir("models")
    for path in (root, root / "models"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_where_files_have_no_owner_they_are_ours(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "getuid")
    cache_dir("models").chmod(0o777)  # the mode of every folder on Windows
    assert cache_dir("models") == root / "models"


@pytest.mark.parametrize("name", ["", "models"])
def test_a_folder_that_others_can_write_to_is_refused(root: Path, name: str) -> None:
    cache_dir("models")
    (root / name).chmod(0o770)
    with pytest.raises(FineTuningError, match="only you can write to"):
        cache_dir("models")


def test_a_link_in_its_place_is_refused(root: Path, tmp_path: Path) -> None:
    root.mkdir(mode=0o700, parents=True)
    (tmp_path / "theirs").mkdir()
    (root / "models").symlink_to(tmp_path / "theirs")
    with pytest.raises(FineTuningError, match="only you can write to"):
        cache_dir("models")


@pytest.mark.parametrize(
    ("platform", "where"), [("linux", ".cache"), ("darwin", "Library/Caches")]
)
def test_it_is_where_the_platform_keeps_caches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, where: str
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", platform)
    assert cache_dir("models") == tmp_path / where / "langchain-imessage" / "models"
