"""Cards out of vCard files of any version, and out of damaged ones."""

from __future__ import annotations

import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_imessage.chatdb.people._vcards import is_vcard_file, parse_vcards

ANN = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lee;Ann;;;\r\nFN:Ann Lee\r\n"
    "TEL;type=CELL:+1 (415) 555-0101\r\nEND:VCARD\r\n"
)
FOUND = ("Ann Lee", ("+1 (415) 555-0101",))


def cards(data: str | bytes) -> list[tuple[str, tuple[str, ...]]]:
    raw = data if isinstance(data, bytes) else data.encode()
    return [(card.name, card.addresses) for card in parse_vcards(raw)]


def one(*lines: str) -> list[tuple[str, tuple[str, ...]]]:
    return cards("\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""]))


@pytest.mark.parametrize(
    "data",
    [
        ANN.encode(),
        b"\xef\xbb\xbf" + ANN.encode(),
        ANN.encode("utf-16"),
        ANN.encode("utf-16-le"),
        ANN.encode("utf-16-be"),
        ANN.replace("\r\n", "\n").encode(),
        ANN.replace("\r\n", "\r").encode(),
        ANN.replace("FN:", "item1.FN:").replace("TEL", "item1.TEL").encode(),
        ANN.replace("Ann Lee", "Ann\r\n  Lee").encode(),
        ANN.replace("FN:Ann Lee\r\n", "").encode(),
        ANN.lower()
        .replace("lee;ann", "Lee;Ann")
        .replace("ann lee", "Ann Lee")
        .encode(),
    ],
)
def test_a_card_is_read_in_any_encoding_and_layout(data: bytes) -> None:
    assert is_vcard_file(data)
    assert cards(data) == [FOUND]


@pytest.mark.parametrize(
    "bad",
    [
        "BEGIN:VCARD\nFN;CHARSET=nosuch;ENCODING=QUOTED-PRINTABLE:Z=E9\nEND:VCARD\n",
        "BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-16:Z=FF=FE=\n1\nEND:VCARD\n",
        "BEGIN:VCARD\nFN:Q\nPHOTO;ENCODING=b:!!!\nEND:VCARD\n",
        "BEGIN:VCARD\nFN:Q\n",
        "BEGIN:VCARD\nFN:Q\nEND:VCALENDAR\n",
        "BEGIN:VCARD\n" * 3000 + "END:VCARD\n" * 3000,
        "BEGIN:VCARD\nFN:Q\nBDAY:no date\nREV:2024-99-99\nEND:VCARD\n",
        "BEGIN:VCARD\nN:" + ";" * 5000 + "\nORG:" + ";" * 5000 + "\nEND:VCARD\n",
        "BEGIN:VCARD\nFN:Q\nrubbish\nEND:VCARD\n",
        "BEGIN:VCARD\0\nFN:Q\nEND:VCARD\n",
        "BEGIN:VCARD\nNOTE:" + "x" * 100_000 + "\nEND:VCARD\n",
        'BEGIN:VCARD\nTEL;TYPE="a:b\nEND:VCARD\n',
        "\0\0\n",
    ],
)
def test_a_damaged_card_costs_only_itself(bad: str) -> None:
    assert FOUND in cards(bad + ANN)
    assert FOUND in cards(ANN + bad)


@pytest.mark.parametrize("how", ["ENCODING=BASE64", "ENCODING=b", "BASE64"])
def test_a_name_in_base64_is_decoded(how: str) -> None:
    assert one(f"FN;{how}:QW5uIExlZQ==", "TEL:1") == [("Ann Lee", ("1",))]
    assert one(f"FN;{how}:Ann", "TEL:1") == [("Ann", ("1",))]


def test_what_ends_without_an_end_ends_where_the_next_begins() -> None:
    whole = "BEGIN:VCARD\nFN:Q\nTEL:123\n"
    assert cards(whole + ANN) == [("Q", ("123",)), FOUND]
    assert cards(ANN + whole) == [FOUND, ("Q", ("123",))]


def test_a_file_in_latin_1_is_read_line_by_line() -> None:
    latin = "BEGIN:VCARD\nFN:Zo\u00eb\nTEL:1\nEND:VCARD\n".encode("latin-1")
    assert cards(ANN.encode() + latin) == [FOUND, ("Zo\u00eb", ("1",))]
    assert cards("BEGIN:VCARD\nFN:\u00c5\nTEL:1\nEND:VCARD\n".encode() + latin) == [
        ("\u00c5", ("1",)),
        ("Zo\u00eb", ("1",)),
    ]


def test_names_are_chosen_as_they_are_shown() -> None:
    assert one("ORG:Shells;Sea", "TEL:1") == [("Shells Sea", ("1",))]
    assert one("FN:", "N:;;;;", "NICKNAME:Z", "TEL:1") == [("Z", ("1",))]
    assert one("N:Only;Nora;;;", "TEL:1") == [("Nora Only", ("1",))]
    assert one(r"FN:Lee\, Ann\nX\;", "TEL:1") == [("Lee, Ann X;", ("1",))]
    assert one("FN:Nobody") == []
    assert one("TEL:1") == []


def test_addresses_are_read_from_any_form_of_line() -> None:
    assert one('TEL;VALUE=uri;TYPE="voice,cell:x":tel:+1', "EMAIL:a@b.org", "FN:A") == [
        ("A", ("tel:+1", "a@b.org"))
    ]
    quoted = "FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Zo=EB"
    assert one(quoted, "TEL:1") == [("Zo\u00eb", ("1",))]
    broken = "FN;ENCODING=QUOTED-PRINTABLE:Ann=20=\nLee"
    assert one(broken, "TEL:1") == [("Ann Lee", ("1",))]


def test_when_a_card_was_changed_is_known() -> None:
    def changed(*lines: str) -> float:
        data = "\n".join(["BEGIN:VCARD", "FN:A", "TEL:1", *lines, "END:VCARD"])
        (card,) = parse_vcards(data.encode())
        return card.changed

    assert changed("REV:2024-01-01T00:00:00Z") == 1_704_067_200
    assert changed("REV:20240101T000000Z") == changed("REV:2024-01-01")
    assert changed("REV:x") == changed() == 0


def test_a_picture_is_not_decoded() -> None:
    raw = base64.b64encode(os.urandom(50_000)).decode()
    folded = "\r\n ".join(raw[n : n + 74] for n in range(0, len(raw), 74))
    photo = f"PHOTO;ENCODING=b;TYPE=JPEG:{folded}\r\nEND"
    assert cards(ANN.replace("END", photo, 1)) == [FOUND]


def test_what_is_no_vcard_file_is_told_from_an_empty_one() -> None:
    assert is_vcard_file(b" \n")
    assert not is_vcard_file(b"SQLite format 3\0")


@given(st.binary(max_size=400))
def test_no_bytes_are_too_odd(data: bytes) -> None:
    cards(b"BEGIN:VCARD\nFN:A\nTEL:1\n" + data)
