"""A text's runs cut it into pieces that are the whole text, whatever their lengths say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_imessage.decoding._attributed_body import parse_body
from langchain_imessage.typedstream import PART, AttributedString, Run, dumps


def cut(text: str, *lengths: int) -> list[str]:
    runs = tuple(Run(length=n, attributes={PART: 0}) for n in lengths)
    return [piece for piece, _ in AttributedString(text=text, runs=runs).slices()]


@pytest.mark.parametrize(
    ("text", "lengths", "expected"),
    [
        ("👋a", (2, 9), ["👋", "a"]),
        ("hello world", (5,), ["hello", " world"]),
        ("👋👋", (2,), ["👋", "👋"]),
        ("hello", (), ["hello"]),
        ("hello", (0, 5), ["", "hello"]),
        ("hello", (3, -3, 3), ["hel", "", "lo"]),
        ("hello", (2**63, 1), ["hello", ""]),
        ("", (), []),
    ],
)
def test_pieces_are_the_whole_text(
    text: str, lengths: tuple[int, ...], expected: list[str]
) -> None:
    assert cut(text, *lengths) == expected


@given(st.text(max_size=20), st.lists(st.integers(-9, 9), max_size=9))
def test_no_text_is_lost_or_repeated(text: str, lengths: list[int]) -> None:
    units = sum(
        len(p.encode("utf-16-le", "surrogatepass")) for p in cut(text, *lengths)
    )
    assert units == len(text.encode("utf-16-le", "surrogatepass"))


def test_words_behind_the_last_run_are_in_the_last_bubble() -> None:
    runs = (Run(length=1, attributes={PART: 0}), Run(length=1, attributes={PART: 1}))
    (first, last) = parse_body(dumps(AttributedString(text="abc", runs=runs))).bubbles
    assert (first.text, last.number, last.text) == ("a", 1, "bc")
