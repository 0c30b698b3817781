"""The codec: the format's worked examples, every head byte, every class, every damage."""

from __future__ import annotations

import struct
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
    plain_text,
    salvage_text,
)
from langchain_imessage.typedstream import _decoder as decoder_module
from langchain_imessage.typedstream._decoder import Decoder
from langchain_imessage.typedstream._openings import BodyDecoder

HI = bytes.fromhex(
    "040b73747265616d747970656481e803840140848484194e534d757461626c65417474726962757465"
    "64537472696e67008484124e5341747472696275746564537472696e67008484084e534f626a656374"
    "0085928484840f4e534d757461626c65537472696e67018484084e53537472696e67019584012b0748"
    "6920f09f918b86840269490105928484840c4e5344696374696f6e6172790095840169019284989 8"
    "1d5f5f6b494d4d657373616765506172744174747269627574654e616d658692848484084e534e756d"
    "626572008484074e5356616c7565009584012a849b9b00868686".replace(" ", "")
)
MENTION = bytes.fromhex(
    "040b73747265616d747970656481e803840140848484194e534d757461626c65417474726962757465"
    "64537472696e67008484124e5341747472696275746564537472696e67008484084e534f626a656374"
    "0085928484840f4e534d757461626c65537472696e67018484084e53537472696e67019584012b0eef"
    "bfbc486920416e6e2c206f6b3f86840269490101928484840c4e5344696374696f6e61727900958401"
    "6902928498981d5f5f6b494d4d657373616765506172744174747269627574654e616d658692848484"
    "084e534e756d626572008484074e5356616c7565009584012a849b9b008692849898225f5f6b494d46"
    "696c655472616e73666572475549444174747269627574654e616d6586928498980961745f305f4755"
    "4944868699020392849a9b01929b92849d9e9f9b01868699030392849a9b02929b92a3928498981c5f"
    "5f6b494d4d656e74696f6e436f6e6669726d65644d656e74696f6e8692849898092b31353535303130"
    "30868699020586"
)
EXAMPLES = {"hi": HI, "mention": MENTION}
HEADER = b"\x04\x0bstreamtyped\x81\xe8\x03"
BIG_HEADER = b"\x04\x0btypedstream\x81\x03\xe8"
LENGTHS = (1, 31, 32, 126, 127, 128, 255, 256, 32767, 32768, 70000)


def body(text: str, **options: Any) -> bytes:
    units = len(text.encode("utf-16-le")) // 2
    runs = (Run(length=units, attributes={PART: 0}),) if text else ()
    return dumps(AttributedString(text=text, runs=runs), **options)


def group(encoding: bytes, *values: bytes) -> bytes:
    return b"\x84" + bytes([len(encoding)]) + encoding + b"".join(values)


def an_object(name: bytes, groups: bytes, *, header: bytes = HEADER) -> bytes:
    """A stream of one object of one class and no superclass."""
    definition = b"\x84\x84" + bytes([len(name)]) + name + b"\x00\x85"
    return header + b"\x84\x01@\x84" + definition + groups + b"\x86"


def values(encoding: bytes, *raw: bytes, header: bytes = HEADER) -> tuple[Any, ...]:
    """The values of one group, kept by an object of an unknown class."""
    found = loads(an_object(b"Odd", group(encoding, *raw), header=header))
    assert isinstance(found, GenericObject)
    return found.groups[0]


def test_the_first_example_is_read_and_written_byte_for_byte() -> None:
    found = loads(HI)

    assert found == AttributedString(
        text="Hi 👋", runs=(Run(length=5, attributes={PART: 0}),)
    )
    assert dumps(found) == HI


def test_the_second_example_is_read_and_written_byte_for_byte() -> None:
    found = loads(MENTION)

    assert isinstance(found, AttributedString)
    mention = {PART: 1, "__kIMMentionConfirmedMention": "+15550100"}
    file = {PART: 0, "__kIMFileTransferGUIDAttributeName": "at_0_GUID"}
    assert list(found.slices()) == [
        ("\ufffc", file),
        ("Hi ", {PART: 1}),
        ("Ann", mention),
        (", ok?", {PART: 1}),
    ]
    assert dumps(found) == MENTION


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_stream_cut_anywhere_is_truncated(name: str) -> None:
    whole = EXAMPLES[name]
    for end in range(len(whole)):
        with pytest.raises(TruncatedStreamError) as caught:
            loads(whole[:end])
        assert caught.value.offset is not None
        assert isinstance(caught.value, EOFError)


