"""Whether two addresses can be one: a number and what it is without its country; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.addresses._numbering_plans import e164, region_of
from langchain_imessage.addresses._written_forms import LEAST_DIGITS
from langchain_imessage.errors import MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Iterator

_CALLING_CODE = re.compile(
    r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]"
    r"|(?:2[1-69]|3[578]|42|5[09]|6[7-9]|8[0578]|9[679])\d"
)
"""A country's (ITU-T E.164); none begins as another does."""

_DIALLED_AT_HOME = (
    ("7", re.compile(r"8(\d{10})")),
    ("375", re.compile(r"80(\d{9})")),
    ("36", re.compile(r"06(\d{8,9})")),
    ("52", re.compile(r"0(?:1|4[45])(\d{10})")),
    ("55", re.compile(r"0\d\d(\d{10,11})")),
)
"""Countries that dial more than a 0 at home, and where the number begins behind it: that
of a carrier in Brazil, of the kind of telephone in Mexico."""


def fits(one: str, other: str) -> bool:
    """Return whether two canonical forms can be of one address.

    They can if they are equal, or if one is a number without its country, or even its
    area, in whose digits the other ends, or that is the other in the other's country,
    where phonenumberslite is installed: "8 912 345-67-89" is +7 912 345 67 89.

    Args:
        one: A canonical form.
        other: Another one.

    Example:
        >>> fits("4155550101", "+14155550101"), fits("5550102", "+14155550101")
        (True, False)
    """
    if one == other:
        return True
    if one[:1] == "+" == other[:1]:
        return False
    first, second = national_digits(one), national_digits(other)
    if min(len(first), len(second)) < LEAST_DIGITS:
        return False
    if first.endswith(second) or second.endswith(first):
        return True
    local, whole = (other, one) if one[:1] == "+" else (one, other)
    if whole[:1] != "+":
        return False
    return is_without_country(local, whole) or _is_read_as(local, whole)


def is_without_country(local: str, whole: str) -> bool:
    """Return whether a number is another one without its country, and nothing else.

    Args:
        local: A canonical form.
        whole: The canonical form of a number with its country.

    Example:
        >>> is_without_country("4155550101", "+14155550101")
        True
        >>> is_without_country("5550101", "+14155550101")
        False
    """
    digits = whole[1:]
    return digits in (local, *_at_home(local)) or any(
        digits.endswith(rest) and _CALLING_CODE.fullmatch(digits.removesuffix(rest))
        for rest in (local, local.lstrip("0"))
        if len(rest) >= LEAST_DIGITS
    )


def _at_home(local: str) -> Iterator[str]:
    """Yield what a number is with its country, in those that dial no plain 0 at home."""
    for country, dialled in _DIALLED_AT_HOME:
        if number := dialled.fullmatch(local):
            yield country + number[1]


def _is_read_as(local: str, whole: str) -> bool:
    """Return whether a number is another one, read in the other's country."""
    try:
        return e164(local, region_of(whole)) == whole
    except MissingDependencyError:
        return False


def national_digits(key: str) -> str:
    """Return the digits of a number's canonical form, without a "+" or a leading 0.

    Nothing is returned for what is no number.

    Args:
        key: A canonical form.

    Example:
        >>> national_digits("+14155550101"), national_digits("ann@example.com")
        ('14155550101', '')
    """
    digits = key.removeprefix("+")
    return digits.lstrip("0") if digits.isdecimal() else ""
