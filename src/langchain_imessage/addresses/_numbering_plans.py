"""Numbers as a country reads them, by the library of numbering plans.

`phonenumberslite` (extras `contacts` and `redact`) is imported where it is used.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from langchain_imessage.addresses._address import (
    CACHED,
    MOST_DIGITS,
    normalize,
    parse_address,
)
from langchain_imessage.arguments import TEXT, check_arguments, or_none
from langchain_imessage.errors import MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Iterable


def phonenumbers(extra: str) -> Any:
    """Import the library of numbering plans.

    Args:
        extra: The extra to name where it is missing.

    Returns:
        The module.

    Raises:
        MissingDependencyError: If it is not installed.

    Example:
        >>> phonenumbers("contacts").country_code_for_region("DE")
        49
    """
    try:
        import phonenumbers as library
    except ImportError as error:
        raise MissingDependencyError("phonenumberslite", extra=extra) from error
    return library


@check_arguments(written=TEXT, region=or_none(TEXT), extra=TEXT)
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

    Example:
        >>> e164("030 901820", "DE")
        '+4930901820'
    """
    address = parse_address(written)
    if address.kind != "phone" or len(address.key.lstrip("+")) > MOST_DIGITS:
        return None
    dialled = "".join(filter(str.isdecimal, address.display))
    if region and dialled[:2] == "00" and (whole := _abroad(dialled, region, extra)):
        return whole
    return _e164(address.key, region, extra)


def _abroad(dialled: str, region: str, extra: str) -> str | None:
    """Read what a country dials for another's number: Brazil's "0021" and a carrier's."""
    library = phonenumbers(extra)
    try:
        number = library.parse(dialled, region)
    except library.NumberParseException:
        return None
    valid = library.is_valid_number(number)
    return _formatted(number, library) if valid else None


@lru_cache(CACHED)
def _e164(key: str, region: str | None, extra: str) -> str | None:
    library = phonenumbers(extra)
    try:
        number = library.parse(key, region)
    except library.NumberParseException:
        return None
    return _formatted(number, library)


def _formatted(number: Any, library: Any) -> str:
    return str(library.format_number(number, library.PhoneNumberFormat.E164))


@lru_cache(CACHED)
def region_of(number: str, *, extra: str = "contacts") -> str | None:
    """Return the country a number in international form is from; None if nobody's.

    Args:
        number: The number, with + and its country's code.
        extra: The extra to name where phonenumberslite is missing.

    Returns:
        The country's code of two letters.

    Raises:
        MissingDependencyError: If phonenumberslite is not installed.

    Example:
        >>> region_of("+49301234567")
        'DE'
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

    Args:
        numbers: Numbers in any spelling; those without a country do not count.
        extra: The extra to name where the library is missing.

    Raises:
        MissingDependencyError: If phonenumberslite is not installed.

    Example:
        >>> usual_region(["+1 415 555 0101", "+1 415 555 0102", "+49 30 901820"])
        'US'
    """
    keys = map(normalize, numbers)
    regions = Counter(region_of(key, extra=extra) for key in keys if key[:1] == "+")
    del regions[None]
    return regions.most_common(1)[0][0] if regions else None
