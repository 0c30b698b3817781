"""Who has opted out, however they and their card are written."""

from __future__ import annotations

import unicodedata

import pytest

from langchain_imessage.transforms.messages._opt_outs import OptOuts

ANN = "+14155550101"


@pytest.mark.parametrize(
    ("entry", "person", "expected"),
    [
        ("Ann Smith", "Ann Marie Smith", True),
        ("Zoe Mueller", "Zoë Müller", True),
        ("Zoë Müller", "Zoe Muller", True),
        ("Joe", "Jo Smith", False),
        ("Ann Smith", "Ann M. Smith", True),
        ("Ann Smith", "Smith, Ann", True),
        ("Ann Smith", "Dr. Ann Smith", True),
        ("Ann Smith", "A. Smith", True),
        ("Ann Marie Smith", "Ann Smith", True),
        ("Smith, Ann", "ann smith", True),
        ("Ann", "Ann Smith", True),
        ("Smith", "Ann Smith", True),
        ("Ann Smith", "Ann Smith (+14155550101)", True),
        ("Ann Smith", "Smith Ann", True),
        ("Ann Smith", "Ann Smith-Jones", True),
        ("Jose Nunez", "Jos\u00e9 N\u00fa\u00f1ez", True),
        ("Ann Smith", "Ann Smythe", False),
        ("Ann Smith", "Ann", False),
        ("Ann Smith", "Anna Smith", False),
        ("Ann Smith", "Ann Smithson", False),
        ("Ann Smith", "Bob Smith", False),
        ("Ann", "Joanna", False),
        ("Jos\u00e9 N\u00fa\u00f1ez", "JOSE\u0301 NU\u0301N\u0303EZ", True),
        ("\u7530\u4e2d", "\u7530\u4e2d\u82b1\u5b50", True),
        ("\U0001f600", "Ann \U0001f600", True),
        (ANN, "(415) 555-0101", True),
        ("(415) 555-0101", ANN, True),
        ("555-0101", ANN, True),
        ("\u202a+1 415\u2011555\u20110101\u202c", ANN, True),
        ("0170 1234567", "+491701234567", True),
        (ANN, "+14155550102", False),
        ("28849", "28849", True),
        ("28849", "+14155528849", False),
        ("mailto:Ann@Example.com", "ann@example.com", True),
        ("urn:biz:AB", "urn:biz:ab", True),
        ("ann@example.com", "Ann", False),
    ],
)
def test_a_person_is_recognised(entry: str, person: str, *, expected: bool) -> None:
    for form in ("NFC", "NFD"):
        written = unicodedata.normalize(form, person)
        assert OptOuts([entry]).is_person([written, "Zed"]) is expected


def test_words_are_found_whole_and_in_any_encoding() -> None:
    opt_outs = OptOuts(["caf\u00e9", "Project Owl", "555-0101"], addresses=False)
    assert opt_outs.is_in("my cafe\u0301 visit")
    assert opt_outs.is_in("PROJECT  owl")
    assert opt_outs.is_in("call 555 0101")
    assert not opt_outs.is_in("cafes, projects owl")
    assert not opt_outs.has_address(["555-0101"])


def test_an_address_is_opted_out_of_as_words_too() -> None:
    opt_outs = OptOuts(["ann@example.com", "(415) 555-0101"])
    assert opt_outs.is_in("write to Ann@Example.com!")
    assert opt_outs.is_in("call 415.555.0101")
    assert not opt_outs.is_in("call 415 555 0102")
    assert not opt_outs.is_person(["Ann Example"])


def test_nothing_is_opted_out_of_without_an_entry() -> None:
    assert not OptOuts(["", "  "])
    assert not OptOuts([]).is_person(["Ann"])
    assert repr(OptOuts(["Ann", "Ann Lee", ANN])) == "OptOuts(3)"
