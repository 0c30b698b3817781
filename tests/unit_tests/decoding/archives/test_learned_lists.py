"""A list that is read by its shape has the value the general reader gives it."""

from __future__ import annotations

import plistlib
import struct
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from langchain_imessage.decoding.archives import _learned_lists as learned_lists
from langchain_imessage.decoding.archives._keyed_archives import (
    learning_archives,
    load_archive,
)
from langchain_imessage.decoding.archives._plists import learning_plists, load_plist
from langchain_imessage.errors import DecodeError
from langchain_imessage.testing.database.blobs._payloads import Archived, archive, url

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WANTED = frozenset({"a", "b", "c", "d", "$a"})

_texts = st.text(max_size=20) | st.text("aé", min_size=200, max_size=300)
_leaves = st.fixed_dictionaries(
    {
        "text": _texts,
        "other": _texts,
        "data": st.binary(max_size=20) | st.binary(min_size=250, max_size=260),
        "real": st.floats(allow_nan=False),
        "number": st.integers(0, 2**40),
    }
)


def listed(value: Any) -> bytes:
    return plistlib.dumps(value, fmt=plistlib.FMT_BINARY)


_LISTS: tuple[Callable[[Any], Any], ...] = (
    lambda v: {"a": v["text"], "b": [v["data"], v["real"]], "no": v["other"]},
    lambda v: {"a": [{"b": v["data"], "c": v["real"]}] * 2, "no": {"x": v["number"]}},
    lambda v: {"a": v["text"], "b": v["text"], "c": v["number"], "d": True},
    lambda v: {v["text"]: v["other"], "a": {"b": {}, "c": [[], v["text"]]}},
    lambda v: [v["text"], v["other"], 0, "constant"],
    lambda v: {"no": v["data"], "neither": v["text"]},
)
_ARCHIVES: tuple[Callable[[Any], Any], ...] = (
    lambda v: {"a": v["text"], "b": url(v["other"]), "no": v["data"], "c": None},
    lambda v: Archived(name="Odd", fields={"a": v["text"], "b": [v["data"], 1, True]}),
    # What these are made of is not in the value as it is.
    lambda v: Archived(
        name="NSURL", fields={"NS.base": url(v["text"]), "NS.relative": v["other"]}
    ),
    lambda v: {"a": Archived(name="NSString", fields={"NS.bytes": v["data"]})},
    lambda v: {"a": Archived(name="NSDate", fields={"NS.time": v["real"]})},
    lambda v: {"a": Archived(name="NSUUID", fields={"NS.uuidbytes": v["data"][:16]})},
    lambda v: {v["text"]: v["other"], "a": {v["other"]: v["text"]}},
    lambda v: {"a": Archived(name=v["text"] or "x", fields={"b": v["other"]})},
)


def outcome(load: Callable[[bytes], Any], blob: bytes) -> Any:
    """Return what a reader says, with its types; the error's for an error."""
    try:
        return repr(load(blob))
    except DecodeError as error:
        return type(error)


READERS: dict[str, tuple[Any, Any, Any, Any]] = {
    "lists": (_LISTS, listed, learning_plists, load_plist),
    "archives": (_ARCHIVES, archive, learning_archives, load_archive),
}


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=50, deadline=None)
@given(st.data())
def test_a_list_of_a_known_shape_is_read_as_any_other(
    reader: str, data: st.DataObject
) -> None:
    makers, write, learning, load = READERS[reader]
    learned = learning(WANTED)
    make = data.draw(st.sampled_from(makers))
    written = [write(make(data.draw(_leaves))) for _ in range(4)]
    for blob in written:
        for _ in range(2):
            found = outcome(learned.load, blob)
            assert found == outcome(partial(load, wanted=WANTED), blob)
    whole = data.draw(st.sampled_from(written))
    place = data.draw(st.integers(0, len(whole) - 1))
    gone = data.draw(st.integers(0, 3))
    damaged = whole[:place] + data.draw(st.binary(max_size=3)) + whole[place + gone :]
    found = outcome(learned.load, damaged)
    assert found == outcome(partial(load, wanted=WANTED), damaged)


def test_one_list_teaches_all_of_its_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    learned = learning_archives(WANTED)

    def blob(text: str, icon: bytes) -> bytes:
        return archive({"a": text, "b": url(f"https://example.com/{text}"), "no": icon})

    learned.load(blob("one", b"1"))
    expected = load_archive(blob("twö" * 20, b"22"), WANTED)
    monkeypatch.setattr(learned, "_load_any", None)
    assert learned.load(blob("twö" * 20, b"22")) == expected


