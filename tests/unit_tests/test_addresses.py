"""The canonical and the display form of addresses."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_imessage.addresses import (
    e164,
    fits,
    is_without_country,
    normalize,
    parse_address,
    phonenumbers,
    region_of,
    usual_region,
)
from langchain_imessage.addresses._numbering_plans import _e164 as e164_of
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
        "+1 415 555 0101 ext-22",
        "+1 415 555 0101 (ext 4)",
        "+1 415 555 0101*22",
        "(+1) 415 555 0101",
        "++1 415 555 0101",
        "+1 (415) [555] 0101",
        "+1|415|555|0101",
        "+1_415_555~0101",
        "\u260e +1 415 555 0101",
        "\U0001f4f1+1 415 555 0101",
        "#31#+14155550101",
        "*31#+1 415 555 0101",
        "sms:+14155550101&body=hello",
        "smsto:+14155550101",
        "callto:+14155550101",
        "0011 1 415 555 0101",
        "+1 415 555 0101\r<",
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
        ("ann@example.com.", "ann@example.com"),
        ("ann@example.com (work)", "ann@example.com"),
        ("ann@XN--Mnchen-3ya.de", "ann@m\u00fcnchen.de"),
        ("ann@mu\u0308nchen.de", "ann@m\u00fcnchen.de"),
        ("ann@xn--.de", "ann@xn--.de"),
        ("ann@xn--a-0.de", "ann@xn--a-0.de"),
        ("ann@xn--\u00e4.de", "ann@xn--\u00e4.de"),
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
        ("1-800-FLOWERS", "phone", "+18003569377"),
        ("(800) MY-APPLE", "phone", "+18006927753"),
        ("1800-CONTACTS", "phone", "+18002668228"),
        ("800 Degrees", "word", "800 degrees"),
        ("1-800-555-0AB1", "word", "1-800-555-0ab1"),
        ("+52 1 55 1234 5678", "phone", "+525512345678"),
        ("+521 234 5678", "phone", "+5212345678"),
        ("+44 07700 900123", "phone", "+447700900123"),
        ("+972 050 123 4567", "phone", "+972501234567"),
        ("+55 0 11 91234-5678", "phone", "+5511912345678"),
        ("+55 (015) 11 91234-5678", "phone", "+5511912345678"),
        ("+55 (0xx11) 91234-5678", "phone", "+5511912345678"),
        ("(0xx11) 91234-5678", "phone", "11912345678"),
        ("0 xx 11 912345678", "phone", "11912345678"),
        ("0**11 91234-5678", "phone", "11912345678"),
        ("0015 44 7700 900123", "phone", "+447700900123"),
        ("00 1 514 555 0101", "phone", "+15145550101"),
        ("+39 06 6982 1234", "phone", "+390669821234"),
        ("AX-BANK (smsft_fi)", "word", "ax-bank"),
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


@pytest.mark.parametrize(
    ("local", "whole"),
    [
        ("0111523456789", "+5491123456789"),
        ("861234567", "+37061234567"),
    ],
)
def test_a_number_as_dialled_at_home_fits_what_it_is_there(
    monkeypatch: pytest.MonkeyPatch, local: str, whole: str
) -> None:
    pytest.importorskip("phonenumbers")
    assert fits(local, whole)
    assert fits(whole, local)
    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    e164_of.cache_clear()
    region_of.cache_clear()
    assert not fits(local, whole)


@pytest.mark.parametrize(
    ("local", "whole", "expected"),
    [
        ("4155550101", ANN, True),
        ("14155550101", ANN, True),
        ("07700900123", "+447700900123", True),
        ("0669821234", "+390669821234", True),
        ("89123456789", "+79123456789", True),
        ("80291234567", "+375291234567", True),
        ("0612345678", "+3612345678", True),
        ("0445512345678", "+525512345678", True),
        ("01511912345678", "+5511912345678", True),
        ("01511912345678", "+7511912345678", False),
        ("81234567", "+6581234567", True),
        ("5550101", ANN, False),
        ("1234567", "+6581234567", False),
        ("4155550101", "+34155550101", False),
    ],
)
def test_a_number_without_its_country_and_nothing_else(
    local: str, whole: str, *, expected: bool
) -> None:
    assert is_without_country(local, whole) is expected


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


@pytest.mark.parametrize(
    ("written", "region", "expected"),
    [
        ("0021 1 415 555 0101", "BR", ANN),
        ("0041 1 415 555 0101", "BR", ANN),
        ("0041 44 668 18 00", "CH", "+41446681800"),
        ("0041 44 668 18 00", "US", "+41446681800"),
        ("0 15 11 91234-5678", "BR", "+5511912345678"),
    ],
)
def test_a_number_abroad_is_read_as_it_is_dialled_in_a_country(
    written: str, region: str, expected: str
) -> None:
    assert e164(written, region) == expected
