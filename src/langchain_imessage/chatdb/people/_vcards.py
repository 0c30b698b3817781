"""vCard files (versions 2.1, 3.0 and 4.0) → cards. Pure.

Reads the few lines it needs by itself: a picture is skipped without being decoded, and a
card that is damaged costs only itself.
"""

from __future__ import annotations

import quopri
import re
from base64 import b64decode
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.chatdb.people._contacts import Card

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_FOLD = re.compile(r"\r?\n[ \t]")
_LINES = re.compile(r"\r\n|\n|\r")
_UNESCAPED = re.compile(r"(?<!\\);")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_LONGEST = 10_000
"""Characters of a line that is still read: no name or number is longer, pictures are."""

_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d):?(\d\d))?")
_BASE64 = frozenset({"BASE64", "B", "ENCODING=BASE64", "ENCODING=B"})
_WANTED = frozenset({"FN", "N", "ORG", "NICKNAME", "TEL", "EMAIL", "REV"})


class _Line(NamedTuple):
    name: str
    value: str


def is_vcard_file(data: bytes) -> bool:
    """Return whether the bytes of a file are those of cards, or of an empty file."""
    return not data.strip() or "BEGIN:VCARD" in _decoded(data).upper()


def parse_vcards(data: bytes) -> Iterator[Card]:
    """Parse the cards of a file.

    Args:
        data: The whole file, in UTF-8, UTF-16 with a byte order mark, or Latin-1.

    Yields:
        Each card that has a name and an address. What ends without an END ends where the
        next card begins.
    """
    lines: list[_Line] = []
    for line in _lines(_decoded(data)):
        if line.name in {"BEGIN", "END"}:
            if card := _card(lines):
                yield card
            lines = []
        else:
            lines.append(line)
    if card := _card(lines):
        yield card


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if data.startswith(b"\0B"):
        return data.decode("utf-16-be", "replace")
    if data.startswith(b"B\0"):
        return data.decode("utf-16-le", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded_by_line(data)


def _decoded_by_line(data: bytes) -> str:
    """Decode a file that is not UTF-8 throughout: one bad line is Latin-1, or damaged."""
    lines = []
    for line in data.split(b"\n"):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            lines.append(line.decode("latin-1"))
    return "\n".join(lines)


def _lines(text: str) -> Iterator[_Line]:
    text = _FOLD.sub("", text)
    if "QUOTED-PRINTABLE" in text.upper():
        text = _joined_soft_breaks(text)
    for raw in _LINES.split(text):
        head, colon, value = _split(raw.replace("\0", ""))
        name, *parameters = head.upper().split(";")
        name = name.rpartition(".")[2].strip()
        if name in {"BEGIN", "END"}:
            yield _Line(name, value)
        elif colon and name in _WANTED and len(value) <= _LONGEST:
            yield _Line(name, _value(value, parameters))


def _split(line: str) -> tuple[str, str, str]:
    """Split a line at the first colon that is not inside quotation marks."""
    head, colon, value = line.partition(":")
    while head.count('"') % 2 and ":" in value:
        more, _, value = value.partition(":")
        head = f"{head}:{more}"
    return head, colon, value


def _joined_soft_breaks(text: str) -> str:
    """Put together lines that quoted-printable text is broken into."""
    joined: list[str] = []
    is_open = False
    for line in _LINES.split(text):
        if is_open:
            joined[-1] += line
        else:
            joined.append(line)
        is_quoted = "QUOTED-PRINTABLE" in joined[-1][:200].upper()
        is_open = is_quoted and line.endswith("=")
        if is_open:
            joined[-1] = joined[-1][:-1]
    return "\n".join(joined)


def _value(value: str, parameters: list[str]) -> str:
    if any("QUOTED-PRINTABLE" in parameter for parameter in parameters):
        data = quopri.decodestring(value.encode("utf-8", "surrogatepass"))
    elif not _BASE64.isdisjoint(parameters):
        try:
            data = b64decode(value, validate=True)
        except ValueError:
            return value
    else:
        return value
    charsets = [p.partition("=")[2] for p in parameters if p.startswith("CHARSET=")]
    for charset in (*charsets, "utf-8"):
        with suppress(LookupError, ValueError):
            return data.decode(charset)
    return data.decode("latin-1")


def _card(lines: list[_Line]) -> Card | None:
    values = {name: [v for n, v in lines if n == name] for name in _WANTED}
    name = _name(values)
    typed = (_text(value) for value in (*values["TEL"], *values["EMAIL"]))
    addresses = tuple(filter(None, typed))
    if not name or not addresses:
        return None
    changed = max(map(_moment, values["REV"]), default=0.0)
    return Card(name=name, addresses=addresses, changed=changed)


def _name(values: dict[str, list[str]]) -> str:
    """Choose what a card's person is called: the full name, its parts, the company."""
    for full in values["FN"]:
        if name := _text(full):
            return name
    for parts in values["N"]:
        last, first, *_ = (*map(_text, _UNESCAPED.split(parts)), "", "")
        if name := " ".join(filter(None, (first, last))):
            return name
    for parts in (*values["ORG"], *values["NICKNAME"]):
        if name := " ".join(filter(None, map(_text, _UNESCAPED.split(parts)))):
            return name
    return ""


def _text(value: str) -> str:
    """Undo a value's escapes; a line break is a blank."""
    plain = _ESCAPE.sub(lambda m: " " if m[1] in "nN" else m[1], value)
    return " ".join(plain.split())


def _moment(written: str) -> float:
    """Return when a card was changed, in seconds since 1970; 0 for what is no date."""
    if (found := _DATE.match(written.strip())) is None:
        return 0.0
    with suppress(ValueError):
        numbers = [int(group or 0) for group in found.groups()]
        return datetime(*numbers[:6], tzinfo=UTC).timestamp()  # type: ignore[misc,arg-type]
    return 0.0
