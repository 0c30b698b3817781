"""An answer ends at the first stop word in it, in whichever pieces it comes."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from langchain_imessage.finetuning.local.worker._stop_words import (
    end_at_stop_words,
    until_stop_word,
)


@dataclass
class Piece:
    """A piece of an answer, as mlx-lm has it."""

    text: str
    finish_reason: str | None = None


class Generator:
    """Generates an answer, as mlx-lm's server does."""

    def __init__(self, *texts: str, end: str) -> None:
        self.pieces = [Piece(text) for text in texts]
        self.pieces[-1].finish_reason = end
        self.stopped = 0

    def generate(self, _request: Any, _arguments: Any, **_: Any) -> Any:
        return SimpleNamespace(stop=self.stop), iter(self.pieces)

    def stop(self) -> None:
        self.stopped += 1


def answer(*texts: str, words: tuple[str, ...], end: str = "length") -> tuple[Any, ...]:
    made = Generator(*texts, end=end)
    kind: type[Any] = type("Patched", (Generator,), {})
    end_at_stop_words(kind)
    made.__class__ = kind
    arguments = SimpleNamespace(stop_words=words)
    _, pieces = made.generate("request", arguments, progress_callback=None)
    found = list(pieces)
    whole = [piece.text for piece in found if piece.finish_reason != "stop"]
    return whole, found[-1].finish_reason, made.stopped


@pytest.mark.parametrize(
    ("texts", "words", "expected"),
    [
        (("ab", "cd", "ef"), ("d",), ["ab", "c"]),
        (("ab", "cd", "ef"), ("bc",), ["ab"]),  # the server still holds back the b
        (("ab", "cd", "ef"), ("f", "ab"), []),
        (("a", "b", "c", "d"), ("bcd",), ["a", "b", "c"]),
        (("a\n\nb",), ("\n",), ["a"]),
    ],
)
def test_nothing_behind_a_stop_word_is_given(
    texts: tuple[str, ...], words: tuple[str, ...], expected: list[str]
) -> None:
    whole, reason, stopped = answer(*texts, words=words)
    assert (whole, stopped) == (expected, 1)
    assert reason in {"stop", None}  # which is "stop" to the server


@pytest.mark.parametrize(
    ("texts", "reasons"),
    [(("ab", "cd", "ef"), [None, None]), (("ab", "d"), [None, "stop"])],
)
def test_each_token_is_one_piece(
    texts: tuple[str, ...], reasons: list[str | None]
) -> None:
    pieces = [Piece(text) for text in texts]
    found = list(until_stop_word(pieces, ["d"], lambda: None))
    assert [piece.finish_reason for piece in found] == reasons


@pytest.mark.parametrize("words", [(), ("",), ("x", "abcdefg")])
def test_without_a_stop_word_in_it_an_answer_stays(words: tuple[str, ...]) -> None:
    assert answer("ab", "cd", words=words) == (["ab", "cd"], "length", 0)


def test_an_answer_that_ends_itself_stays() -> None:
    assert answer("ab", "", words=("c",), end="stop") == (["ab"], "stop", 0)
