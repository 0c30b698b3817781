"""Claims about what a message is made of."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from langchain_imessage.transforms.messages._content import (
    bubbles_in,
    ids_of,
    lines_of,
    strict_text_of,
    text_of,
)


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


def test_lines_have_a_word_for_a_block_without_text_where_asked() -> None:
    content: Any = ["a", {"type": "text", "text": "b"}, {"type": "image"}]
    assert lines_of(content) == "a\nb"
    assert lines_of(content, other="[image]") == "a\nb\n[image]"
    assert lines_of("a") == "a"


@pytest.mark.parametrize("content", [7, [7], [{"text": 7}], None])
def test_a_run_is_made_of_text_only(content: Any) -> None:
    assert strict_text_of(["a", {"text": "b"}, {"type": "image"}]) == "ab"
    with pytest.raises(ValueError, match="content type string"):
        strict_text_of(content)


@pytest.mark.parametrize(
    ("ids", "count"), [(["a", "b"], 2), ([], 1), (None, 1), (7, 1), ("ab", 1)]
)
def test_only_a_list_of_ids_counts(ids: Any, count: int) -> None:
    message = HumanMessage("hi", id="own", additional_kwargs={"ids": ids})
    assert bubbles_in([message, HumanMessage("yo")]) == count + 1
    assert ids_of(message) == (ids if count > 1 else ["own"])
    assert ids_of(HumanMessage("yo")) == []
