"""What is private because of the word before it: "wifi password is …", "geb. …", "ig: …".

Owns how a word and its value stand together, and what a value of each kind looks like. The
words are in `_announcing_words`. A value that looks like an ordinary word is taken only
where a copula or a colon says that it is one.
"""

# ruff: noqa: RUF001 - other alphabets are what it is about

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.text import find_words, fold, without_accents
from langchain_imessage.transforms.redaction.detectors._spelled_digits import (
    spelled_code,
)
from langchain_imessage.transforms.redaction.detectors._text_features import (
    features_of,
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

_LEAST_DIGITS = {
    "call": 7,
    "sort": 6,
    "tail": 4,
    "card": 8,
    "account": 5,
    "id": 2,
    "reference": 4,
    "phone": 6,
}
"""Digits of a text with a value of a kind, at least; others may have none."""

_CODE_WORDS = ("pin", "code", "passcode", "cvv", "cvc", "otp")
_SPELLED_SIGNS = (
    "dot",
    "point",
    "arroba",
    "punkt",
    "punto",
    "ponto",
    "chiocciola",
    "arobase",
)
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

_BY_ENDING = {
    ending: kind for kind, endings in ENDINGS.items() for ending in endings.split()
}
_ENDINGS = tuple(_BY_ENDING)
_MOST_FILLERS = 6
_REMEMBERED = 1 << 14
"""Words of texts, at most: they outlive the redactor, and a password may be one."""

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
    digits = features_of(text).digits
    for announcement in announcements_in(text):
        if digits >= _LEAST_DIGITS.get(announcement.kind, 0):
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
    words = _plain_words(text)
    places: list[re.Match[str]] = []
    behind = 0
    for index in [i for i, word in enumerate(words) if _may_announce(word)]:
        if index < behind:
            continue
        length, kinds = _phrase_at(words, index)
        behind = index + length
        before = words[index - 1] if index else ""
        if kinds and before not in _NOT_BEHIND:
            places = places or [*find_words(text)]
            start, end = places[index].start(), places[behind - 1].end()
            for kind in kinds.split():
                yield Announcement(kind, start, end)


def _plain_words(text: str) -> list[str]:
    """Return the words of a text, as `find_words`, in lower case without accents."""
    features = features_of(text)
    if features.is_simple:
        return features.coarse.decode().split()
    return [_plain(match[0]) for match in find_words(text)]


def _phrase_at(words: list[str], index: int) -> tuple[int, str]:
    """Return the length and the kinds of the phrase or compound that begins at a word."""
    for phrase, kinds in _phrases().get(words[index], ()):
        if tuple(words[index : index + len(phrase)]) == phrase:
            return len(phrase), kinds
    return 1, _kind_of_compound(words[index])


@lru_cache(maxsize=_REMEMBERED)
def _may_announce(word: str) -> bool:
    return word in _phrases() or bool(_kind_of_compound(word))


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


def _kind_of_compound(word: str) -> str:
    if word.endswith("nr"):
        word = f"{word[:-2]}nummer"
    if not word.endswith(_ENDINGS):
        return ""
    return next(kind for ending, kind in _BY_ENDING.items() if word.endswith(ending))


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
