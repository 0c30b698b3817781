"""Dates as people write them, in several languages; pure.

A date is a birthday where a word says so, and never a phone number.
"""

# ruff: noqa: RUF001 - other alphabets are what it is about
# ruff: noqa: PLR2004 - digits and letters of a form are numbers

from __future__ import annotations

import re
from itertools import pairwise

_MONTHS = (
    "jan(?:uary|uar|vier|uari|eiro)?|feb(?:ruary|ruar|braio|rero|ruari)?|févr?(?:ier)?|fev(?:ereiro)?"
    "|mar(?:ch|s|zo|ço)?|märz?|maart|mrt|apr(?:il|ile)?|avr(?:il)?|abr(?:il)?|may|mai|mayo|maio"
    "|maggio|mei|jun(?:e|i|io|ho)?|juin|giugno|jul(?:y|i|io|ho)?|juil(?:let)?|luglio"
    "|aug(?:ust|ustus)?|ago(?:sto)?|août|aout|sept?(?:ember|embre|tembre|iembre)?|set(?:embro|tembre)?"
    "|oct(?:ober|obre|ubre)?|okt(?:ober)?|ott(?:obre)?|out(?:ubro)?|nov(?:ember|embre|iembre|embro)?"
    "|dec(?:ember)?|dez(?:ember|embro)?|déc(?:embre)?|dic(?:iembre|embre)?|ene(?:ro)?|gen(?:naio)?"
    "|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października"
    "|listopada|grudnia|ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık"
    "|янв\\w*|февр?\\w*|мар\\w*|апр\\w*|ма[йя]|июн\\w*|июл\\w*|авг\\w*|сент?\\w*|окт\\w*|ноя\\w*"
    "|дек\\w*|січ\\w*|лют\\w*|берез\\w*|квіт\\w*|трав\\w*|черв\\w*|лип\\w*|серп\\w*|верес\\w*"
    "|жовт\\w*|листоп\\w*|груд\\w*|يناير|فبراير|مارس|أبريل|ابريل|مايو|يونيو|يوليو|أغسطس|اغسطس"
    "|سبتمبر|أكتوبر|اكتوبر|نوفمبر|ديسمبر|ינואר|פברואר|מרץ|אפריל|מאי|יוני|יולי|אוגוסט|ספטמבר"
    "|אוקטובר|נובמבר|דצמבר"
)
_OF = "(?:of[ ]|de[ ]|do[ ]|del[ ]|di[ ]|d'|ב)?"
DATE = re.compile(
    rf"""
    (?<![\d./-])(?:
      \d{{1,4}}\s?[./-]\s?\d{{1,2}}(?:\s?[./-]\s?\d{{2,4}})?
    | \d{{1,2}}(?:st|nd|rd|th|er|º|ª|\.)?[ ]{_OF}(?:{_MONTHS})\b\.?(?:,?[ ]{_OF}'?\d{{2,4}}(?!\d))?
    | (?:{_MONTHS})\b\.?[ ](?:the[ ])?\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?[ ]'?\d{{2,4}}(?!\d))?
    | (?:\d{{4}}[年년][ ]?)?\d{{1,2}}[月월][ ]?\d{{1,2}}[日号號일]?
    | (?:0?[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d
    | (?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:19|20)\d\d
    | (?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])
    )(?![\d/]|[.-]\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A day, with or without its year."""

_NUMERIC = r"\d{1,2}[./-]\d{1,2}(?:[./-](?:\d{4}|\d{2})?)?|\d{4}[./-]\d{1,2}(?:[./-]\d{1,2})?|\d{1,2}[./-]\d{4}|\d{4}"
_TIME = r"(?:\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)"
_ONLY_DATES = re.compile(
    rf"[\s(]*(?:{_NUMERIC}|\d{{1,2}}\.)(?:[\s,–—-]+(?:{_NUMERIC}|\d{{1,2}}\.|{_TIME}))*[\s.)]*"
)
_LIST = re.compile(r"\d{1,2}(?:[ ,]+\d{1,2}){4,}")


def is_date_or_list(text: str) -> bool:
    """Return whether digits are dates, ranges of dates, or a list of small numbers.

    Example:
        >>> is_date_or_list("03.05.-07.06.2025"), is_date_or_list("030 1234567")
        (True, False)
    """
    plain = text.strip()
    return bool(_plausible(plain) or _counts_up(plain))


def _plausible(text: str) -> bool:
    if not any(mark in text for mark in "./-") or not _ONLY_DATES.fullmatch(text):
        return False
    dates = re.findall(r"\d+(?:[./]\d+)+", text) or re.findall(r"\d+(?:-\d+)+", text)
    return bool(dates) and all(map(_is_day, dates))


def _is_day(date: str) -> bool:
    numbers = [int(part) for part in re.split("[./-]", date) if part]
    small = [number for number in numbers if number <= 99]
    years = [number for number in numbers if number > 99]
    if len(numbers) > 3 or any(not 1900 <= year <= 2100 for year in years):
        return False
    if len(small) == 3:  # a year of two digits
        small = small[:2]
    if len(small) == 1:
        return bool(years) and 1 <= small[0] <= 12
    return len(small) == 2 and min(small) >= 1 and min(small) <= 12 and max(small) <= 31


def _counts_up(text: str) -> bool:
    if not _LIST.fullmatch(text):
        return False
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    steps = {second - first for first, second in pairwise(numbers)}
    return len(steps) == 1 and len(numbers) >= 5