def test_a_place_that_has_no_room_in_its_table_is_read_as_it_is_written() -> None:
    """A table is compared as one number, in which such a place would be carried over."""
    learned = learning_plists(WANTED)
    known = listed({"a": "x" * 20, "b": "end"})
    learned.load(known)
    table, trailer, more = known[-37:-32], known[-32:-8], 230
    carried = int.from_bytes(table, "big") + more
    objects = known[:-37].replace(bytes((20,)) + b"x" * 20, b"\xfa" + b"x" * 250)
    place = len(objects).to_bytes(8, "big")
    blob = objects + carried.to_bytes(5, "big") + trailer + place
    general = partial(load_plist, wanted=WANTED)
    assert outcome(learned.load, blob) == outcome(general, blob)
    assert outcome(general, blob) != repr({"a": "x" * 250, "b": "end"})


def test_what_can_be_changed_is_never_shared() -> None:
    learned = learning_plists(WANTED)
    same: list[Any] = ["x"]
    blob = listed({"a": {"b": same, "c": same}, "d": "text"})
    for _ in range(3):
        found = learned.load(blob)
        assert found == {"a": {"b": ["x"], "c": ["x"]}, "d": "text"}
        found["a"]["b"].clear()


def test_what_one_object_was_stays_one() -> None:
    """Versions that say the same share their text: by its identity that is known."""
    learned = learning_plists(WANTED)
    for raw in (b"one object" * 3, b"another one" * 3):
        found = learned.load(listed({"a": [{"b": raw}, {"b": raw}]}))
        assert found["a"][0]["b"] is found["a"][1]["b"]


def test_what_is_learned_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learned_lists, "MAX_LESSONS", 3)
    monkeypatch.setattr(learned_lists, "SELDOM", 8)
    monkeypatch.setattr(learned_lists, "MAX_SHAPES", 2)
    learned = learning_plists(WANTED)
    known = []
    for n in range(9):
        learned.load(listed({"a": n, "b": "text"}))
        known.append(sum(map(len, learned._shapes.values())))
    assert known == [1, 2, 1, 1, 1, 1, 1, 2, 2]
    monkeypatch.setattr(learned_lists, "MAX_LESSONS", 99)
    many = {f"k{n}": str(n) for n in range(99)}
    for value in (many, {"a": b"x" * learned_lists.MAX_LIST}, {"a": 1}):
        learned.load(listed(value))
        assert sum(map(len, learned._shapes.values())) == 2, "nothing worth knowing"
    monkeypatch.setattr(learned_lists, "MAX_KNOWN", 9)
    monkeypatch.setattr(learned, "_load_any", lambda _: "the general reader")
    assert learned.load(listed({"a": 7, "b": "text"})) == "the general reader"


def test_a_value_that_doubles_without_end_is_not_learned() -> None:
    """Compared as if each were a copy it would take longer than anybody waits."""
    value: list[Any] = ["x"]
    for _ in range(14):
        value = [value, value]
    learned = learning_plists(WANTED)
    learned.load(listed({"a": value}))
    assert not learned._shapes


def laid_out(objects: Sequence[bytes], *, in_table: Sequence[int] = ()) -> bytes:
    """Write a list, of which more objects begin so many bytes behind its table's start."""
    blob, places = b"bplist00", []
    for one in objects:
        places.append(len(blob))
        blob += one
    table = len(blob)
    places += [table + place for place in in_table]
    blob += b"".join(place.to_bytes(2, "big") for place in places)
    return blob + struct.pack(">6xBBQQQ", 2, 2, len(places), 0, table)


def test_what_stands_in_the_table_of_places_is_no_constant() -> None:
    """It changes with the length of what stands before it: from null to a boolean."""
    learned = learning_plists(WANTED)
    general = partial(load_plist, wanted=WANTED)
    for size in (20, 0x800, 0x900):
        text = b"\x5f\x11" + size.to_bytes(2, "big") + b"x" * size
        root = b"\xd2\0\1\0\2\0\3\0\5"
        blob = laid_out((root, b"\x51a", b"\x51b", text, b"\0"), in_table=[8])
        assert outcome(learned.load, blob) == outcome(general, blob)


def test_nothing_is_learned_of_more_objects_than_a_list_has() -> None:
    """To learn of so many takes minutes, and what they are the list itself says."""
    objects = [b"\xd1\0\1\0\2", b"\x51a", b"\x54text"]
    objects += [b"\0"] * learned_lists.MAX_OBJECTS
    learned = learning_plists(WANTED)
    assert learned.load(laid_out(objects)) == {"a": "text"}
    assert not learned._shapes