@pytest.mark.parametrize("name", EXAMPLES)
def test_bytes_behind_the_root_object_are_ignored(name: str) -> None:
    whole = EXAMPLES[name]
    assert loads(whole + b"\x86\x00tail") == loads(whole)


@pytest.mark.parametrize("mutable", [True, False])
def test_the_shortcut_at_the_opening_changes_nothing(mutable: bool) -> None:
    for text in ("", "x", "longer, with 👋", "y" * 40_000):
        data = body(text, mutable=mutable)
        assert Decoder(data).read_stream() == loads(data)


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("border", ["x", "é", "漢", "👋"])
def test_every_length_comes_back(length: int, border: str) -> None:
    text = "a" * (length - 1) + border
    for mutable in (True, False):
        data = body(text, mutable=mutable)
        found = loads(data)
        assert isinstance(found, AttributedString)
        assert found.text == text
        assert found == Decoder(data).read_stream()
        assert plain_text(data) == text


@pytest.mark.parametrize(
    ("encoding", "raw", "expected"),
    [
        (b"i", b"\x00", 0),
        (b"i", b"\x7f", 127),
        (b"i", b"\x92", -110),
        (b"i", b"\xff", -1),
        (b"i", b"\x81\x80\x00", 128),
        (b"i", b"\x81\xff\xff", -1),
        (b"I", b"\x81\xff\xff", 65535),
        (b"S", b"\xff", 2**16 - 1),
        (b"I", b"\xff", 2**32 - 1),
        (b"L", b"\x92", 2**32 - 110),
        (b"Q", b"\xff", 2**64 - 1),
        (b"Q", b"\x7f", 127),
        (b"Q", b"\x81\x80\x00", 128),
        (b"Q", b"\x81\xff\x00", 255),
        (b"l", b"\x82\x40\x9c\x00\x00", 40000),
        (b"q", b"\x87" + (2**40).to_bytes(8, "little"), 2**40),
        (b"Q", b"\x87" + b"\xff" * 8, 2**64 - 1),
        (b"s", b"\x81\x00\x80", -32768),
        (b"c", b"\xff", -1),
        (b"c", b"\x84", -124),
        (b"C", b"\x84", 0x84),
        (b"B", b"\x01", 1),
        (b"f", b"\x83" + struct.pack("<f", 1.5), 1.5),
        (b"d", b"\x83" + struct.pack("<d", -2.25), -2.25),
        (b"d", b"\x05", 5.0),
        (b"%", b"\x84\x02ab", "ab"),
        (b":", b"\x85", None),
        (b"*", b"\x85", None),
        (b"*", b"\x84\x84\x02ab", "ab"),
        (b"+", b"\x02ab", b"ab"),
        (b"+", b"\x85", None),
        (b"@", b"\x85", None),
        (b"#", b"\x85", ()),
        (b"#", b"\x84\x84\x01X\x07\x85", (ClassInfo("X", 7),)),
        (b"[3c]", b"abc", b"abc"),
        (b"[2i]", b"\x01\x02", (1, 2)),
        (b"[0c]", b"", b""),
        (b"{P=ic}", b"\x01\x02", (1, 2)),
        (b"{i[2C]}", b"\x01ab", (1, b"ab")),
        (b"[2{ii}]", b"\x01\x02\x03\x04", ((1, 2), (3, 4))),
    ],
)
def test_every_type_is_read(encoding: bytes, raw: bytes, expected: object) -> None:
    assert values(encoding, raw) == (expected,)


def test_a_big_endian_stream_is_read() -> None:
    assert values(b"i", b"\x81\x01\x00", header=BIG_HEADER) == (256,)
    number = b"\x83" + struct.pack(">d", 0.5)
    assert values(b"d", number, header=BIG_HEADER) == (0.5,)


@pytest.mark.parametrize("head", {*range(0x80, 0x92)} - {0x81, 0x82, 0x87})
def test_reserved_head_bytes_are_no_integers(head: int) -> None:
    with pytest.raises(TypedStreamError, match="reserved"):
        values(b"i", bytes([head]), b"\0" * 16)


