"""Binary property lists: what `plistlib` reads, or our error, whatever the bytes."""

from __future__ import annotations

import plistlib
import struct
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from langchain_imessage.decoding.archives import _binary_plists
from langchain_imessage.decoding.archives._binary_plists import BinaryPlist
from langchain_imessage.errors import DecodeError

EPOCH = datetime(2001, 1, 1)  # without a zone, as `plistlib` has it
WHOLE: dict[str, Any] = {
    "": [True, False, 0, -1, 255, 2**16, 2**40, -(2**63), 2**64 - 1],
    "texts": ["", "a", "long " * 9, "Grüße 👍", "ü" * 300],
    "data": [b"", b"x", b"x" * 70_000],
    "others": [1.5, EPOCH + timedelta(days=1.5), plistlib.UID(7), plistlib.UID(2**20)],
    "nested": {"a": {"b": [[], {}]}, "more": [{"a": n} for n in range(300)]},
}


def listed(*objects: bytes, top: int = 0, width: int = 1, wide: int = 2) -> bytes:
    """Write a list of objects that are bytes already."""
    blob = b"bplist00"
    places = b""
    for each in objects:
        places += len(blob).to_bytes(wide, "big")
        blob += each
    trailer = struct.pack(">6xBBQQQ", wide, width, len(objects), top, len(blob))
    return blob + places + trailer


def loads(blob: bytes) -> Any:
    """Put a list together as `plistlib` does, each of its objects once."""
    plist = BinaryPlist(blob)

    @cache
    def together(number: int) -> Any:
        place = plist.reference(number)
        if place is not None:
            return plistlib.UID(place)
        found = plist.read(number)
        if isinstance(found, tuple):
            return [together(item) for item in found]
        if isinstance(found, dict):
            return {key: together(item) for key, item in found.items()}
        return found

    return together(plist.top)


def binary(value: Any) -> bytes:
    return plistlib.dumps(value, fmt=plistlib.FMT_BINARY)


SCALARS = (
    st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=40)
    | st.binary(max_size=40)
    | st.datetimes(EPOCH, EPOCH + timedelta(days=36_500))
    | st.integers(0, 2**32).map(plistlib.UID)
)


@pytest.mark.slow
@given(
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner),
        max_leaves=60,
    )
)
@example([bytes(17)] * 2)  # which are written once
def test_what_plistlib_writes_is_read_as_plistlib_reads_it(value: Any) -> None:
    blob = binary(value)
    assert loads(blob) == plistlib.loads(blob)


def test_every_kind_of_object_and_width_of_number_is_read() -> None:
    assert loads(binary(WHOLE)) == plistlib.loads(binary(WHOLE))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 8])
def test_numbers_may_have_any_width(size: int) -> None:
    array = b"\xa2" + (1).to_bytes(size, "big") + (2).to_bytes(size, "big")
    blob = listed(array, b"\x10\x07", b"\x51a", width=size, wide=size)
    assert loads(blob) == plistlib.loads(blob) == [7, "a"]


