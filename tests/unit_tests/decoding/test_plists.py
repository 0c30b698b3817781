"""Property lists and keyed archives: a value or our error, whatever the bytes."""

from __future__ import annotations

import plistlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_imessage.decoding import _plists
from langchain_imessage.decoding._plists import CLASS, load_archive, load_plist
from langchain_imessage.errors import DecodeError
from langchain_imessage.testing._payloads import Archived, archive, url

UID = plistlib.UID


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
    assert load_archive(archive(value)) == {
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
    assert load_archive(archive([made])) == [expected]


def test_a_key_that_is_no_text_is_written_as_one() -> None:
    made = Archived(
        name="NSDictionary", fields={"NS.keys": [None, 7], "NS.objects": ["a", "b"]}
    )
    assert load_archive(
        keyed(
            [
                {
                    CLASS: UID(2),
                    "NS.keys": [UID(0), UID(3)],
                    "NS.objects": [UID(4), UID(5)],
                },
                {"$classname": "NSDictionary"},
                7,
                "a",
                "b",
            ]
        )
    ) == {"None": "a", 7: "b"}
    assert made.name == "NSDictionary"


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"junk",
        plistlib.dumps([1]),
        plistlib.dumps({"$objects": []}),
        keyed([]),
        keyed([[UID(1)]]),
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
    ],
)
def test_what_is_no_archive_is_refused(blob: bytes) -> None:
    with pytest.raises(DecodeError):
        load_archive(blob)


def test_what_is_referred_to_often_is_put_together_once() -> None:
    doubling = [[UID(n + 2), UID(n + 2)] for n in range(40)]
    found = load_archive(keyed([*doubling, "end"]))
    for _ in range(40):
        found = found[0]
    assert found == "end"


def test_sizes_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_plists, "MAX_VALUES", 5)
    with pytest.raises(DecodeError, match="too many"):
        load_archive(archive(list("abcdef")))
    monkeypatch.setattr(_plists, "MAX_BYTES", 5)
    with pytest.raises(DecodeError, match="longer"):
        load_plist(plistlib.dumps({}))


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
        load_archive(bytes(damaged))
    except DecodeError:
        return
