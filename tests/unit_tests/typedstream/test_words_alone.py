"""Texts read past the general decoder are those it reads, whatever stands around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from langchain_imessage.decoding._attributed_body import WORDS_ALONE, parse_body
from langchain_imessage.errors import TypedStreamError
from langchain_imessage.typedstream import (
    PART,
    URL,
    AttributedString,
    Run,
    dumps,
    loads,
)
from langchain_imessage.typedstream import _words_alone as words_alone
from langchain_imessage.typedstream._words_alone import WordsAlone
from langchain_imessage.typedstream.shapes._learned_shapes import LearnedShapes

if TYPE_CHECKING:
    from collections.abc import Mapping

DIRECTION = "__kIMBaseWritingDirectionAttributeName"
LINK = "__kIMLinkAttributeName"

_attributes = st.fixed_dictionaries(
    {PART: st.sampled_from([0, 0, 0, 1, True, False])},
    optional={
        DIRECTION: st.sampled_from([-1, 0, 1]),
        "__kIMTextBoldAttributeName": st.just(1),
        LINK: st.just(URL(relative="https://example.com")),
        "language": st.sampled_from(["en", "de"]),
        "data": st.binary(max_size=8),
    },
)
_texts = st.text(max_size=8) | st.text("aé👋\ufffc", min_size=100, max_size=300)


def body(text: str, attributes: Mapping[str, Any], *, mutable: bool = True) -> bytes:
    """Archive a text that is one run."""
    length = len(text.encode("utf-16-le")) // 2
    run = Run(length=length, attributes=attributes)
    return dumps(AttributedString(text=text, runs=(run,)), mutable=mutable)


def nothing_but_words(attributes: Mapping[str, Any]) -> bool:
    """Return whether attributes are a part's number and a direction."""
    return {PART, DIRECTION}.issuperset(attributes)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_texts, _attributes, st.booleans()), max_size=6))
def test_a_text_is_the_decoders_and_its_attributes_mark_nothing(rows: Any) -> None:
    bodies = WordsAlone(nothing_but_words, LearnedShapes())
    archived = [body(text, kinds, mutable=mutable) for text, kinds, mutable in rows] * 3
    for data, text in zip(archived, bodies.texts(archived), strict=True):
        if text is not None:
            value: Any = loads(data)
            assert value.text == text == bodies.text(data)
            assert all(nothing_but_words(run.attributes) for run in value.runs)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(_texts, _attributes, st.data())
def test_a_damaged_body_is_read_as_the_decoder_reads_it(
    text: str, attributes: Any, data: st.DataObject
) -> None:
    bodies = WordsAlone(lambda _: True, LearnedShapes())
    whole = body(text, attributes)
    place = data.draw(st.integers(0, len(whole) - 1))
    damaged = whole[:place] + data.draw(st.binary(max_size=2)) + whole[place + 1 :]
    for found in bodies.texts([whole, damaged] * 3):
        assert found is None or found in {text, getattr(_value(damaged), "text", None)}
    found = bodies.text(damaged)
    if found is not None:
        value = _value(damaged)
        assert value.text == found
        assert len(value.runs) == 1


def _value(data: bytes) -> Any:
    try:
        return loads(data)
    except TypedStreamError:
        return None


def test_a_body_of_a_new_form_is_read_at_once() -> None:
    bodies = WordsAlone(nothing_but_words, LearnedShapes())
    attributes = {PART: 0, DIRECTION: 1}
    texts = ["one", "two", "three" * 99, "four 👋", "five 👋" * 99]
    assert [bodies.text(body(text, attributes)) for text in texts] == texts


def test_both_classes_are_read_in_one_call() -> None:
    bodies = WordsAlone(nothing_but_words, LearnedShapes())
    data = [body("a", {PART: 0}), body("b", {PART: 0}, mutable=False), None, b"junk"]
    assert bodies.texts(data) == ["a", "b", None, None]
    assert bodies.texts([None, b""]) == [None, None]


def test_a_text_of_several_runs_is_whole_unless_one_ends_within_a_character() -> None:
    def of_two(text: str, first: int) -> bytes:
        runs = [
            Run(length=first, attributes={PART: 0, DIRECTION: 1}),
            Run(length=9, attributes={PART: 0}),
        ]
        return dumps(AttributedString(text=text, runs=tuple(runs)))

    bodies = WordsAlone(nothing_but_words, LearnedShapes())
    assert bodies.texts([of_two("a👋b", 1), of_two("a👋b", 3)]) == ["a👋b"] * 2
    assert bodies.texts([of_two("a👋b", 2), of_two("a👋b", 2)]) == [None] * 2
    assert bodies.text(of_two("aéb", 2)) == "aéb"


def test_what_is_known_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words_alone, "MAX_ENDS", 2)
    bodies = WordsAlone(lambda _: True, LearnedShapes())
    for size in range(1, 9):
        data = body("a" * size, {PART: 0, DIRECTION: 1})
        assert bodies.texts([data, data]) == ["a" * size] * 2
    assert sum(len(ends.units) for ends in bodies._ends) == 2
    long = body("a", {PART: 0, "number": 1, "z" * words_alone.MAX_END: 1})
    assert WordsAlone(lambda _: True, LearnedShapes()).texts([long] * 2) == ["a"] * 2


@pytest.mark.parametrize(
    "attributes",
    [
        {PART: 0, LINK: URL(relative="https://example.com")},
        {PART: 0, "__kIMMentionConfirmedMention": "+15550100"},
        {PART: 0, "__kIMTextBoldAttributeName": 1},
        {PART: 0, "__kIMFileTransferGUIDAttributeName": "at_0"},
        {PART: 2},
        {PART: True},
    ],
)
def test_what_marks_words_is_never_taken_for_words_alone(attributes: Any) -> None:
    data = body("words", attributes)
    assert WORDS_ALONE.texts([data] * 4) == [None] * 4
    assert parse_body(data) == parse_body(data)


def test_a_length_that_is_none_is_no_text_of_no_letters() -> None:
    """Of nothing said in a body that is whole: a damaged one is no empty message."""
    empty = body("", {PART: 0})
    for head in range(0x80, 0x100):
        damaged = empty.replace(b"+\x00", b"+" + bytes([head]), 1)
        assert damaged != empty
        assert WORDS_ALONE.text(damaged) is None
        assert WORDS_ALONE.texts([damaged]) == [None]
    assert WORDS_ALONE.texts([empty]) == [WORDS_ALONE.text(empty)]
