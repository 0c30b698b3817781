"""Shortcuts to a body's text, past the general decoder.

`plain_text` answers only where the bytes are provably one run with the part number 0, as
nine in ten bodies are: everything but the text and its two lengths is compared to what
`_encoder` writes. `salvage_text` is for bodies that are damaged. Both slice the bytes
themselves, since they look for constants and never step from value to value.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from langchain_imessage.arguments import BYTES, require_kind
from langchain_imessage.typedstream._byte_reader import NEW, SIGNATURES, VERSION
from langchain_imessage.typedstream._encoder import dumps
from langchain_imessage.typedstream._values import AttributedString, Run

PART = "__kIMMessagePartAttributeName"
"""The attribute every run of a message has: the number of its bubble."""

_TEXT_GROUP = bytes([NEW, 1]) + b"+"
RUN_HEAD = bytes.fromhex("86 84 02 69 49 01")
"""End of the string; the first run: `iI`, dictionary 1."""

_HEADERS = tuple(bytes([VERSION, len(name)]) + name for name in SIGNATURES)
_WIDE = {0x81: 2, 0x82: 4}
ONE_BYTE = 0x80
"""Lengths from here on take more than one byte."""

_TWO_BYTES = 0x8000
_NO_ASTRAL_LEAD = bytes(range(0xF0))
"""All bytes but those that begin an astral character in UTF-8."""


_Shape: TypeAlias = "tuple[bytes, int, bytes, tuple[bytes, ...]]"
"""What stands around the lengths and the text of a plain body: before them, and how many
bytes that is; behind them; and the end together with the run's length, by length, for
those of one byte. No named tuple, which takes three times as long to be taken apart."""


def _shape(*, mutable: bool) -> _Shape:
    body = dumps(
        AttributedString(text="x", runs=(Run(length=1, attributes={PART: 0}),)),
        mutable=mutable,
    )
    start, _, rest = body.partition(b"\x01x" + RUN_HEAD)
    end = rest[1:]
    short = tuple(RUN_HEAD + bytes((units,)) + end for units in range(ONE_BYTE))
    return start, len(start), end, short


SHAPES = _MUTABLE, _IMMUTABLE = _shape(mutable=True), _shape(mutable=False)
_ENDS = (_MUTABLE[2], _IMMUTABLE[2])
EMPTY_BODIES = frozenset(
    dumps(AttributedString(text=""), mutable=mutable) for mutable in (True, False)
)
"""What is archived of a text without any letter."""


def plain_text(data: bytes) -> str | None:
    """Return the text of a plain body.

    Args:
        data: A body.

    Returns:
        The text `loads` would return; None if that is not certain.

    Example:
        >>> plain_text(b"no body at all") is None
        True
    """
    start, place, end, short = _MUTABLE
    try:
        if not data.startswith(start):
            start, place, end, short = _IMMUTABLE
            if not data.startswith(start):
                return None
        size = data[place]
        place += 1
        if size >= ONE_BYTE:
            width = _WIDE.get(size, 0)
            size = int.from_bytes(data[place : place + width], "little")
            place += width
        stop = place + size
        raw = data[place:stop]
        text = raw.decode()
    except (IndexError, UnicodeDecodeError):
        return None
    except (AttributeError, TypeError):
        require_kind("data", data, BYTES)
        raise
    units = size if len(text) == size else count_units(text, raw)
    rest = short[units] if units < ONE_BYTE else RUN_HEAD + write_size(units) + end
    return text if text and data[stop:] == rest else None


def count_units(text: str, raw: bytes) -> int:
    """Count the UTF-16 units of a text: one for each character, two for an astral one."""
    return len(text) + len(raw.translate(None, _NO_ASTRAL_LEAD))


def plain_body(data: bytes) -> AttributedString | None:
    """Return the value of a plain body; None if that is not certain."""
    # The end rules most others out, before their text is read in vain.
    text = plain_text(data) if data.endswith(_ENDS) else None
    if text is None:
        return None
    length = count_units(text, text.encode())
    return AttributedString(text=text, runs=(Run(length=length, attributes={PART: 0}),))


_ARCHIVE = re.compile("\ufffd+[\0-\x08\x0b\x0c\x0e-\x1f]")
"""The end of an object and a count behind it, as no text has them."""

_ARCHIVE_MARKS = (
    "streamtyped",
    "__kIM",
    "NSAttributedString",
    "NSData",
    "NSDictionary",
    "NSMutable",
    "NSNumber",
    "NSObject",
    "NSString",
    "NSURL",
    "NSValue",
)
"""Names from the archive around a text: what has one of them is not only text."""


def salvage_text(data: bytes) -> str | None:
    """Find the text of a damaged body.

    The text is the first unshared string of every body, so it can be found without
    understanding what stands around it.

    Args:
        data: A body that `loads` refuses.

    Returns:
        What is left of the text; None if there is none, or if it cannot be told from the
        archive around it.

    Example:
        >>> salvage_text(b"no body at all") is None
        True
    """
    require_kind("data", data, BYTES)
    if not data.startswith(_HEADERS):
        return None
    place = data.find(_TEXT_GROUP)
    if place < 0:
        return None
    size, place = read_size(data, place + len(_TEXT_GROUP))
    # Where its runs begin the text has ended, whatever its length says.
    end = data.find(RUN_HEAD[:-1], place)
    stop = place + size if end < 0 else min(place + size, end)
    raw = data[place:stop]
    # A character cut in two at the end is dropped; other bytes that are no text show.
    text = raw.decode("utf-8", "ignore" if len(raw) < size else "replace")
    text = _ARCHIVE.split(text, 1)[0]
    if any(mark in text for mark in _ARCHIVE_MARKS):
        return None
    return text or None


def read_size(data: bytes, place: int) -> tuple[int, int]:
    """Return the length that stands at a place, and where what it counts begins."""
    size = data[place] if len(data) > place else 0
    place += 1
    if size < ONE_BYTE:
        return size, place
    width = _WIDE.get(size, 0)
    return int.from_bytes(data[place : place + width], "little"), place + width


def write_size(value: int) -> bytes:
    """Write a length as Apple's encoder does."""
    if value < ONE_BYTE:
        return bytes((value,))
    if value < _TWO_BYTES:
        return b"\x81" + value.to_bytes(2, "little")
    return b"\x82" + value.to_bytes(4, "little")
