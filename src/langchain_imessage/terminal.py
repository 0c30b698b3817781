"""Text of others made safe to be shown in a terminal, and to be pasted into a shell.

The only place that knows which characters command a terminal rather than being shown by it.
Everything that is printed goes through here: messages, titles, paths, ids, and what servers
answer. Pure; nothing is written here.
"""

from __future__ import annotations

import os
import re
import shlex
from typing import Final

REPLACEMENT: Final = "\ufffd"
"""Stands where a character would have commanded the terminal."""

_COMMANDS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""C0 (but newline and tab), DEL, C1, the line separators, and halves of characters."""

_BIDI: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates: they reorder what stands around them. Contacts are
full of them, so they are left out rather than replaced; single marks are harmless."""

_JSON: Final = re.compile(
    "[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)

_WINDOWS: Final = os.name == "nt"

_PLAIN_ON_WINDOWS: Final = re.compile(r"[\w.:\\/+@=-]+")
"""What neither cmd nor PowerShell reads anything into."""

_NEEDS_ANSI_C: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def safe_text(text: str) -> str:
    r"""Return a text of one or more lines without what commands a terminal.

    Example:
        >>> safe_text("red: \x1b[31m")
        'red: \ufffd[31m'
    """
    if text.isascii() and text.isprintable():
        return text
    return _COMMANDS.sub(REPLACEMENT, _BIDI.sub("", text.replace("\r\n", "\n")))


def safe_line(text: object) -> str:
    r"""Return a text on one line, without what commands a terminal.

    Example:
        >>> safe_line("two\nlines")
        'two lines'
    """
    return safe_text(str(text)).replace("\n", " ").replace("\t", " ")


def safe_json(text: str) -> str:
    r"""Return a JSON document in which what commands a terminal is escaped.

    Its value stays the same: JSON has such characters in strings only.

    Example:
        >>> safe_json('"\x9b31m"')
        '"\\u009b31m"'
    """
    return _JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def shell_quoted(text: object) -> str:
    """Return a text as one argument of this system's shell, safe to print and to paste.

    On Windows that is cmd or PowerShell; on other systems a POSIX shell.

    Example:
        >>> shell_quoted("chat.db")
        'chat.db'
    """
    plain = str(text)
    if _WINDOWS:
        return _quoted_on_windows(plain)
    if not _NEEDS_ANSI_C.search(plain):
        return shlex.quote(plain)
    escaped = plain.replace("\\", "\\\\").replace("'", "\\'")
    return f"$'{_NEEDS_ANSI_C.sub(_ansi_c, escaped)}'"


def _quoted_on_windows(text: str) -> str:
    """Quote as programs there take their arguments apart."""
    line = safe_line(text)
    if _PLAIN_ON_WINDOWS.fullmatch(line):
        return line
    return '"{}"'.format(re.sub(r'(\\*)("|$)', _with_backslashes, line))


def _with_backslashes(found: re.Match[str]) -> str:
    r"""Double the backslashes before a quotation mark, and put one more before a mark."""
    return found[1] * 2 + ('\\"' if found[2] else "")


def _ansi_c(found: re.Match[str]) -> str:
    """Escape a character, byte by byte: a byte that is no UTF-8 stays that byte."""
    encoded = found[0].encode(
        "utf-8", "surrogateescape" if "\udc80" <= found[0] <= "\udcff" else "replace"
    )
    return "".join(f"\\x{byte:02x}" for byte in encoded)
