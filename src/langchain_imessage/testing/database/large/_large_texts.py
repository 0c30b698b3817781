"""Texts by chance, and their bodies: of what many messages are made, and quickly.

Owns words, what Messages detects in them, and archives; knows no row.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from langchain_imessage.testing.database.blobs._bodies import archive_body, units
from langchain_imessage.testing.database.blobs._payloads import Archived, archive
from langchain_imessage.typedstream import PART, AttributedString, Run, Value, dumps

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping

DIRECTION = "__kIMBaseWritingDirectionAttributeName"
"""The attribute that says in which direction a text is written: -1, as its language is."""

Piece = tuple[str, "Mapping[str, Value]"]
"""A part of a text, with its attributes."""

_WORDS = (
    *("the", "a", "see", "you", "at", "eight", "ok", "yes", "no", "maybe", "later"),
    *("tomorrow", "lunch", "dinner", "dog", "walk", "train", "home", "car", "work"),
    *("meeting", "call", "soon", "great", "thanks", "haha", "lol", "really", "sure"),
    *("bring", "milk", "where", "are"),
)
_ENDINGS = ("", "", "", "", "", "", "", "!", "?", " 👍", " 😂", " “no”")
_MEAN_WORDS = 7
_DETECTED = (
    ("__kIMCalendarEventAttributeName", "tomorrow at 8:30", "DateTime"),
    ("__kIMPhoneNumberAttributeName", "(555) 010-0199", "PhoneNumber"),
    ("__kIMAddressAttributeName", "1 Main Street, Springfield", "FullAddress"),
    ("__kIMMoneyAttributeName", "$20", "Money"),
)


def text_by_chance(chance: random.Random) -> str:
    """Return a text as long as in chats; some end in an emoji, most are ASCII."""
    words = min(120, 1 + int(chance.expovariate(1 / _MEAN_WORDS)))
    return " ".join(chance.choices(_WORDS, k=words)) + chance.choice(_ENDINGS)


def with_detected(text: str, kind: int) -> list[Piece]:
    """Put something in a text that Messages detects, behind its first word."""
    attribute, found, type_ = _DETECTED[kind % len(_DETECTED)]
    first, _, rest = text.partition(" ")
    before = f"{first} "
    data = _detection(found, type_, units(before))
    pieces: list[Piece] = [(before, {}), (found, {attribute: data})]
    return [*pieces, (f" {rest}", {})] if rest else pieces


@lru_cache(maxsize=1024)
def _detection(found: str, type_: str, start: int) -> bytes:
    """Archive what was detected and where, as the data detectors do."""
    result = {
        "AR": Archived(name="NSValue", fields={"NS.rangeval": [start, len(found)]}),
        "MS": found,
        "T": type_,
        "P": 0,
        "SR": [Archived(name="DDScannerResult", fields={"MS": found, "T": "Value"})],
    }
    return archive(Archived(name="DDScannerResult", fields=result), top="dd-result")


def archive_pieces(pieces: Iterable[Piece], *, directed: bool) -> bytes:
    """Archive a text of several pieces, of one bubble where they do not say otherwise."""
    everywhere: dict[str, Value] = {DIRECTION: -1} if directed else {}
    given = list(pieces)
    runs = tuple(
        Run(length=units(text), attributes={**everywhere, PART: 0, **attributes})
        for text, attributes in given
    )
    return dumps(AttributedString(text="".join(text for text, _ in given), runs=runs))


def archive_plain(text: str, *, directed: bool = False) -> bytes:
    """Archive a text of one piece as `archive_pieces` does, but from a template."""
    raw = text.encode()
    head, tail = _DIRECTED if directed else _PLAIN
    return b"".join(
        (
            head,
            _number(len(raw)),
            raw,
            b"\x86\x84\x02iI\x01",
            _number(units(text)),
            tail,
        )
    )


def _number(value: int) -> bytes:
    return bytes([value]) if value < 128 else b"\x81" + value.to_bytes(2, "little")  # noqa: PLR2004


def _template(body: bytes) -> tuple[bytes, bytes]:
    """Return what stands before and behind the text `x` and its length."""
    head, tail = body.split(b"\x01x\x86\x84\x02iI\x01\x01")
    return head, tail


_PLAIN = _template(archive_body("x"))
_DIRECTED = _template(archive_pieces([("x", {})], directed=True))
