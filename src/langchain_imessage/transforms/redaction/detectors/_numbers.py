"""Numbers that prove themselves: cards, bank accounts, IP addresses, US social security.

Each has a check sum or a shape that next to no other number has.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction._matches import Match
from langchain_imessage.transforms.redaction.detectors._digits import digit_groups
from langchain_imessage.transforms.redaction.detectors._text_features import (
    features_of,
)
from langchain_imessage.transforms.redaction.detectors.announced._value_forms import (
    value_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_CARD = 13, 19
"""Digits of a payment card (ISO/IEC 7812)."""

_ID_DIGITS, _IBAN_DIGITS, _SSN_DIGITS = 6, 4, 9
"""Digits of a text with one, at least."""

_CARD_BEGINS = "23456"
"""Travel, banking and merchandising; what begins with 0, 1, 7, 8, 9 is no payment card."""

_CARD_GROUP = 3
"""Digits each group has at least: fewer, and it is a list of numbers."""

_IBAN = re.compile(
    r"(?<![A-Za-z0-9])(?=([A-Za-z]{2}[ \u00a0-]?[0-9]{2}(?:[ \u00a0-]?[A-Za-z0-9]){11,30}))"
)
"""Ahead only: what begins like one may stand before one."""

_LENGTHS = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 "
    "CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 "
    "GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 "
    "LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 "
    "NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 "
    "SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
)
_IBAN_LENGTHS = {length[:2]: int(length[2:]) for length in _LENGTHS.split()}
_SSN = re.compile(
    r"(?<![\w-])(?!000|666|9)([0-9]{3})([- ])(?!00)([0-9]{2})\2(?!0000)([0-9]{4})(?![\w-])"
)
_IPV4 = re.compile(
    r"(?<![\w.])(?<!version )(?<!Version )(?<!build )(?<!release )(?<!firmware )[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![\w]|\.[0-9])"
)
_IPV6 = re.compile(
    r"(?<![\w:.])[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]{1,38}[0-9A-Fa-f](?![\w:])"
)
_IPV6_COLONS = 2


_MAC = re.compile(
    r"(?<![\w:-])[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![\w:-])"
)
_MAC_MARKS = 5
_PARCEL = re.compile(
    r"(?<!\w)(?:1Z[0-9A-Z]{16}|JD\d{15,18}|[A-Z]{2}\d{9}[A-Z]{2}|TBA\d{9,12})(?!\w)"
)
"""Of UPS, DHL, the world's posts and Amazon: unlike anything else."""

_NATIONAL = re.compile(
    r"(?<![\w.])(?:\d{3}\.\d{3}\.\d{3}-\d{2}|\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}|[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]"
    r"|[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d|[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]"
    r"|[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}|756\.\d{4}\.\d{4}\.\d{2})(?![\w])"
)
"""Brazil's CPF and CNPJ, Italy's codice fiscale, Mexico's CURP, the UK's NI number, France's and
Switzerland's social security numbers."""

_DNI = re.compile(r"(?<!\w)[XYZ]?\d{7,8}[ -]?[A-Z](?!\w)")
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_VIN = re.compile(r"(?<!\w)(?=[A-Z]*\d)(?=\d*[A-Z])[A-HJ-NPR-Z0-9]{17}(?!\w)")


def find_ids(text: str) -> Iterator[Match]:
    """Find ids of people, cars and parcels that have a form of their own.

    Example:
        >>> [match.kind for match in find_ids("CPF 123.456.789-09, DNI 12345678Z")]
        ['id', 'id']
    """
    if features_of(text).digits < _ID_DIGITS:
        return
    for pattern, kind in ((_PARCEL, "reference"), (_NATIONAL, "id"), (_VIN, "id")):
        for match in pattern.finditer(text):
            yield Match(
                start=match.start(), end=match.end(), kind=kind, key=value_key(match[0])
            )
    for match in _DNI.finditer(text):
        if _is_dni(value_key(match[0]).upper()):
            yield Match(
                start=match.start(), end=match.end(), kind="id", key=value_key(match[0])
            )


