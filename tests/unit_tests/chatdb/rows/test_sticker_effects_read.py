"""A sticker's effect is read from its file, if that is one and lies where it may."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.chatdb.sources import _attachment_paths
from langchain_imessage.testing import File

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PICTURE = b'\xff\xd8 stickerEffect:type="comic"'
STICKER = File(name="a.heic", data=PICTURE, is_sticker=True)


def effects(write: Callable, load: Callable, at: Callable, *files: File) -> list[Any]:
    with write() as db:
        chat = db.chat(db.handle("+15550101"))
        for minute, file in enumerate(files):
            db.message(chat, "look", at=at(minute), attachments=[file])
    return effects_now(load)


def effects_now(load: Callable) -> list[Any]:
    return [
        attachment["effect"]
        for message in load().messages
        for attachment in message.additional_kwargs["attachments"]
    ]


def test_the_effect_of_a_sticker_is_in_its_picture(
    write: Callable, load: Callable, at: Callable
) -> None:
    files = (
        STICKER,
        File(name="b.heic", data=PICTURE),
        File(name="c.heic", data=b"plain", is_sticker=True),
        File(name="d.heic", is_sticker=True),
    )
    assert effects(write, load, at, *files) == ["comic", None, None, None]


@pytest.mark.parametrize("what", ["link", "folder", "pipe", "large"])
def test_what_is_no_sticker_of_this_database_is_not_read(
    what: str, tmp_path: Path, write: Callable, load: Callable, at: Callable
) -> None:
    assert effects(write, load, at, STICKER) == ["comic"]
    (sticker,) = tmp_path.rglob("a.heic")
    sticker.unlink()
    if what == "link":
        (elsewhere := tmp_path / "elsewhere.heic").write_bytes(PICTURE)
        sticker.symlink_to(elsewhere)
    elif what == "folder":
        sticker.mkdir()
    elif what == "pipe":
        if not hasattr(os, "mkfifo"):
            pytest.skip("This system has no named pipes")
        os.mkfifo(sticker)
    else:
        sticker.write_bytes(PICTURE + bytes(4 * 1024 * 1024))

    assert effects_now(load) == [None]


def test_a_file_that_many_rows_name_is_read_once(
    tmp_path: Path,
    write: Callable,
    load: Callable,
    at: Callable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def read(path: Path, *_: object, **__: object) -> bytes:
        asked.append(path)
        return PICTURE

    monkeypatch.setattr(_attachment_paths, "read_within", read)
    with write() as db:
        chat = db.chat(db.handle("+15550101"))
        for minute in range(3):
            db.message(chat, "look", at=at(minute), attachments=[STICKER])
    with closing(sqlite3.connect(tmp_path / "chat.db")) as database, database:
        database.execute(
            "UPDATE attachment SET filename = (SELECT min(filename) FROM attachment)"
        )

    assert effects_now(load) == ["comic"] * 3
    assert len(asked) == 1
