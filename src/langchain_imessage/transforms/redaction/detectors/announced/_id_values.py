"""Numbers of accounts, people, parcels and bookings, and birthdays, behind their words; pure."""

# ruff: noqa: RUF001 - other alphabets are what it is about
# ruff: noqa: PLR2004 - digits and letters of a form are numbers

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction.detectors._dates import (
    DATE,
)
from langchain_imessage.transforms.redaction.detectors.announced._value_forms import (
    Place,
    count_digits,
    is_amount,
    is_word,
)

if TYPE_CHECKING:
    Span = tuple[int, int] | None

_CHUNK = re.compile(r"[^\W_]+")


_PLUS = re.compile(r"[ \u00a0]?[-./·–:][ \u00a0]?|[ \u00a0]")


_MOST_CHUNKS = 8
_LONG_NUMBER = re.compile(
    r"(?<![\w.,$€£+/-])[A-Z]{0,3}\d(?:[ -]?\d){6,21}(?!\w|[.,]\d)"
)
_LATER = 60
"""Characters from a word to a long number that is its value."""

_IS_TITLE = re.compile(
    r"[\"'”’]? (?:movie|film|song|album|book|novel|musical|podcast|episode|poem)\b",
    re.IGNORECASE,
)
"""Behind the title of something: "born on the 4th of July movie"."""

_MANY = 8
"""Digits of a number that needs no word beside it."""

_LOCATOR_LETTERS = 6
_PLATE = re.compile(r"[A-Z]{1,3}[ -]?[A-Z]{0,2}[ -]?\d{2,4}[ -]?[A-Z]{1,3}(?!\w)")
_YEAR_BEHIND_WORD = re.compile(r"[^\W\d_]+ (?:19|20)\d\d")


_ACCOUNT = re.compile(
    r"(?<![\w])(?:[A-Z]{2}\d{2}|[A-Z]{4}0?)?[ ]?\d(?:[ -./]?[\dX]){4,27}(?![\w])"
)


_AIRLINE = re.compile(r"[A-Z]{2,4}:?\s+(?=[A-Z0-9]{5,8}\b)")
_LOCATOR = re.compile(
    r"(?=[A-Z0-9]*[A-Z])(?:[A-Z0-9]{5,8}|(?=[A-Z]*\d)[A-Z0-9]{9,12})(?!\w)"
)
_BRAND = re.compile(r"[^\W\d_]{2,14}[ :]+")
_VOWELS = re.compile("[AEIOUY]")


def account_at(place: Place) -> Span:
    for start in (place.start, place.start - 1):
        found = _ACCOUNT.match(place.text, max(0, start))
        if found and count_digits(found[0]) > 4:
            return found.start(), found.start() + len(found[0].rstrip(" -./"))
    return _chunks(place, digits=6) or long_number_at(place)


def id_at(place: Place) -> Span:
    return _chunks(place, digits=3) or _plate(place) or long_number_at(place)


def reference_at(place: Place) -> Span:
    return _chunks(place, digits=4, least=7) or long_number_at(place)


def long_number_at(place: Place) -> Span:
    """Return a long number further on: "my passport, hang on, is 533401372"."""
    for found in _LONG_NUMBER.finditer(place.text, place.start, place.start + _LATER):
        if count_digits(found[0]) >= _MANY and not is_amount(place.text, *found.span()):
            return found.span()
    return None


def booking_at(place: Place) -> Span:
    airline = _AIRLINE.match(place.text, place.start)
    locator = _LOCATOR.match(place.text, airline.end() if airline else place.start)
    if locator and (count_digits(locator[0]) or _is_locator(locator[0], place)):
        return locator.span()
    span = (
        _chunks(place, digits=4, least=6)
        or _behind_brand(place)
        or long_number_at(place)
    )
    if span is None:
        token = re.compile(
            r"(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{5,12}(?!\w)"
        ).match(place.text, place.start)
        return token.span() if token else None
    return span


def _is_locator(letters: str, place: Place) -> bool:
    """Return whether letters are a locator, and no word in capitals."""
    if len(letters) != _LOCATOR_LETTERS:
        return False
    return place.says_so or (
        not place.text.isupper() and len(_VOWELS.findall(letters)) < 2
    )


def _plate(place: Place) -> Span:
    """Return a car's number, which may have two digits only."""
    plate = _PLATE.match(place.text, place.start)
    is_one = plate and count_digits(plate[0]) > 1 and not place.text.isupper()
    return plate.span() if plate and is_one else None


def _behind_brand(place: Place) -> Span:
    """Return a locator behind the name of who it was booked with."""
    brand = _BRAND.match(place.text, place.start)
    locator = _LOCATOR.match(place.text, brand.end()) if brand else None
    if locator is None or place.text.isupper():
        return None
    is_odd = count_digits(locator[0]) or len(_VOWELS.findall(locator[0])) < 2
    return locator.span() if is_odd else None


def _chunks(place: Place, *, digits: int, least: int = 5) -> Span:
    """Return groups of letters and digits, as an id is written."""
    text, position = place.text, place.start
    ends: list[int] = []
    end = 0
    while len(ends) < _MOST_CHUNKS:
        chunk = _CHUNK.match(text, position)
        if chunk is None or not _is_part(chunk[0], is_first=not ends):
            break
        ends.append(chunk.end())
        if any(map(str.isdigit, chunk[0])) or (end and chunk[0].isupper()):
            end = chunk.end()
        plus = _PLUS.match(text, chunk.end())
        if plus is None:
            break
        position = plus.end()
    value = text[place.start : end]
    if not end or count_digits(value) < digits or sum(map(str.isalnum, value)) < least:
        return None
    if DATE.fullmatch(value) and count_digits(value) < 9 and not value.isdigit():
        return None
    if _YEAR_BEHIND_WORD.fullmatch(value) and not value.isupper():
        return None
    if text[end : end + 1] == "%" or is_amount(text, place.start, end):
        return None
    return place.start, end


def _is_part(chunk: str, *, is_first: bool) -> bool:
    if any(map(str.isdigit, chunk)):
        return not re.fullmatch(
            r"\d{1,2}(?:am|pm|st|nd|rd|th|h|min)|\d{3,4}[pk]", chunk, re.IGNORECASE
        )
    if is_first:
        return len(chunk) <= 6 and not is_word(chunk)
    return len(chunk) <= 3 and (chunk.isupper() or not chunk.isascii())


def birthday_at(place: Place) -> Span:
    date = DATE.search(place.text, place.start, place.start + 24)
    if date is None or date.start() - place.start > 3:
        return None
    return None if _IS_TITLE.match(place.text, date.end()) else date.span()


def birthday_before(text: str, start: int) -> Span:
    """Return a date that its word follows: "am 9.6.1990 geboren"."""
    nearest = None
    for date in DATE.finditer(text, max(0, start - 40), start):
        nearest = date
    if nearest is None:
        return None
    between = text[nearest.end() : start]
    is_near = re.fullmatch(
        r"[\s,:(–-]*(?:(?:is|was|['’]s|es|ist|est|é|è|my|the|his|her|our|mein|meine|mi|mon|mio|meu|il|le|la|el|o|mom|dad|\w+['’]s)\s+){0,4}",
        between,
        re.IGNORECASE,
    )
    is_said = re.search(r"\w", between) or text.startswith("geboren", start)
    return nearest.span() if is_near and is_said else None
