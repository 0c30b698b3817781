"""What stands around the content of an HTML page: its policy, its style, its escaping.

Owns what makes a page safe to open: it has no script, the browser is told to load nothing
but pictures and sounds that lie beside it, and text never becomes markup.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Final
from urllib.parse import quote

from langchain_imessage.terminal import safe_line, safe_text

_POLICY: Final = (
    "default-src 'none'; style-src 'sha256-{style}'; img-src 'self' file:; "
    "media-src 'self' file:; base-uri 'none'; form-action 'none'"
)
"""Where a page is a file, 'self' is nothing to some browsers; `file:` is what is beside it."""

_LINK: Final = re.compile(r"https?://[^\s<>\"'`\u00ab\u00bb\u201c\u201d]{1,2048}")
_BEHIND: Final = ".,:;!?"
"""What stands at the end of a link, and belongs to the sentence."""


def page_start(title: str) -> str:
    """Return a page up to its content."""
    style = _style()
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" '
        f'content="{_POLICY.format(style=digest)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{line_html(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )


def page_end() -> str:
    """Return what ends a page."""
    return "</body>\n</html>\n"


def line_html(text: str) -> str:
    """Return a text as HTML on one line."""
    return escape(safe_line(text))


def text_html(text: str) -> str:
    r"""Return a text as HTML, with its links.

    Example:
        >>> text_html("<b> see http://example.com/?a=1&b=2.")
        '&lt;b&gt; see <a href="http://example.com/?a=1&amp;b=2" rel="noreferrer">http://example.com/?a=1&amp;b=2</a>.'
    """
    plain = safe_text(text)
    pieces, end = [], 0
    for found in _LINK.finditer(plain):
        url = found[0].rstrip(_BEHIND)
        if url.endswith(")") and "(" not in url:
            url = url.rstrip(")" + _BEHIND)
        pieces += [escape(plain[end : found.start()]), link_html(url, url)]
        end = found.start() + len(url)
    return "".join([*pieces, escape(plain[end:])])


def link_html(url: str, text: str) -> str:
    """Return a link to a page; only its text, where it leads to none."""
    if not url.startswith(("http://", "https://")):
        return line_html(text)
    return f'<a href="{line_html(url)}" rel="noreferrer">{line_html(text)}</a>'


def file_url(path: str) -> str:
    """Return the address of a file beside the page, for an attribute."""
    return escape(quote(path))


@cache
def _style() -> str:
    place = files("langchain_imessage.transcripts") / "page" / "transcript.css"
    return place.read_text("utf-8")
