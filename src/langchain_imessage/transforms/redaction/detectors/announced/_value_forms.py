"""What all values have in common that a word announces: where they may begin, what they are.

Owns the difference between a word and a secret. Pure.
"""

# ruff: noqa: RUF001 - other alphabets are what it is about
# ruff: noqa: PLR2004 - digits and letters of a form are numbers

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.text import fold, without_accents
from langchain_imessage.transforms.redaction._matches import Match
from langchain_imessage.transforms.redaction.detectors.announced._announcing_words import (
    FILLERS,
    NO_VALUE,
)
from langchain_imessage.transforms.redaction.detectors.names._common_words import (
    COMMON_WORDS,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Span = tuple[int, int] | None

_TOKEN = re.compile(r"[^\s\ufffc]{3,80}")


CLOSING = ".,;:)]}»”’\"'、。，"


ENDS_CLAUSE = re.compile(
    r"\W*(?:$|\n)|\s*[,;.!)\n]|\s+(?:and|but|if|in|for|pls|please|thx|thanks|lol|ok|u|y|e|und|et|на|и)\b|\s*[^\w\s]"
)


BEFORE = re.compile(
    r"(?<!\S)(\S+)\s+(?:is|was|['’]s|es|ist|est|é|è|это|=|-|–|—|→)\s+"
    r"(?:(?:the|my|our|ur|your|his|her|their|a|new|la|el|le|il|o|a|mein|das|der|die|mi|mon|mio|meu|wifi|gate|door|front|back|house|garage)\s+){0,3}$",
    re.IGNORECASE,
)


_UNIT = re.compile(
    r"\s?(?:%|am\b|pm\b|h\b|hrs?\b|min|sec|days?\b|weeks?|months?|years?|people|times|km|mi\b|miles|"
    r"bucks|dollars|euros?|eur\b|usd\b|€|\$|£|k\b|uhr\b|followers|points|pts|steps|pages|"
    r"characters|chars|digits|letters|lines?\b|of\b|o'clock|st\b|nd\b|rd\b|th\b)",
    re.IGNORECASE,
)


_SEPARATORS = re.compile(r"[-_.~%+=]+")
_WORDLIKE = re.compile(
    r"(?:[A-Z]?[a-z]{2,}+)++\d{0,4}|[A-Z]++\d{0,4}|[a-z]|\d++(?:st|nd|rd|th)?"
)
_UUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE
)
_LONG = 16
_OPAQUE = 12
"""Characters that belong to no word: a video's id has 11, and is no secret."""


class Place(NamedTuple):
    """Where the value of a word may begin.

    Attributes:
        text: The text.
        word_end: The character behind the word.
        start: The first character of what may be the value.
        says_so: Whether a colon, "=" or dash is between the two.
        is_copula: Whether "is" or the like is between them.
    """

    text: str
    word_end: int
    start: int
    says_so: bool
    is_copula: bool

    @property
    def is_said(self) -> bool:
        """Whether what follows is said to be the value."""
        return self.says_so or self.is_copula


class Value(NamedTuple):
    """What a kind's value looks like.

    Attributes:
        kind: The kind of the placeholder.
        after: Returns where the value is, behind its word.
        before: Returns where it is before its word.
    """

    kind: str
    after: Callable[[Place], Span]
    before: Callable[[str, int], Span] | None = None

    def match(self, text: str, start: int, end: int) -> Match:
        """Return the match of a value."""
        return Match(
            start=start, end=end, kind=self.kind, key=value_key(text[start:end])
        )


def value_key(text: str) -> str:
    """Return what is equal for two ways to write one value: letters and digits, folded."""
    return "".join(filter(str.isalnum, fold(text))) or text


def token_at(text: str, start: int) -> tuple[int, int] | None:
    """Return the token that begins at a place, without what closes the clause."""
    token = _TOKEN.match(text, start)
    if token is None:
        return None
    end = start + len(token[0].rstrip(CLOSING))
    return (start, end) if end - start >= 3 else None


def looks_secret(token: str) -> bool:
    """Return whether a token can hardly be a word: digits among letters, signs inside."""
    inner = token.strip("!?.")
    has_digit = any(map(str.isdigit, inner))
    has_letter = any(map(str.isalpha, inner))
    if has_digit and (has_letter or not inner.isdigit()):
        return not re.fullmatch(
            r"\d+(?:st|nd|rd|th|am|pm|k|min|h|x|%)", inner, re.IGNORECASE
        )
    if has_letter and re.search(r"\w[^\w\s'’.,/:-]+\w", inner):
        return True
    return re.search(r"[a-zß-ÿ][A-ZÀ-Þ]", inner) is not None


_SIGN_INSIDE = re.compile(r"\w[_#@!$%&*+]+\w|\w[#@!$%&*]+$")
_PRODUCT = re.compile(
    r"(?:i?phone|ipad|ios|macos|windows|win|galaxy|pixel|playstation|ps|xbox|android|python|covid|level|season|episode|version"
    r"|room|gate|row|seat|week|day|top|part|chapter|vol|formula|mp|gpt|apollo|mach|article|act|unit|class|grade|studio)\d+\w?",
    re.IGNORECASE,
)
_SHORT_FORM = re.compile(r"\d+[a-z]{1,5}|[a-z]{1,2}\d{1,3}", re.IGNORECASE)
"""A number with its unit, or a model: 300mbps, a4."""


def is_product(token: str) -> bool:
    """Return whether a token is a product's name, or a part of a numbered series."""
    return _PRODUCT.fullmatch(token) is not None


def is_strong(token: str) -> bool:
    """Return whether a token is a password wherever one is spoken of: it is no product."""
    if len(token) < 6 or is_product(token) or _SHORT_FORM.fullmatch(token):
        return False
    letters = sum(map(str.isalpha, token))
    digits = count_digits(token)
    if letters < 2 or not digits or not re.fullmatch(r"[^\s/:]+", token):
        return False
    is_varied = token != token.lower() and digits > 1
    return (
        is_varied
        or _SIGN_INSIDE.search(token) is not None
        or (digits > 2 and letters > 3)
    )


def is_word(token: str) -> bool:
    """Return whether a token is a word that is the value of nothing."""
    folded = without_accents(fold(token.strip("!?.,:;'\"")))
    return (
        folded in NO_VALUE
        or folded in FILLERS
        or folded in COMMON_WORDS
        or folded.endswith(("ing", "n't"))
        or not any(map(str.isalnum, folded))
    )


def is_amount(text: str, start: int, end: int) -> bool:
    if start and text[start - 1] in "$€£":
        return True
    return _UNIT.match(text, end) is not None


def count_digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def is_opaque(value: str) -> bool:
    """Return whether a part of a link is a random id, not words with dashes."""
    if len(value) < _LONG:
        return False
    if _UUID.fullmatch(value):
        return True
    pieces = _SEPARATORS.split(value)
    odd = sum(len(piece) for piece in pieces if not _WORDLIKE.fullmatch(piece))
    return odd >= _OPAQUE
