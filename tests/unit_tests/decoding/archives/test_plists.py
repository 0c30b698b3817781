"""Property lists and keyed archives: a value or our error, whatever the bytes."""

from __future__ import annotations

import plistlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_imessage.decoding.archives import _keyed_archives as _archives
from langchain_imessage.decoding.archives import _plists
from langchain_imessage.decoding.archives._keyed_archives import CLASS, load_archive
from langchain_imessage.decoding.archives._plists import load_plist
from langchain_imessage.errors import DecodeError
from langchain_imessage.testing.database.blobs._payloads import Archived, archive, url

UID = plistlib.UID


class Every(frozenset[str]):
    """All names there are."""

    def __contains__(self, name: object) -> bool:
        return True


EVERY = Every()


def keyed(objects: list[Any], root: int = 1) -> bytes:
    return plistlib.dumps(
        {"$top": {"root": UID(root)}, "$objects": ["$null", *objects]},
        fmt=plistlib.FMT_BINARY,
    )


def instance(name: str, **fields: Any) -> Archived:
    return Archived(
        name=name, fields={k.replace("_", "."): v for k, v in fields.items()}
    )


def test_an_archive_comes_back_as_plain_values() -> None:
    value = {
        "text": "hello",
        "list": [1, 2.5, True, b"data", None],
        "url": url("https://example.com"),
        "nested": {"a": {"b": "c"}},
        "other": Archived(name="LPThing", fields={"title": "x"}),
    }
    assert load_archive(archive(value), EVERY) == {
        "text": "hello",
        "list": [1, 2.5, True, b"data", None],
        "url": "https://example.com",
        "nested": {"a": {"b": "c"}},
        "other": {"title": "x", CLASS: "LPThing"},
    }


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (instance("NSMutableString", NS_string="x"), "x"),
        (instance("NSString", NS_bytes=b"x\xff"), "x\ufffd"),
        (instance("NSAttributedString", NSString="x"), "x"),
        (instance("NSMutableData", NS_data=b"x"), b"x"),
        (instance("NSDate", NS_time=60), datetime(2001, 1, 1, 0, 1, tzinfo=UTC)),
        (instance("NSNull"), None),
        (
            instance("NSUUID", NS_uuidbytes=bytes(range(16))),
            "00010203-0405-0607-0809-0A0B0C0D0E0F",
        ),
        (
            instance("NSURL", NS_base=url("https://a.example/b/"), NS_relative="c"),
            "https://a.example/b/c",
        ),
    ],
)
def test_what_has_a_meaning_is_given_by_it(made: Archived, expected: object) -> None:
    assert load_archive(archive([made]), EVERY) == [expected]


def test_what_is_not_wanted_is_not_looked_at() -> None:
    damaged = Archived(name="NSURL", fields={})
    value = {
        "title": "x",
        "icon": damaged,
        "inner": Archived(name="LPThing", fields={"title": "y", "icon": damaged}),
    }
    assert load_archive(archive(value), {"title", "inner"}) == {
        "title": "x",
        "icon": None,
        "inner": {"title": "y", "icon": None, CLASS: "LPThing"},
    }
    assert load_archive(archive(value), {"icon"}) == {
        "title": None,
        "icon": None,
        "inner": None,
    }


@pytest.mark.parametrize(
    "odd",
    [
        instance("NSUUID", NS_uuidbytes=b"short"),
        instance("NSUUID"),
        instance("NSURL"),
        instance("NSURL", NS_relative=5),
        instance("NSDate", NS_time="never"),
        instance("NSDate", NS_time=1e300),
        instance("NSString", NS_string=5),
        instance("NSDictionary", NS_keys=5),
        instance("NSArray"),
    ],
)
def test_a_field_that_cannot_be_read_costs_itself_only(odd: Archived) -> None:
    found = load_archive(
        archive({"session": odd, "list": [odd, "b"], "an": "A"}), EVERY
    )
    assert found == {"session": None, "list": [None, "b"], "an": "A"}