@pytest.mark.parametrize(
    "value",
    [
        "text",
        "",
        0,
        -1,
        2**31,
        -(2**63),
        True,
        False,
        0.1,
        -1e300,
        b"",
        b"bplist00" * 200,
        (1, "two", (3.5,)),
        (),
        {"a": 1, "b": {"c": "d"}},
        {},
        URL(relative="https://example.com"),
        URL(base=URL(relative="https://example.com"), relative="page"),
        Date(seconds=720845450.5),
    ],
)
def test_every_foundation_class_comes_back(value: Any) -> None:
    found = loads(dumps(value))
    assert found == value
    assert type(found) is type(value)


def test_a_value_without_a_class_is_refused() -> None:
    with pytest.raises(TypeError, match="nothing archives a object"):
        dumps(object())  # type: ignore[arg-type]
    with pytest.raises(OverflowError):
        dumps(2**64)


def test_sets_are_tuples_and_mutable_classes_are_their_parents() -> None:
    data = an_object(b"NSSet", group(b"I", b"\x01") + group(b"@", b"\x85"))
    assert loads(data) == (None,)
    above = b"\x84\x84\x08NSString\x01\x85"
    data = (
        HEADER + b"\x84\x01@\x84\x84\x84\x06NSMine\x00" + above + group(b"+", b"\x01x")
    )
    assert loads(data + b"\x86") == "x"


def test_an_unknown_class_keeps_its_groups() -> None:
    found = loads(an_object(b"NSUUID", group(b"[2c]", b"ab") + group(b"i", b"\x05")))
    assert found == GenericObject(
        classes=(ClassInfo("NSUUID", 0),), groups=((b"ab",), (5,))
    )
    below = b"\x84\x84\x03Odd\x02" + b"\x84\x84\x04Base\x01\x85"
    found = loads(HEADER + b"\x84\x01@\x84" + below + b"\x86")
    assert isinstance(found, GenericObject)
    assert found.classes == (ClassInfo("Odd", 2), ClassInfo("Base", 1))


def test_references_beyond_one_byte_are_read() -> None:
    attributes = {f"key {n}": f"value {n}" for n in range(400)}
    runs = tuple(
        Run(length=1, attributes={**attributes, PART: n, "same": "value 399"})
        for n in range(3)
    )
    value = AttributedString(text="abc", runs=runs)
    assert loads(dumps(value)) == value


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "wanted"),
        (b"bplist00" + b"\0" * 20, "wanted"),
        (b"\x03" + HI[1:], "not a typedstream"),
        (HEADER.replace(b"\xe8\x03", b"\xe9\x03") + HI[16:], "system version"),
        (HEADER + b"\x85", "without a type"),
        (HEADER + group(b"@@", b"\x85\x85"), "one object"),
        (HEADER + group(b"@", b"\x92"), "reference to nothing"),
        (HEADER + group(b"@", b"\x84\x85"), "without a class"),
        (HEADER + group(b"@", b"\x84\x84\x85"), "without a name"),
        (HEADER + b"\x99", "reference to nothing"),
        (an_object(b"Odd", group(b"@", b"\x92")), "no object"),
        (an_object(b"Odd", group(b"@", b"\x93")), "no object"),
        (an_object(b"Odd", group(b"*", b"\x93")), "no C string"),
        (an_object(b"Odd", group(b"#", b"\x92")), "no class"),
        (an_object(b"Odd", group(b"^", b"\x00")), "do not have"),
        (an_object(b"Odd", group(b"[i]", b"\x00")), "without a length"),
        (an_object(b"Odd", group(b"[2i", b"\x00")), "does not end"),
        (an_object(b"Odd", group(b"[9{}]", b"")), "struct of nothing"),
        (an_object(b"Odd", group(b"[9[0c]]", b"")), "array of nothing"),
        (an_object(b"Odd", group(b"[99i]", b"\0" * 9)), "longer than the stream"),
        (an_object(b"Odd", group(b"[99c]", b"\0" * 9)), "wanted"),
        (an_object(b"Odd", group(b"{" * 20 + b"i" + b"}" * 20, b"\0")), "too deep"),
        (an_object(b"Odd", group(b"i" * 65, b"\0" * 65)), "65 bytes"),
        (an_object(b"NSString", group(b"i", b"\x01")), "not its class's"),
        (an_object(b"NSNumber", b""), "not its class's"),
        (an_object(b"NSData", group(b"i", b"\x05") + group(b"[1c]", b"x")), "class's"),
        (an_object(b"NSArray", group(b"i", b"\x05")), "not its class's"),
        (
            an_object(b"NSArray", group(b"i", b"\x02") + group(b"@@", b"\x85\x85")),
            "not its class's",
        ),
        (
            an_object(
                b"NSDictionary",
                group(b"d", b"\x83" + struct.pack("<d", 0.5)) + group(b"@", b"\x85"),
            ),
            "not its class's",
        ),
        (
            an_object(
                b"NSDictionary",
                group(b"i", b"\x01") + group(b"@", b"\x85") + b"\x92\x85",
            ),
            "not its class's",
        ),
        (an_object(b"NSURL", group(b"c", b"\x00") + b"\x92\x85"), "not its class's"),
        (an_object(b"NSAttributedString", group(b"@", b"\x85")), "not its class's"),
        (
            an_object(
                b"NSURL", group(b"c", b"\x01") + group(b"@", b"\x85") + b"\x92\x85"
            ),
            "not its class's",
        ),
    ],
)
def test_what_breaks_the_grammar_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(TypedStreamError, match=problem) as caught:
        loads(data)
    assert caught.value.offset is not None


