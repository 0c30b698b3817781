"""Claims about what a message is made of."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from langchain_imessage.transforms.messages._content import bubbles_in, ids_of, text_of


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a", "a"),
        (["a", {"type": "text", "text": "b"}, {"type": "image"}, {"text": 7}], "ab"),
        ([], ""),
        (7, ""),
    ],
)
def test_words_are_what_is_text(content: Any, words: str) -> None:
    assert text_of(content) == words


@pytest.mark.parametrize(
    ("ids", "count"), [(["a", "b"], 2), ([], 1), (None, 1), (7, 1), ("ab", 1)]
)
def test_only_a_list_of_ids_counts(ids: Any, count: int) -> None:
    message = HumanMessage("hi", id="own", additional_kwargs={"ids": ids})
    assert bubbles_in([message, HumanMessage("yo")]) == count + 1
    assert ids_of(message) == (ids if count > 1 else ["own"])
    assert ids_of(HumanMessage("yo")) == []
