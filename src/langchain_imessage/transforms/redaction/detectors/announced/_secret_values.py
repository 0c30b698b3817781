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
    is_opaque,
    is_product,
    is_strong,
    is_word,
    looks_secret,
    token_at,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    Span = tuple[int, int] | None

_CODE_IN_DIGITS = re.compile(
    r"[#*]?(?<!\d)(?:\d{3}(?:[ -]\d{3}){1,2}(?!\d)|[LRlr]?\d{1,2}(?:\s?[-–/., ]\s?[LRlr]?\d{1,2}){2,4}|[A-Za-z]?\d{3,10}[A-Za-z]?"
    r"|\d{2,4}[ -]\d{2,4}|\d(?:[ -]\d){3,7}|[A-Z]{1,3}[ -]?\d{3,6}|[a-z]{1,3}\d{3,6}|\d{3,4}[A-Z]{1,2}|\d{1,3}[A-Za-z]\d{2,4})(?![\w%€$:]|[.,]\d)[#*]?"
)


_SEED = re.compile(r"[a-z]{3,8}(?:[ ,]+(?:\d{1,2}[.)] ?)?[a-z]{3,8}){11,23}")


_ROUND_OR_YEAR = re.compile(r"(?:19|20)\d\d|\d+000|\d{1,2}00")


_SAYS_SO = re.compile(
    r"(?:[:=→]\s*|(?<!\w)(?:is|it['’]?s|that['’]?s|es|ist|lautet|est|c['’]est|è|é|är|er|jest|hai)\s+)(?=[\"“«]?([^\s\"“”«»]{4,80}))",
    re.IGNORECASE,
)
_FOR_WHAT = re.compile(
    r"\W{1,3}(?:for|f[üu]rs?|pour|para|per|voor|of|vom|del|de|du|do|da|di|van|till)\W+(?:\w+[ -]){0,2}?\w+"
    r"(?:\s+(?:is|es|ist|est|è|é|är|jest|to|=)\s+|\s?[:=]\s*)[\"'“‘«]?(?=\w)",
    re.IGNORECASE,
)
"""What the password is for: "password for the tablet is ..."."""

_NEAR = 32
_LATER = 90
"""Characters from a word to where its value is said."""