def test_an_attributed_string_whose_runs_are_none_is_refused() -> None:
    text = group(b"@", b"\x84\x84\x84\x08NSString\x01\x85" + group(b"+", b"\x01x\x86"))
    empty = b"\x84\x84\x84\x0cNSDictionary\x00\x85" + group(b"i", b"\x00") + b"\x86"
    no_attributes = group(b"@", empty)
    for runs in (
        group(b"iI", b"\x01\x01"),
        group(b"iI", b"\x01\x01") + b"\x92\x85",
        group(b"i", b"\x01"),
        group(b"i@", b"\x01\x85") + no_attributes,
    ):
        with pytest.raises(TypedStreamError, match="not its class's"):
            loads(an_object(b"NSAttributedString", text + runs))


def test_depth_classes_and_groups_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    nested: Any = ()
    for _ in range(70):
        nested = (nested,)
    with pytest.raises(TypedStreamError, match="too deep"):
        loads(dumps(nested))
    chain = b"".join(b"\x84\x84\x02C" + bytes([65 + n]) + b"\0" for n in range(40))
    with pytest.raises(TypedStreamError, match="too many"):
        loads(HEADER + b"\x84\x01@\x84" + chain + b"\x85\x86")
    monkeypatch.setattr(decoder_module, "_GROUPS_AT", [range(2)] * 9)
    with pytest.raises(TypedStreamError, match="too many values in one object"):
        loads(an_object(b"Odd", group(b"i", b"\1") + b"\x94\1\x94\1\x94\1"))
    monkeypatch.setattr(decoder_module, "_GROUPS_AT", [range(9)] * 9)
    monkeypatch.setattr(decoder_module, "MAX_GROUPS", 4)
    with pytest.raises(TypedStreamError, match="too many values in one stream"):
        loads(an_object(b"Odd", group(b"i", b"\1") + b"\x94\1\x94\1\x94\1\x94\1"))


def test_a_stack_that_is_nearly_full_is_our_error_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def exhausted(_: BodyDecoder) -> None:
        raise RecursionError

    monkeypatch.setattr(BodyDecoder, "root", exhausted)
    with pytest.raises(TypedStreamError, match="stack"):
        loads(an_object(b"Odd", group(b"i", b"\1")))  # no body of a known shape


def test_no_repr_shows_words() -> None:
    shown = repr(loads(HI)) + repr(URL(relative="secret")) + repr(loads(MENTION))
    for word in ("Hi", "secret", "Ann", "5550100"):
        assert word not in shown


def test_plain_text_reads_nothing_but_plain_bodies() -> None:
    assert plain_text(HI) == "Hi 👋"
    for other in (MENTION, b"", HI[:150], body(""), dumps("x"), HI + b"\0"):
        assert plain_text(other) is None
    assert plain_text(HI.replace(b"\x01\x05\x92", b"\x01\x04\x92")) is None
    assert plain_text(HI.replace(b"\x9b\x9b\x00\x86", b"\x9b\x9b\x01\x86")) is None
    assert plain_text(HI.replace(b"Hi ", b"H\xff ")) is None
    assert plain_text(HI.replace(b"\x01\x05\x92", b"\x01\x05\x00\x92")) is None


