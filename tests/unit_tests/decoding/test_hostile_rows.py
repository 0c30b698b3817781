"""What a blob costs is bounded by its size: memory by 64 MB and 20 times it, work by it.

Each hostile blob is made in two sizes. Memory is measured as Python's own; work as the
number of calls and lines, which must grow with the size and no faster. Nothing is timed.
"""

from __future__ import annotations

import base64
import json
import plistlib
import sys
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.decoding._attributed_body import parse_body, text_body
from langchain_imessage.decoding._summary_info import parse_summary_info
from langchain_imessage.decoding._text_marks import LINK
from langchain_imessage.decoding.archives._plists import load_plist
from langchain_imessage.decoding.balloons._balloon import parse_balloon
from langchain_imessage.errors import DecodeError
from langchain_imessage.testing import LINK as LINK_BUNDLE
from langchain_imessage.testing import POLL, archive_body
from langchain_imessage.typedstream import PART, URL, AttributedString, Run, dumps

if TYPE_CHECKING:
    from collections.abc import Callable

UID = plistlib.UID
HEADER = b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@"
ODD = b"\x84\x84\x84\x03Odd\x00\x85"
BOLD, ITALIC = (
    {PART: 0, f"__kIMText{name}AttributeName": 1} for name in ("Bold", "Italic")
)


def binary(value: Any) -> bytes:
    return plistlib.dumps(value, fmt=plistlib.FMT_BINARY)


def summary(items: list[Any]) -> bytes:
    return binary({"ec": {"0": items}})


def one_version_listed_often(size: int) -> bytes:
    return summary([{"t": archive_body("a" * size), "d": 1.0}] * size)


