"""Where somebody is: coordinates, plus codes, three words, and what a map's link points at."""

# ruff: noqa: RUF001 - other alphabets are what it is about

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction._matches import Match
from langchain_imessage.transforms.redaction.detectors._text_features import features_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAIR = re.compile(
    r"(?<![\d.,])(?:lat\w*[ :=]*)?([-−+]?\d{1,2}[.·]\d{3,}°?[ ]?[NSns]?)"
    r"(?:\s*[,;/ ]\s*|%2C(?:%20|\+)?)(?:(?:and )?(?:lon|lng)\w*[ :=]*)?"
    r"([-−+]?\d{1,3}[.·]\d{3,}°?[ ]?[EWO]?)(?!\w)"
)
_PAIR_DIGITS = 8
_DEGREES = re.compile(
    r"\d{1,2}\s?°\s?\d{1,2}(?:\s?['′’]\s?(?:\d{1,2}(?:[.,]\d+)?\s?(?:[\"″”]|''))?)?\s?[NSns]"
    r"[,;/ ]+\d{1,3}\s?°\s?\d{1,2}(?:\s?['′’]\s?(?:\d{1,2}(?:[.,]\d+)?\s?(?:[\"″”]|''))?)?\s?[EWOewo]\b"
)
_LETTERS_FIRST = re.compile(
    r"\b[NSns]\s?\d{1,2}\s?°\s?\d{1,2}(?:[.,]\d+)?\s?['′’]?(?:\s?\d{1,2}(?:[.,]\d+)?\s?[\"″”])?"
    r"[,;/ ]+[EWOewo]\s?\d{1,3}\s?°\s?\d{1,2}(?:[.,]\d+)?\s?['′’]?(?:\s?\d{1,2}(?:[.,]\d+)?\s?[\"″”])?"
)
_PLUS_CODE = re.compile(
    r"(?<![\w+])(?:[2-9CFGHJMPQRVWX]{8}|[2-9CFGHJMPQRVWX]{4,6})\+[2-9CFGHJMPQRVWX]{2,3}(?![\w+])"
)
_THREE_WORDS = re.compile(
    r"(?:///|what3words\.com/|w3w\.co/)([^\W\d_]{3,}\.[^\W\d_]{3,}\.[^\W\d_]{3,})"
)
_MAP_HOST = re.compile(
    r"(?:maps\.google\.|google\.[a-z.]{2,6}/maps|maps\.apple\.com|maps\.app\.goo\.gl|goo\.gl/maps"
    r"|openstreetmap\.org|waze\.com|bing\.com/maps|maps\.yandex|yandex\.[a-z]+/maps|2gis\.)\S*",
    re.IGNORECASE,
)
_MAP_VALUE = re.compile(
    r"[?&#](?:q|ll|sll|saddr|daddr|address|query|destination|origin|center|near|map|pt|navigate)"
    r"=([^\s&#]{3,})|/(?:place|search|dir)/([^\s/?#]{3,})|/@(-?\d+\.\d+,-?\d+\.\d+)"
    r"|(?<=maps\.app\.goo\.gl/)([\w-]{8,})|(?<=goo\.gl/maps/)([\w-]{8,})"
)


def find_places(text: str) -> Iterator[Match]:
    """Find places that are given by numbers or in a map's link.

    Example:
        >>> text = "37.7749,-122.4194 or https://maps.apple.com/?address=12%20Main"
        >>> [text[match.start : match.end] for match in find_places(text)]
        ['37.7749,-122.4194', '12%20Main']
    """
    if ("." in text or "·" in text) and features_of(text).digits >= _PAIR_DIGITS:
        yield from (_place(text, *match.span()) for match in _PAIR.finditer(text))
    if "°" in text:
        for pattern in (_DEGREES, _LETTERS_FIRST):
            yield from (_place(text, *match.span()) for match in pattern.finditer(text))
    if "." in text and "/" in text:
        yield from (
            _place(text, *match.span(1)) for match in _THREE_WORDS.finditer(text)
        )
    if "+" in text:
        yield from (_place(text, *m.span()) for m in _PLUS_CODE.finditer(text))
    if "/" in text:
        for link in _MAP_HOST.finditer(text):
            for value in _MAP_VALUE.finditer(text, link.start(), link.end()):
                yield _place(text, *value.span(value.lastindex or 0))


def _place(text: str, start: int, end: int) -> Match:
    return Match(start=start, end=end, kind="place", key=text[start:end].casefold())