def test_salvage_finds_what_is_left_of_a_text() -> None:
    whole = body("these words survive 👋")
    assert salvage_text(whole[:-30]) == "these words survive 👋"
    start = whole.index(b"these")
    assert salvage_text(whole[: start + 11]) == "these words"
    assert (
        salvage_text(whole[: whole.index("👋".encode()) + 2]) == "these words survive "
    )
    long = body("x" * 300)
    assert salvage_text(long[:-90]) == "x" * 300
    assert salvage_text(long[: long.index(b"+\x81") + 2]) is None


@pytest.mark.parametrize("mutable", [True, False])
@pytest.mark.parametrize("length", [17, 18, 19, 24, 40, 90, 127])
def test_what_is_salvaged_ends_where_the_text_ends(length: int, mutable: bool) -> None:
    """The text's length byte is too large: the archive behind it is no text."""
    whole = body("sixteen letters!", mutable=mutable)
    place = whole.index(b"\x10sixteen")
    damaged = whole[:place] + bytes((length,)) + whole[place + 1 :]
    assert salvage_text(damaged) == "sixteen letters!"


@pytest.mark.parametrize("length", [30, 60, 90, 127])
def test_a_text_that_cannot_be_told_from_the_archive_is_none(length: int) -> None:
    whole = body("sixteen letters!").replace(b"\x86\x84\x02iI", b"\x86\x84\x02iJ")
    place = whole.index(b"\x10sixteen")
    damaged = whole[:place] + bytes((length,)) + whole[place + 1 :]
    assert salvage_text(damaged) is None or "NS" not in str(salvage_text(damaged))
    assert "__kIM" not in str(salvage_text(damaged))


def test_salvage_finds_nothing_where_there_is_nothing() -> None:
    for data in (b"", b"junk", HEADER, HI[:100], b"bplist00\x84\x01+\x03abc"):
        assert salvage_text(data) is None


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(text=TEXTS, mutable=st.booleans())
def test_any_text_comes_back(text: str, mutable: bool) -> None:
    data = body(text, mutable=mutable)
    found = loads(data)
    assert isinstance(found, AttributedString)
    assert found.text == text
    assert found == Decoder(data).read_stream()
    assert plain_text(data) == (text or None)


@pytest.mark.slow
@given(
    pieces=st.lists(
        st.tuples(
            TEXTS,
            st.dictionaries(
                TEXTS, TEXTS | st.integers(-(2**63), 2**63 - 1) | st.booleans()
            ),
        ),
        max_size=20,
    )
)
def test_any_number_of_runs_comes_back(
    pieces: list[tuple[str, dict[str, Any]]],
) -> None:
    runs = tuple(
        Run(length=len(text.encode("utf-16-le")) // 2, attributes=attributes)
        for text, attributes in pieces
    )
    value = AttributedString(text="".join(text for text, _ in pieces), runs=runs)
    found = loads(dumps(value))
    assert found == value
    assert isinstance(found, AttributedString)
    assert [text for text, _ in found.slices()] == [text for text, _ in pieces]


def check_invariants(data: bytes) -> None:
    """A value or our error; and the shortcuts never contradict the decoder."""
    quick = plain_text(data)
    salvage_text(data)
    try:
        found = loads(data)
    except TypedStreamError:
        assert quick is None
        return
    if quick is not None:
        assert found == Decoder(data).read_stream()
        assert isinstance(found, AttributedString)
        assert found.text == quick


@given(data=st.binary(max_size=200))
def test_any_bytes_give_a_value_or_our_error(data: bytes) -> None:
    check_invariants(data)
    check_invariants(HEADER + data)
    check_invariants(HI[:119] + data)


@given(
    example=st.sampled_from([HI, MENTION, body("x" * 200, mutable=False)]),
    changes=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=4),
    cut=st.integers(0, 400),
    tail=st.binary(max_size=4),
)
def test_any_damage_gives_a_value_or_our_error(
    example: bytes, changes: list[tuple[int, int]], cut: int, tail: bytes
) -> None:
    damaged = bytearray(example[: max(1, len(example) - cut)])
    for place, value in changes:
        damaged[place % len(damaged)] = value
    check_invariants(bytes(damaged) + tail)


def test_the_oracle_agrees_on_text_and_runs() -> None:
    oracle = pytest.importorskip("typedstream")
    for data in (HI, MENTION, body("y" * 500), body("漢字", mutable=False)):
        theirs, ours = oracle.unarchive_from_data(data), loads(data)
        assert isinstance(ours, AttributedString)
        assert ours.text == theirs.contents[0].value.value
