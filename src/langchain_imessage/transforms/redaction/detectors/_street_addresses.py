"""Street addresses, in the forms of some countries; pure.

Conservative: a number and a street with a word that says it is one. What is known by name
only ("at the old mill") is not found.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction._matches import Match

if TYPE_CHECKING:
    from collections.abc import Iterator

_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE"
    "|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|PR|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY"
)
_REST = "[\\w'\u2019.-]{0,30}+"
"""Of a word; bounded, so that a text without spaces costs no more than others."""

_CAPITAL = rf"[^\W\d_a-zß-öø-ÿ]{_REST}"
_PLACE = rf"{_CAPITAL}(?: {_CAPITAL}){{0,2}}"
_ZIP = rf"(?:{_STATES}),? \d{{5}}(?:-\d{{4}})?(?!\w)"
_POSTCODE = r"(?:[BEGLMNSW]|[A-PR-UWYZ][A-HK-Y])\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}(?!\w)"
_UNIT = (
    r"(?:,? (?:(?i:apt|apartment|unit|suite|ste|flat|floor|fl|room)\.? ?#?\w{1,6}"
    r"|#\w{1,6}))?"
)
_TOWN = rf"(?:,\s?{_PLACE})?(?:,?\s(?:{_ZIP}|{_POSTCODE}))?"
_TYPES = (
    "Street|St|Avenue|Ave|Av|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl"
    "|Square|Sq|Terrace|Ter|Way|Parkway|Pkwy|Circle|Cir|Highway|Hwy|Crescent|Cres|Close"
    "|Gardens|Grove|Mews|Row|Trail|Alley|Broadway"
)
_PLAIN_TYPES = "street|st|avenue|ave|road|rd|boulevard|blvd|ln|pkwy|hwy"
"""In lower case: those that are next to nothing else."""

_NO_NAME = (
    "the|a|an|on|of|in|at|to|and|or|my|your|this|that|his|her|our|per|way|lane|min|mins"
    "|minutes?|hours?|miles?|km|blocks?|more|people|from|down|cars|am|pm|is|was|for|with"
    "|up|off|by|no|one|big|busy|side"
)
"""What is not a street's name where it is in lower case."""

_NUMBER = r"(?<![\w.,$€£:/-])\d{1,5}[A-Za-z]?(?:-\d{1,4})?"
_NOT_A_TIME = r"(?![\w:%]|[.,:]\d| ?(?:[Mm]in\w*|km|Uhr|Std|Stunden|uur)\b)"
_DE_LA = "(?:de la |de l['\u2019]|des |du |de |d['\u2019]|l['\u2019])?"
_DEL = "(?:de la |de los |de |del |della |dei |do |da |dos )?"

_SUFFIXES = (
    r"straße|strasse|str\.|weg|platz|allee|gasse|damm|straat|laan|plein|gracht|kade"
)
_FRENCH_TYPES = (
    r"rue|avenue|av\.|boulevard|bd\.?|place|chemin|allée|impasse|quai|route|cours"
)
_SOUTHERN_TYPES = (
    r"calle|c/|avenida|avda\.?|plaza|paseo|via|viale|piazza|corso|rua|travessa|largo"
)

