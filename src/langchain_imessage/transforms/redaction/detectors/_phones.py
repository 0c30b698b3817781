"""Phone numbers in a text: valid ones, ones that look like it, and the ones known.

Numbers without their country are read as in the countries of the people who take part.
Needs `phonenumberslite` (extra `redact`).
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from langchain_imessage.addresses import e164, phonenumbers
from langchain_imessage.errors import ArgumentValueError
from langchain_imessage.transforms.redaction._matches import Match
from langchain_imessage.transforms.redaction.detectors._dates import is_date_or_list
from langchain_imessage.transforms.redaction.detectors._digits import digit_groups
from langchain_imessage.transforms.redaction.detectors._spelled_digits import (
    spelled_numbers,
)
from langchain_imessage.transforms.redaction.detectors._text_features import features_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DEFAULT_REGION = "US"
"""Where nobody's number says where they are."""

_REGIONS = 3
"""Countries a text is read for: each costs as much as the first."""

_DIGIT = re.compile(r"\d")
_LEAST = 7
"""Digits: shorter numbers are a service's, or none."""

_CACHED = 4096
"""People's numbers of which it is remembered where they are from."""

_MOST = 15
"""Digits of the longest number (ITU-T E.164)."""

_MINUTES = re.compile(r"[:.]\d{2}(?:[:.]\d{2})?")
_SHAPED = re.compile(
    r"(?<![\w+])(?:(?:\+|(?<!\d )00(?=[1-9]\d))\d[\d ().\u00a0\u00b7\u2010-\u2015/-]{6,20}\d"
    r"|(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}|[2-9]\d{2}([*_,~|])[2-9]\d{2}\1\d{4})(?![\w]|[.,-]\d)"
)
"""International, or as in North America: numbers, whether given out or not."""

_ODD_SEPARATOR = re.compile("[*_,~|\u00b7]")

_WITH_AREA = re.compile(
    r"(?<![\w+.,/-])\(?0[1-9]\d{1,3}\)?[ /-]\d{3,4}[ -]?\d{3,4}(?![\w]|[ .,:-]\d)"
)
_NO_ZERO = frozenset(["US", "CA"])
"""Whose numbers have no 0 before the area."""


