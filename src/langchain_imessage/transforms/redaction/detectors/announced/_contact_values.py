"""Handles, addresses and numbers behind the words that announce them; pure."""

# ruff: noqa: RUF001 - other alphabets are what it is about
# ruff: noqa: PLR2004 - digits and letters of a form are numbers

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction.detectors._dates import (
    is_date_or_list,
)
from langchain_imessage.transforms.redaction.detectors.announced._value_forms import (
    BEFORE,
    ENDS_CLAUSE,
    Place,
    count_digits,
    is_amount,
    is_word,
)

if TYPE_CHECKING:
    Span = tuple[int, int] | None

_HANDLE = re.compile(
    r"(?<![\w.@])(?P<mark>[@$])?(?P<name>[^\W]*[\w](?:[\w.\-]*[\w])?_?)(?P<tag>#\d{4})?(?!\w)"
)


_ON = re.compile(
    r"(?<![\w.])(?P<mark>@)?(?P<name>[A-Za-z_][\w.]{2,29})\s+(?:(?:on|auf|en|sur|em|su|no|na|at|in|у|в)\s+(?:my\s+)?|\(|-\s*|\|\s*)$",
    re.IGNORECASE,
)


_AT_MAIL = re.compile(
    r"(?<![\w.])([A-Za-z][\w.+-]{2,40})\s+(?:on|at|@|auf|en|sur|em|su)\s+$"
)


_LOCAL_PART = re.compile(r"[A-Za-z][\w.+-]{3,40}(?![\w@.]|\.\w)")

_HOUSE = re.compile(
    r"\d{1,5}[A-Za-z]?(?:[-/]\d{1,4})? (?:[NSEWnsew]\.? )?[^\W\d_]{3,}\.?(?: [^\W\d_]+\.?){0,3}(?:,? #?\d{1,4}[A-Za-z]?)?"
    r"|[^\W\d_][\w.'’-]{3,}(?: [^\W\d_][\w.'’-]*){0,3},? (?:n[º°.]? ?)?\d{1,4}[A-Za-z]?(?:,? \d{4,5} [^\W\d_]+)?"
)


_LOCAL_NUMBER = re.compile(r"\+?[\d(][\d ().\-\u2010-\u2015/\n]{4,20}\d(?![\w:])")


_TOWN_NUMBER = re.compile(r"\d{3}[-. ]?\d{4}(?![\w:%]|[.,/-]\d)")


_WITH_AREA = re.compile(r"\(?0\d{1,4}\)?[ /-]?\d{3,4}[ -]?\d{3,4}(?![\w:%]|[.,/-]\d)")


_ROUND = re.compile(r"\d{1,4}0{3,}")


_NO_STREETS = frozenset(
    [
        "min",
        "mins",
        "hrs",
        "hour",
        "bedroom",
        "bedrooms",
        "bed",
        "room",
        "rooms",
        "different",
        "other",
        "issues",
        "questions",
        "people",
        "minutes",
        "hours",
        "times",
        "things",
        "points",
        "days",
        "weeks",
        "months",
        "years",
        "blocks",
        "floor",
        "story",
        "stories",
        "pieces",
    ]
)


def handle_at(place: Place) -> Span:
    text, start = place.text, place.start
    if start and text[start - 1 : start] in {"@", "$"}:
        start -= 1
    found = _HANDLE.match(text, start)
    if found is None:
        return None
    name = found["name"]
    if (
        len(name) < 3
        or count_digits(name) == len(name)
        or not re.search(r"[^\W\d_]", name)
    ):
        return None
    if found["mark"] or found["tag"]:
        return found.span()
    if (
        text[found.end() : found.end() + 2] in {"’s", "'s"}
        or "/" in text[found.end() : found.end() + 1]
    ):
        return None
    if _is_handle(name):
        return found.span()
    is_end = ENDS_CLAUSE.match(text, found.end()) is not None
    is_plain = is_word(name) or len(name) < 5
    return found.span() if place.is_said and is_end and not is_plain else None


def _is_handle(name: str) -> bool:
    if re.fullmatch(r"\d+(?:st|nd|rd|th|am|pm|k|min|h|m|s|x|d)", name, re.IGNORECASE):
        return False
    if re.search(r"[a-z]\.[a-z]", name, re.IGNORECASE):
        return not re.search(r"\.(?:com|org|net|gg|io|me|app|be|de|fr|uk|tv)$", name)
    return "_" in name or (count_digits(name) > 0 and len(name) > 3)


def handle_before(text: str, start: int) -> Span:
    found = _ON.search(text, max(0, start - 48), start)
    if found is None:
        before = BEFORE.search(text, 0, start)
        name = before[1].lstrip("@") if before else ""
        return before.span(1) if before and len(name) > 3 and _is_handle(name) else None
    if found["mark"] or _is_handle(found["name"]):
        return found.start(), found.end("name")
    is_alone = not text[: found.start()].strip() and len(found["name"]) > 6
    return (
        (found.start(), found.end("name"))
        if is_alone and not is_word(found["name"])
        else None
    )


def mail_at(place: Place) -> Span:
    """Return the name at a provider: "my gmail is ann_s99"."""
    found = _LOCAL_PART.match(place.text, place.start) if place.is_said else None
    return found.span() if found and _is_handle(found[0]) else None


def mail_before(text: str, start: int) -> Span:
    found = _AT_MAIL.search(text, max(0, start - 56), start)
    if found is None or is_word(found[1]):
        return None
    return (
        found.span(1)
        if _is_handle(found[1]) or not text[: found.start()].strip()
        else None
    )


def address_at(place: Place) -> Span:
    found = _HOUSE.match(place.text, place.start)
    if found is None or is_amount(place.text, *found.span()):
        return None
    street = re.search(r"[^\W\d_]{3,}", found[0])
    if street is None or is_word(street[0]) or street[0].lower() in _NO_STREETS:
        return None
    is_in = re.search(r"\b(?:at|in|en|na)$", place.text[: place.word_end]) is not None
    return (
        found.span() if place.is_said or is_in or count_digits(found[0]) > 2 else None
    )


def phone_at(place: Place) -> Span:
    if not place.is_said:
        found = _WITH_AREA.match(place.text, place.start)
        return found.span() if found else None
    found = _LOCAL_NUMBER.match(place.text, place.start)
    if found is None or count_digits(found[0]) < 6 or is_date_or_list(found[0]):
        return None
    return found.span()


def local_number_at(place: Place) -> Span:
    """Return a number of seven digits, as it is called in its own town."""
    found = _TOWN_NUMBER.match(place.text, place.start)
    if found is None or is_amount(place.text, *found.span()):
        return None
    return None if _ROUND.fullmatch(found[0]) else found.span()
