"""One canonical and one display form of an address: number, mail, short code, business.

Owns what "the same address" means: whoever compares two addresses compares their keys.
Pure, and needs nothing but the standard library; reading a number in a country takes
`phonenumberslite` (extras `contacts` and `redact`), imported where that is done.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import unquote

from langchain_imessage.errors import MissingDependencyError
from langchain_imessage.text import without_format_characters

if TYPE_CHECKING:
    from collections.abc import Iterable

AddressKind = Literal["phone", "code", "email", "business", "word"]
"""A number, a service's short one, a mail address, a business's id, or anything else: an
alphanumeric sender or a name."""

LEAST_DIGITS: Final = 7
"""A shorter number is a service's short code, and equal to nothing but itself."""

_MOST_DIGITS = 17
"""Of the longest number (15, ITU-T E.164) behind "00"."""

_LONGEST = 320
"""Characters of the longest mail address (RFC 3696); what is longer is no address."""

_CACHED = 8_192
"""Addresses remembered: there are as many as people, and each is asked for often."""

_SCHEME = re.compile(
    r"(?:(?:tel|sms|mailto|imessage|facetime|facetime-audio):(?://)?|[ep]:)",
    re.IGNORECASE,
)
"""What stands before an address in links and cards, and in the names of accounts."""

_FILTER_TAG = re.compile(r"\(smsf[a-z_]*\)$", re.IGNORECASE)
"""What iOS appends to the address of a filtered SMS sender."""

_IN_BRACKETS = re.compile(r"[^<>]*<\s*([^<>\s]+@[^<>\s]+)\s*>")
_EMAIL = re.compile(r"\S*@\S*")
_BUSINESS = "urn:"
_NUMBER = re.compile(r"\+?[\d ().\-/]*\d[\d ().\-/]*")
_PLAIN_NUMBER = re.compile(r"\+?\d+")
_EXTENSION = re.compile(
    r"(?<=[\d)]) *(?:[,;]? *(?:[^\W\d_]{1,12}\.?|#|;(?:ext|postd)=)[ :.]*|[,;pw]+)"
    r"[\d*#,;pw ]+$",
    re.IGNORECASE,
)
"""What is dialled when the call is answered, named in any language: pauses and digits."""

_LABEL_BEHIND = re.compile(r"(?<=[\d)])[ ,]*(?:\(?[^\W\d_. ]{2,}\.?\)?(?: +|$)){1,3}$")
_LABEL_BEFORE = re.compile(r"^(?:[^\W\d_]{1,12}[.:]+ *)+(?=[+\d(])")
"""What kind of number it is, in words: "mob.: +1 415 555 0101 (work)"."""

_PARAMETERS = re.compile(r"[;?][a-z][a-z-]*=.*$", re.IGNORECASE)
_TRUNK = re.compile(r"(?<=\d)(?<!\+39)(?<!\+39 ) *\(0\)")
"""The 0 that is dialled only without the country: "+44 (0)20". Italy's is dialled always."""

_ABROAD = re.compile(r"00(?=[1-9]\d{6})")
"""What most countries dial for the "+"."""

