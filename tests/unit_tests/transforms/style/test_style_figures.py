"""A text's style is 23 figures, each moved by what it is named after, and by no other."""

from __future__ import annotations

import pytest

from langchain_imessage.transforms.style._style_figures import (
    FIGURES,
    style_figures,
    summarize_style,
)


def figure(name: str, text: str) -> float:
    return style_figures(text)[FIGURES.index(name)]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("words", "see you at 5", 4.0),
        ("characters in a bubble", "abc\na", 2.0),
        ("bubbles", "one\n\n two\n ", 2.0),
        ("one word alone", "ok", 1.0),
        ("begins in lower case", "hi\nHi\n12 o'clock\nЁлки", 0.5),
        ("capital letters", "ABcd", 0.5),
        ("ends with a full stop", "Yes.\nはい。", 1.0),
        ("ends with an exclamation mark", "Yes!\nno", 0.5),
        ("ends with a question mark", "هل؟\nno", 0.5),
        ("ends without punctuation", "no\nno.\nnein", 2 / 3),
        ("dots in a row", "well.. ok", 1.0),
        ("marks in a row", "what?!", 1.0),
        ("commas", "a, b", 0.5),
        ("apostrophes", "it\u2019s", 0.5),
        ("apostrophes left out", "dont go", 0.5),
        ("emoji", "fine :)", 1.0),
        ("emoji", "fine 🎉", 1.0),
        ("emoji", "at 8:30", 0.0),
        ("laughter", "jajaja no", 1.0),
        ("laughter", "ahahah", 1.0),
        ("laughter", "ㅋㅋㅋ", 1.0),
        ("laughter", "haha", 1.0),
        ("laughter", "had a hat", 0.0),
        ("abbreviations", "idk man", 0.5),
        ("letters drawn out", "sooo", 1.0),
        ("letters drawn out", "1000", 0.0),
        ("length of a word", "ab abcd", 3.0),
        ("I", "I know", 0.5),
        ("you", "u know", 0.5),
        ("questions", "why? because", 1.0),
    ],
)
def test_a_figure_counts_what_it_is_named_after(
    name: str, text: str, expected: float
) -> None:
    assert figure(name, text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", " \n ", "\n", "…", "👍", "\ud83d", "नमस्ते"])
def test_any_text_has_all_figures(text: str) -> None:
    assert len(style_figures(text)) == len(FIGURES) == 23


def test_the_summary_is_the_mean_and_deviation_of_each_figure() -> None:
    words = summarize_style(["one", "one two three"])["words"]
    assert (words.mean, words.deviation) == (2.0, 1.0)


def test_no_text_has_a_summary_of_zeros() -> None:
    assert {one.mean for one in summarize_style([]).values()} == {0.0}
