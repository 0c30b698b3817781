"""Edit histories: as Messages writes them, and damaged."""

from __future__ import annotations

import plistlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_imessage.decoding._attributed_body import body_text
from langchain_imessage.decoding._summary_info import SummaryInfo, parse_summary_info
from langchain_imessage.decoding._tapbacks import parse_target, reaction_kind
from langchain_imessage.errors import DecodeError
from langchain_imessage.testing import archive_body
from langchain_imessage.typedstream import dumps


def summary(**keys: object) -> bytes:
    return plistlib.dumps(keys, fmt=plistlib.FMT_BINARY)


def version(text: str, seconds: float | None = None) -> dict[str, object]:
    moment = {} if seconds is None else {"d": seconds}
    return {"t": archive_body(text), **moment}


def test_parts_come_in_the_order_of_their_numbers() -> None:
    found = parse_summary_info(
        summary(
            ec={
                "10": [version("old ten"), version("ten")],
                "9": [version("old nine", 60.5), version("nine ")],
                "3": [],
            },
            rp=[2],
        )
    )
    assert [edit.text for edit in found.earlier] == ["old nine", "old ten"]
    assert [edit.text for edit in found.current] == ["nine ", "ten"]
    assert found.retracted == (2,)
    assert found.earlier[0].edited_at == datetime(2001, 1, 1, 0, 1, 0, 500000, UTC)
    assert found.earlier[1].edited_at is None


def test_versions_come_in_the_order_of_the_list_or_if_they_did_not_of_their_dates() -> (
    None
):
    def texts(*dated: tuple[str, float | None]) -> list[str]:
        versions = [version(text, seconds) for text, seconds in dated]
        found = parse_summary_info(summary(ec={"0": versions}))
        return [edit.text for edit in (*found.earlier, *found.current)]

    assert texts(("b", 3), ("a", 1), ("c", 4)) == ["a", "b", "c"]
    assert texts(("b", 3), ("a", None), ("c", 1)) == ["b", "a", "c"]


def test_a_message_is_unsent_if_all_its_parts_are() -> None:
    def is_unsent(**keys: object) -> bool:
        return parse_summary_info(summary(**keys)).is_unsent

    two = {"0": {"lo": 0, "le": 1}, "1": {"lo": 1, "le": 1}}
    assert is_unsent(rp=[0])
    assert is_unsent(rp=[1, 0], otr=two)
    assert not is_unsent(rp=[1], otr=two)
    assert not is_unsent(rp=[1], ec={"0": [version("a")]})
    assert not is_unsent(otr=two)


def test_an_xml_list_is_read_too() -> None:
    blob = plistlib.dumps({"ec": {"0": [version("a"), version("b")]}})
    assert [edit.text for edit in parse_summary_info(blob).current] == ["b"]


def test_a_message_never_edited_has_no_history() -> None:
    assert parse_summary_info(summary(ust=True, amc=0)) == SummaryInfo()


def test_a_damaged_version_is_salvaged_or_empty() -> None:
    cut = {"t": archive_body("half of it")[:-40]}
    found = parse_summary_info(summary(ec={"0": [cut, {"t": b"junk"}]}))
    assert [edit.text for edit in found.versions[0]] == ["half of it", ""]


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"junk",
        b"<plist><dict><key>",
        summary(rp=5),
        summary(rp=["x"]),
        summary(rp=[-1]),
        plistlib.dumps([1], fmt=plistlib.FMT_BINARY),
        b"x" * (16 * 1024 * 1024 + 1),
    ],
)
def test_what_is_no_summary_is_our_error(blob: bytes) -> None:
    with pytest.raises(DecodeError):
        parse_summary_info(blob)


@pytest.mark.parametrize("unsent", [[0], [1, 0], ["0"]])
def test_what_was_edited_and_then_unsent_is_in_no_version(unsent: list[object]) -> None:
    found = parse_summary_info(
        summary(
            ec={
                "0": [version("a secret", 1.0), version("a bigger secret", 2.0)],
                "2": [version("two", 1.0), version("two!", 2.0)],
            },
            rp=unsent,
        )
    )
    assert [e.text for e in (*found.earlier, *found.current)] == ["two", "two!"]


@pytest.mark.parametrize(
    "odd",
    [
        {"x": [version("a")]},
        {"-1": [version("a")]},
        {"9" * 5000: [version("a")]},
        {"1": 5},
        {"1": [5, {"t": 3}, {"t": "a"}]},
    ],
)
def test_an_odd_part_or_version_costs_itself_only(odd: dict[str, object]) -> None:
    blob = summary(ec={"0": [version("one"), version("two")], **odd})
    found = parse_summary_info(blob)
    assert [[e.text for e in part] for part in found.versions] == [["one", "two"]]


@pytest.mark.parametrize(
    "odd", ["abcdef", b"abcdef", [1], {"a": 1}, True, 1e300, -1e300, float("inf")]
)
def test_an_odd_date_is_none(odd: object) -> None:
    blob = summary(ec={"0": [{"t": archive_body("a"), "d": odd}, version("b", 2.0)]})
    (edits,) = parse_summary_info(blob).versions
    assert [(e.text, e.edited_at is None) for e in edits] == [("a", True), ("b", False)]


def test_a_date_may_be_one_of_the_lists_own() -> None:
    blob = summary(ec={"0": [{"t": archive_body("a"), "d": datetime(2024, 1, 2)}]})
    ((edit,),) = parse_summary_info(blob).versions
    assert edit.edited_at == datetime(2024, 1, 2, tzinfo=UTC)


def test_versions_that_are_one_object_are_one_and_equal_ones_are_not() -> None:
    same = version("a", 1.0)
    blob = summary(ec={"0": [same, version("b", 2.0), same, version("a", 3.0)]})
    ((*edits,),) = parse_summary_info(blob).versions
    assert [e.text for e in edits] == ["a", "b", "a"]


@given(st.binary(max_size=60), st.integers(0, 400), st.binary(max_size=6))
def test_any_bytes_give_a_value_or_our_error(
    noise: bytes, cut: int, patch: bytes
) -> None:
    whole = summary(ec={"0": [version("a", 1.5), version("b", 2.5)]}, rp=[1])
    for blob in (noise, b"bplist00" + noise, whole[:cut] + patch + whole[cut + 1 :]):
        try:
            parse_summary_info(blob)
        except DecodeError:
            continue


def test_a_body_can_be_a_plain_string_and_nothing_else() -> None:
    assert body_text(dumps("words")) == "words"
    with pytest.raises(DecodeError, match="no text"):
        body_text(dumps(5))


def test_a_body_stored_as_text_byte_by_byte_is_read() -> None:
    body = archive_body("stored as text é").decode("latin-1").encode("utf-8")
    assert body_text(body) == "stored as text é"


def test_targets_and_kinds_are_told() -> None:
    for guid, expected in {
        "p:0/ABC": ("ABC", 0),
        "p:-1/ABC": ("ABC", -1),
        "p:12/A/B": ("A/B", 12),
        "bp:ABC": ("ABC", None),
        "ABC": ("ABC", None),
        "p:/ABC": ("p:/ABC", None),
        "p/ABC": ("ABC", None),
        "p:0/": ("", 0),
        "": ("", None),
    }.items():
        target = parse_target(guid)
        assert (target.guid, target.part) == expected
    assert [reaction_kind(n) for n in (1000, 2000, 3005, 2042)] == [
        "sticker",
        "loved",
        "questioned",
        "unknown",
    ]