def _is_dni(key: str) -> bool:
    """Return whether the letter of a Spanish DNI or NIE is right."""
    number = key[:-1].translate(str.maketrans("XYZ", "012"))
    return number.isdigit() and _DNI_LETTERS[int(number) % 23] == key[-1]


def find_cards(text: str) -> Iterator[Match]:
    """Find payment cards: 13 to 19 digits with a right check digit (Luhn).

    Example:
        >>> [found.kind for found in find_cards("4111 1111 1111 1111, until 12/27")]
        ['card']
    """
    least, most = _CARD
    if features_of(text).digits < least:
        return
    for start, end, digits, sizes in digit_groups(text, least=least, most=most):
        if digits[0] in _CARD_BEGINS and min(sizes) >= _CARD_GROUP and _is_card(digits):
            yield Match(start=start, end=end, kind="card", key=digits)


_SORT_AND_ACCOUNT = re.compile(
    r"(?<![\w-])\d\d([- ])\d\d\1\d\d\W{1,4}(?:[a-z/]{1,8}\W{1,3}){0,3}\d{8}(?![\w-])",
    re.IGNORECASE,
)
"""A British bank account: the bank's sort code, and the account there."""


def find_ibans(text: str) -> Iterator[Match]:
    """Find bank accounts: IBANs of the right length, with right check digits (mod 97).

    Example:
        >>> [found.kind for found in find_ibans("GB82 WEST 1234 5698 7654 32 please")]
        ['iban']
    """
    if features_of(text).digits < _IBAN_DIGITS:
        return
    for match in _SORT_AND_ACCOUNT.finditer(text):
        key = value_key(match[0])
        yield Match(start=match.start(), end=match.end(), kind="account", key=key)
    for match in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(match[1][:2].upper())
        places = [place for place, char in enumerate(match[1]) if char.isalnum()]
        if length is None or len(places) < length:
            continue
        end = places[length - 1] + 1
        key = "".join(char for char in match[1][:end] if char.isalnum()).upper()
        rest = text[match.start() + end : match.start() + end + 1]
        if not (rest.isascii() and rest.isalnum()) and _is_iban(key):
            start = match.start()
            yield Match(start=start, end=start + end, kind="iban", key=key)


def find_ssns(text: str) -> Iterator[Match]:
    """Find US social security numbers.

    Example:
        >>> [found.kind for found in find_ssns("123-45-6789, not 000-45-6789")]
        ['ssn']
    """
    if features_of(text).digits < _SSN_DIGITS:
        return
    for match in _SSN.finditer(text):
        key = match[1] + match[3] + match[4]
        yield Match(start=match.start(), end=match.end(), kind="ssn", key=key)


def find_ips(text: str) -> Iterator[Match]:
    """Find IP addresses.

    Example:
        >>> [found.kind for found in find_ips("192.168.1.20 or fe80::1, at 12:30:45")]
        ['ip', 'ip']
    """
    if text.count(".") > _IPV6_COLONS:
        yield from _ips(text, _IPV4)
    if text.count(":") >= _IPV6_COLONS:
        yield from _ips(text, _IPV6)
    if max(text.count(":"), text.count("-")) < _MAC_MARKS:
        return
    for match in _MAC.finditer(text):
        yield Match(
            start=match.start(), end=match.end(), kind="ip", key=value_key(match[0])
        )


def _ips(text: str, pattern: re.Pattern[str]) -> Iterator[Match]:
    for match in pattern.finditer(text):
        try:
            address = ipaddress.ip_address(match[0])
        except ValueError:
            continue
        yield Match(start=match.start(), end=match.end(), kind="ip", key=str(address))


def _is_card(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - its digits' sum
    return total % 10 == 0


def _is_iban(key: str) -> bool:
    digits = "".join(str(int(char, 36)) for char in key[4:] + key[:4])
    return int(digits) % 97 == 1
