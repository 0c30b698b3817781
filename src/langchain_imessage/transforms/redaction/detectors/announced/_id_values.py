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


_ACCOUNT = re.compile(
    r"(?<![\w])(?:[A-Z]{2}\d{2}|[A-Z]{4}0?)?[ ]?\d(?:[ -./]?[\dX]){4,27}(?![\w])"
)


_AIRLINE = re.compile(r"[A-Z]{2,4}:?\s+(?=[A-Z0-9]{5,8}\b)")
_LOCATOR = re.compile(r"(?=[A-Z0-9]*[A-Z])[A-Z0-9]{5,8}(?!\w)")


def account_at(place: Place) -> Span:
    for start in (place.start, place.start - 1):
        found = _ACCOUNT.match(place.text, max(0, start))
        if found and count_digits(found[0]) > 4:
            return found.start(), found.start() + len(found[0].rstrip(" -./"))
    return _chunks(place, digits=6)


def id_at(place: Place) -> Span:
    return _chunks(place, digits=3)


def reference_at(place: Place) -> Span:
    return _chunks(place, digits=4, least=7)


def booking_at(place: Place) -> Span:
    airline = _AIRLINE.match(place.text, place.start)
    locator = _LOCATOR.match(place.text, airline.end() if airline else place.start)
    if locator and not place.text.isupper():
        return locator.span()
    if locator and (place.is_said or count_digits(locator[0])):
        return locator.span()
    span = _chunks(place, digits=4, least=6)
    if span is None:
        token = re.compile(
            r"(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{5,12}(?!\w)"
        ).match(place.text, place.start)
        return token.span() if token else None
    return span


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
    if text[end : end + 1] == "%" or is_amount(text, place.start, end):
        return None
    return place.start, end


def _is_part(chunk: str, *, is_first: bool) -> bool:
    if any(map(str.isdigit, chunk)):
        return not re.fullmatch(
            r"\d{1,2}(?:am|pm|st|nd|rd|th|h|min)", chunk, re.IGNORECASE
        )
    if is_first:
        return len(chunk) <= 6 and not is_word(chunk)
    return len(chunk) <= 3 and (chunk.isupper() or not chunk.isascii())


def birthday_at(place: Place) -> Span:
    date = DATE.search(place.text, place.start, place.start + 24)
    if date is None or date.start() - place.start > 3:
        return None
    return date.span()


def birthday_before(text: str, start: int) -> Span:
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
    return nearest.span() if is_near and re.search(r"\w", between) else None
