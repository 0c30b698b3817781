"""Passwords, codes and recovery phrases, behind or before the word that announces them; pure."""

# ruff: noqa: RUF001 - other alphabets are what it is about
# ruff: noqa: PLR2004 - digits and letters of a form are numbers

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction.detectors.announced._value_forms import (
    BEFORE,
    CLOSING,
    ENDS_CLAUSE,
    Place,
    is_amount,
    is_word,
    looks_secret,
    token_at,
)

if TYPE_CHECKING:
    Span = tuple[int, int] | None

_DIGITS = re.compile(
    r"[#*]?(?<!\d)(?:[LRlr]?\d{1,2}(?:\s?[-–/., ]\s?[LRlr]?\d{1,2}){2,4}|[A-Za-z]?\d{3,10}[A-Za-z]?"
    r"|\d{2,4}[ -]\d{2,4}|\d(?:[ -]\d){3,7}|[A-Za-z]{1,3}[ -]?\d{3,6}|\d{3,4}[A-Z]{1,2}|\d{1,3}[A-Za-z]\d{2,4})(?![\w%€$:]|[.,]\d)[#*]?"
)


_SEED = re.compile(r"[a-z]{3,8}(?:[ ,]+(?:\d{1,2}[.)] ?)?[a-z]{3,8}){11,23}")


_ROUND_OR_YEAR = re.compile(r"(?:19|20)\d\d|\d+000|\d{1,2}00")


_ALONE = 16
"""Characters before a code in a message that says nothing but its device."""


def password_at(place: Place) -> Span:
    text = place.text
    if re.match(r"\s*\?", text[place.word_end :]):
        return None
    span = token_at(text, place.start)
    if span is None:
        return None
    token = text[span[0] : span[1]]
    if re.match(r"https?://", token):
        return None
    if looks_secret(token) and len(token) > 3:
        return span
    if token.isdigit():
        return span if len(token) > 3 and not is_amount(text, *span) else None
    is_end = ENDS_CLAUSE.match(text, span[1]) is not None
    least = 4 if place.says_so else 5
    is_value = len(token) >= least and not is_word(token)
    return span if is_value and (place.says_so or is_end) else None


def strong_at(place: Place) -> Span:
    """Return a token of letters and digits, where a word alone is too little."""
    span = token_at(place.text, place.start)
    if span is None:
        return None
    token = place.text[span[0] : span[1]]
    has_both = any(map(str.isdigit, token)) and any(map(str.isalpha, token))
    return span if has_both and len(token) > 5 and looks_secret(token) else None


def login_at(place: Place) -> Span:
    text = place.text
    both = re.compile(r"(\S+)\s*(?:/|\||,|;|&|:|\s)\s*(\S{5,})").match(
        text, place.start
    )
    if both and looks_secret(both[2].rstrip(CLOSING)):
        return token_at(text, both.start(2))
    return None


def password_before(text: str, start: int) -> Span:
    before = BEFORE.search(text, 0, start)
    if before is None:
        return None
    token = before[1].rstrip(CLOSING)
    if len(token) > 4 and looks_secret(token):
        return before.start(1), before.start(1) + len(token)
    return None


def code_at(place: Place) -> Span:
    digits = _DIGITS.match(place.text, place.start)
    if digits is None and place.start:  # "*4412#": signs are taken for marks
        digits = _DIGITS.match(place.text, place.start - 1)
    if digits is None or is_amount(place.text, *digits.span()):
        return None
    if not place.is_said and _ROUND_OR_YEAR.fullmatch(digits[0]):
        return None
    if re.fullmatch(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}", digits[0]):
        return None
    return digits.span()


def device_at(place: Place) -> Span:
    span = code_at(place)
    if span is None:
        return None
    text = place.text[span[0] : span[1]]
    digits = sum(map(str.isdigit, text))
    is_all = not re.search(r"\w", place.text[span[1] :]) and span[0] < _ALONE
    if (
        not place.is_said
        and not is_all
        and not (text[-1] in "#*" or re.search(r"\d[-–]\d+[-–]\d", text))
    ):
        return None
    return span if digits > 3 else None


def code_before(text: str, start: int) -> Span:
    found = re.compile(
        r"(?<![\w.$€£:/])([#*]?\d{4,8}[#*]?)\s+(?:is|was|['’]s|for|es|ist|est|é|è|to|=|-|opens|para|für|pour|per)\s+"
        r"(?:(?:the|my|our|la|el|le|il|o|a|der|das|die|front|back|side|new|your)\s+){0,3}$",
        re.IGNORECASE,
    ).search(text, 0, start)
    if found is None or _ROUND_OR_YEAR.fullmatch(found[1]):
        return None
    return found.span(1)


def cvv_at(place: Place) -> Span:
    found = re.compile(r"\d{3,4}(?![\w:%]|[.,/-]\d)").match(place.text, place.start)
    return found.span() if found else None


def seed_at(place: Place) -> Span:
    found = _SEED.match(place.text.lower(), place.start)
    return found.span() if found else None
