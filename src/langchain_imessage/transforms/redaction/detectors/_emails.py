"""E-mail addresses in a text; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction._matches import Match

if TYPE_CHECKING:
    from collections.abc import Iterator

_EMAIL = re.compile(
    r"(?<![\w.%+&!#$*'-])[\w.%+&!#$*'-]++@(?:[\w-]++\.)+[^\W\d_][\w-]*\w"
)
_PROVIDER = (
    "gmail|googlemail|yahoo|ymail|hotmail|outlook|live|msn|icloud|proton(?:mail)?|gmx|aol"
    "|zoho|fastmail|yandex|libero|orange|wanadoo|laposte|free|web|t-online|uol|bol|terra"
    "|naver|qq|163|126|wp|onet|seznam|ukr|mail"
)
_AT = r"(?:\s?[(\[{<]\s?(?:at|@|arroba|aet|ät|chez|собака)\s?[)\]}>]\s?|\s(?:at|arroba|chiocciola|arobase|собака)\s|\s?@\s?)"
_DOT = r"(?:\s?[(\[{<]\s?(?:dot|\.|punkt|point|punto|ponto)\s?[)\]}>]\s?|\s(?:dot|punkt|point|punto|ponto|точка)\s|\s?[.,]\s?)"
_TLD = "(?:com?|net|org|edu|gov|io|me|de|fr|es|it|uk|ca|au|br|ru|ua|pl|nl|se|ch|at|in|jp|cn|info|mx|ar|pt|be|dk|no|fi|il|sa|ae)"
_SPELLED = re.compile(
    rf"(?<![\w.])[\w.%+-]{{2,40}}(?: (?:dot|punto|punkt|point|ponto) [\w-]{{2,20}}){{0,2}}{_AT}(?:(?:{_PROVIDER})(?:{_DOT}{_TLD}(?:[.]{_TLD})?)?|[\w-]{{2,30}}(?:{_DOT}){_TLD})(?![\w@])",
    re.IGNORECASE,
)
"""An address that is spelled so that no machine sees it, or is mistyped."""

_WITHOUT_END = re.compile(
    r"(?<![\w.])(?=[a-z+-]*[\d_.])[\w.+-]{4,40}@[a-z]{4,20}(?![\w.@-])", re.IGNORECASE
)
_INDIAN_ACCOUNT = re.compile(
    r"(?<![\w.])[\w.-]{3,40}@(?:ok(?:hdfcbank|icici|sbi|axis)|ybl|ibl|axl|paytm|pt(?:yes|sbi|axis|hdfc)|upi|apl|yapl|rapl"
    r"|fbl|axisbank|hdfcbank|icici|sbi|kotak|pnb|barodampay|jupiteraxis|waicici|wahdfcbank|waaxis|wasbi)(?![\w@-]|\.\w)",
    re.IGNORECASE,
)
"""An account with an Indian payment service (UPI), which looks like a mail address."""

_SIGNS = re.compile(
    r"@|[(\[{<]|\b(?:at|arroba|chiocciola|arobase|собака)\b", re.IGNORECASE
)
_HAS_SIGN = re.compile(
    r"[(\[{<@]\s?(?:at|arroba)?|\b(?:dot|arroba|chiocciola|punkt|punto|ponto|точка)\b",
    re.IGNORECASE,
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
    if not _SIGNS.search(text):
        return
    for match in _WITHOUT_END.finditer(text):
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