_AMERICAN = (  # 350 5th Ave, Apt 4, New York, NY 10118
    rf"{_NUMBER} (?:[NSEW]{{1,2}}\.? )?(?:[A-Z0-9]{_REST} ){{1,4}}?(?:{_TYPES})\b"
    rf"\.?(?: (?:[NS][EW]|[NSEW])\b\.?)?{_UNIT}{_TOWN}"
)
_IN_LOWER_CASE = (  # 350 fifth ave
    rf"{_NUMBER} (?:[nsew]{{1,2}}\.? )?(?:(?!(?:{_NO_NAME})\b)\w{_REST} ){{1,2}}?"
    rf"(?i:{_PLAIN_TYPES})\b\.?{_UNIT}"
)
_AMERICAN_TOWN = rf"(?<!\w){_PLACE},? {_ZIP}"  # Springfield, IL 62704
_BRITISH = rf"(?<![\w-]){_POSTCODE}(?!-)"  # SW1A 1AA
_GERMANIC = (  # Kurfürstendamm 12a, 10719 Berlin; Prinsengracht 263, 1016 GV Amsterdam
    rf"(?<!\w)[^\W\d_a-z][\w.-]{{0,30}}(?:{_SUFFIXES}) \d{{1,4}}(?: ?[a-z])?{_NOT_A_TIME}"
    rf"(?:,? (?:\d{{5}}|\d{{4}} ?[A-Z]{{2}}) {_PLACE})?"
)
_FRENCH = (  # 12 bis, rue de la Paix, 75002 Paris
    rf"(?<![\w.,$€£:/-])\d{{1,4}}(?: ?(?:bis|ter))?,? (?i:{_FRENCH_TYPES}) {_DE_LA}{_PLACE}"
    rf"(?:,? \d{{5}} {_PLACE})?"
)
_SOUTHERN = (  # Calle de Alcalá, 48, 28014 Madrid; Via Roma 5
    rf"(?<!\w)(?i:{_SOUTHERN_TYPES}) {_DEL}{_PLACE},? (?:n\.?[º°]? ?)?\d{{1,4}}{_NOT_A_TIME}"
    rf"(?:,? \d{{4,5}}(?:-\d{{3}})? {_PLACE})?"
)
_WITH_TYPE = tuple(map(re.compile, (_AMERICAN, _IN_LOWER_CASE, _FRENCH, _SOUTHERN)))
_WITH_SUFFIX = re.compile(_GERMANIC)
_WITH_ZIP = re.compile(_AMERICAN_TOWN)
_WITH_POSTCODE = re.compile(_BRITISH)
_TYPE_WORDS = frozenset(
    re.findall(
        r"\w+", f"{_TYPES} {_PLAIN_TYPES} {_FRENCH_TYPES} {_SOUTHERN_TYPES}".lower()
    )
)
_SUFFIX = re.compile(rf"(?:{_SUFFIXES}) \d")
_FIVE_DIGITS = re.compile(r"\d{5}")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"\w+")
_SAME = {
    "st": "street",
    "ave": "avenue",
    "av": "avenue",
    "rd": "road",
    "blvd": "boulevard",
    "ln": "lane",
    "dr": "drive",
    "ct": "court",
    "pl": "place",
    "sq": "square",
    "ter": "terrace",
    "pkwy": "parkway",
    "cir": "circle",
    "hwy": "highway",
    "cres": "crescent",
    "apt": "apartment",
    "ste": "suite",
}
"""Short for the same, casefolded."""


def find_addresses(text: str) -> Iterator[Match]:
    """Find street addresses, US towns with state and ZIP, and UK postcodes.

    Example:
        >>> texts = "at 12 Main St. by 8", "12 more miles down the street"
        >>> {text[f.start : f.end] for text in texts for f in find_addresses(text)}
        {'12 Main St.'}
    """
    if not _DIGIT.search(text):
        return
    for pattern in _patterns_for(text):
        for match in pattern.finditer(text):
            words = (word.casefold() for word in _WORD.findall(match[0]))
            key = " ".join(_SAME.get(word, word) for word in words)
            yield Match(start=match.start(), end=match.end(), kind="address", key=key)


def _patterns_for(text: str) -> Iterator[re.Pattern[str]]:
    """Yield the patterns that can match a text; most texts have the words of none."""
    lower = text.lower()
    if not _TYPE_WORDS.isdisjoint(_WORD.findall(lower)):
        yield from _WITH_TYPE
    if _SUFFIX.search(lower):
        yield _WITH_SUFFIX
    if _FIVE_DIGITS.search(text):
        yield _WITH_ZIP
    if lower != text:
        yield _WITH_POSTCODE
