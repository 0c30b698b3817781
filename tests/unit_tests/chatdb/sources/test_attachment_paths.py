"""A stored path leads to the file of this computer, however its name is encoded."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from langchain_imessage.chatdb.sources._attachment_paths import beside

FOLDER = "~/Library/Messages/"
NAME = "Attachments/a/Café für Åsa.jpg"


@pytest.mark.parametrize("stored", ["NFC", "NFD"])
@pytest.mark.parametrize("on_disk", ["NFC", "NFD"])
def test_a_name_is_found_in_the_form_that_the_disk_of_a_mac_gave_it(
    stored: str, on_disk: str, tmp_path: Path
) -> None:
    file = tmp_path / unicodedata.normalize(on_disk, NAME)
    file.parent.mkdir(parents=True)
    file.touch()
    found, there = beside(tmp_path / "chat.db")(
        unicodedata.normalize(stored, FOLDER + NAME)
    )
    assert there
    assert Path(found).samefile(file)


@pytest.mark.parametrize("stored", [FOLDER + NAME, "/tmp/Å.jpg", "Å\0", "\ud800"])  # noqa: S108
def test_what_is_not_there_is_listed_as_it_was_stored(
    stored: str, tmp_path: Path
) -> None:
    found, there = beside(tmp_path / "chat.db")(stored)
    assert not there
    assert found.endswith(stored.removeprefix(FOLDER))