def test_a_key_that_is_no_text_is_no_name() -> None:
    fields = {"NS.keys": [UID(0), UID(3), UID(4)], "NS.objects": [UID(4)] * 3}
    blob = keyed([{CLASS: UID(2), **fields}, {"$classname": "NSDictionary"}, 7, "a"])
    assert load_archive(blob, {"a", "7", "None"}) == {7: None, "a": "a"}


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"junk",
        plistlib.dumps([1]),
        plistlib.dumps({"$objects": []}),
        keyed([]),
        keyed([{CLASS: UID(0)}]),
        keyed([{CLASS: UID(9)}]),
        keyed([{CLASS: UID(2)}, {"$classname": "NSURL"}]),
        keyed(
            [
                {CLASS: UID(2), "NS.keys": [], "NS.objects": [UID(1)]},
                {"$classname": "NSDictionary"},
            ]
        ),
        keyed([[UID(n + 2)] for n in range(100)] + ["deep"]),
        keyed([UID(1)]),
        keyed([{CLASS: 2}, {"$classname": "X"}]),
        keyed([{CLASS: UID(2)}, {"$classname": 7}]),
        keyed([{CLASS: UID(2), "NS.objects": b"\1"}, {"$classname": "NSArray"}]),
        keyed([{CLASS: UID(2), "NS.data": 10**9}, {"$classname": "NSData"}]),
        keyed([{CLASS: UID(2), "NS.bytes": 10**9}, {"$classname": "NSString"}]),
        keyed([{CLASS: UID(2), "NS.string": [1]}, {"$classname": "NSString"}]),
        keyed([{CLASS: UID(2), "NS.relative": [1]}, {"$classname": "NSURL"}]),
        keyed([{CLASS: UID(2), "NS.uuidbytes": [1] * 16}, {"$classname": "NSUUID"}]),
    ],
)
def test_what_is_no_archive_is_refused(blob: bytes) -> None:
    with pytest.raises(DecodeError):
        load_archive(blob, EVERY)


def test_what_is_referred_to_often_is_put_together_once() -> None:
    doubling = [[UID(n + 2), UID(n + 2)] for n in range(40)]
    found = load_archive(keyed([*doubling, "end"]), EVERY)
    for _ in range(40):
        found = found[0]
    assert found == "end"


def test_sizes_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_plists, "MAX_VALUES", 5)
    with pytest.raises(DecodeError, match="too many"):
        load_archive(archive(list("abcdef")), EVERY)
    monkeypatch.setattr(_plists, "MAX_BYTES", 5)
    with pytest.raises(DecodeError, match="longer"):
        load_archive(archive({}), EVERY)
    with pytest.raises(DecodeError, match="longer"):
        load_plist(plistlib.dumps({}))


def test_what_is_made_of_one_long_text_is_limited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = {CLASS: UID(2), "NS.base": UID(3), "NS.relative": UID(4)}
    objects = [address, {"$classname": "NSURL"}, "x/" * 2000, "y", [UID(1)]]
    assert load_archive(keyed(objects, root=5), EVERY) == ["x/" * 2000 + "y"]
    many = [*objects[:4], [UID(1), *map(UID, range(6, 12))], *[address] * 6]
    blob = plistlib.dumps(
        {
            "$top": {"root": UID(5)},
            "$objects": ["$null", *(dict(o) if o is address else o for o in many)],
        },
        fmt=plistlib.FMT_BINARY,
    )
    with pytest.raises(DecodeError, match="longer than itself"):
        load_archive(blob, EVERY)
    monkeypatch.setattr(_archives, "MAX_GROWTH", 8)
    assert len(load_archive(blob, EVERY)) == 7
    monkeypatch.setattr(_archives, "MAX_ADDRESS", 4000)
    assert load_archive(blob, EVERY) == [None] * 7


@given(
    changes=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=5),
    cut=st.integers(0, 600),
)
def test_any_damage_gives_a_value_or_our_error(
    changes: list[tuple[int, int]], cut: int
) -> None:
    whole = archive({"a": [url("https://example.com")], "b": {"c": "d"}})
    damaged = bytearray(whole[: max(1, len(whole) - cut)])
    for place, value in changes:
        damaged[place % len(damaged)] = value
    try:
        load_archive(bytes(damaged), EVERY)
    except DecodeError:
        return


def test_of_a_binary_list_only_the_wanted_fields_are_read() -> None:
    value = {"a": {"a": 1, "b": [2]}, "b": {"a": 3}, "c": [{"a": 4, "b": 5}]}
    blob = bytearray(plistlib.dumps(value, fmt=plistlib.FMT_BINARY))
    assert load_plist(bytes(blob), {"a", "c"}) == {"a": {"a": 1}, "c": [{"a": 4}]}
    assert load_plist(bytes(blob)) == value
