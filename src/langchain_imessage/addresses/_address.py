"""One canonical and one display form of an address: number, mail, short code, business.

Owns what "the same address" means: whoever compares two addresses compares their keys.
Pure, and needs nothing but the standard library.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from langchain_imessage.addresses._written_forms import (
    LEAST_DIGITS,
    LONGEST,
    mail_key,
    without_additions,
    without_wrapping,
)
from langchain_imessage.arguments import TEXT, require_kind

AddressKind = Literal["phone", "code", "email", "business", "word"]
"""A number, a service's short one, a mail address, a business's id, or anything else: an
alphanumeric sender or a name."""

MOST_DIGITS = 17
"""Of the longest number (15, ITU-T E.164) behind "00"."""

CACHED = 8_192
"""Addresses remembered: there are as many as people, and each is asked for often."""

_EMAIL = re.compile(r"\S*@\S*")
_BUSINESS = "urn:"
_NUMBER = re.compile(r"\+?[\d ().\-/]*\d[\d ().\-/]*")
_PLAIN_NUMBER = re.compile(r"\+?\d+")

_ABROAD = re.compile(r"00(?:11|1[2-57](?=\d{10}))?(?=[1-9]\d{6})")
"""What most countries dial for the "+", and Australia; and Brazil, with a carrier's code,
where the number is too long for one of North America."""

_BRAZILIAN_CARRIER = re.compile(r"(?<=^\+55)0(?:\d\d)?(?=\d{10,11}$)")
"""What Brazil dials before the area, with or without a carrier's code: "+55 0 15 11"."""

_MEXICAN_MOBILE = re.compile(r"\+521(?=\d{10}$)")
"""Mexico's mobile numbers had a 1 behind the country until 2019, and are stored so."""

_DIALLED_AT_HOME = re.compile(
    r"(?<=^\+)(2[07]|3[123]|4[01346]|49|6[1-46]|8[1246]|9[0-58]|353|358|380|972)0+"
    r"(?=[1-9]\d{6})"
)
"""Countries whose numbers begin with a 0 at home only, and that 0: "+44 07700"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address, however it was written.

    Attributes:
        key: Its canonical form: equal addresses have equal ones. Of a number the digits,
            behind a "+" if it has its country; of anything else the lower case.
        display: Its display form: as written, without what is not part of it.
        kind: What it is.
        tag: What iOS appends to the address of a sender it filters, such as "(smsfp)".

    Example:
        >>> parse_address("+1 (415) 555-0101").kind
        'phone'
    """

    key: str = field(repr=False)
    display: str = field(repr=False)
    kind: AddressKind
    tag: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether it is that of a sender iOS filters."""
        return bool(self.tag)

    @property
    def is_number(self) -> bool:
        """Whether it is made of digits."""
        return self.kind in {"phone", "code"}

    @property
    def is_international(self) -> bool:
        """Whether it is a number with its country."""
        return self.kind == "phone" and self.key.startswith("+")


def parse_address(written: str) -> Address:
    """Parse an address in any spelling.

    Bidi marks and zero-width characters, full-width and other digits, any dash or blank,
    `tel:` and `mailto:`, an account's `e:` or `p:`, an extension, angle brackets and the
    tag of a filtered sender make no difference.

    Args:
        written: As stored or typed; what is no address is of the kind "word".

    Returns:
        The address.

    Example:
        >>> parse_address("tel:+1 (415) 555-0101 x 22").key
        '+14155550101'
        >>> parse_address("mailto:Ann@Example.com").key
        'ann@example.com'
    """
    try:
        return _parse(written) if len(written) <= LONGEST else _word(written)
    except (AttributeError, TypeError):
        require_kind("address", written, TEXT)
        raise


@lru_cache(CACHED)
def _parse(written: str) -> Address:
    plain, tag = without_wrapping(written)
    if len(plain) > LONGEST:  # what one character stands for can be many
        return _word(written)
    if _EMAIL.fullmatch(plain):
        return _address("email", mail_key(plain), plain, tag)
    if plain.casefold().startswith(_BUSINESS):
        return _address("business", plain.casefold(), plain, tag)
    number = plain
    if not _PLAIN_NUMBER.fullmatch(plain):
        number = without_additions(plain)
    if not _NUMBER.fullmatch(number):
        return _address("word", plain.casefold(), plain, tag)
    digits = _digits(number)
    kind: AddressKind = "code" if len(digits.lstrip("+")) < LEAST_DIGITS else "phone"
    return _address(kind, digits, number, tag)


def _digits(number: str) -> str:
    """Return a number's digits, behind a "+" if it has its country."""
    digits = "".join(filter(str.isdigit, number))
    if number.startswith("+"):
        digits = f"+{digits}"
    elif digits[:2] == "00" and len(digits) <= MOST_DIGITS:
        digits = _ABROAD.sub("+", digits, count=1)
    if digits[:1] == "+":
        digits = _BRAZILIAN_CARRIER.sub("", digits)
        digits = _DIALLED_AT_HOME.sub(r"\1", _MEXICAN_MOBILE.sub("+52", digits))
    return digits


def normalize(address: str) -> str:
    r"""Return the canonical form of an address, in which equal ones are equal.

    Args:
        address: A number, a mail address or a business id, however it is written.

    Example:
        >>> normalize("+1 415\u2011555\u20110101") == normalize("\u202a+14155550101\u202c")
        True
    """
    return parse_address(address).key


def _word(written: str) -> Address:
    return Address(key=written.strip().casefold(), display=written, kind="word")


def _address(kind: AddressKind, key: str, display: str, tag: str) -> Address:
    return Address(key=key, display=display, kind=kind, tag=tag)