@pytest.mark.parametrize(
    "written",
    [
        b"\x00",
        b"\x0f",
        *(bytes([0x10 + n]) + b"\xff" * (1 << n) for n in range(5)),
        b"\x22\x3f\xc0\0\0",
        b"\x5f\x10\x01a",
        b"\x5f\x11\x00\x01a",
        b"\x5f\x12\0\0\0\x01a",
        b"\x5f\x13\0\0\0\0\0\0\0\x01a",
        b"\x62\x00a\x00b",
    ],
)
def test_what_plistlib_never_writes_is_read_as_it_reads_it(written: bytes) -> None:
    assert loads(listed(written)) == plistlib.loads(listed(written))


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (b"\x01", "KeyError"),
        (b"\x70", "KeyError"),
        (b"\x21\0\0", "KeyError"),
        (b"\x32\0\0\0\0", "KeyError"),
        (b"\x33" + struct.pack(">d", 1e300), "OverflowError"),
        (b"\x33" + struct.pack(">d", float("nan")), "ValueError"),
        (b"\x15" + bytes(32), "KeyError"),
        (b"\x51\xff", "UnicodeDecodeError"),
        (b"\x62\xd8\0\xd8\0", "UnicodeDecodeError"),
        (b"\x5f\x14", "KeyError"),
        (b"\x5f\x50a", "KeyError"),
        (b"\x5f\x13" + b"\xff" * 8, "overlap"),
        (b"\xdf\x13" + b"\xff" * 8, "overlap"),
        (b"\x4e", "ends outside"),
        (b"\xa1\x05", "outside of its list"),
        (b"\xd1\0\0", "than a text"),
        (b"\xd1\x05\0", "a text outside"),
    ],
)
def test_what_is_no_object_is_refused(written: bytes, why: str) -> None:
    with pytest.raises(DecodeError, match=why):
        loads(listed(written))


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"bplist00",
        b"bplist01" + listed(b"\x09")[8:],
        listed(b"\x09", top=1),
        listed(b"\xa0", width=0),
        listed(b"\x09", wide=2)[:-26] + b"\0" + listed(b"\x09", wide=2)[-25:],
        b"bplist00" + struct.pack(">6xBBQQQ", 8, 1, 2**61, 0, 8),
        b"bplist00" + struct.pack(">6xBBQQQ", 1, 1, 1, 0, 2**63),
    ],
)
def test_what_is_no_list_is_refused(blob: bytes) -> None:
    with pytest.raises(DecodeError):
        loads(blob)


def test_objects_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_binary_plists, "MAX_OBJECTS", 2)
    assert loads(binary(["a"])) == ["a"]
    with pytest.raises(DecodeError, match="too many objects"):
        BinaryPlist(binary(["a", "b"]))


def test_objects_within_each_other_make_no_more_than_there_is() -> None:
    nested = b"".join(
        b"\x4f\x11" + (4 * n).to_bytes(2, "big") for n in range(200, 0, -1)
    )
    blob = listed(nested)
    places = b"".join((8 + 4 * n).to_bytes(2, "big") for n in range(200))
    trailer = struct.pack(">6xBBQQQ", 2, 1, 200, 0, 8 + len(nested))
    plist = BinaryPlist(blob[: 8 + len(nested)] + places + trailer)
    with pytest.raises(DecodeError, match="overlap"):
        list(map(plist.read, range(200)))


def test_a_reference_may_be_long_and_is_no_other_object() -> None:
    plist = BinaryPlist(
        listed(b"\x80\x07", b"\x81\x01\x02", b"\x8f" + b"\xff" * 16, b"\x09")
    )
    found = [plist.reference(number) for number in range(4)]
    assert found == [7, 0x102, 2**128 - 1, None]
    for number in (0, 9):
        with pytest.raises(DecodeError):
            plist.read(number)
    with pytest.raises(DecodeError):
        plist.reference(9)


def test_cut_anywhere_it_is_refused_and_a_gap_does_no_harm() -> None:
    value = {"a": [1, "b", b"c", 2.5, {"d": plistlib.UID(3)}], "long " * 9: "ü"}
    whole = binary(value)
    assert loads(whole) == value
    for end in range(len(whole)):
        with pytest.raises(DecodeError):
            loads(whole[:end])
    gap = whole[:-32] + b"gap" + whole[-32:]
    assert loads(gap) == plistlib.loads(gap) == value


@given(
    changes=st.lists(
        st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=5
    ),
    tail=st.binary(max_size=40),
)
def test_any_damage_gives_objects_or_our_error(
    changes: list[tuple[int, int]], tail: bytes
) -> None:
    damaged = bytearray(
        binary({"a": ["b", {"c": "d"}, 2.5], "e": b"f" * 20, "g": plistlib.UID(1)})
    )
    for place, value in changes:
        damaged[place % len(damaged)] = value
    blob = bytes(damaged) + tail
    try:
        plist = BinaryPlist(blob)
        for number in range(20):
            plist.reference(number)
            plist.read(number)
    except DecodeError:
        return
