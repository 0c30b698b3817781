"""What people write around an address, and in place of its digits; taken off here.

Owns the spellings; what makes two addresses the same is decided in `_address`. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import unquote

from langchain_imessage.text import without_format_characters

LEAST_DIGITS: Final = 7
"""A shorter number is a service's short code, and equal to nothing but itself."""

LONGEST: Final = 320
"""Characters of the longest mail address (RFC 3696); what is longer is no address."""

_SCHEME = re.compile(
    r"(?:(?:tel|callto|sms|smsto|mailto|imessage|facetime|facetime-audio):(?://)?|[ep]:)",
    re.IGNORECASE,
)
"""What stands before an address in links and cards, and in the names of accounts."""

_FILTER_TAG = re.compile(r" *\(smsf[a-z_]*\)$", re.IGNORECASE)
"""What iOS appends to the address of a filtered SMS sender."""

_IN_BRACKETS = re.compile(r"[^<>]*<\s*([^<>\s]+@[^<>\s]+)\s*>")
_BEHIND_MAIL = re.compile(r"(?<=\w)(?:[.,;:]+| +\([^()@]*\))+$")
"""A full stop, or what kind of address it is: "ann@example.com (work)"."""

_EXTENSION = re.compile(
    r"(?<=[\d)]) *\(?(?:[,;-]? *(?:[^\W\d_]{1,12}\.?|[#*]|;(?:ext|postd)=)[ :.-]*"
    r"|[,;pw]+)[\d*#,;pw ]+\)?$",
    re.IGNORECASE,
)
"""What is dialled when the call is answered, named in any language: pauses and digits."""

_LABEL_BEHIND = re.compile(r"(?<=[\d)])[ ,]*(?:\(?[^\W\d_. ]{2,}\.?\)?(?: +|$)){1,3}$")
_LABEL_BEFORE = re.compile(r"^(?:[^\W\d_]{1,12}[.:]+ *)+(?=[+\d(])")
"""What kind of number it is, in words: "mob.: +1 415 555 0101 (work)"."""

_SIGN_BEFORE = re.compile(r"^(?:[*#]\d\d#|[^\w+(*#]+)+")
"""A picture of a telephone, or what is dialled to hide one's own number: "#31#"."""

_PLUS = re.compile(r"^(?:\++|\(\+ *(?=\d{1,3}\)))")
_COUNTRY_BRACKET = re.compile(r"(?<=^\+)(\d{1,3})\)")
"""The country in brackets: "(+1) 415 555 0101"."""

_PARAMETERS = re.compile(r"(?:[;?]|(?<=\d)&)[a-z][a-z-]*=.*$", re.IGNORECASE)
_TRUNK = re.compile(r"(?<=\d)(?<!\+39)(?<!\+39 ) *\(0\)")
"""The 0 that is dialled only without the country: "+44 (0)20". Italy's is dialled always."""

_ANY_CARRIER = re.compile(
    r"^((?:(?:\+|00)55)?[ -]*)\(?0?[ -]*\(?(?:xx|\*\*)\)?[ -]*(?=\(?\d\d)",
    re.IGNORECASE,
)
"""Brazil's 0 and "any carrier": "(0xx11) 91234-5678"."""

_VANITY = re.compile(
    r"(?:\+?1[ .-]*)?\(?(8(?:00|33|44|55|66|77|88))\)?[ .-]*((?:[A-Z\d][ .-]?){7,12})"
)
"""A toll-free number of North America with words for digits: "1-800-FLOWERS"."""

_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_SPACERS = str.maketrans("|_~[]{}", "       ")

_SIGNS = {
    **dict.fromkeys(map(ord, "\u2212\u30fc\u02d7"), "-"),
    **dict.fromkeys(map(ord, "\u00b7\u2022\u2024\u2027\u2219\u22c5\u30fb"), "."),
    **dict.fromkeys(map(ord, "\u2044\u2215\u29f8"), "/"),
}
"""Written for the dash, the dot and the slash between the groups of a number."""


def without_wrapping(written: str) -> tuple[str, str]:
    """Take off what is no part of an address; return the tag of a filtered sender, too."""
    plain = plain_characters(written)
    if len(plain) > LONGEST:
        return plain, ""
    tag, before = "", ""
    while plain != before:  # one may be wrapped in another
        before = plain
        bracketed = _IN_BRACKETS.fullmatch(plain)
        plain = (bracketed[1] if bracketed else plain).strip("<> \"'").strip()
        if scheme := _SCHEME.match(plain):
            plain = plain[scheme.end() :]
            is_link = len(scheme[0]) > len("p:")
            plain = unquote(_PARAMETERS.sub("", plain)) if is_link else plain
        if tagged := _FILTER_TAG.search(plain):
            plain, tag = plain[: tagged.start()], tagged[0].strip()
    return (_BEHIND_MAIL.sub("", plain) if "@" in plain else plain), tag


def without_additions(number: str) -> str:
    """Take off what was written around a number, if enough of it is left."""
    if vanity := _VANITY.fullmatch(number):
        return _without_letters(*vanity.groups()) or number
    rest = _PLUS.sub("+", _SIGN_BEFORE.sub("", number))
    rest = _TRUNK.sub("", _COUNTRY_BRACKET.sub(r"\1", rest))
    rest = _ANY_CARRIER.sub(r"\1", rest)
    rest = _LABEL_BEHIND.sub("", _LABEL_BEFORE.sub("", rest))
    rest = _EXTENSION.sub("", rest).translate(_SPACERS)
    return rest.strip() if sum(map(str.isdecimal, rest)) >= LEAST_DIGITS else number


def mail_key(plain: str) -> str:
    """Return the canonical form of a mail address: its domain in letters, not in ASCII."""
    local, at, domain = plain.rpartition("@")
    folded = domain.casefold()
    if "xn--" in folded:
        folded = ".".join(map(_decoded_label, folded.split(".")))
    return f"{local.casefold()}{at}{folded}"


def plain_characters(written: str) -> str:
    """Write digits, dashes and blanks as ASCII does, and nothing that is not seen."""
    if written.isascii():
        return written.strip()
    plain = unicodedata.normalize("NFKC", without_format_characters(written))
    return "".join(map(_ascii, plain.translate(_SIGNS))).strip()


def _without_letters(area: str, rest: str) -> str:
    """Return a toll-free number in digits; nothing if it has too few letters to be one."""
    dialled = "".join(filter(str.isalnum, rest))
    if sum(map(str.isalpha, dialled)) < LEAST_DIGITS // 2:
        return ""
    return f"+1{area}{dialled.translate(_KEYPAD)[:LEAST_DIGITS]}"


def _decoded_label(label: str) -> str:
    """Decode a part of a domain that is written in ASCII for others (RFC 3492)."""
    if not label.startswith("xn--"):
        return label
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label
    shown = unicodedata.normalize("NFKC", decoded.casefold())
    return shown if shown.isprintable() and not shown.isascii() else label


def _ascii(char: str) -> str:
    if char.isascii():
        return char
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if char.isspace():
        return " "
    return "-" if unicodedata.category(char) == "Pd" else char
