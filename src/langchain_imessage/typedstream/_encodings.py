"""Type encodings (`@`, `iI`, `[12c]`, `{point=ff}`) → what to read; reads no stream."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from langchain_imessage.errors import TypedStreamError

SCALARS = frozenset("@#*+%:cCBsSiIlLqQfd")

MAX_LENGTH = 64
"""Bytes in an encoding: real ones have a few, and perhaps a name."""

MAX_DEPTH = 16
"""Arrays and structs within one another: real ones have one level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Array:
    """So many values of one type."""

    count: int
    item: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Struct:
    """Values of these types, in turn."""

    members: tuple[Type, ...]


Type: TypeAlias = str | Array | Struct


@lru_cache(maxsize=256)
def parse_encoding(encoding: bytes) -> tuple[Type, ...]:
    """Parse an encoding.

    Args:
        encoding: As it stands in the stream.

    Returns:
        The types of the values that follow it.

    Raises:
        TypedStreamError: If it is none this format has, or breaks a limit.
    """
    if not 0 < len(encoding) <= MAX_LENGTH:
        raise TypedStreamError(f"a type encoding of {len(encoding)} bytes")
    types: list[Type] = []
    rest = encoding.decode("latin-1")
    while rest:
        found, rest = _first(rest, MAX_DEPTH)
        types.append(found)
    return tuple(types)


def _first(text: str, depth: int) -> tuple[Type, str]:
    if not depth:
        raise TypedStreamError("a type encoding nested too deep")
    head = text[:1]
    if head in SCALARS:
        return head, text[1:]
    if head == "[":
        return _array(text[1:], depth)
    if head == "{":
        return _struct(text[1:], depth)
    raise TypedStreamError("a type encoding that message bodies do not have")


def _array(text: str, depth: int) -> tuple[Type, str]:
    digits = len(text) - len(text.lstrip("0123456789"))
    if not digits:
        raise TypedStreamError("an array without a length")
    item, rest = _first(text[digits:], depth - 1)
    if not rest.startswith("]"):
        raise TypedStreamError("an array that does not end")
    if not _takes_bytes(item):
        raise TypedStreamError("an array of nothing")
    return Array(count=int(text[:digits]), item=item), rest[1:]


def _struct(text: str, depth: int) -> tuple[Type, str]:
    name, equals, members = text.partition("=")
    if equals and not {"{", "}", "["} & set(name):
        text = members
    found: list[Type] = []
    while not text.startswith("}"):
        member, text = _first(text, depth - 1)
        found.append(member)
    if not found:
        raise TypedStreamError("a struct of nothing")
    return Struct(members=tuple(found)), text[1:]


def _takes_bytes(item: Type) -> bool:
    """Return whether each value takes bytes: else a few could ask for billions."""
    if isinstance(item, Array):
        return item.count > 0
    return not isinstance(item, Struct) or any(map(_takes_bytes, item.members))
