"""What in a link opens a door: tokens, signatures, passwords, long opaque ids.

The rest of a link, its host above all, stays: it is what the talk is about.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction._matches import Match
from langchain_imessage.transforms.redaction.detectors.announced._value_forms import (
    is_opaque,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_USER = re.compile(r"(?<=://)[^\s/@?#]++(?=@)")
_PAIR = re.compile(r"[?&#;]([\w.%\[\]-]{1,64})=([^\s&#;]+)")
_PRIVATE = re.compile(
    "token|key|sig|auth|pass|pwd|sess|sid|secret|code|otp|cred|jwt|hash|ticket|nonce"
    "|invite|reset|hmac|assertion|saml|access|magic|confirm|verif|email|user|phone|pin$",
    re.IGNORECASE,
)
_SEGMENT = re.compile(r"/([\w.~%+=-]{16,})")
_KNOWN = re.compile(
    r"(?<![\w-])(?:sk-|[rsp]k_(?:live|test)_|gh[oprsu]_|github_pat_|glpat-|xox[abprs]-"
    r"|AKIA|ASIA|AIza|ya29\.|eyJ|hf_|npm_|pypi-|SG\.|shp(?:at|ss|ca)_|whsec_|dop_v1_"
    r"|sq0[a-z]{3}-|EAAC|xkeysib-|key-|bc1[a-z0-9])[\w.=-]{12,}+"
    r"|0x[0-9a-fA-F]{40}(?![\w])|(?<![\w])[13][1-9A-HJ-NP-Za-km-z]{25,34}(?!\w)"
    r"|(?<!\w)ssh-(?:rsa|ed25519|dss) [\w+/=]{16,}"
    r"|(?<![\w/-])(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{32,128}(?!\w)"
    r"|(?<!\w)A[CS][0-9a-f]{32}(?!\w)|(?<=Bearer )[\w.~+/=-]{12,}"
)
_LEAST_KNOWN = 12
"""Characters without a blank that each of these has."""

KEY_WORDS = frozenset(
    b"sk rk pk hf ghp gho ghu ghs ghr npm glpat pypi shpat whsec".split()
)
"""Beginnings of keys that may have no digit in them."""

_INVITATION = re.compile(
    r"""(?<![\w.-])(?:
      (?:[\w-]+\.)?zoom\.us/(?:j|w|my|s)/ | meet\.google\.com/(?=\w{3}-) | meet\.jit\.si/ | whereby\.com/
    | discord\.gg/ | discord(?:app)?\.com/invite/ | chat\.whatsapp\.com/(?:invite/)? | t\.me/(?:joinchat/|\+)
    | signal\.group/\# | join\.slack\.com/t/[\w-]+/shared_invite/ | line\.me/R/ti/g/
    | (?:www\.)?dropbox\.com/(?:s|sh|scl/f[io]|t)/ | 1drv\.ms/(?:\w/)? | we\.tl/ | wetransfer\.com/downloads/
    | drive\.google\.com/(?:file/d|drive/(?:u/\d/)?folders|folders)/ | photos\.app\.goo\.gl/
    | (?:www\.)?icloud\.com/\w+/(?:\#\w+/)? | share\.icloud\.com/\w+/
    )(?P<id>[\w!.~%+=-]{4,})""",
    re.VERBOSE | re.IGNORECASE,
)
"""Links that let in whoever has them, however short: meetings, groups, shared files."""

_PUBLIC = re.compile(
    r"://(?:open\.spotify\.com|music\.apple\.com|podcasts\.apple\.com|soundcloud\.com|tidal\.com)/[^\s?#]*$"
)
"""Before what is an id in a catalogue, for everybody to see."""

_PEM = re.compile(r"-----BEGIN [A-Z ]+-----[\w+/=\s:,-]*?(?:-----END [A-Z ]+-----|$)")
_ASSIGNED = re.compile(
    r"(?<![\w])[A-Z][A-Z0-9_]*(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PWD|PASS|CREDENTIALS?)"
    r"[\"']?\s*[=:]\s*[\"']?([^\s\"']{6,})"
)
"""As in a file of settings: `API_KEY=...`."""

BEHIND = ".,:!?)]}>\"'»”’"  # noqa: RUF001
"""Ends the sentence, not the link."""


def find_secrets(text: str) -> Iterator[Match]:
    """Find what in links gives access.

    Example:
        >>> text = "https://example.com/reset?lang=en&token=x7Yq2"
        >>> [text[found.start:found.end] for found in find_secrets(text)]
        ['x7Yq2']
    """
    if "/" in text:
        for match in _USER.finditer(text):
            yield _secret(match.start(), match[0])
        for match in _SEGMENT.finditer(text):
            value = match[1].rstrip(BEHIND)
            if is_opaque(value) and not _PUBLIC.search(text, 0, match.end(1)):
                yield _secret(match.start(1), value)
        for match in _INVITATION.finditer(text):
            yield _secret(match.start("id"), match["id"].rstrip(BEHIND))
    if "=" in text:
        for match in _PAIR.finditer(text):
            value = match[2].rstrip(BEHIND)
            if value and (_PRIVATE.search(match[1]) or is_opaque(value)):
                yield _secret(match.start(2), value)
    longest = max(map(len, text.split()), default=0)
    for match in _KNOWN.finditer(text) if longest >= _LEAST_KNOWN else ():
        yield _secret(match.start(), match[0].rstrip(BEHIND))
    yield from _settings(text)


def _settings(text: str) -> Iterator[Match]:
    """Yield private keys in full, and what is assigned as in a file of settings."""
    if "-----BEGIN" in text:
        for match in _PEM.finditer(text):
            yield _secret(match.start(), match[0])
    if "=" in text or ":" in text:
        for match in _ASSIGNED.finditer(text):
            yield _secret(match.start(1), match[1].rstrip(BEHIND))


def _secret(start: int, value: str) -> Match:
    return Match(start=start, end=start + len(value), kind="secret", key=value)