def one_text_in_many_versions(size: int) -> bytes:
    text = archive_body("a" * size)
    return summary([{"t": text, "d": float(n)} for n in range(size // 8)])


def a_date_that_is(value: object) -> Callable[[int], bytes]:
    def made(size: int) -> bytes:
        odd = value * size if isinstance(value, str | bytes | list) else value
        return summary([{"t": archive_body("a"), "d": odd}])

    return made


def letters_styled_one_by_one(size: int) -> bytes:
    runs = tuple(
        Run(length=1, attributes=(BOLD, ITALIC)[n % 2]) for n in range(size // 4)
    )
    return dumps(AttributedString(text="a" * (size // 4), runs=runs))


def reference(index: int) -> bytes:
    value = index - 110
    if value < 128:
        return bytes([value & 0xFF])
    return b"\x81" + value.to_bytes(2, "little", signed=True)


def links_on_one_base(size: int) -> bytes:
    """Archive runs whose links are built on one long base, which is there once."""
    base = URL(relative="https://e.example/" + "x" * (size // 2))
    runs = tuple(
        Run(length=1, attributes={PART: 0, LINK: URL(base=base, relative=str(n))})
        for n in range(min(size // 100, 400))
    )
    return dumps(AttributedString(text="a" * len(runs), runs=runs))


def url_chain(size: int) -> bytes:
    """Archive addresses each of which is the base of many others."""
    count = min(size // 60, 4000)
    classes = ["$null", {"$classname": "NSURL"}, "x/" * (size // 4), "y"]
    base = {"$class": UID(1), "NS.base": UID(0), "NS.relative": UID(2)}
    one = {"$class": UID(1), "NS.base": UID(4), "NS.relative": UID(3)}
    urls: list[Any] = [dict(one) for _ in range(count)]
    root = {"title": [UID(5 + n) for n in range(count)]}
    objects = [*classes, base, *urls, root]
    return binary({"$top": {"root": UID(len(objects) - 1)}, "$objects": objects})


def slots(size: int) -> bytes:
    return dumps("\ufffc" * (size // 3))


def words_between_slots(size: int) -> bytes:
    return dumps("a\ufffc" * (size // 4))


def small_groups(size: int) -> bytes:
    return HEADER + ODD + b"\x84\x01c\x01" + b"\x94\x01" * (size // 2) + b"\x86"


def objects_within(size: int) -> bytes:
    inner = b"\x92\x84\x93" + b"\x94\x01" * 2000 + b"\x86"
    many = inner * (size // len(inner))
    return HEADER + ODD + b"\x84\x01c\x01" + many + b"\x86"


def empty_objects(size: int) -> bytes:
    many = b"\x92\x84\x93\x86" * (size // 4)
    return HEADER + ODD + b"\x84\x01c\x01" + many + b"\x86"


def runs_that_go_back(size: int) -> bytes:
    """Archive runs of a negative length, so that each would show the text again."""
    text = "a" * (size // 2)
    body = dumps(AttributedString(text=text, runs=(Run(length=1, attributes=BOLD),)))
    forth, back = (
        b"\x82" + (size // 2).to_bytes(4, "little"),
        b"\x82" + bytes(3) + b"\x80",
    )
    again = b"\x99\x01" + forth + b"\x84\x02ii\x01" + back
    return body[:-1] + again * (size // 40) + b"\x86"


def strings_that_overlap(size: int) -> bytes:
    """Make a list whose many objects are one long text, each time anew."""
    count = min(size // 4, 60_000)
    text = b"\x5f\x12" + (size).to_bytes(4, "big") + b"a" * size
    listed = b"\xaf\x12" + count.to_bytes(4, "big")
    listed += b"".join((n + 1).to_bytes(2, "big") for n in range(count))
    places = [8 + len(text)] + [8] * count
    table = b"".join(place.to_bytes(4, "big") for place in places)
    start = 8 + len(text) + len(listed)
    trailer = bytes(6) + bytes([4, 2]) + (count + 1).to_bytes(8, "big")
    return (
        b"bplist00"
        + text
        + listed
        + table
        + trailer
        + bytes(8)
        + start.to_bytes(8, "big")
    )


def doubling(size: int) -> bytes:
    objects: list[Any] = [[UID(n + 2)] * (size // 40) for n in range(20)]
    return binary({"$top": {"root": UID(1)}, "$objects": ["$null", *objects, "x"]})


def poll(size: int) -> bytes:
    item = {"orderedPollOptions": [[]] * (size // 4)}
    state = base64.urlsafe_b64encode(json.dumps({"item": item}).encode()).decode()
    return binary(
        {
            "$top": {"root": UID(1)},
            "$objects": [
                "$null",
                {"$class": UID(2), "NS.keys": [UID(3)], "NS.objects": [UID(4)]},
                {"$classname": "NSDictionary"},
                "URL",
                f"data:,{state}",
            ],
        }
    )


def balloon(bundle: str) -> Callable[[bytes], Any]:
    return lambda blob: parse_balloon(bundle, blob)


HOSTILE: dict[str, tuple[Callable[[bytes], Any], Callable[[int], bytes]]] = {
    "a version listed often": (parse_summary_info, one_version_listed_often),
    "a text in many versions": (parse_summary_info, one_text_in_many_versions),
    "a date of text": (parse_summary_info, a_date_that_is("a")),
    "a date of bytes": (parse_summary_info, a_date_that_is(b"a")),
    "a date of a list": (parse_summary_info, a_date_that_is([1])),
    "letters styled one by one": (parse_body, letters_styled_one_by_one),
    "links on one base": (parse_body, links_on_one_base),
    "slots": (parse_body, slots),
    "slots in a text column": (
        lambda b: text_body(b.decode("utf-8", "replace")),
        slots,
    ),
    "words between slots": (parse_body, words_between_slots),
    "small groups": (parse_body, small_groups),
    "objects within an object": (parse_body, objects_within),
    "empty objects": (parse_body, empty_objects),
    "runs that go back": (parse_body, runs_that_go_back),
    "texts that overlap": (load_plist, strings_that_overlap),
    "addresses on one base": (balloon(LINK_BUNDLE), url_chain),
    "lists that double": (balloon(LINK_BUNDLE), doubling),
    "an odd poll": (balloon(POLL), poll),
}


def decode(parse: Callable[[bytes], Any], blob: bytes) -> None:
    try:
        parse(blob)
    except DecodeError:
        return


def memory(parse: Callable[[bytes], Any], blob: bytes) -> int:
    tracemalloc.start()
    decode(parse, blob)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def work(parse: Callable[[bytes], Any], blob: bytes) -> int:
    """Count the calls of Python and of C functions that decoding makes."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        decode(parse, blob)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize("name", HOSTILE)
def test_memory_is_bounded_by_the_size(name: str) -> None:
    parse, make = HOSTILE[name]
    blob = make(100_000)
    assert memory(parse, blob) <= 8 * 2**20 + 20 * len(blob)


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize("name", HOSTILE)
def test_work_grows_with_the_size_and_no_faster(name: str) -> None:
    parse, make = HOSTILE[name]
    small, large = make(10_000), make(40_000)
    growth = len(large) / len(small)
    assert work(parse, large) <= 1.5 * growth * work(parse, small) + 5000
