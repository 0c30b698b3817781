"""One normal form of a text, one notion of its words, one key for "says the same"; pure.

Names, opt-outs, duplicates, quotations and search use these, and nothing else decides
what a word is. A mark belongs to the letter it stands on: words of Indic, Thai, Arabic
or decomposed Latin text are whole. Never used to change what somebody wrote.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ASCII_WORD = re.compile(r"[A-Za-z0-9]+")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_IS_TITLE = frozenset(
    [
        "dr",
        "mr",
        "mrs",
        "ms",
        "mx",
        "miss",
        "prof",
        "professor",
        "sir",
        "madame",
        "herr",
        "frau",
        "señor",
        "señora",
        "jr",
        "sr",
        "md",
        "phd",
        "esq",
    ]
).__contains__
_ACCENTS = re.compile(r"[\u0300-\u036f]+")
"""Those of Latin, Greek and Cyrillic letters."""

_UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff"
    "\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]+)"
)
"""Scripts whose words are not apart, or have endings."""

_DOTTED_I = "i\u0307"
"""What Unicode makes of the Turkish capital I with a dot; its small letter is i."""

_LAST_MARK = 0x1F000
"""No mark or format character of a word has a higher code point, but for the selectors."""

_ASCII_LETTERS = {
    code: chr(code).lower() if chr(code).isalpha() else None for code in range(128)
}


_ASCII_AND_SIGNS = re.compile(
    "[\x00-\x7f\u2000-\u2016\u2018-\u203d\u2600-\u2775\ufe0f\U0001f300-\U0001faff]*"
)
"""Texts without letters and marks beyond ASCII: typographic signs and emoji are none."""

_ASCII_AND_EMOJI = re.compile(
    "[\x00-\x7f\u200d\u2013\u2014\u2018-\u201e\u2022\u2600-\u2775\ufe0f\U0001f300-\U0001faff]*"
)
"""Texts of which folding changes nothing but case, and what is not seen."""

_UNSEEN_IN_EMOJI = "\u200d\ufe0f"

_LOWER = bytes(range(256)).lower()
_DIGITS = b"0123456789"
_NO_LETTERS_NOR_DIGITS = bytes(b for b in range(1, 128) if not chr(b).isalnum())
"""All of ASCII that is neither, but for what `letters_in_each` joins texts with."""

_LATEST = 4
"""Calls of `letters_in_each` that are remembered: an example's, and then of its row's."""

_KEY = bytes(
    ord(" ") if chr(byte).isascii() and chr(byte).isspace() else byte for byte in _LOWER
).replace(b"`", b"'")
"""What `text_key` makes of ASCII, in UTF-8."""


class _Letters(dict[int, int | None]):
    """What `str.translate` keeps of a text: letters and their marks.

    Asked of Unicode once for each character, so there are never more than those.

    Args:
        digits: Whether it keeps digits, too.
    """

    def __init__(self, *, digits: bool) -> None:
        super().__init__()
        self._digits = digits

    def __missing__(self, code: int) -> int | None:
        character = chr(code)
        is_mark = unicodedata.category(character) in {"Mn", "Mc"}
        is_selector = code in _SELECTORS
        is_letter = character.isalnum() and (self._digits or not character.isdecimal())
        self[code] = code if is_letter or (is_mark and not is_selector) else None
        return self[code]


_LETTERS = _Letters(digits=False)
_LETTERS_AND_DIGITS = _Letters(digits=True)
_SELECTORS = range(0xFE00, 0xFE10)
"""Which picture of a character is shown: a mark by its category only."""

_QUOTES = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\uff07`\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02", '"'),
}
"""Typed in one way and shown in another, by one phone or the next."""


def find_words(text: str) -> Iterator[re.Match[str]]:
    """Yield a text's words as they are written, each with its place.

    Example:
        >>> [word[0] for word in find_words("Don't! नमस्ते राम")]
        ['Don', 't', 'नमस्ते', 'राम']
    """
    return (_ASCII_WORD if text.isascii() else _word()).finditer(text)


def words_in(text: str) -> tuple[str, ...]:
    """Return a text's words, folded: equal however they are encoded, in any case."""
    if text.isascii():
        return tuple(_ASCII_WORD.findall(text.lower()))
    return tuple(fold(word[0]) for word in find_words(text))


def fold(text: str) -> str:
    r"""Return a text in the form in which case, width and encoding make no difference.

    Example:
        >>> fold("\uff33\uff25\uff23\uff32\uff25\uff34 \u0130stanbul")
        'secret istanbul'
    """
    if text.isascii():
        return text.lower()
    if _ASCII_AND_EMOJI.fullmatch(text):  # there is nothing to compose
        for unseen in _UNSEEN_IN_EMOJI:
            text = text.replace(unseen, "")
        return text.encode().lower().decode()  # a tenth of the time of `casefold`
    shown = unicodedata.normalize("NFKC", without_format_characters(text))
    return unicodedata.normalize("NFC", shown.casefold().replace(_DOTTED_I, "i"))


