"""The canonical and the display form of addresses."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_imessage.addresses import (
    e164,
    fits,
    normalize,
    parse_address,
    phonenumbers,
    region_of,
    usual_region,
)
from langchain_imessage.errors import MissingDependencyError

ANN = "+14155550101"


@pytest.mark.parametrize(
    "written",
    [
        "\u202a+1 415 555 0101\u202c",
        "\u200e+1 (415) 555-0101",
        "+1\u2011415\u2013555\u20140101",
        "+1\u2212415\u2012555\u00ad0101",
        "+1\u202f415\u00a0555\u20090101",
        "+\u0661\u0664\u0661\u0665\u0665\u0665\u0665\u0660\u0661\u0660\u0661",
        "\uff0b\uff11 415.555.0101",
        "tel:+1-415-555-0101;ext=22",
        "TEL:+14155550101",
        "sms:+14155550101",
        "P:+14155550101",
        "p:tel:+14155550101",
        "+1 (415) 555-0101 x 22",
        "+1 415 555 0101 ext. 22",
        "+1 415 555 0101 extension 22",
        "+1 415 555 0101 #22",
        "+14155550101,,5#",
        "+14155550101;5",
        "+14155550101w22",
        "+14155550101(smsfp)",
        "+14155550101 (smsft_fi)",
        "001 415 555 0101",
        "<+14155550101>",
        "+1 (0)415 555 0101",
        "Tel: +1 415 555 0101",
        "mob.: +1 415 555 0101 (work)",
        "+1 415 555 0101 home",
        "+1 415\u00b7555\u20220101",
        "+1 415 555 0101 \u0434\u043e\u0431. 22",
        "+1 415 555 0101 poste 22",
    ],
)
def test_a_number_is_the_same_in_any_spelling(written: str) -> None:
    assert normalize(written) == ANN


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Ann@Example.com", "ann@example.com"),
        ("mailto:Ann@Example.com?subject=Hi", "ann@example.com"),
        ("mailto:ann%40example.com", "ann@example.com"),
        ("E:Ann@Example.com", "ann@example.com"),
        ("Ann Lee <ann@example.com>", "ann@example.com"),
        ("ann\u200b@example.com", "ann@example.com"),
        ("\uff21nn@example.com", "ann@example.com"),
    ],
)
def test_a_mail_address_is_the_same_in_any_spelling(written: str, key: str) -> None:
    address = parse_address(written)
    assert (address.kind, address.key) == ("email", key)


@pytest.mark.parametrize(
    ("written", "kind", "key"),
    [
        ("28849", "code", "28849"),
        ("2x4", "word", "2x4"),
        ("+39 (0)6 1234567", "phone", "+39061234567"),
        ("Ann 2", "word", "ann 2"),
        ("28849 Street", "word", "28849 street"),
        ("+49", "code", "+49"),
        ("555-0101", "phone", "5550101"),
        ("urn:biz:AB-c", "business", "urn:biz:ab-c"),
        ("INFO", "word", "info"),
        ("Ann Lee", "word", "ann lee"),
        ("Ann @ Work", "word", "ann @ work"),
        ("+", "word", "+"),
        ("", "word", ""),
        ("(smsfp)", "word", ""),
        ("*611", "word", "*611"),
        ("0" * 30, "phone", "0" * 30),
    ],
)
def test_what_an_address_is(written: str, kind: str, key: str) -> None:
    address = parse_address(written)
    assert (address.kind, address.key) == (kind, key)
    assert address.is_number == (kind in {"phone", "code"})


@pytest.mark.parametrize(
    "long",
    [
        "1 " * 50_000 + "x",
        "+1 415 555 0101 " + "ab " * 50_000,
        "tel:" * 50_000,
        "<" * 50_000 + "@" + ">" * 50_000,
        "\ufdfa" * 300,
        "1" + "ab" * 150,
        "1(0)" * 80,
        "a." * 150 + "1234567",
    ],
)
def test_what_is_longer_than_any_address_is_none(long: str) -> None:
    assert parse_address(long).kind in {"word", "phone"}
    assert normalize(normalize(long)) == normalize(long)


def test_its_display_form_is_what_was_written_without_what_is_no_part_of_it() -> None:
    address = parse_address("tel:\u202a+1\u2011415 555 0101\u202c(smsfp)")
    assert (address.display, address.is_filtered) == ("+1-415 555 0101", True)
    assert parse_address("mailto:Ann@Example.com").display == "Ann@Example.com"
    assert address.is_international
    assert "415" not in repr(address)


@given(st.text())
def test_the_canonical_form_is_its_own(written: str) -> None:
    key = normalize(written)
    assert normalize(key) == key


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (ANN, ANN, True),
        (ANN, "4155550101", True),
        ("14155550101", ANN, True),
        ("5550101", ANN, True),
        ("01701234567", "+491701234567", True),
        (ANN, "+34155550101", False),
        ("550101", ANN, False),
        ("4155550102", ANN, False),
        ("ann@example.com", "xann@example.com", False),
    ],
)
def test_a_number_without_its_country_fits_those_that_end_so(
    one: str, other: str, *, expected: bool
) -> None:
    assert fits(one, other) is fits(other, one) is expected


def test_a_number_is_read_as_in_a_country() -> None:
    pytest.importorskip("phonenumbers")
    assert e164("0170 1234567", "DE") == "+491701234567"
    assert e164("\u202a415 555 0101\u202c", "US") == ANN
    assert e164(ANN, None) == ANN
    for none in ("0170 1234567", "28849", "ann@example.com", "1" * 30):
        assert e164(none, None) is None


def test_the_usual_country_is_that_of_most_numbers() -> None:
    pytest.importorskip("phonenumbers")
    numbers = ["+49 170 1234567", "+491701234568", ANN, "0170", "ann@example.com"]
    assert usual_region(numbers) == "DE"
    assert usual_region(["0170 1234567", "+0"]) is None
    assert region_of("+15550101") == "US"  # of its code, being nobody's number
    assert region_of("ann") is None


def test_a_missing_library_is_named_with_the_extra_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    with pytest.raises(MissingDependencyError, match=r"\[redact\]"):
        phonenumbers("redact")