_NAME_AND_PASSWORD = re.compile(
    r"([^/|,;\n]{2,32}?)\s*(?:[/|,;]|\b(?:and|pw|pass|password|und|et|y|e)\b)\s*(\S{5,80})"
)
_LOGIN_PAIR = re.compile(r"(?<=[\w!?.])\s+/\s*(?=(\S{6,80}))")
_LINK_BEFORE = re.compile(r"://\S*$")
_FOUR_DIGITS = re.compile(r"\d{4}(?![\w:%]|[.,/-]\d)")
_ANY_TOKEN = re.compile(r"[^\s\"“”«»(),;]{6,80}")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1fff\u3040-\ud7af]")
_SORT_CODE = re.compile(r"\d\d[ -]\d\d[ -]\d\d(?![\w-])")
_SAID_DIGITS = re.compile(
    r"(?:[:=]|\b(?:is|are|es|son|ist|sind|est|sont|è|é|są|zijn))\s*(\d{3,4})(?![\w:%]|[.,/-]\d)",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[\w.~+/=-]{12,200}")
_SAID_KEY = re.compile(
    r"(?:[:=]|(?<!\w)(?:is|it['’]?s|ist|es|est|è|é))\s*((?=[A-Z]*\d)(?=\d*[A-Z])[A-Z\d]{8,32}|(?=[a-f]*\d)(?=\d*[a-f])[a-f\d]{8,32})(?![\w-])"
)
_FAR = 80
_LICENSE = re.compile(r"(?=\D*\d)[A-Z0-9]{4,8}(?:-[A-Z0-9]{4,8}){2,7}")

_ALONE = 16
"""Characters before a code in a message that says nothing but its device."""


def password_at(place: Place) -> Span:
    text = place.text
    if re.match(r"\s*\?", text[place.word_end :]):
        return None
    for_what = _FOR_WHAT.match(text, place.word_end)
    if for_what:
        place = place._replace(start=for_what.end(), is_copula=True)
    span = token_at(text, place.start)
    if span is None:
        return _said_later(text, place.start)
    token = text[span[0] : span[1]]
    if re.match(r"https?://", token):
        return None
    if is_product(token) and not place.is_said:
        return None
    if looks_secret(token) and len(token) > 3:
        return span
    later = _said_later(text, span[0])
    if later is not None:
        return later
    if token.isdigit():
        return span if len(token) > 3 and not is_amount(text, *span) else None
    is_end = ENDS_CLAUSE.match(text, span[1]) is not None
    least = 4 if place.says_so else 5
    is_value = len(token) >= least and not is_word(token)
    return span if is_value and (place.says_so or is_end) else None


def _said_later(text: str, start: int) -> Span:
    """Return a value that is said to be one further on: "password for the tablet: dog4711"."""
    for said in _SAYS_SO.finditer(text, start, start + _LATER):
        token = said[1].rstrip(CLOSING)
        if len(token) > 4 and looks_secret(token) and not token.startswith("http"):
            return said.start(1), said.start(1) + len(token)
    return strong_in(text, start, start + _LATER)


def strong_in(text: str, start: int, end: int) -> Span:
    """Return the first token in a stretch of a text that can only be a password."""
    for found in _ANY_TOKEN.finditer(text, start, end):
        token = found[0].rstrip(CLOSING)
        if is_strong(token) or (
            token.isascii() and _OTHER_SCRIPT.search(text) and _is_mixed(token)
        ):
            return found.start(), found.start() + len(token)
    return None


def _is_mixed(token: str) -> bool:
    """Return whether letters and digits make a token, in a text of another script."""
    return len(token) > 5 and looks_secret(token) and any(map(str.isdigit, token))


def network_at(place: Place) -> Span:
    """Return a network's password, which may stand behind its name and a stroke."""
    for_what = _FOR_WHAT.match(place.text, place.word_end)
    if for_what:
        return strong_at(place._replace(start=for_what.end()))
    if not place.is_said:
        return None
    span = strong_at(place)
    both = _NAME_AND_PASSWORD.match(place.text, place.start)
    if both and looks_secret(both[2].rstrip(CLOSING)):
        start = span[0] if span else both.start(2)
        return start, both.start(2) + len(both[2].rstrip(CLOSING))
    return span


def tail_at(place: Place) -> Span:
    """Return the last digits of a longer number."""
    found = _FOUR_DIGITS.match(place.text, place.start)
    return found.span() if found and place.is_said else None


def token_value_at(place: Place) -> Span:
    """Return a key for a program or a licence, which is like no word."""
    for token in _TOKEN.finditer(place.text, place.word_end, place.word_end + _FAR):
        value = token[0].rstrip(CLOSING)
        if is_opaque(value) or _LICENSE.fullmatch(value):
            return token.start(), token.start() + len(value)
    said = _SAID_KEY.search(place.text, place.word_end, place.word_end + _FAR)
    return said.span(1) if said else None


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


def login_pairs(text: str) -> Iterator[tuple[int, int]]:
    """Yield passwords behind a user's name and a stroke: "ann@example.com / Groove1988!"."""
    for pair in _LOGIN_PAIR.finditer(text):
        token = pair[1].rstrip(CLOSING)
        if is_strong(token) and not _LINK_BEFORE.search(text, 0, pair.start()):
            yield pair.start(1), pair.start(1) + len(token)


def password_before(text: str, start: int) -> Span:
    before = BEFORE.search(text, 0, start)
    if before is None:
        return None
    token = before[1].rstrip(CLOSING)
    if len(token) > 4 and looks_secret(token):
        return before.start(1), before.start(1) + len(token)
    return None


def code_at(place: Place) -> Span:
    digits = _CODE_IN_DIGITS.match(place.text, place.start)
    if digits is None and place.start:  # "*4412#": signs are taken for marks
        digits = _CODE_IN_DIGITS.match(place.text, place.start - 1)
    if digits is None:
        span = strong_in(place.text, place.start, place.start + _NEAR)
        return span if span and ENDS_CLAUSE.match(place.text, span[1]) else None
    if is_amount(place.text, *digits.span()):
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
        r"(?<!paid )(?<!pay )(?<!spent )(?<!cost )(?<!costs )(?<!charged )"
        r"(?<![\w.$€£:/])([#*]?\d{4,8}[#*]?)\s+(?:is|was|['’]s|for|es|ist|est|é|è|to|=|-|opens|para|für|pour|per)\s+"
        r"(?:(?:the|my|our|la|el|le|il|o|a|der|das|die|front|back|side|new|your)\s+){0,3}$",
        re.IGNORECASE,
    ).search(text, 0, start)
    if found is None or _ROUND_OR_YEAR.fullmatch(found[1]):
        return None
    return found.span(1)


def cvv_at(place: Place) -> Span:
    found = re.compile(r"\d{3,4}(?![\w:%]|[.,/-]\d)").match(place.text, place.start)
    if found:
        return found.span()
    said = _SAID_DIGITS.search(place.text, place.word_end, place.word_end + _LATER)
    return said.span(1) if said else None


def sort_code_at(place: Place) -> Span:
    found = _SORT_CODE.match(place.text, place.start)
    return found.span() if found else None


def seed_at(place: Place) -> Span:
    found = _SEED.match(place.text.lower(), place.start)
    return found.span() if found else None
