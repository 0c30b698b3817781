"""Phone numbers and codes in words: "four one five …", in several languages; pure."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction._matches import Match
from langchain_imessage.transforms.redaction.detectors._text_features import (
    features_of,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DIGITS_IN_WORDS = (
    "zero oh o one two three four five six seven eight nine",
    "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "null eins zwei zwo drei vier fünf sechs sieben acht neun",
    "zéro un deux trois quatre cinq six sept huit neuf",
    "zero uno due tre quattro cinque sei sette otto nove",
    "zero um dois três quatro cinco seis meia sete oito nove",
    "ноль один два три четыре пять шесть семь восемь девять",
)
_VALUES = {
    **{
        word: str(digit)
        for words in _DIGITS_IN_WORDS
        for digit, word in enumerate(words.split())
    },
    **dict(zip(_DIGITS_IN_WORDS[0].split(), "000123456789", strict=True)),
    **dict(zip(_DIGITS_IN_WORDS[2].split(), "01223456789", strict=True)),
    **dict(zip(_DIGITS_IN_WORDS[5].split(), "01234566789", strict=True)),
}
_FRENCH_TENS = ["vingt", "trente", "quarante", "cinquante", "soixante"]
_FRENCH_TEENS = "dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf"
_FRENCH_ONES = "un deux trois quatre cinq six sept huit neuf"


def _french_pairs() -> Iterator[tuple[str, str]]:
    """Yield 10 to 99 in words, as French numbers are told: soixante-dix-huit."""
    teens, ones = _FRENCH_TEENS.split(), _FRENCH_ONES.split()
    for unit, teen in enumerate(teens):
        yield teen, f"1{unit}"
        yield f"soixante-{teen}", f"7{unit}"
        yield f"quatre-vingt-{teen}", f"9{unit}"
    yield "soixante-et-onze", "71"
    yield "quatre-vingts", "80"
    for unit, one in enumerate(ones, start=1):
        yield f"quatre-vingt-{one}", f"8{unit}"
    for ten, tens in enumerate(_FRENCH_TENS, start=2):
        yield tens, f"{ten}0"
        yield f"{tens}-et-un", f"{ten}1"
        for unit, one in enumerate(ones, start=1):
            yield f"{tens}-{one}", f"{ten}{unit}"


_PAIRS = dict(_french_pairs())
_PAIR = "|".join(
    sorted((pair.replace("-", "[ -]") for pair in _PAIRS), key=len, reverse=True)
)
_WORD = "|".join(sorted(_VALUES, key=len, reverse=True))
_REPEATED = "(?:double|triple|doble|doppel)"
_NUMBER = re.compile(
    rf"(?<!\w)(?:(?:{_REPEATED}[ -])?(?:{_WORD}|\d)(?:[ ,./-]+|$|(?=[^\w]))){{7,}}",
    re.IGNORECASE,
)
_HALF = re.compile(
    rf"(?<![\w$€£(])\(?(?:(?:{_WORD}|\d{{1,4}})(?!\w)[ (),.-]{{0,3}}){{4,13}}(?!\w)",
    re.IGNORECASE,
)
"""Words and groups of digits: "415 five five five 2671"."""

_FRENCH = re.compile(
    rf"(?<!\w)(?:plus trente-trois|z[ée]ro)(?:[ ,.-]+(?:{_PAIR}|z[ée]ro|{_FRENCH_ONES.replace(' ', '|')})(?!\w)){{4,9}}",
    re.IGNORECASE,
)
_BEGINS_FRENCH = words_of("plus zero")
_IN_ASCII = frozenset(word.encode() for word in _VALUES if word.isascii())
_CODE = re.compile(
    rf"(?:{_WORD})(?:[ ,.-]{{1,2}}(?:{_WORD}|\d)){{2,7}}(?!\w)", re.IGNORECASE
)
DIGIT_WORDS = frozenset(
    b"zero oh nine seven six five cero nueve siete seis cinco null neun sieben sechs"
    b" neuf sept sette cinque nove sete quatro".split()
)
"""Words in ASCII of which nearly every long number has one."""

_LEAST = 7
"""Digits: fewer are no phone number."""

_SPELLED = 2
"""Digits in words of a number that is otherwise written in digits."""

_WHOLE = range(10, 14)
"""Digits of a number with its area."""


def spelled_numbers(text: str) -> Iterator[Match]:
    """Yield numbers of seven digits or more, most of them in words.

    Example:
        >>> text = "four one five five five five two six seven one!"
        >>> [text[match.start : match.end] for match in spelled_numbers(text)]
        ['four one five five five five two six seven one']
    """
    if len(text) < 2 * _LEAST:
        return
    features = features_of(text)
    spelled = sum(map(_IN_ASCII.__contains__, features.words))
    if not features.is_simple or (
        spelled >= _SPELLED and spelled + features.digits >= _WHOLE.start
    ):
        yield from _half_spelled(text)
    if features.may_have(_BEGINS_FRENCH, "éÉ"):
        yield from _in_french(text)
    if not features.is_simple or spelled > _LEAST // 2:
        yield from _in_words(text)


def _in_french(text: str) -> Iterator[Match]:
    for match in _FRENCH.finditer(text):
        words = re.findall(_PAIR + r"|[^\W\d_]+", match[0].lower())
        key = "".join(
            _PAIRS.get(w.replace(" ", "-"), _VALUES.get(w, "")) for w in words
        )
        yield Match(start=match.start(), end=match.end(), kind="phone", key=key)


def _in_words(text: str) -> Iterator[Match]:
    for match in _NUMBER.finditer(text):
        written = match[0].rstrip(" ,./-")
        words = re.findall(r"\w+", written.lower())
        spelled = sum(word in _VALUES for word in words)
        is_spelled = spelled >= _LEAST or spelled > len(words) / 2
        if is_spelled and not _is_counted(words):
            key = "".join(_VALUES.get(word, word) for word in words)
            yield Match(
                start=match.start(),
                end=match.start() + len(written),
                kind="phone",
                key=key,
            )


def spelled_code(text: str, start: int) -> tuple[int, int] | None:
    """Return where a code of three to eight digits in words is; None if none begins here.

    Example:
        >>> spelled_code("pin: four eight two one", 5)
        (5, 23)
    """
    match = _CODE.match(text, start)
    return match.span() if match else None


def _half_spelled(text: str) -> Iterator[Match]:
    """Yield numbers of ten digits or more of which a part is in words, a part in groups."""
    if not any(map(str.isdigit, text)):
        return
    for match in _HALF.finditer(text):
        written = match[0].rstrip(" (,.-")
        words = re.findall(r"\w+", written.lower())
        key = "".join(_VALUES.get(word, word) for word in words)
        spelled = sum(word in _VALUES for word in words)
        # Whole without its words, it is one in digits, and they only stand beside it.
        is_in_digits = len(key) - spelled >= _WHOLE.start
        is_whole = len(key) in _WHOLE and not is_in_digits
        if spelled >= _SPELLED and is_whole and not _is_counted(words):
            end = match.start() + len(written)
            yield Match(start=match.start(), end=end, kind="phone", key=key)


def _is_counted(words: Sequence[str]) -> bool:
    """Return whether somebody counts, up or down: "one two three four five six seven"."""
    numbers = [int(_VALUES.get(word, word)) for word in words if _is_number(word)]
    steps = {after - before for before, after in pairwise(numbers)}
    return steps in ({1}, {-1})


def _is_number(word: str) -> bool:
    return word in _VALUES or word.isdecimal()
