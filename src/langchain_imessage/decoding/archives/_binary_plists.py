"""Binary property lists → their objects, one by one; the only place that touches their bytes.

Leaves what they mean to its callers, and puts nothing together: an array is the numbers of its
items, and what is not read costs nothing.

Invariant: no byte is believed before it is known to be there; and all objects of a size of
their own are together no longer than the list, for they do not overlap, and the caller
keeps what it has read.
"""

from __future__ import annotations

import struct
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from langchain_imessage.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_OBJECTS = 1_000_000
"""Their places are read all at once. Real lists have some hundreds."""

MAGIC = b"bplist00"

TRAILER = struct.Struct(">6xBBQQQ")
"""How many bytes a place has, and a number; how many objects there are, which of them
holds all others, and where the table of their places begins."""

CODES = {2: "H", 4: "I", 8: "Q"}
"""What `struct` calls a number of so many bytes."""

SIZES = {0x10: 1, 0x11: 2, 0x12: 4, 0x13: 8}
"""How many bytes a size has, by its head byte."""

SIZE_FOLLOWS = 0xF
"""In place of a size that has no room in an object's head byte."""

_SHORT_REFERENCE = 0x80
"""The head byte of a reference of one byte; longer ones differ in its second half."""

_TEXTS = frozenset({0x5, 0x6})
"""The first half of a text's head byte."""

_SHORT_TEXTS = range(0x50, 0x5F)
"""The head bytes of texts of ASCII whose size is in it."""

_SIGNED = 8
"""An integer of so many bytes, or more, has a sign."""

_EPOCH = datetime(2001, 1, 1)  # noqa: DTZ001  # without a zone, as `plistlib` has it


_Reader: TypeAlias = "Callable[[BinaryPlist, int, Any], Any]"


def _of_any_size(
    head: int, read: _Reader, long: _Reader
) -> dict[int, tuple[_Reader, Any]]:
    """Return what reads objects of one kind; their size is in the head byte or follows it."""
    sizes = {head + size: (read, size) for size in range(SIZE_FOLLOWS)}
    return {**sizes, head + SIZE_FOLLOWS: (long, read)}