_SIGNS = {
    **dict.fromkeys(map(ord, "\u2212\u30fc\u02d7"), "-"),
    **dict.fromkeys(map(ord, "\u00b7\u2022\u2024\u2027\u2219\u22c5\u30fb"), "."),
    **dict.fromkeys(map(ord, "\u2044\u2215\u29f8"), "/"),
}
"""Written for the dash, the dot and the slash between the groups of a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address, however it was written.

    Attributes:
        key: Its canonical form: equal addresses have equal ones. Of a number the digits,
            behind a "+" if it has its country; of anything else the lower case.
        display: Its display form: as written, without what is not part of it.
        kind: What it is.
        tag: What iOS appends to the address of a sender it filters, such as "(smsfp)".
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
    return _parse(written) if len(written) <= _LONGEST else _word(written)


@lru_cache(_CACHED)
def _parse(written: str) -> Address:
    plain, tag = _without_wrapping(written)
    if len(plain) > _LONGEST:  # what one character stands for can be many
        return _word(written)
    if _EMAIL.fullmatch(plain):
        return _address("email", plain.casefold(), plain, tag)
    if plain.casefold().startswith(_BUSINESS):
        return _address("business", plain.casefold(), plain, tag)
    number = plain
    if not _PLAIN_NUMBER.fullmatch(plain):
        number = _without_additions(plain)
    if not _NUMBER.fullmatch(number):
        return _address("word", plain.casefold(), plain, tag)
    digits = "".join(filter(str.isdigit, number))
    if number.startswith("+"):
        digits = f"+{digits}"
    elif len(digits) <= _MOST_DIGITS:
        digits = _ABROAD.sub("+", digits, count=1) if digits[:2] == "00" else digits
    kind: AddressKind = "code" if len(digits.lstrip("+")) < LEAST_DIGITS else "phone"
    return _address(kind, digits, number, tag)


def normalize(address: str) -> str:
    r"""Return the canonical form of an address, in which equal ones are equal.

    Example:
        >>> normalize("+1 415\u2011555\u20110101") == normalize("\u202a+14155550101\u202c")
        True
    """
    return parse_address(address).key


def fits(one: str, other: str) -> bool:
    """Return whether two canonical forms can be of one address.

    They can if they are equal, or if one is a number without its country, or even its
    area, in whose digits the other ends.

    Args:
        one: A canonical form.
        other: Another one.
    """
    if one == other:
        return True
    if one[:1] == "+" == other[:1]:
        return False
    first, second = national_digits(one), national_digits(other)
    if min(len(first), len(second)) < LEAST_DIGITS:
        return False
    return first.endswith(second) or second.endswith(first)


def national_digits(key: str) -> str:
    """Return the digits of a number's canonical form, without a "+" or a leading 0.

    Nothing is returned for what is no number.
    """
    digits = key.removeprefix("+")
    return digits.lstrip("0") if digits.isdecimal() else ""


def phonenumbers(extra: str) -> Any:
    """Import the library of numbering plans.

    Args:
        extra: The extra to name where it is missing.

    Raises:
        MissingDependencyError: If it is not installed.
    """
    try:
        import phonenumbers as library
    except ImportError as error:
        raise MissingDependencyError("phonenumberslite", extra=extra) from error
    return library


def e164(written: str, region: str | None, *, extra: str = "contacts") -> str | None:
    """Read a number as in a country.

    Args:
        written: A number in any spelling.
        region: The country of one without its own ("US", "DE", ...).
        extra: The extra to name where the library is missing.

    Returns:
        "+" and digits; None for what is no number, or none of that country.

    Raises:
        MissingDependencyError: If phonenumberslite is not installed.
    """
    address = parse_address(written)
    if address.kind != "phone" or len(address.key.lstrip("+")) > _MOST_DIGITS:
        return None
    return _e164(address.key, region, extra)


@lru_cache(_CACHED)
def _e164(key: str, region: str | None, extra: str) -> str | None:
    library = phonenumbers(extra)
    try:
        number = library.parse(key, region)
    except library.NumberParseException:
        return None
    return str(library.format_number(number, library.PhoneNumberFormat.E164))


@lru_cache(_CACHED)
def region_of(number: str, *, extra: str = "contacts") -> str | None:
    """Return the country a number in international form is from; None if nobody's.

    Raises:
        MissingDependencyError: If phonenumberslite is not installed.
    """
    library = phonenumbers(extra)
    try:
        parsed = library.parse(number, None)
    except library.NumberParseException:
        return None
    region: str | None = library.region_code_for_number(parsed)
    return region or str(library.region_code_for_country_code(parsed.country_code))


def usual_region(numbers: Iterable[str], *, extra: str = "contacts") -> str | None:
    """Return the country most numbers are from; None without any.

    Raises:
        MissingDependencyError: If phonenumberslite is not installed.
    """
    keys = map(normalize, numbers)
    regions = Counter(region_of(key, extra=extra) for key in keys if key[:1] == "+")
    del regions[None]
    return regions.most_common(1)[0][0] if regions else None


def _without_wrapping(written: str) -> tuple[str, str]:
    """Take off what is no part of an address; return the tag of a filtered sender, too."""
    plain = _plain_characters(written)
    if len(plain) > _LONGEST:
        return plain, ""
    tag, before = "", ""
    while plain != before:  # one may be wrapped in another
        before = plain
        bracketed = _IN_BRACKETS.fullmatch(plain)
        plain = (bracketed[1] if bracketed else plain).strip("<> \"'")
        if scheme := _SCHEME.match(plain):
            plain = plain[scheme.end() :]
            is_link = len(scheme[0]) > len("p:")
            plain = unquote(_PARAMETERS.sub("", plain)) if is_link else plain
        if tagged := _FILTER_TAG.search(plain):
            plain, tag = plain[: tagged.start()], tagged[0]
    return plain, tag


def _without_additions(number: str) -> str:
    """Take off what was written around a number, if enough of it is left."""
    rest = _LABEL_BEHIND.sub("", _LABEL_BEFORE.sub("", _TRUNK.sub("", number)))
    rest = _EXTENSION.sub("", rest)
    return rest if sum(map(str.isdecimal, rest)) >= LEAST_DIGITS else number


def _plain_characters(written: str) -> str:
    """Write digits, dashes and blanks as ASCII does, and nothing that is not seen."""
    if written.isascii():
        return written.strip()
    plain = unicodedata.normalize("NFKC", without_format_characters(written))
    return "".join(map(_ascii, plain.translate(_SIGNS))).strip()


def _ascii(char: str) -> str:
    if char.isascii():
        return char
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if char.isspace():
        return " "
    return "-" if unicodedata.category(char) == "Pd" else char


def _word(written: str) -> Address:
    return Address(key=written.strip().casefold(), display=written, kind="word")


def _address(kind: AddressKind, key: str, display: str, tag: str) -> Address:
    return Address(key=key, display=display, kind=kind, tag=tag)