def normal_text(text: str) -> str:
    """Return a text in its normal form: composed (NFC), without what is not seen."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", without_format_characters(text))


def text_key(text: str) -> str:
    r"""Return what is equal for two texts that say the same.

    Case, encoding, blanks, the shape of quotation marks and characters that are not seen
    make no difference; every other character does.

    Example:
        >>> text_key("It\u2019s  caf\u00e9") == text_key("it's cafe\u0301 ")
        True
    """
    if not text.isascii():
        for quote, plain in _QUOTES.items():
            if quote in text:
                text = text.replace(quote, plain)
        if not _ASCII_AND_EMOJI.fullmatch(text):
            return " ".join(fold(text).split())
        for unseen in _UNSEEN_IN_EMOJI:
            text = text.replace(unseen, "")
    key = text.encode().translate(_KEY)  # a tenth of the time of splitting and joining
    while b"  " in key:
        key = key.replace(b"  ", b" ")
    return key.strip(b" ").decode()


def letters_in(text: str) -> str:
    """Return the letters of a text, folded, with their marks and with nothing between.

    Example:
        >>> letters_in("Yes, \u2764\ufe0f 42 times!")
        'yestimes'
    """
    if text.isascii():
        return text.translate(_ASCII_LETTERS)
    return fold(text).translate(_LETTERS)


def letters_in_each(texts: Sequence[str], *, digits: bool = False) -> list[str]:
    """Return the letters of each text, as `letters_in`.

    Texts of ASCII and signs, as most are, are worked on as one: for a few words the calls
    would take longer than the work.

    Args:
        texts: The texts.
        digits: Whether digits are kept, too.
    """
    plain = _plain_letters(tuple(texts))
    if plain is None:
        kept = _LETTERS_AND_DIGITS if digits else _LETTERS
        return [fold(text).translate(kept) for text in texts]
    letters = plain if digits else plain.translate(None, _DIGITS)
    return letters.decode().split("\0")


@lru_cache(maxsize=_LATEST)
def _plain_letters(texts: tuple[str, ...]) -> bytes | None:
    """Return the letters and digits of texts of ASCII and signs; None for other texts."""
    joined = "\0".join(texts)
    if joined.count("\0") != len(texts) - 1 or not _ASCII_AND_SIGNS.fullmatch(joined):
        return None
    return joined.encode("ascii", "ignore").translate(_LOWER, _NO_LETTERS_NOR_DIGITS)


def without_ends(text: str) -> str:
    """Return a text without what is no letter, mark or digit at its ends."""
    return _at_ends().sub("", text)


def without_format_characters(text: str) -> str:
    """Return a text without bidi marks, zero-width characters and variation selectors."""
    if text.isascii():
        return text
    return _unseen().sub("", text)


def name_words(name: str) -> tuple[str, ...]:
    """Return a name's words, folded, without titles and what is in brackets.

    Example:
        >>> name_words("Smith, Dr. Ann (work)")
        ('ann', 'smith')
    """
    last, comma, first = _ASIDE.sub(" ", name).partition(",")
    if comma and not all(map(_IS_TITLE, words_in(first))):
        words = words_in(f"{first} {last}")
    else:
        words = words_in(last)
    words = words or words_in(name)
    return tuple(word for word in words if not _IS_TITLE(word)) or words


def without_accents(word: str) -> str:
    """Return a word without its accents, where those are left out in haste.

    In scripts whose vowels are marks nothing is left out.

    Example:
        >>> without_accents("zoë"), without_accents("राम")
        ('zoe', 'राम')
    """
    if word.isascii():
        return word
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", word))
    return unicodedata.normalize("NFC", bare)


def is_unspaced(word: str) -> bool:
    """Return whether a word is of a script that writes no blanks between words."""
    return len(word) > 1 and _UNSPACED.search(word) is not None


def script_runs(word: str) -> list[tuple[str, bool]]:
    """Return a word in runs, each with whether its script writes no blanks.

    Example:
        >>> script_runs("iphone手机")
        [('iphone', False), ('手机', True)]
    """
    # What matches is at the odd places.
    parts = enumerate(_UNSPACED.split(word))
    return [(part, bool(place % 2)) for place, part in parts if part]


@cache
def _word() -> re.Pattern[str]:
    """Compile what a word is: a letter or digit, then more of them and their marks."""
    marks = _characters("Mn", "Mc", "Me", "Cf")
    return re.compile(rf"[^\W_](?:[^\W_]|[{marks}])*")


@cache
def _at_ends() -> re.Pattern[str]:
    noise = rf"(?:[^\w{_characters('Mn', 'Mc')}]|[_\ufe00-\ufe0f])+"
    return re.compile(f"^{noise}|{noise}$")


@cache
def _unseen() -> re.Pattern[str]:
    return re.compile(f"[{_characters('Cf')}\ufe00-\ufe0f]+")


@cache
def _characters(*categories: str) -> str:
    """List the characters of some categories, as ranges of a regular expression.

    Asked of Unicode rather than written down, once, when the first text needs it.
    """
    ranges: list[list[int]] = []
    for code in (*range(0xAD, _LAST_MARK), *range(0xE0000, 0xE01F0)):
        if unicodedata.category(chr(code)) in categories:
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)
