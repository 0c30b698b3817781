"""Two databases people made with Messages; see the fixture `real`."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from langchain_imessage.chat_loaders import imessage, utils

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMES = ["imessage_chat.db", "imessage_chat_upgrade_osx_11.db"]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_dialogue_of_two(name: str, real: Path, load: Callable) -> None:
    """langchain_community makes one message of all this."""
    loaded = load(real / name)
    loaded.left_out(reaction=1)
    merged = utils.merge_chat_runs(loaded.sessions)
    (session,) = utils.map_ai_messages(merged, sender="Me")
    kinds = [message.type for message in session["messages"]]
    assert len(kinds) > 5
    assert all(one != two for one, two in pairwise(kinds))


@pytest.mark.parametrize(
    ("name", "other"), [(NAMES[0], "testemail@gmail.com"), (NAMES[1], "test@gmail.com")]
)
def test_it_says_who_is_in_it(
    name: str, other: str, real: Path, load: Callable
) -> None:
    (session,) = load(real / name).sessions
    assert session["chat"]["participants"] == [other]
    assert {m.additional_kwargs["sender"] for m in session["messages"]} == {"Me", other}


@pytest.mark.parametrize("name", NAMES)
def test_reading_it_changes_nothing(name: str, real: Path, load: Callable) -> None:
    path = real / name
    before = (path.read_bytes(), path.stat().st_mtime_ns, sorted(real.iterdir()))
    load(path)
    assert before == (
        path.read_bytes(),
        path.stat().st_mtime_ns,
        sorted(real.iterdir()),
    )


@pytest.mark.filterwarnings("ignore:No message is from")
def test_what_langchain_communitys_own_tests_assert_holds(real: Path) -> None:
    """Its sender may not occur, which it passes over and we warn of."""
    first = {}
    for name in NAMES:
        loader = imessage.IMessageChatLoader(str(real / name))
        sessions = list(
            utils.map_ai_messages(loader.lazy_load(), sender="testemail@gmail.com")
        )
        message = sessions[0]["messages"][0]
        assert "Yeh" in message.content
        assert message.additional_kwargs["message_time"] == 720845450393148160
        assert message.additional_kwargs["message_time_as_datetime"] == (
            dt.datetime(2023, 11, 5, 2, 50, 50, 393148)
        )
        assert message.additional_kwargs["is_from_me"] is False
        first[name] = sessions[0]["messages"]
    assert "John is the almighty" in first["imessage_chat.db"][16].content
    long = "aaaaabbbbb" * 12 + "aaaaabbb"
    assert long in first["imessage_chat.db"][18].content
