"""The decoder's shortcuts: each gives what the long way gives, or leaves it to that."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_imessage.errors import TruncatedStreamError, TypedStreamError
from langchain_imessage.typedstream import (
    PART,
    URL,
    AttributedString,
    ClassInfo,
    Date,
    GenericObject,
    Run,
    dumps,
    loads,
)
from langchain_imessage.typedstream import _decoder as decoder_module
from langchain_imessage.typedstream._byte_reader import ByteReader
from langchain_imessage.typedstream._decoder import Decoder

HEADER = b"\x04\x0bstreamtyped\x81\xe8\x03"
ODD = b"\x84\x84\x03Odd\x00\x85"
STRING = b"\x84\x84\x08NSString\x01\x85\x84\x01+"


def the_general_path(data: bytes) -> Any:
    """Decode without the shortcuts at an opening, a group and a string in a table."""
    plan = decoder_module._plan

    def slow(encoding: bytes) -> Any:
        return decoder_module.GroupPlan(read=plan(encoding).read)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoder_module, "_plan", slow)
        patch.setattr(ByteReader, "shared", ByteReader._shared_general)
        return Decoder(data).read_stream()


def outcome(decode: Any, data: bytes) -> Any:
    """What decoding gives, with every type in it, or the error it raises."""
    try:
        found = decode(data)
    except TypedStreamError as error:
        return type(error)
    return with_types(found)


def with_types(value: Any) -> Any:
    """A value that differs from another if it is 1 where that is True or 1.0."""
    if isinstance(value, AttributedString):
        runs = [(run.length, run.attributes) for run in value.runs]
        return (value.text, with_types(runs))
    if isinstance(value, dict):
        return {key: with_types(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value), [with_types(item) for item in value]
    if isinstance(value, GenericObject):
        return (with_types(value.classes), with_types(value.groups))
    return type(value), repr(value) if isinstance(value, float) else value


def behind_a_string(groups: bytes) -> bytes:
    """An `Odd` object of the string "x" and these groups.

    Behind it, the encoding `@` is 0x92 and `+` 0x95; the object "x" is 0x94, the class
    Odd 0x93 and NSString 0x95.
    """
    text = b"\x92\x84" + STRING + b"\x01x\x86"
    return HEADER + b"\x84\x01@\x84" + ODD + text + groups + b"\x86"


def body(*runs: dict[str, Any], mutable: bool = True) -> bytes:
    made = tuple(Run(length=2, attributes=attributes) for attributes in runs)
    text = "👋" * len(runs)
    return dumps(AttributedString(text=text, runs=made), mutable=mutable)


BODIES = {
    "bare": body({}),
    "blank": body(),
    "mention": body({PART: 0}, {PART: 0, "mention": "+15550100"}, {PART: 0}),
    "link": body(
        {PART: 300, "link": URL(base=URL(relative="a"), relative="b")}, mutable=False
    ),
    "detected": body({PART: -1, "data": b"bplist00" * 40, "rich": True}),
    "numbered": body({PART: 127, "a": "b"}, {PART: 1}, mutable=False),
    "part of words": body({PART: "0"}, {PART: 0}),
    "nested": body({"card": {"a": (1, 2.5, Date(seconds=0.5), {"b": "c" * 200})}}),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_what_the_general_path_gives_whole_cut_and_with_a_tail(
    name: str,
) -> None:
    whole = BODIES[name]
    assert outcome(loads, whole) == outcome(the_general_path, whole)
    assert outcome(loads, whole + b"\x86\x01") == outcome(loads, whole)
    for end in range(len(whole)):
        assert outcome(loads, whole[:end]) is TruncatedStreamError
        assert outcome(the_general_path, whole[:end]) is TruncatedStreamError


@pytest.mark.parametrize(
    ("usual", "other"),
    [
        (b"\x04\xf0\x9f\x91\x8b\x86\x84", b"\x85\x86\x84"),  # no text
        (b"\x02iI\x01", b"\x02iI\x02"),  # another number for the first attributes
        (b"\x02iI\x01\x02", b"\x02iI\x01\x81\x02\x00"),  # a length of two bytes
        (b"\x84\x0cNSDictionary\x00", b"\x84\x0cNSDictionary\x07"),
        (b"\x84\x01i\x01", b"\x84\x01q\x01"),  # another type for their count
        (b"\x84\x01i\x01", b"\x84\x01i\x81\x01\x00"),  # a count of two bytes
        (b"\x84\x02iI\x01\x02\x92", b"\x84\x02iI\x01\x02\x92\x85\x92"),
        (b"\x92\x84\x98\x98\x01b\x86", b"\x92\x96"),  # the text, referred to
    ],
)
def test_a_body_that_opens_like_no_other_is_read_all_the_same(
    usual: bytes, other: bytes
) -> None:
    whole = body({"a": "b"})
    unusual = whole.replace(usual, other)
    assert unusual != whole
    for end in range(len(unusual) + 1):
        data = unusual[:end]
        assert outcome(loads, data) == outcome(the_general_path, data)


@pytest.mark.parametrize(
    ("usual", "other"),
    [
        (b"\x1d__kIM", b"\x1d__KIM"),  # another attribute
        (b"\x08NSNumber\x00", b"\x08NSNumber\x01"),
        (b"\x9b\x9b\x05\x86", b"\x9b\x9b\x81\x05\x00\x86"),  # a number of two bytes
        (b"\x9b\x9b\x05\x86", b"\x9b\x9b\xff\x86"),  # a negative one
        (b"\x9b\x9b\x05\x86", b"\x9b\x9b\x85\x86"),  # none
        (b"\x9b\x9b\x05\x86", b"\x9b\x9b\x05\x9b\x06\x86"),  # two
    ],
)
def test_a_part_numbered_like_no_other_is_read_all_the_same(
    usual: bytes, other: bytes
) -> None:
    whole = body({PART: 5, "a": "b"}, {PART: 5})
    unusual = whole.replace(usual, other)
    assert unusual != whole
    for end in range(len(unusual) + 1):
        data = unusual[:end]
        assert outcome(loads, data) == outcome(the_general_path, data)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (b"\x92\x84\x95\x95\x00\x86", ""),
        (b"\x92\x84\x95\x95\x02ab\x86", "ab"),
        (b"\x92\x84\x95\x95\x01\xff\x86", "\ufffd"),
        (b"\x92\x84\x95\x95\x7f" + b"a" * 127 + b"\x86", "a" * 127),
        # Read as a length, 0x81 would end before that last byte.
        (
            b"\x92\x84\x95\x95\x81\x80\x00" + b"a" * 127 + b"\x86" * 2,
            "a" * 127 + "\ufffd",
        ),
        (b"\x92\x84\x95\x84\x01+\x01a\x86", "a"),
        (b"\x92\x84\x81\x95\xff\x95\x01a\x86", "a"),
        (
            b"\x92\x84\x93\x95\x01a\x86",
            GenericObject(classes=(ClassInfo("Odd", 0),), groups=((b"a",),)),
        ),
        (b"\x92\x94", "x"),
        (b"\x92\x81\x94\xff", "x"),
        (b"\x92\x85", None),
    ],
)
def test_an_object_is_read_with_or_without_a_shortcut(
    groups: bytes, expected: object
) -> None:
    data = behind_a_string(groups)
    found = loads(data)
    assert isinstance(found, GenericObject)
    assert found.groups == (("x",), (expected,))
    assert outcome(loads, data) == outcome(the_general_path, data)


@pytest.mark.parametrize(
    ("groups", "problem"),
    [
        (b"\x92\x84\x95\x95\x85\x86", "not its class's"),  # no bytes
        (b"\x92\x84\x95\x95\x01a\x95\x01b\x86", "not its class's"),  # twice
        (b"\x92\x84\x95\x92\x00\x86", "reference to nothing"),  # `@`, not `+`
        (b"\x92\x84\x94\x95\x01a\x86", "no class"),
        (b"\x92\x84\xb0\x95\x01a\x86", "reference to nothing"),
        (b"\x92\x84\x85", "without a class"),
        (b"\x92\x93", "no object"),
        (b"\x92\xb0", "reference to nothing"),
    ],
)
def test_what_a_shortcut_cannot_read_the_general_path_refuses(
    groups: bytes, problem: str
) -> None:
    with pytest.raises(TypedStreamError, match=problem):
        loads(behind_a_string(groups))


@pytest.mark.parametrize(
    ("encoding", "raw", "expected"),
    [
        (b"iI", b"\x00\x7f", (0, 127)),
        (b"iI", b"\x92\x92", (-110, 2**32 - 110)),
        (b"iI", b"\x05\x81\x80\x00", (5, 128)),
        (b"d", b"\x05", (5.0,)),
        (b"B", b"\x01", (1,)),
        (b"i@", b"\x05\x85", (5, None)),
        (b"%", b"\x84\x81\x80\x00" + b"a" * 128, ("a" * 128,)),
    ],
)
def test_groups_of_small_integers_and_all_others_are_read(
    encoding: bytes, raw: bytes, expected: tuple[Any, ...]
) -> None:
    first = b"\x84" + bytes([len(encoding)]) + encoding + raw
    found = loads(behind_a_string(first + b"\x96" + raw))
    assert isinstance(found, GenericObject)
    assert with_types(found.groups[1:]) == with_types((expected, expected))
    with pytest.raises(TypedStreamError, match="reserved"):
        loads(behind_a_string(b"\x84\x02iI\x05\x05\x96\x05\x80"))


def test_an_encoding_is_known_by_its_reference_once_it_is_read() -> None:
    decoder = Decoder(dumps("x"))
    decoder.read_stream()
    assert decoder._plans[0x92] is decoder_module._OBJECT
    assert decoder._plans[0x95] is decoder_module._TEXT


def test_an_encoding_far_down_the_table_is_found_again() -> None:
    names = b"\x84\x01%\x84\x01a" + b"".join(
        b"\x96\x84\x02" + bytes([65 + n // 26, 65 + n % 26]) for n in range(260)
    )
    # The table's places 266 and 267, which are no references of one byte.
    one, two = b"\x81\x9c\x00", b"\x81\x9d\x00"
    again = one + b"\x03" + two + b"\x04\x05" + one + b"\x06"
    found = loads(behind_a_string(names + b"\x84\x01i\x01\x84\x02iI\x01\x02" + again))
    assert isinstance(found, GenericObject)
    assert found.groups[-5:] == ((1,), (1, 2), (3,), (4, 5), (6,))


def test_a_short_string_too_deep_is_refused() -> None:
    def nested(depth: int) -> Any:
        return ("x", nested(depth - 1)) if depth else "y"

    assert loads(dumps(nested(63))) == nested(63)
    with pytest.raises(TypedStreamError, match="too deep"):
        loads(dumps(nested(64)))
    for depth in range(58, 65):
        data = body({"a": nested(depth)})
        assert outcome(loads, data) == outcome(the_general_path, data)


def test_what_stands_behind_the_stream_is_no_part_of_it() -> None:
    reader = ByteReader(b"ab")
    assert not reader.skip(b"ab\x85")
    assert reader.skip(b"ab")
    with pytest.raises(TruncatedStreamError):
        reader.byte()


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
VALUES = st.recursive(
    TEXTS
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.binary(max_size=9)
    | st.builds(lambda text: URL(relative=text), TEXTS),
    lambda inner: (
        st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(TEXTS, inner, max_size=4)
    ),
    max_leaves=12,
)
ATTRIBUTES = st.builds(
    lambda part, others: part | others,
    st.just({}) | st.fixed_dictionaries({PART: st.integers(-200, 200) | VALUES}),
    st.dictionaries(TEXTS, VALUES, max_size=4),
)


@pytest.mark.slow
@given(
    runs=st.lists(ATTRIBUTES, max_size=6),
    mutable=st.booleans(),
    changes=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=3),
    cut=st.integers(0, 10**6),
)
def test_any_body_is_what_the_general_path_gives_whole_and_damaged(
    runs: list[dict[str, Any]],
    mutable: bool,
    changes: list[tuple[int, int]],
    cut: int,
) -> None:
    whole = body(*runs, mutable=mutable)
    damaged = bytearray(whole)
    for place, value in changes:
        damaged[place % len(damaged)] = value
    for data in (whole, whole[: cut % len(whole)], bytes(damaged)):
        assert outcome(loads, data) == outcome(the_general_path, data)
