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
from langchain_imessage.typedstream import _one_run_bodies as one_run_bodies
from langchain_imessage.typedstream._byte_reader import FIRST_REFERENCE
from langchain_imessage.typedstream._one_run_bodies import OneRunBodies

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


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_texts, _attributes, st.booleans()), max_size=6))
def test_a_text_is_the_decoders_and_its_attributes_mark_nothing(rows: Any) -> None:
    bodies = OneRunBodies(nothing_but_words)
    archived = [body(text, kinds, mutable=mutable) for text, kinds, mutable in rows] * 3
    for data, text in zip(archived, bodies.texts(archived), strict=True):
        if text is not None:
            value: Any = loads(data)
            assert value.text == text == bodies.text(data)
            assert nothing_but_words(value.runs[0].attributes)


@settings(max_examples=60, deadline=None)
@given(_texts, _attributes, st.data())
def test_a_damaged_body_is_read_as_the_decoder_reads_it(
    text: str, attributes: Any, data: st.DataObject
) -> None:
    bodies = OneRunBodies(lambda _: True)
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


def test_a_form_is_known_from_the_second_time_on() -> None:
    bodies = OneRunBodies(nothing_but_words)
    attributes = {PART: 0, DIRECTION: 1}
    texts = [
        bodies.text(body(text, attributes)) for text in ("one", "two", "three" * 99)
    ]
    assert texts == [None, "two", "three" * 99]


def test_both_classes_are_read_in_one_call() -> None:
    bodies = OneRunBodies(nothing_but_words)
    data = [body("a", {PART: 0}), body("b", {PART: 0}, mutable=False), None, b"junk"]
    assert bodies.texts(data) == ["a", "b", None, None]
    assert bodies.texts([None, b""]) == [None, None]


def test_an_end_that_means_the_text_itself_is_asked_for_several_texts() -> None:
    """A reference to the text among the attributes is another value in each body."""

    def with_reference(text: str) -> bytes:
        whole = body(text, {PART: 0, "name": text})
        start, _, end = whole.rpartition(bytes((len(text),)) + text.encode())
        # In place of an object, its class and type: the fifth object, which is the text.
        return start[:-3] + bytes((FIRST_REFERENCE + 4,)) + end[1:]

    asked: list[Any] = []

    def is_plain(attributes: Mapping[str, Any]) -> bool:
        asked.append(attributes["name"])
        return attributes["name"] != "y"

    data = [with_reference(text) for text in ("ab", "cd")]
    assert [loads(one).runs[0].attributes["name"] for one in data] == ["ab", "cd"]
    assert OneRunBodies(is_plain).texts(data * 2) == [None] * 4
    assert asked == ["x", "y"]


def test_what_is_known_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_run_bodies, "MAX_SEEN", 4)
    monkeypatch.setattr(one_run_bodies, "MAX_ENDS", 3)
    monkeypatch.setattr(one_run_bodies, "MAX_LENGTHS", 2)
    bodies = OneRunBodies(lambda _: True)
    for number in range(9):
        data = body("a" * (number + 1), {PART: 0, "number": number})
        bodies.texts([data, data, data])
    for ends in bodies._ends:
        assert len(ends.known) <= 3
        assert len(ends.units) <= 2
    assert len(bodies._seen) <= 4
    long = body("a", {PART: 0, "data": bytes(one_run_bodies.MAX_END)})
    assert bodies.texts([long] * 3) == [None] * 3


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
