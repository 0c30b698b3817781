"""What is private because of the word before it: "wifi password is …", "geb. …", "ig: …".

Owns how a word and its value stand together, and what a value of each kind looks like. The
words are in `_announcing_words`. A value that looks like an ordinary word is taken only
where a copula or a colon says that it is one.
"""

# ruff: noqa: RUF001 - other alphabets are what it is about

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.text import find_words, fold, without_accents
from langchain_imessage.transforms.redaction.detectors._spelled_digits import (
    spelled_code,
)
from langchain_imessage.transforms.redaction.detectors.announced._announcing_words import (
    COPULAS,
    ENDINGS,
    FILLERS,
    STEMS,
    WORDS,
)
from langchain_imessage.transforms.redaction.detectors.announced._expected_values import (
    VALUES,
)
from langchain_imessage.transforms.redaction.detectors.announced._secret_values import (
    login_pairs,
)
from langchain_imessage.transforms.redaction.detectors.announced._value_forms import (
    Place,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_imessage.transforms.redaction._matches import Match

_IN_LETTERS = ("password", "login", "pass", "handle", "booking", "seed", "mail")
"""Kinds whose value may be without a digit."""

_TOO_COMMON = frozenset(
    ["pass", "user", "line", "signal", "threads", "handle", "reference"]
)
_IN_DIGIT_WORDS = ("code", "cvv")
"""Kinds whose value may be digits in words."""

_CODE_WORDS = ("pin", "code", "passcode", "cvv", "cvc", "otp")
_SPELLED_SIGNS = ("dot", "arroba", "punkt", "punto", "ponto", "chiocciola", "arobase")
_NOT_BEHIND = frozenset(
    [
        "area",
        "zip",
        "dress",
        "source",
        "error",
        "promo",
        "discount",
        "coupon",
        "qr",
        "bar",
        "country",
        "morse",
        "postal",
        "boarding",
        "box",
        "seat",
    ]
)
"""Before "code", "pass" and the like: then they announce nothing private."""

_MOST_FILLERS = 6
_MARKS = re.compile(r"[\s:：=#°º№\"'“”„«»()\[\]>*→–—.,、，|/-]*")
_SAYS_SO = re.compile(r"[:：=→>]|(?:^|\s)[-–—](?:\s|$)")
_L = str.maketrans({"ł": "l", "ø": "o", "\u0131": "i"})
_LINK = re.compile(r"\w+://\S+")
_LETTERS = re.compile(r"[^\W\d_]+(?:[^\W\d_]|[\u0300-\u036f])*")
_NON_LATIN = re.compile(r"[\u0370-\u1fff\u3040-\ud7af]")


class Announcement(NamedTuple):
    """A word that announces a value, and where it stands."""

    kind: str
    start: int
    end: int


def find_announced(text: str) -> Iterator[Match]:
    """Find what a word says to be private.

    Example:
        >>> text = "the wifi password is Sunshine2019, my bday is 3/14"
        >>> [text[match.start : match.end] for match in find_announced(text)]
        ['Sunshine2019', '3/14']
    """
    for announcement in announcements_in(text):
        yield from _value_of(text, announcement)
    if "/" in text:
        for start, end in login_pairs(text):
            yield VALUES["login"].match(text, start, end)


def announcements_in(text: str) -> list[Announcement]:
    """Return the announcing words of a text."""
    found = list(_words_in(text))
    if not text.isascii() and _NON_LATIN.search(text):
        found += [
            Announcement(kind, match.start(), match.end())
            for kind, pattern in _stems().items()
            for match in pattern.finditer(text)
        ]
    if found and "://" in text:
        links = [match.span() for match in _LINK.finditer(text)]
        found = [
            one
            for one in found
            if not any(start <= one.start < end for start, end in links)
        ]
    return found


@cache
def announcing_words() -> frozenset[bytes]:
    """Return words in ASCII of which a text has one that announces a value in letters.

    A value with a digit is looked for anyway.
    """
    endings = ENDINGS["password"].split()
    every = (*_longest_words(_IN_LETTERS), *endings, *_SPELLED_SIGNS, *_CODE_WORDS)
    return frozenset(word.encode() for word in every if word not in _TOO_COMMON)


@cache
def asking_words() -> frozenset[bytes]:
    """Return words in ASCII of which a text has one that asks for a value of any kind."""
    endings = " ".join(ENDINGS.values()).split()
    return frozenset(word.encode() for word in (*_longest_words(WORDS), *endings))


def _longest_words(kinds: Iterable[str]) -> Iterator[str]:
    """Yield the longest word of each phrase of some kinds."""
    for kind in kinds:
        for phrase in filter(None, WORDS[kind].split(", ")):
            yield max(re.findall(r"[a-z0-9]+", phrase), key=len)


def _words_in(text: str) -> Iterator[Announcement]:
    words = [
        (match.start(), match.end(), _plain(match[0])) for match in find_words(text)
    ]
    phrases = _phrases()
    index = 0
    while index < len(words):
        length, kinds = 1, ""
        for phrase, its_kinds in phrases.get(words[index][2], ()):
            there = tuple(word for _, _, word in words[index : index + len(phrase)])
            if there == phrase:
                length, kinds = len(phrase), its_kinds
                break
        if not kinds:
            kinds = _kind_of_compound(words[index][2])
        start, end = words[index][0], words[index + length - 1][1]
        before = words[index - 1][2] if index else ""
        if before not in _NOT_BEHIND:
            for kind in kinds.split():
                yield Announcement(kind, start, end)
        index += length


@cache
def _phrases() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Return the phrases by their first word, the longest first, with their kinds."""
    kinds: dict[tuple[str, ...], str] = {}
    for kind, phrases in WORDS.items():
        for phrase in phrases.split(","):
            words = tuple(match[0] for match in find_words(phrase))
            kinds[words] = f"{kinds.get(words, '')} {kind}"
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for words in sorted(kinds, key=len, reverse=True):
        found.setdefault(words[0], []).append((words, kinds[words]))
    return found


@cache
def _kind_of_compound(word: str) -> str:
    if word.endswith("nr"):
        word = f"{word[:-2]}nummer"
    for kind, endings in ENDINGS.items():
        for ending in endings.split():
            if word.endswith(ending) and len(word) >= len(ending):
                return kind
    return ""


@cache
def _stems() -> dict[str, re.Pattern[str]]:
    return {kind: re.compile(stems, re.IGNORECASE) for kind, stems in STEMS.items()}


def _value_of(text: str, announcement: Announcement) -> Iterator[Match]:
    value = VALUES[announcement.kind]
    place = _behind(text, announcement)
    span = value.after(place)
    if span is None and announcement.kind in _IN_DIGIT_WORDS:
        span = spelled_code(text, place.start)
    if span is None and value.before is not None:
        span = value.before(text, announcement.start)
    if span is not None:
        yield value.match(text, *span)


def _behind(text: str, announcement: Announcement) -> Place:
    """Return where the value of an announcement may begin, and how it is introduced."""
    position = announcement.end
    says_so = is_copula = False
    for _ in range(_MOST_FILLERS):
        marks = _MARKS.match(text, position)
        end = marks.end() if marks else position
        says_so |= _SAYS_SO.search(text, position, end) is not None
        word = _LETTERS.match(text, end)
        if word is None or _goes_on(text, word.end()):
            position = end
            break
        folded = _plain(word[0])
        if folded not in FILLERS:
            position = end
            break
        is_copula |= folded in COPULAS
        position = word.end()
    marks = _MARKS.match(text, position)
    start = marks.end() if marks else position
    return Place(text, announcement.end, start, says_so, is_copula)


def _plain(word: str) -> str:
    return word.lower() if word.isascii() else without_accents(fold(word)).translate(_L)


def _goes_on(text: str, end: int) -> bool:
    """Return whether a word is only the beginning of a value, as in `de4711`."""
    following = text[end : end + 1]
    return following.isdigit() or following in {"_", "@", "#"}
