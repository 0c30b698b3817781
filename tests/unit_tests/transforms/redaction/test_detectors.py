"""What is found in a text, in its many forms, and what is not."""

from __future__ import annotations

import pytest

from langchain_imessage.transforms import DETECTORS, Match, Redactor
from langchain_imessage.transforms.redaction.detectors._phones import Phones

FOUND = {
    "phone": [
        "call +1 (415) 555-2671 now",
        "call 415-555-2671",
        "(415) 555-2671!",
        "415.555.2671",
        "4155552671",
        "tel:+14155552671",
        "+44 20 7946 0958",
        "+49 30 901820",
        "+49 (0)30 901820",
        "+33 1 42 68 53 00",
        "+81 3-3224-5000",
        "+91 98765 43210",
        "+86 138 0013 8000",
        "+972-2-5310000",
        "+55 11 91234-5678",
        "0044 20 7946 0958",
        "１-４１５-５５５-２６７１",
        "(555) 123-4567",
        "📞415-555-2671",
    ],
    "email": [
        "ann@example.com",
        "mail Ann.O'Hara+x@mail.example.co.uk.",
        "<ann_smith@example.com>",
        "mailto:ann@example.com",
        "«anna@bücher.example»",
        "?to=ann@example.com",
        "josé@example.com",
    ],
    "card": [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111, 12/27",
        "4111111111111111",
        "amex 3782 822463 10005",
        "5555 5555 5555 4444 12 27 123",
        "6011111111111117",
        "4222222222222",
    ],
    "iban": [
        "DE89 3704 0044 0532 0130 00",
        "it is GB82WEST12345698765432, ok?",
        "fr14 2004 1010 0505 0001 3m02 606",
        "NO93 8601 1117 947 thanks",
        "ok12 hello DE89370400440532013000",
        "CH93-0076-2011-6238-5295-7",
    ],
    "ssn": ["my ssn is 123-45-6789", "123 45 6789"],
    "ip": ["192.168.1.20", "ssh 10.0.0.1:22", "2001:db8::8a2e:370:7334", "fe80::1"],
    "code": [
        "Your verification code is 482913.",
        "482913 is your Uber code",
        "482 913 is your code",
        "code 482-913",
        "G-482913 is your Google verification code.",
        "G-482913",
        "PIN: 1984",
        "the pin is 4711",
        "use OTP 48291374 to pay",
        "Dein Bestätigungscode lautet 482913",
        "TAN 482913",
        "Votre code de vérification : 482913",
        "Tu código es 482913",
        "Il tuo codice è 482913",
        "Seu código: 4829",
        "Twój kod to 482913",
        "Ваш код: 482913",
        "код подтверждения 482913",
        "验证码：482913，请勿泄露",
        "【银行】482913（登录验证码）",
        "認証コードは482913です",
        "인증번호 [482913]",
        "رمز التحقق 482913",
        "קוד האימות שלך הוא 482913",
        "รหัส 482913",
        "Doğrulama kodu: 482913",
        "passcode 4829",
        "the door code's 4711",
    ],
    "address": [
        "12 Main St",
        "I live at 12 main street",
        "350 5th Ave, Apt 4, New York, NY 10118",
        "221B Baker Street, London NW1 6XE",
        "1600 Pennsylvania Ave NW, Washington, DC 20500",
        "742 Evergreen Terrace",
        "10 N. Elm Blvd.",
        "Springfield, IL 62704",
        "SW1A 1AA",
        "Hauptstraße 5, 10115 Berlin",
        "Hauptstr. 12a",
        "Am besten Kurfürstendamm 21",
        "Prinsengracht 263, 1016 GV Amsterdam",
        "12 bis rue de la Paix, 75002 Paris",
        "5 avenue Montaigne",
        "Calle de Alcalá 48, 28014 Madrid",
        "Via Roma 5, 00184 Roma",
        "Rua Augusta, 1500",
    ],
    "secret": [
        "https://example.com/reset?token=abc123",
        "example.com/reset?lang=en&reset_token=abc",
        "https://user:hunter2@example.com/",
        "https://example.com/#access_token=ya29&x=1",
        "https://docs.google.com/document/d/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms/edit",
        "https://example.com/i/550e8400-e29b-41d4-a716-446655440000",
        "https://zoom.us/j/1?pwd=YWJj",
        "https://s3.example.com/a.jpg?X-Amz-Signature=0f3a",
        "https://example.com/x?sid=1a2b3c",
        "ftp://x.org/?id=9f86d081884c7d659a2feaa0c55ad015",
        "sk-proj-abcdefghijklmnop1234",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln",
    ],
}

