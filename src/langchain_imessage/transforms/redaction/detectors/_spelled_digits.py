"""Phone numbers in words: "four one five …", in several languages; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction._matches import Match

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIGITS = (
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
        for words in _DIGITS
        for digit, word in enumerate(words.split())
    },
    **dict(zip(_DIGITS[0].split(), "000123456789", strict=True)),
    **dict(zip(_DIGITS[2].split(), "01223456789", strict=True)),
    **dict(zip(_DIGITS[5].split(), "01234566789", strict=True)),
}
_WORD = "|".join(sorted(_VALUES, key=len, reverse=True))
_REPEATED = "(?:double|triple|doble|doppel)"
_NUMBER = re.compile(
    rf"(?<!\w)(?:(?:{_REPEATED}[ -])?(?:{_WORD}|\d)(?:[ ,.-]+|$|(?=[^\w]))){{7,}}",
    re.IGNORECASE,
)
DIGIT_WORDS = frozenset(
    b"zero oh nine seven six five cero nueve siete seis cinco null neun sieben sechs"
    b" neuf sept sette cinque nove sete quatro".split()
)
"""Words in ASCII of which nearly every long number has one."""

_LEAST = 7
"""Digits: fewer are no phone number."""


def spelled_numbers(text: str) -> Iterator[Match]:
    """Yield numbers of seven digits or more, most of them in words.

    Example:
        >>> text = "four one five five five five two six seven one!"
        >>> [text[match.start : match.end] for match in spelled_numbers(text)]
        ['four one five five five five two six seven one']
    """
    if len(text) < 2 * _LEAST:
        return
    for match in _NUMBER.finditer(text):
        written = match[0].rstrip(" ,.-")
        words = re.findall(r"\w+", written.lower())
        spelled = sum(word in _VALUES for word in words)
        if spelled >= _LEAST or spelled > len(words) / 2:
            key = "".join(_VALUES.get(word, word) for word in words)
            yield Match(
                start=match.start(),
                end=match.start() + len(written),
                kind="phone",
                key=key,
            )
