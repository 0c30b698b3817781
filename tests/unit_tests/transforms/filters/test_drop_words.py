"""Claims about words that are to be in no message."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from langchain_core.messages import HumanMessage

from langchain_imessage.transforms import drop_words

if TYPE_CHECKING:
    from langchain_core.chat_sessions import ChatSession


def test_messages_with_a_word_are_left_out_and_no_others() -> None:
    said = [
        HumanMessage(text)
        for text in (
            "An OWL!",
            "bowl",
            "owls",
            ["an ", {"type": "text", "text": "owl"}],
        )
    ]
    dropped: Counter[str] = Counter()
    (session,) = drop_words([{"messages": said}], ["owl"], dropped=dropped)
    assert session["messages"] == said[1:3]
    assert dropped == {"opted-out word": 2}


def test_a_session_without_the_word_is_passed_on_as_it_is() -> None:
    session: ChatSession = {"messages": [HumanMessage("hi")]}
    assert next(drop_words([session], ["owl"])) is session
    assert next(drop_words([session], [])) is session


def test_a_session_of_nothing_else_is_left_out() -> None:
    assert list(drop_words([{"messages": [HumanMessage("owl")]}], ["owl"])) == []


def test_one_word_must_be_in_a_list() -> None:
    with pytest.raises(TypeError, match="collection"):
        next(drop_words([], "owl"))
