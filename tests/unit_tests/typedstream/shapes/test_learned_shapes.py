"""A body that is read by its shape has the value the general decoder gives it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from langchain_imessage.errors import TypedStreamError
from langchain_imessage.typedstream import (
    PART,
    URL,
    AttributedString,
    Run,
    dumps,
    loads,
)
from langchain_imessage.typedstream._byte_reader import FIRST_REFERENCE
from langchain_imessage.typedstream._openings import BodyDecoder
from langchain_imessage.typedstream.shapes import _learned_shapes as learned_shapes
from langchain_imessage.typedstream.shapes._learned_shapes import LearnedShapes

_texts = st.text(max_size=6) | st.text("aé👋\ufffc", min_size=120, max_size=300)
_attributes = st.fixed_dictionaries(
    {PART: st.sampled_from([0, 1, 2])},
    optional={
        "guid": _texts,
        "link": st.builds(lambda text: URL(relative=text), _texts),
        "data": st.binary(max_size=300),
        "more": st.binary(max_size=3),
        "one": st.sampled_from([-1, 0, 1, True, 1.5]),
        "code": st.dictionaries(st.sampled_from(["code"]), _texts, max_size=1),
    },
)
_bodies = st.builds(
    lambda text, runs, mutable: dumps(
        AttributedString(
            text=text, runs=tuple(Run(length=n, attributes=names) for n, names in runs)
        ),
        mutable=mutable,
    ),
    _texts,
    st.lists(st.tuples(st.integers(0, 2**16), _attributes), max_size=4),
    st.booleans(),
)


def plain(value: Any) -> Any:
    """Return a value with all that `==` passes over: types, and the order of names."""
    if isinstance(value, AttributedString):
        runs = [(r.length, type(r.length), plain(r.attributes)) for r in value.runs]
        return value.text, type(value.text), runs
    if isinstance(value, dict):
        return [(name, type(name), plain(item)) for name, item in value.items()]
    if isinstance(value, URL):
        return URL, plain(value.relative), plain(value.base)
    return type(value), value


def decoded(data: bytes) -> Any:
    """Return what the general decoder makes of bytes; None for an error."""
    try:
        return BodyDecoder(data).root()
    except TypedStreamError:
        return None


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(st.lists(_bodies, min_size=1, max_size=6))
def test_a_body_of_a_known_shape_is_what_the_decoder_makes_of_it(bodies: Any) -> None:
    shapes = LearnedShapes()
    for data in bodies * 2:
        value = shapes.value(bytes(bytearray(data)))
        assert value is None or plain(value) == plain(decoded(data))
        found = shapes.find(data)
        if found is not None:
            shape, values = found
            cut = [(text, plain(names)) for text, names in shape.slices(values)]
            whole = decoded(data).slices()
            assert cut == [(text, plain(names)) for text, names in whole]


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(st.lists(_bodies, min_size=1, max_size=3), st.data())
def test_a_damaged_body_is_what_the_decoder_makes_of_it(
    bodies: Any, data: st.DataObject
) -> None:
    shapes = LearnedShapes()
    for body in bodies:
        shapes.value(body)
    whole = data.draw(st.sampled_from(bodies))
    place = data.draw(st.integers(0, len(whole) - 1))
    gone = data.draw(st.integers(0, 3))
    damaged = whole[:place] + data.draw(st.binary(max_size=3)) + whole[place + gone :]
    value = shapes.value(damaged)
    assert value is None or plain(value) == plain(decoded(damaged))


def rich(text: str, guid: str, url: str, data: bytes) -> bytes:
    """Archive a body with a text, a link and data among its attributes."""
    runs = (
        Run(length=1, attributes={PART: 0, "guid": guid}),
        Run(
            length=len(text), attributes={PART: 1, "link": URL(relative=url), "d": data}
        ),
    )
    return dumps(AttributedString(text=text, runs=runs))


def test_one_body_teaches_all_of_its_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = LearnedShapes()
    assert shapes.value(rich("ab", "x", "https://example.com", b"12345"))
    monkeypatch.setattr(shapes, "_learn", None)
    other = rich("longer " * 99, "y" * 200, "tel:1", bytes(300))
    assert plain(shapes.value(other)) == plain(decoded(other))


def test_a_value_that_is_a_name_too_may_not_differ() -> None:
    """A reference to a name among the values: with another name it is another value."""

    def named(name: str) -> bytes:
        whole = dumps(
            AttributedString(text="x", runs=(Run(length=1, attributes={name: "?"}),))
        )
        start, _, end = whole.rpartition(b"\x01?\x86")
        place = decoder_place(name)
        return start[:-3] + bytes((FIRST_REFERENCE + place,)) + end

    def decoder_place(name: str) -> int:
        decoder = BodyDecoder(
            dumps(
                AttributedString(text="x", runs=(Run(length=1, attributes={name: 1}),))
            )
        )
        decoder.read_stream()
        return decoder.index_of(name)

    shapes = LearnedShapes()
    for name in ("one", "two"):
        data = named(name)
        assert decoded(data).runs[0].attributes == {name: name}
        value = shapes.value(data)
        assert value is None or plain(value) == plain(decoded(data))


def test_what_can_be_changed_is_never_shared() -> None:
    attributes = {PART: 0, "code": {"code": "123"}}
    data = dumps(
        AttributedString(text="x", runs=(Run(length=1, attributes=attributes),))
    )
    assert LearnedShapes().value(data) is None
    first: Any = loads(rich("ab", "x", "y", b"z"))
    first.runs[0].attributes.clear()
    second: Any = loads(rich("ab", "x", "y", b"z"))
    assert second.runs[0].attributes == {PART: 0, "guid": "x"}


def test_what_is_learned_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learned_shapes, "MAX_LESSONS", 3)
    monkeypatch.setattr(learned_shapes, "SELDOM", 8)
    shapes = LearnedShapes()
    made = [
        dumps(AttributedString(text="x", runs=(Run(length=1, attributes={PART: n}),)))
        for n in range(9)
    ]
    read = [shapes.value(data) is not None for data in made]
    assert read == [True] * 3 + [False] * 4 + [True] + [False]
    monkeypatch.setattr(learned_shapes, "MAX_SHAPES", 4)
    monkeypatch.setattr(learned_shapes, "MAX_LESSONS", 99)
    assert shapes.value(bytes(bytearray(made[8]))) is not None
    assert shapes._tree.find(made[0]) is None, "all others are forgotten"
    long = rich("ab", "x" * learned_shapes.MAX_BODY, "y", b"z")
    many = tuple(Run(length=n, attributes={PART: n}) for n in range(99))
    assert shapes.value(long) is None
    assert shapes.value(dumps(AttributedString(text="x", runs=many))) is None


def test_what_was_found_latest_is_bounded_and_can_be_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(learned_shapes, "MAX_LATEST", 2)
    shapes = LearnedShapes()
    bodies = [rich("ab", letter, "y", b"z") for letter in "klmn"]
    for data in bodies:
        assert shapes.latest(data) is None
        assert shapes.find(data) == shapes.latest(data) is not None
    known = [shapes.latest(data) is not None for data in bodies]
    assert known == [False, False, True, True]
    long = rich("ab", "x" * learned_shapes.MAX_BODY, "y", b"z")
    assert shapes.find(long) is not None
    assert shapes.latest(long) is None
    shapes.forget_latest()
    assert shapes.latest(bodies[3]) is None
