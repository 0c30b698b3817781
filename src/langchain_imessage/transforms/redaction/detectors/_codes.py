"""One-time codes and PINs: numbers beside a word that says so, in several languages.

Four to eight digits are a code only there: everywhere else they are years and prices.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction._matches import Match
from langchain_imessage.transforms.redaction.detectors._text_features import (
    features_of,
    starts_of,
    words_of,
)
from langchain_imessage.transforms.redaction.detectors._typed_codes import typed_codes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from langchain_imessage.transforms.redaction.detectors._text_features import (
        TextFeatures,
    )

_WORD = re.compile(
    r"""
    (?<![^\W_])(?:
        (?<!dress\ )(?<!error\ )(?<!area\ )(?<!promo\ )(?<!cheat\ )(?<!morse\ )(?<!status\ )(?<!zip\ )(?<!postal\ )
        (?:pass|bar|pin|sicherheits|bestätigungs|freischalt|verifizierungs)?-?codes?
      | otps? | 2fa | mfa | verif\w+ | authenti\w+ | one-time | einmal\w+ | passw\w+
      | pin | pins | pincode | kennwort | bestätigung\w* | c[óo]digos? | clave | contraseña
      | senha | codice | codici | mot\ de\ passe | wachtwoord | kode | koden | kod | kodu
      | kód | koodi | şifre | şifreniz | parola | hasło | mã | код\w* | п[иі]н\w* | парол\w*
      | κωδικ\w+ | (?-i:TAN|mTAN) | geheimzahl | (?:el|mi|tu|su)\ nip
      | lock-?box | key-?pad | key-?(?:safe|box) | key\ (?:safe|box) | call-?box | padlock
      | schlüssel(?:kasten|safe|box|tresor) | zahlenschloss | tresor | (?:sleutel)?kluis(?:je)? | hangslot
      | bo[iî]te\ [aà]\ cl[ée]s? | (?:fahrrad|vorhänge|koffer|bügel)schloss | (?:fiets|cijfer|ketting)slot | sms | coffre-?fort | cadenas | cassaforte | lucchetto | caja\ fuerte | candado
      | cadeado
    )(?![^\W_])
    | رمز | كود | קוד | 验证码 | 驗證碼 | 校验码 | 密码 | コード | 暗証番号 | 認証番号 | 確認番号 | オートロック | ロッカー | 金庫 | 인증 | 코드
    | 비밀번호 | รหัส | कोड | ओटीपी | पिन
    """,
    re.VERBOSE | re.IGNORECASE,
)
_STARTS = starts_of("verif authenti einmal passw tigung")
_ASCII_WORDS = words_of(
    "code codes passcode passcodes barcode barcodes pincode pincodes sicherheitscode"
    " sicherheitscodes freischaltcode freischaltcodes otp otps 2fa mfa one pin pins kennwort"
    " codigo codigos digo digos clave contrase senha codice codici passe wachtwoord kode koden"
    " kod kodu koodi parola tan mtan geheimzahl nip box pad safe lockbox keypad keysafe keybox"
    " callbox padlock schl zahlenschloss tresor sleutelkluis sleutelkluisje kluis kluisje"
    " hangslot boite bo fahrradschloss vorh kofferschloss gelschloss fietsslot cijferslot"
    " kettingslot sms coffre coffrefort cadenas cassaforte lucchetto fuerte candado cadeado"
)
"""Of those above, what is in ASCII; of several words one."""

_NUMBER = re.compile(
    r"""
    (?<![0-9A-Za-z_$€£¥₹]) (?<![0-9][.,:/-]) (?<![$€£¥₹]\ )
    (?: [A-Z]{1,3}-[0-9]{4,8} | \d{3}[-\ ]\d{3,4} | \d{4}[-\ ]\d{4} | \d{2}\ \d{2}\ \d{2}
      | \d{4,8} )
    (?![0-9A-Za-z_%€]|[.,:/-]\d)
    (?!\ ?(?:%|[€£$]|k?m\b|lines?\b|people\b|times\b|days?\b|hours?\b|users?\b))
    """,
    re.VERBOSE,
)
_GOOGLE = re.compile(r"(?<![^\W_])G-[0-9]{6}(?![^\W_])")
"""Says by itself what it is."""

_TO_USE = re.compile(
    r"\b(?:use|enter|type(?: in)?|usa|usar|introduce|ingresa|utilise[rz]?|saisis\w*|verwende|nutze|gib|inserisci|digite|введите|введіть)"
    r"\W+(?:code\W+)?(?P<code>\d{4,8}|\d{3}[- ]\d{3})\W+(?:to|for|as|para|per|pour|um|zum|ein|для|щоб|чтобы)\b",
    re.IGNORECASE,
)
"""What says by a verb that it is a code."""

_YEAR_OR_ROUND = re.compile(r"(?:19|20)\d\d|\d+000")
_IN_YEAR = re.compile(
    r"(?<![^\W_])(?:at|um|às|alle|om|in|since|from|until|till|by|of|im|seit|bis|en|desde|depuis|nel|dal) $",
    re.IGNORECASE,
)
_CLOSE = 20
"""Characters from the word to the number: so close behind, even a year is a PIN."""

_LEAST, _LEAST_TYPED = 4, 3
"""Digits of a code, and of one with a letter in it."""

_NEAR = 48
"""Characters between the two, whichever comes first."""


def find_codes(text: str) -> Iterator[Match]:
    """Find one-time codes and PINs.

    Example:
        >>> texts = "G-482913 is your code", "PIN: 1984", "in 1984 I wrote no code at all"
        >>> [len(list(find_codes(text))) for text in texts]
        [1, 1, 0]
    """
    features = features_of(text)
    if features.digits >= _LEAST_TYPED:
        yield from typed_codes(text)
    numbers = [*_NUMBER.finditer(text)] if features.digits >= _LEAST else []
    if not numbers:
        return
    for used in _TO_USE.finditer(text):
        key = "".join(filter(str.isalnum, used["code"]))
        yield Match(
            start=used.start("code"), end=used.end("code"), kind="code", key=key
        )
    words = []
    if _may_say_so(features):
        words = [match.span() for match in _WORD.finditer(text)]
    for number in numbers:
        if _GOOGLE.fullmatch(number[0]) or _is_code(text, number, words):
            key = "".join(filter(str.isalnum, number[0]))
            yield Match(start=number.start(), end=number.end(), kind="code", key=key)


def _may_say_so(features: TextFeatures) -> bool:
    """Return quickly whether a text may have a word that says what a code is."""
    return (
        not features.is_latin
        or features.may_have(_ASCII_WORDS, "óÓşŞłŁãÃ")
        or features.may_begin(_STARTS)
    )


def _is_code(
    text: str, number: re.Match[str], words: Sequence[tuple[int, int]]
) -> bool:
    start, end = number.span()
    is_plain = _YEAR_OR_ROUND.fullmatch(number[0]) is not None
    if is_plain and _IN_YEAR.search(text, max(0, start - _CLOSE), start):
        return False
    next_word = bisect_left(words, (end,))
    behind = start - words[next_word - 1][1] if next_word else _NEAR + 1
    if 0 <= behind <= _CLOSE:
        return True
    ahead = words[next_word][0] - end if next_word < len(words) else _NEAR + 1
    return not is_plain and (0 <= behind <= _NEAR or ahead <= _NEAR)