HARMLESS = [
    *(
        "see you at 8",
        "8:30pm",
        "12:30:45",
        "at 1930",
        "20:15 Uhr",
        "5-6pm",
        "7/8",
        "24/7",
    ),
    *("2024-05-01", "05/01/2024", "1.5.2024", "May 1, 2024", "2024-05-01 12:30:45"),
    *("20240501", "01-02-2024", "2024/05/01 at 18:00", "1999", "in 2025", "the 1980s"),
    *(
        "2019-2023",
        "Q3 2024",
        "12/24/2023 10:00 - 12/26/2023 18:00",
        "30.09.2021 14:05",
    ),
    *(
        "$1,299.99",
        "€1.299,99",
        "1299 €",
        "USD 45000",
        "£12.50",
        "$5000",
        "5k",
        "¥120000",
    ),
    *("3-2", "102-98", "21-17, 21-19", "6-4 6-3 7-6", "4:2 (2:1)", "won 110-104"),
    *(
        "1000000",
        "1,000,000,000",
        "10 000 000",
        "1e9",
        "100000 people",
        "3.14159265358979",
    ),
    *(
        "1000000000000000",
        "123456",
        "12345",
        "0.1234567",
        "150 lbs",
        "5'11\"",
        "98.6",
        "100%",
    ),
    *(
        "flight UA 1234",
        "gate B12",
        "room 1204",
        "order 4711",
        "ISBN 978-3-16-148410-0",
    ),
    *(
        "1Z999AA10123456784",
        "#12345",
        "v1.2.3",
        "macOS 15.1.1",
        "iOS 17",
        "Python 3.11.4",
    ),
    *(
        "I wrote no code in 1984",
        "5000 lines of code",
        "the code has 12000 lines",
        "ok",
    ),
    *(
        "2 more miles down the street",
        "5 min drive",
        "3 people on the way",
        "2 way street",
    ),
    *(
        "4 St",
        "the 1 road",
        "5 stars",
        "12 monkeys on the road",
        "Spring 2024",
        "During 2020",
    ),
    *(
        "Heimweg 5 Minuten",
        "Platz 1",
        "Unterwegs 5",
        "via Zoom 5pm",
        "I7 8GB",
        "10 place",
    ),
    *("@ann", "a@b", "me @ 8", "ann@", "@ example.com", "and/or", "w/e", "1/2", "km/h"),
    *(
        "https://example.com/how-to-bake-bread-in-2024-with-love",
        "https://youtu.be/dQw4w9WgXcQ",
    ),
    *(
        "https://en.wikipedia.org/wiki/The_Lord_of_the_Rings_2001",
        "https://x.org/?v=dQw4w9WgXcQ",
    ),
    *(
        "https://example.com/2024/05/01/some-long-headline-about-something-else",
        "x=1&y=2",
    ),
    *("https://twitter.com/someone/status/1234567890123456789?s=20", "a=b", "1+1=2"),
    *(
        "000-45-6789",
        "123-00-6789",
        "666-12-3456",
        "1.2.3",
        "999.999.1.1",
        "::",
        "12::30::45",
    ),
    *(
        "4111 1111 1111 1112",
        "0000 0000 0000 0000",
        "DE89 3704 0044 0532 0130 01",
        "XX12 3456",
    ),
    *(
        "+999 12345678",
        "lat 37.774929, -122.419418",
        "10-4",
        "9-1-1",
        "911",
        "1-2-3-4-5-6-7-8",
        "zip it",
        "pinned 4 times",
    ),
]


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in FOUND.items() for text in texts]
)
def test_each_form_is_found(kind: str, text: str) -> None:
    redactor = Redactor()
    hidden = redactor.redact_text(text)
    assert redactor.counts == {kind: 1}, hidden
    assert redactor.restore(hidden) == text


@pytest.mark.parametrize("region", [None, "GB", "DE", "FR", "IN"])
def test_what_is_harmless_stays(region: str | None) -> None:
    redactor = Redactor(region=region)
    assert [redactor.redact_text(text) for text in HARMLESS] == HARMLESS


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (
            "https://user:pw@example.com/reset?token=abc&lang=en.",
            "https://[secret 1]@example.com/reset?token=[secret 2]&lang=en.",
        ),
        ("(see https://x.org/?key=abc)", "(see https://x.org/?key=[secret 1])"),
        ("4111 1111 1111 1111 exp 12/27", "[card 1] exp 12/27"),
        ("ann@example.com's", "[email 1]'s"),
        ("at 12 Main St. Tomorrow", "at [address 1] Tomorrow"),
        ("415-555-2671, 415-555-2672", "[phone 1], [phone 2]"),
        ("415-555-2671 415-555-2672", "[phone 1] [phone 2]"),
        ("DE89370400440532013000 thanks", "[iban 1] thanks"),
        ("?to=ann@example.com&x=1", "?to=[email 1]&x=1"),
        ("10.0.0.1:8080", "[ip 1]:8080"),
    ],
)
def test_what_stands_around_it_stays(text: str, hidden: str) -> None:
    assert Redactor().redact_text(text) == hidden


def test_every_detector_gives_findings_that_tell_nothing_in_their_repr() -> None:
    text = " / ".join(texts[0] for texts in FOUND.values())
    for detector in DETECTORS:
        found = list(detector(text))
        assert found
        assert all(isinstance(one, Match) for one in found)
        assert all(one.key not in repr(one) for one in found)


def test_numbers_are_read_as_in_three_countries_at_most() -> None:
    phones = Phones()
    people = ["+442079460000", "+4930901820", "+33142685300", "+390669821", "Ann"]
    phones.learn(people)
    phones.turn_to(people)
    assert len(phones._regions) == 3
    assert {found.key for found in phones("020 7946 0958")} == {"+442079460958"}


def test_a_number_of_a_country_code_without_countries_is_known_all_the_same() -> None:
    phones = Phones()
    phones.learn(["+99912345678", "+8001234567890"])
    assert {found.key for found in phones("800 1234 567890")} == {"+8001234567890"}
