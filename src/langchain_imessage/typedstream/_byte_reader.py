"""The one class that touches bytes: every read is checked against what is left.

It knows head bytes and integers; tables, objects and their meaning are `_decoder`'s.

Invariant: `0 <= position <= end`. Behind the last byte stands one more, a `NIL`, so that
the byte at `position` can be looked at without a check that there is one: no shortcut
accepts a `NIL`, and the general path counts what is left.
"""

from __future__ import annotations

import struct
from typing import Any, Literal

from langchain_imessage.errors import TruncatedStreamError, TypedStreamError

VERSION = 4
SYSTEM_VERSION = 1000
SIGNATURES = {b"streamtyped": "little", b"typedstream": "big"}
"""The signature of each byte order."""

NEW = 0x84
NIL = 0x85
END = 0x86

_RAW_FLOAT = 0x83
FIRST_RESERVED = 0x80
"""Bytes below it are integers, and lengths, as they stand."""

_LAST_RESERVED = 0x91
_WIDTHS = {0x81: 2, 0x82: 4, 0x87: 8}
"""How many bytes an integer has whose head byte is this."""

REFERENCE_BASE = 110
"""A reference is its index minus this, so that the first hundreds are one byte long."""

FIRST_REFERENCE = 0x100 - REFERENCE_BASE
"""Bytes from here on are, where a reference is due, the first entries of a table."""


class ByteReader:
    """A position in a typedstream."""

    __slots__ = ("_data", "byteorder", "end", "position")

    def __init__(self, data: bytes) -> None:
        self._data = data + bytes((NIL,))
        self.position = 0
        self.end = len(data)
        self.byteorder: Literal["little", "big"] = "little"

    def fail(self, message: str) -> TypedStreamError:
        """Return the error for what is wrong at this position."""
        return TypedStreamError(
            f"{message} (at byte {self.position})", offset=self.position
        )

    def byte(self) -> int:
        """Read one byte."""
        position = self.position
        if position == self.end:
            raise self._truncated(1)
        self.position = position + 1
        return self._data[position]

    def take(self, count: int) -> bytes:
        """Read so many bytes."""
        start = self.position
        stop = start + count
        if not 0 <= count <= self.end - start:
            raise self._truncated(count)
        self.position = stop
        return self._data[start:stop]

    def shared(self, strings: list[bytes]) -> bytes | None:
        """Read a string that is in a table: a new one, or a reference to one.

        Nearly all are shorter than 128 bytes and among the first hundred: those take one
        step, the others the general path.

        Args:
            strings: The table.
        """
        data, position = self._data, self.position
        head = data[position]
        if head == NEW:
            start = position + 2
            stop = start + data[position + 1]
            if stop - start < FIRST_RESERVED and stop <= self.end:
                self.position = stop
                text = data[start:stop]
                strings.append(text)
                return text
        elif 0 <= head - FIRST_REFERENCE < len(strings):
            self.position = position + 1
            return strings[head - FIRST_REFERENCE]
        return self._shared_general(strings)

    def counted(self) -> bytes:
        """Read a length, and that many bytes."""
        start = self.position + 1
        size = self.byte()
        if size >= FIRST_RESERVED:
            self.position -= 1
            size = self.unsigned()
            start = self.position
        stop = start + size
        if stop > self.end:
            raise self._truncated(size)
        self.position = stop
        return self._data[start:stop]

    def unsigned_of(self, bits: int) -> int:
        """Read an unsigned integer of so many bits.

        One near the end of its range is written as the small negative number that has the
        same bits.
        """
        position = self.position
        value = self.unsigned()
        if value > _LAST_RESERVED and self.position == position + 1:
            value += (1 << bits) - 0x100
        return value

    def unsigned(self) -> int:
        """Read a length: an integer that cannot be negative."""
        head = self.byte()
        if head < FIRST_RESERVED or head > _LAST_RESERVED:
            return head
        return self._wide(head, signed=False)

    def signed(self) -> int:
        """Read an integer."""
        head = self.byte()
        return head if head < FIRST_RESERVED else self.signed_from(head)

    def signed_from(self, head: int) -> int:
        """Read the rest of an integer whose head byte has been read."""
        if head < FIRST_RESERVED:
            return head
        if head > _LAST_RESERVED:
            return head - 0x100
        return self._wide(head, signed=True)

    def known_from(self, head: int, values: list[Any]) -> Any:
        """Read the rest of a reference, and return what it stands for."""
        index = head - FIRST_REFERENCE
        if index < 0:
            index = self.signed_from(head) + REFERENCE_BASE
        if not 0 <= index < len(values):
            raise self.fail("a reference to nothing")
        return values[index]

    def real(self, size: int) -> float:
        """Read a float of 4 or 8 bytes, or the integer it was written as."""
        head = self.byte()
        if head != _RAW_FLOAT:
            return float(self.signed_from(head))
        order = "<" if self.byteorder == "little" else ">"
        code = "f" if size == struct.calcsize("<f") else "d"
        value: float = struct.unpack(order + code, self.take(size))[0]
        return value

    def skip(self, opening: bytes) -> bool:
        """Skip these bytes if they come next; return whether they did."""
        found = self._data.startswith(opening, self.position, self.end)
        if found:
            self.position += len(opening)
        return found

    def _shared_general(self, strings: list[bytes]) -> bytes | None:
        head = self.byte()
        if head == NEW:
            text = self.counted()
            strings.append(text)
            return text
        if head == NIL:
            return None
        known: bytes = self.known_from(head, strings)
        return known

    def _wide(self, head: int, *, signed: bool) -> int:
        width = _WIDTHS.get(head)
        if width is None:
            raise self.fail(f"reserved head byte 0x{head:02x}")
        return int.from_bytes(self.take(width), self.byteorder, signed=signed)

    def _truncated(self, count: int) -> TruncatedStreamError:
        return TruncatedStreamError(
            f"{count} bytes wanted at byte {self.position}, "
            f"{self.end - self.position} left",
            offset=self.position,
        )