class BinaryPlist:
    """The objects of one list, by their numbers.

    Attributes:
        top: The number of the object that holds all others.
    """

    def __init__(self, blob: bytes) -> None:
        """Find where the objects are.

        Raises:
            DecodeError: If it is no binary property list, or has too many objects.
        """
        self._blob = blob
        self._end = self._left = len(blob) - TRAILER.size
        if self._end < len(MAGIC) or not blob.startswith(MAGIC):
            raise DecodeError("no binary property list")
        wide, self._width, count, self.top, table = TRAILER.unpack_from(blob, self._end)
        if count > MAX_OBJECTS:
            raise DecodeError("a property list of too many objects")
        self._places = self._numbers(table, count, wide)
        self._texts: dict[int, str] = {}
        self._keys: dict[Sequence[int], list[str]] = {}

    def read(self, number: int) -> Any:
        """Read an object that is no reference.

        Returns:
            Its value; of an array the tuple of its items' numbers, of a dictionary the
            numbers of its values by their keys.

        Raises:
            DecodeError: If there is none that can be read.
        """
        try:
            place = self._places[number]
            head = self._blob[place]
            if head in _SHORT_TEXTS:  # half of all objects
                start = place + 1
                stop = start + head - _SHORT_TEXTS.start
                if stop <= self._end:
                    return self._blob[start:stop].decode("ascii")
            read, detail = self._HEADS[head]
            return read(self, place + 1, detail)
        except DecodeError:
            raise
        except (LookupError, ValueError, OverflowError) as error:
            raise DecodeError(f"no readable object: {type(error).__name__}") from error

    def reference(self, number: int) -> int | None:
        """Read what a keyed archive refers to another of its objects by (a UID).

        Half of an archive are these, and nearly all of them have one byte.

        Returns:
            Which of the archive's objects is meant; None if this is no reference.

        Raises:
            DecodeError: If there is no such object.
        """
        try:
            place = self._places[number]
            head = self._blob[place]
            if head == _SHORT_REFERENCE:
                return self._blob[place + 1]
        except IndexError as error:
            raise DecodeError("a reference outside of its list") from error
        if head & 0xF0 != _SHORT_REFERENCE:
            return None
        return int.from_bytes(self._take(place + 1, (head & 0xF) + 1), "big")

    def text(self, number: int) -> str:
        """Read a text that is used often: a key, the name of a class.

        Raises:
            DecodeError: If it is no text.
        """
        found = self._texts.get(number)
        if found is None:
            try:
                kind = self._blob[self._places[number]] >> 4
            except IndexError as error:
                raise DecodeError("a text outside of its list") from error
            # Checked before it is read, lest a dictionary be a key of its own.
            if kind not in _TEXTS:
                raise DecodeError("something else than a text")
            self._texts[number] = found = self.read(number)
        return found

    def _take(self, start: int, size: int) -> bytes:
        stop = start + size
        if stop > self._end:
            raise DecodeError("an object that ends outside of its list")
        return self._blob[start:stop]

    def _numbers(self, start: int, count: int, width: int) -> Sequence[int]:
        taken = self._take(start, count * width)
        if width == 1:
            return taken
        if width in CODES:
            return struct.unpack(f">{count}{CODES[width]}", taken)
        if not width:
            raise DecodeError("numbers of no bytes")
        return tuple(
            int.from_bytes(taken[at : at + width], "big")
            for at in range(0, len(taken), width)
        )

    def _long(self, start: int, read: _Reader) -> Any:
        """Read an object whose size follows its head byte."""
        begin = start + 1 + SIZES[self._blob[start]]
        size = int.from_bytes(self._blob[start + 1 : begin], "big")
        self._left -= size
        if self._left < 0:
            raise DecodeError("objects that end outside of their list, or overlap")
        return read(self, begin, size)

    def _constant(self, _: int, value: Any) -> Any:
        return value

    def _integer(self, start: int, size: int) -> int:
        return int.from_bytes(self._take(start, size), "big", signed=size >= _SIGNED)

    def _real(self, start: int, layout: struct.Struct) -> float:
        value: float = layout.unpack(self._take(start, layout.size))[0]
        return value

    def _date(self, start: int, layout: struct.Struct) -> datetime:
        return _EPOCH + timedelta(seconds=self._real(start, layout))

    def _ascii(self, start: int, size: int) -> str:
        stop = start + size
        if stop > self._end:
            raise DecodeError("an object that ends outside of its list")
        return self._blob[start:stop].decode("ascii")

    def _utf_16(self, start: int, units: int) -> str:
        return self._take(start, 2 * units).decode("utf-16-be")

    def _array(self, start: int, count: int) -> tuple[int, ...]:
        return tuple(self._numbers(start, count, self._width))

    def _dictionary(self, start: int, count: int) -> dict[str, int]:
        stop = start + 2 * count
        if self._width == 1 and stop <= self._end:
            numbers: Sequence[int] = self._blob[start:stop]
        else:
            numbers = self._numbers(start, 2 * count, self._width)
        of_keys = numbers[:count]
        # Objects of one class have the same keys: those are looked up together.
        keys = self._keys.get(of_keys)
        if keys is None:
            self._keys[of_keys] = keys = [self.text(number) for number in of_keys]
        return dict(zip(keys, numbers[count:]))  # noqa: B905  # halves: as many

    _HEADS: ClassVar[dict[int, tuple[_Reader, Any]]] = {
        0x00: (_constant, None),
        0x08: (_constant, False),
        0x09: (_constant, True),
        # What fills gaps; a reference to one is what `plistlib` makes of it.
        0x0F: (_constant, b""),
        0x10: (_integer, 1),
        0x11: (_integer, 2),
        0x12: (_integer, 4),
        0x13: (_integer, 8),
        0x14: (_integer, 16),
        0x22: (_real, struct.Struct(">f")),
        0x23: (_real, struct.Struct(">d")),
        0x33: (_date, struct.Struct(">d")),
        **_of_any_size(0x40, _take, _long),
        **_of_any_size(0x50, _ascii, _long),
        **_of_any_size(0x60, _utf_16, _long),
        **_of_any_size(0xA0, _array, _long),
        **_of_any_size(0xD0, _dictionary, _long),
    }
    """What reads an object, and what that has to know, by the object's head byte."""
