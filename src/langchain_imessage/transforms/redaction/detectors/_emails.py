"""E-mail addresses in a text; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction._matches import Match
from langchain_imessage.transforms.redaction.detectors._text_features import (
    features_of,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_EMAIL = re.compile(
    r"(?:(?<![\w.%+&!#$*'-])[\w.%+&!#$*'-]++|\"[^\"\n@]{1,40}\")@"
    r"(?:(?:[\w-]++\.)+[^\W\d_][\w-]*\w|\[?\d{1,3}(?:\.\d{1,3}){3}\]?)"
)
_PROVIDER = (
    "gmail|googlemail|yahoo|ymail|hotmail|outlook|live|msn|icloud|proton(?:mail)?|gmx|aol"
    "|zoho|fastmail|yandex|libero|orange|wanadoo|laposte|free|web|t-online|uol|bol|terra"
    "|naver|qq|163|126|wp|onet|seznam|ukr|mail"
)
_AT_WORDS = "arroba|chiocciola|arobase|klammeraffe|собака"
_AT_BRACKETS = rf"\s?[(\[{{<]\s?(?:at|@|a|aet|ät|chez|{_AT_WORDS})\s?[)\]}}>]\s?"
_AT = rf"(?:{_AT_BRACKETS}|\s(?:at|ät|chez|at[ -]sign|{_AT_WORDS})\s|_at_|\s?@\s?)"
_DOT_BRACKETS = r"\s?[(\[{<]\s?(?:dot|\.|punkt|point|punto|ponto)\s?[)\]}>]\s?"
_DOT_WORDS = r"\s(?:dot|punkt|point|punto|ponto|точка)\s"
_DOT = rf"(?:{_DOT_BRACKETS}|{_DOT_WORDS}|_dot_|\s?[.,]\s?)"
_LINE = (
    r"\s(?:dash|hyphen|minus|underscore|tiret|bindestrich|unterstrich|guion|trattino)\s"
)
_PART = rf"[\w-]{{2,30}}(?:{_LINE}[\w-]{{1,30}}){{0,2}}"
_TLD = "(?:com?|net|org|edu|gov|io|me|de|fr|es|it|uk|ca|au|br|ru|ua|pl|nl|se|ch|at|in|jp|cn|info|mx|ar|pt|be|dk|no|fi|il|sa|ae)"
_RARE_ENDS = (
    "(?:example|invalid|dev|xyz|eu|nz|za|gr|cz|ro|hu|kr|hk|sg|tw|ie|sk|hr|rs|cl|biz)"
)
"""Those that are no words, also with a blank before them."""

_NEWER_ENDS = (
    "(?:example|test|app|dev|xyz|online|site|store|shop|tech|cloud|blog|club|email|world"
    "|life|group|agency|eu|us|nz|za|gr|cz|ro|hu|tr|kr|hk|sg|tw|ie|is|sk|hr|rs|cl|pe|biz|name)"
)
_NAME = (
    rf"(?<![\w.])[\w.%+-]{{2,40}}?"
    rf"(?:(?:\s(?:dot|punto|punkt|point|ponto)\s|{_LINE})[\w-]{{1,20}}){{0,3}}"
)
_SPELLED = re.compile(
    rf"{_NAME}{_AT}(?:(?:{_PROVIDER})(?:{_DOT}{_TLD}(?:[.]{_TLD})?)?|{_PART}(?:(?:{_DOT})(?:co|com|ac|org))?(?:{_DOT})(?:{_TLD}|{_RARE_ENDS}))(?![\w@])"
    # What is at no end of all the world's, but can hardly be anything else:
    rf"|{_NAME}(?:{_AT_BRACKETS}(?:{_PART}(?:{_DOT_BRACKETS}|{_DOT_WORDS}))+|_at_(?:[^\W_]+_dot_)+)[^\W\d_]{{2,20}}(?![\w@])"
    rf"|(?<![\w.])[\w-]{{2,60}}-at-[\w-]{{2,60}}-dot-[^\W\d_]{{2,20}}(?![\w@])"
    rf"|(?<![\w.])[\w.%+-]{{2,40}}{_DOT_WORDS}[\w-]{{2,30}}\sat\s{_PART}{_DOT_WORDS}[^\W\d_]{{2,20}}(?![\w@])"
    rf"|{_NAME}\sat\s(?:\w+-[\w-]+|\w+{_LINE}\w+){_DOT_WORDS}(?:{_TLD}|{_NEWER_ENDS})(?![\w@])",
    re.IGNORECASE,
)
"""An address that is spelled so that no machine sees it, or is mistyped."""

_WITHOUT_END = re.compile(
    r"(?<![\w.])(?:(?=[a-z+-]*[\d_.])[\w.+-]{4,40}@[a-z]{4,20}|[\w.+-]{2,40}@[a-z]+-[a-z\d-]+)(?![\w.@-])",
    re.IGNORECASE,
)
_INDIAN_ACCOUNT = re.compile(
    r"(?<![\w.])[\w.-]{3,40}@(?:ok(?:hdfcbank|icici|sbi|axis)|ybl|ibl|axl|paytm|pt(?:yes|sbi|axis|hdfc)|upi|apl|yapl|rapl"
    r"|fbl|axisbank|hdfcbank|icici|sbi|kotak|pnb|barodampay|jupiteraxis|waicici|wahdfcbank|waaxis|wasbi)(?![\w@-]|\.\w)",
    re.IGNORECASE,
)
"""An account with an Indian payment service (UPI), which looks like a mail address."""

_HAS_SIGN = re.compile(
    rf"[(\[{{<@]|[_-]dot[_-]|(?-i:[a-z\d] AT [a-z\d-]+\.)|\b(?:ät|dot|point|{_AT_WORDS}|punkt|punto|ponto|точка)\b",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(
    rf"[(\[{{<]\s?(?:at|@|a|aet|ät|chez|{_AT_WORDS}|dot|\.|punkt|point|punto|ponto)\s?[)\]}}>]",
    re.IGNORECASE,
)
_BEHIND_SIGN = re.compile(
    rf"[\d_.][\w.%+-]*\s(?:at|ät|chez|{_AT_WORDS})", re.IGNORECASE
)
_ASCII_AT = words_of("at chez arroba chiocciola arobase klammeraffe")
_ASCII_SIGNS = words_of(
    "dot punkt point punto ponto dash hyphen minus underscore tiret bindestrich unterstrich"
    " guion trattino arroba chiocciola arobase klammeraffe"
)
_PLAIN_DOMAIN = re.compile(r"@[\w-]+$")
_NOT_FIRST = ".'!#$*&-%"
_IN_LINK = re.compile(r"://[^\s/@]*$")
_LINK = 100
"""Characters to look back for a link whose user name this is, not an address."""


def find_emails(text: str) -> Iterator[Match]:
    """Find e-mail addresses; the same one in other letters' case is the same.

    Example:
        >>> [found.key for found in find_emails("Ann.Smith@Example.com!")]
        ['ann.smith@example.com']
    """
    yield from _spelled(text)
    if "@" not in text:
        return
    for match in _EMAIL.finditer(text):
        address = match[0].lstrip(_NOT_FIRST)
        start = match.end() - len(address)
        before = text[max(0, start - _LINK) : start]
        if address[0] != "@" and not _IN_LINK.search(before):
            yield Match(
                start=start, end=match.end(), kind="email", key=address.casefold()
            )


def _spelled(text: str) -> Iterator[Match]:
    """Yield addresses with words for their signs, or with a provider's name alone."""
    if "@" not in text and not _may_be_spelled(text):
        return
    for match in _WITHOUT_END.finditer(text) if "@" in text else ():
        if _IN_LINK.search(text[max(0, match.start() - _LINK) : match.start()]):
            continue
        key = match[0].casefold()
        yield Match(start=match.start(), end=match.end(), kind="email", key=key)
    if "@" in text:
        for match in _INDIAN_ACCOUNT.finditer(text):
            key = match[0].casefold()
            yield Match(start=match.start(), end=match.end(), kind="email", key=key)
    for match in _SPELLED.finditer(text):
        local = re.split(_AT, match[0], maxsplit=1, flags=re.IGNORECASE)[0]
        if _IN_LINK.search(text[max(0, match.start() - _LINK) : match.start()]):
            continue
        if _EMAIL.fullmatch(match[0]):
            continue
        is_marked = _HAS_SIGN.search(match[0]) or re.search(r"[\d_.]", local)
        if is_marked and not match[0].startswith("."):
            key = re.sub(
                _DOT,
                ".",
                re.sub(_AT, "@", match[0], count=1, flags=re.IGNORECASE),
                flags=re.IGNORECASE,
            )
            yield Match(
                start=match.start(), end=match.end(), kind="email", key=key.casefold()
            )


def _may_be_spelled(text: str) -> bool:
    """Return quickly whether a text without "@" may have an address in words.

    That has a sign in brackets, or in a word, or a name with a sign before its "at".
    """
    features = features_of(text)
    if not features.is_latin or _IN_BRACKETS.search(text):
        return True
    if not features.may_have(_ASCII_AT, "äÄ"):
        return False
    return (
        features.may_have(_ASCII_SIGNS, "äÄ")
        or "_" in text
        or " AT " in text
        or _BEHIND_SIGN.search(text) is not None
    )
