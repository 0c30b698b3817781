"""Codes that are typed at a door, an alarm or a lock: by the verb, or by what is opened; pure.

A number beside a door alone is none: there are prices, times and sizes of doors.
"""

# ruff: noqa: RUF001 - other alphabets are what it is about

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction._matches import Match
from langchain_imessage.transforms.redaction.detectors._text_features import (
    features_of,
    starts_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEYS = (
    r"(?:\#|\*|pound|hash|star|enter|raute|sternchen|di[eè]se|étoile|almohadilla|numeral|asterisco"
    r"|cancelletto|jogo\ da\ velha|hekje|sterretje)"
)
_ENTERED = re.compile(
    rf"""
    (?<!\w)(?:
        (?:punch|key|type|tap|put)\ in | entry | entrance | buzzer
      | (?:disarm|unlock|deactivate|opens?|geht|entsperr\w*|entschärf\w*|ouvr\w+|désactiv\w+|abre\w*|desactiv\w+
         |disattiv\w+|apri|apre|desliga\w*|desarm\w*|gaat)\ (?:\w+\ ){{0,3}}?(?:with|using|mit|avec|con|com|met)
      | (?:then|use|try|enter|its|it's)(?=\W+\d{{4,8}}\ on\ (?:the|ur|your)\ (?:\w+\ )?(?:door|gate|keypad|lock|panel|box|safe|alarm)\b)
    )\W{{1,2}}(?P<code>[\#*]?\d{{4,8}}[\#*]?)(?![\w%€$]|[.,:/-]\d)
    | (?<![\w.,:/$€£-])(?P<keyed>\d{{4,8}})[\#*]?(?:
        \W+(?:and|then|und|dann|puis|et|y|luego|e|poi|en|dan)\W+(?:(?:hit|press|then|dann|die|la|tecla|touche|taste|puis|luego|poi|premi)\W+){{0,3}}{_KEYS}(?!\w)
      | \s+(?:daal|dal|dabao?|dabana|daalna)(?!\w) | \s?(?:を|って)(?:押|入力)
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Says by its verb, or by the key behind it, that it is typed."""

_OPENED = re.compile(
    r"""
    (?<!\w)(?:doors?|gates?|garage|garaje|garagem|cochera|trastero|keller|alarm|lock|locker|safe|keypad|entrance|entry|lobby|elevator|shed|cabin|building|panel
    |t[üu]r|haust[üu]r|tor|\w+tor|\w+t[üu]r|\w+schloss|schloss|alarmanlage|eingang|aufzug|tastenfeld
    |porte|portail|portillon|alarme|immeuble|hall|clavier|entrée|ascenseur
    |puerta|port[óo]n|portal|alarma|teclado|entrada|cerradura|ascensor|reja
    |port[ao]|portone|cancell[oe]|allarme|tastiera|ingresso|serratura|porta|port[ãa]o|portaria|fechadura|elevador
    |deur|\w+deur|poort|slot|ingang|drzwi|bram[ay]|domofon\w*|kap[ıi]|дверь|двери|ворот\w*|подъезд\w*|домофон\w*)(?!\w)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What a code opens or turns off."""

_TYPED = re.compile(
    r"""
    (?<!\w)(?:type|typing|enter|press|push|punch|dial|key\ in|code|checkmark|check\ mark|button|green\ key|turn\w*\ off|shut\ (?:it|up)
    |taste|eintippen|eingeben|tipp\w*|drück\w*|wähl\w*|ausschalten
    |tape[rz]?|compose[rz]?|appuie\w*|touche|fais
    |marca\w*|pulsa\w*|aprieta\w*|pon|tecla\w*|empuj\w*|apaga\w*|bot[óo]n|mete
    |digit[ai]\w*|prem[ie]\w*|fai|tasto|campanello|spegn\w*|aperta\w*|bot[ãa]o|desliga\w*|disca
    |toets\w*|intoetsen|invoeren|druk\w*|wpisz|naciśnij|tuşla|набери|набирай|наберите|нажми|введи)(?!\w)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What one does with it."""

_CODE = re.compile(
    r"(?<![\w.,:/$€£#-])[#*]?(?:\d{4,8}|[A-Z]?\d{1,4}[A-Z]\d{0,4})[#*]?(?![\w%€$]|[.,:/-]\d)"
    r"(?!\s?(?:am|pm|uhr|h|hrs?|min\w*|sec\w*|euros?|dollars|bucks|people|miles|km|steps|feet|ft|cm|mm|inch\w*|lbs?|kg)\b)"
)
_LETTERED = re.compile(
    r"(?<![\w.,:/$€£#-])(?:\d{1,3}[A-Z]\d{1,4}[A-Z]?|[A-Z]\d{3,6}[A-Z]|[AB]\d{4}|\d{4}[AB]|\d{1,3}[кk]\d{3,5})(?![\w-])"
    r"|(?<![\w.,:/$€£#-])[*#]?\d{3,8}[#*](?!\w)"
)
"""Needs no verb: no size and no room is written so."""

_SAID = re.compile(
    r"(?:\b(?:it['’]s|its|then|c['’]est|puis|danach|dann|luego|poi|depois|daarna)|(?<!\w)(?:è|é|es|ist))\s+"
    r"(\d{4,8}[#*]?)(?![\w%€$]|[.,:/-]\d|\s?(?:for|für|pour|per|para|sq|to|dollars|bucks|euros?|people|units|uhr)\b)",
    re.IGNORECASE,
)
"""May say the same; but then a time of day is none."""

_TIME_OF_DAY = re.compile(r"(?:[01]?\d|2[0-4])[0-5][05]")
_TURNED = re.compile(
    r"(?<!\w)(?:(?:left|right|links|rechts|izquierda|derecha|gauche|droite|sinistra|destra|direita|esquerda|[LR])"
    r"\W{0,3}\d{1,2}(?:\W{1,3}(?:then )?|\b)){3,}",
    re.IGNORECASE,
)
"""A combination lock, as it is turned: left 14 right 37 left 9."""

_LOCKED = re.compile(
    r"(?<!\w)(?:padlock|combo|combination|\w*lock|locker|safe|vault|\w*schloss|tresor|candado|cadenas|lucchetto|cadeado"
    r"|\w*slot|kluis|caja fuerte|coffre|cassaforte|cofre|maleta|koffer|suitcase)\b[^\d\n]{0,32}?"
    r"(?<![\d.,$€£])(\d{1,2}(?:[-–]\d{1,2}){2,4})(?![\w%]|[-–.,:/]\d)",
    re.IGNORECASE,
)
_YEAR_OR_ROUND = re.compile(r"(?:19|20)\d\d|\d+00")
_MAY_HOLD_ONE = re.compile(
    r"[\dA-Z](?:(?<=\d)(?:\d{3}|[A-Z]\d|[-–]\d{1,2}[-–]\d|\D{2,14}\d+\D{2,14}\d)|(?<=[A-Z])\d{3})"
)
_FOUR_DIGITS = re.compile(r"\d{4}")
_TURNS = starts_of(
    "left right links rechts izquierda derecha gauche droite sinistra destra direita"
    " esquerda l r"
)
_MAY_OPEN = re.compile(
    r"(?<![\w.,:/$€£#-])[#*]?(?:\d{4}|[A-Z]?\d{1,4}[A-Z]|[A-Z]\d{3}|\d{1,3}[кk]\d|\d{3}[#*])"
)
"""What a code has in it that opens something: seen sooner than what it opens."""

_LEAST = 3
"""Digits of a code with a letter in it."""


def typed_codes(text: str) -> Iterator[Match]:
    """Yield codes that somebody is told to type.

    Example:
        >>> texts = "punch in 5582", "the side door: 8815, then the checkmark", "door 8815"
        >>> [text[one.start : one.end] for text in texts for one in typed_codes(text)]
        ['5582', '8815']
    """
    if not _MAY_HOLD_ONE.search(text):
        return
    if _FOUR_DIGITS.search(text):
        for entered in _ENTERED.finditer(text):
            yield from _code(text, *entered.span(entered.lastgroup or 0))
    if features_of(text).may_begin(_TURNS):
        for turned in _TURNED.finditer(text):
            yield from _code(text, *turned.span())
    if text.count("-") + text.count("–") > 1:
        for locked in _LOCKED.finditer(text):
            yield from _code(text, *locked.span(1))
    if _MAY_OPEN.search(text) and _OPENED.search(text):
        yield from _codes_that_open(text)


def _codes_that_open(text: str) -> Iterator[Match]:
    for lettered in _LETTERED.finditer(text):
        yield from _code(text, *lettered.span())
    if _TYPED.search(text):
        for code in _CODE.finditer(text):
            yield from _code(text, *code.span())
    for said in _SAID.finditer(text):
        if not _TIME_OF_DAY.fullmatch(said[1]):
            yield from _code(text, *said.span(1))


def _code(text: str, start: int, end: int) -> Iterator[Match]:
    key = "".join(filter(str.isalnum, text[start:end]))
    if not _YEAR_OR_ROUND.fullmatch(key) and sum(map(str.isdigit, key)) >= _LEAST:
        yield Match(start=start, end=end, kind="code", key=key)