class Phones:
    """A detector of phone numbers.

    Args:
        region: The country of numbers without one ("US", "DE", ...); if not given, those
            the known numbers are from.

    Raises:
        MissingDependencyError: If phonenumberslite is not installed.

    Example:
        >>> phones = Phones()
        >>> {found.key for found in phones("+1 (415) 555-2671 or 415-555-2671?")}
        {'+14155552671'}
    """

    def __init__(self, region: str | None = None) -> None:
        regions = phonenumbers("redact").SUPPORTED_REGIONS
        if region is not None and region not in regions:
            raise ArgumentValueError(
                "region must be a country's code in capitals, as US or DE"
            )
        self._region = region
        self._seen: Counter[str] = Counter()
        self._regions: tuple[str, ...] = (region or DEFAULT_REGION,)
        self._known: dict[str, str] = {}
        self._keys: dict[str, str | None] = {}
        self._places: dict[str, str | None] = {}
        self._turned: dict[tuple[str, ...], tuple[str, ...]] = {}

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}(known={len(self._keys)})"

    def key(self, address: str) -> str | None:
        """Return the number an address is, as `+` and digits; None if it is none."""
        if address not in self._keys:
            self._keys[address] = self._parsed(address)
        return self._keys[address]

    def learn(self, addresses: Iterable[str]) -> None:
        """Learn people's numbers, and where they are from."""
        for address in addresses:
            self._region_of(address)

    def turn_to(self, addresses: Iterable[str]) -> None:
        """Read numbers as where these people are, and where most people are."""
        if self._region is not None:
            return
        asked = tuple(addresses)
        regions = self._turned.get(asked)
        if regions is None:
            regions = self._turned[asked] = self._regions_of(asked)
        self._regions = regions

    def _regions_of(self, addresses: Iterable[str]) -> tuple[str, ...]:
        here = [*filter(None, map(self._region_of, addresses))]
        usual = [region for region, _ in self._seen.most_common(1)]
        if any(region not in usual for region in here):  # as rarely
            usual += [region for region, _ in Counter(here).most_common(_REGIONS)]
        return tuple(dict.fromkeys(usual))[:_REGIONS] or (DEFAULT_REGION,)

    def _region_of(self, address: str) -> str | None:
        """Return the region of an address, and learn its number."""
        if address not in self._places:
            key = self.key(address)
            self._places[address] = None if key is None else self._place(key)
            self._turned.clear()  # the region most are from may be another one now
        return self._places[address]

    def _place(self, key: str) -> str:
        region, national = _home_of(key)
        for written in (key[1:], "00" + key[1:], national, "0" + national):
            if len(written) >= _LEAST:
                self._known.setdefault(written, key)
        self._seen[region] += 1
        return region

    def __call__(self, text: str, /) -> Iterator[Match]:
        """Find phone numbers."""
        yield from spelled_numbers(text)
        if features_of(text).digits < _LEAST or len(_DIGIT.findall(text)) < _LEAST:
            return
        for region in self._regions:
            for match in phonenumbers("redact").PhoneNumberMatcher(text, region):
                if is_date_or_list(_with_time(text, match.start, match.end)):
                    continue
                key = self._e164(match.number)
                yield Match(start=match.start, end=match.end, kind="phone", key=key)
        for shaped in _SHAPED.finditer(text):
            start, end = shaped.span()
            if is_date_or_list(_with_time(text, start, end)):
                continue
            shaped_key = self._parsed(_ODD_SEPARATOR.sub(" ", shaped[0]))
            if shaped_key is not None:
                yield Match(start=start, end=end, kind="phone", key=shaped_key)
        if not _NO_ZERO.issuperset(self._regions):
            yield from self._with_area(text)
        if self._known:
            yield from self._known_ones(text)

    def _with_area(self, text: str) -> Iterator[Match]:
        """Yield numbers with a 0 before their area, whether given out or not."""
        for number in _WITH_AREA.finditer(text):
            for region in self._regions:
                key = e164(number[0], region, extra="redact")
                if key is not None and not is_date_or_list(number[0]):
                    yield Match(
                        start=number.start(), end=number.end(), kind="phone", key=key
                    )
                    break

    def _known_ones(self, text: str) -> Iterator[Match]:
        for start, end, digits, _ in digit_groups(text, least=_LEAST, most=_MOST + 2):
            key = self._known.get(digits)
            if key is not None:
                begin = start - (text[start - 1 : start] == "+")
                yield Match(start=begin, end=end, kind="phone", key=key)

    def _parsed(self, address: str) -> str | None:
        return e164(address, self._regions[0], extra="redact")

    def _e164(self, number: Any) -> str:
        form = phonenumbers("redact").PhoneNumberFormat.E164
        return str(phonenumbers("redact").format_number(number, form))


@lru_cache(maxsize=_CACHED)
def _home_of(key: str) -> tuple[str, str]:
    """Return the region of a number, as `region_of`, and its digits there; read once."""
    library = phonenumbers("redact")
    number = library.parse(key, None)
    region = library.region_code_for_number(number)
    code = region or library.region_code_for_country_code(number.country_code)
    return str(code), str(number.national_number)


def _with_time(text: str, start: int, end: int) -> str:
    """Return what was taken for a number, with the minutes that may stand behind it."""
    minutes = _MINUTES.match(text, end)
    return text[start : minutes.end() if minutes else end]


def find_phones(text: str) -> Iterator[Match]:
    """Find phone numbers, those without a country being from the US.

    A `Redactor` takes a `Phones` of its own in its place, which knows more.

    Raises:
        MissingDependencyError: If phonenumberslite is not installed.

    Example:
        >>> {found.key for found in find_phones("call 415-555-2671")}
        {'+14155552671'}
    """
    yield from Phones()(text)
