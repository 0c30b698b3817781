"""Property lists, binary and XML → plain values, within limits.

Independent of Messages and of keyed archives. A value that cannot be read is None, and
costs nothing else; a value that is referred to from many places is one.
"""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING, Any
from xml.parsers.expat import ExpatError

from langchain_imessage.decoding.archives._binary_plists import MAGIC, BinaryPlist
from langchain_imessage.errors import DecodeError, PlistLimitError

if TYPE_CHECKING:
    from collections.abc import Container

MAX_BYTES = 16 * 1024 * 1024
"""Real ones are a few thousand; one with every version of a long message, or a preview's
icon inside, a few hundred thousand."""

MAX_DEPTH = 64
"""Real lists and archives are under 20 deep."""

MAX_VALUES = 100_000
"""Values put together from one list or archive: a few bytes each, and a hundred in memory.
One that is referred to from many places counts once."""

PLIST_ERRORS = (
    plistlib.InvalidFileException,
    ArithmeticError,
    AttributeError,
    ExpatError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What a damaged list, or one of another shape, raises (ValueError: bad UTF-8, too)."""


def load_plist(blob: bytes, wanted: Container[object] | None = None) -> Any:
    """Decode a property list, binary or XML.

    Args:
        blob: The list.
        wanted: The names of the fields that are; others of a binary list are not read.
            None for all.

    Returns:
        Its value, as `plistlib` has it; without the fields that are not wanted.

    Raises:
        DecodeError: If it is no list, or breaks a limit.
    """
    check_size(blob)
    try:
        if blob.startswith(MAGIC):
            return _Values(BinaryPlist(blob), wanted).root()
        return plistlib.loads(blob, fmt=plistlib.FMT_XML)
    except DecodeError:
        raise
    except PLIST_ERRORS as error:
        raise DecodeError(f"no property list: {type(error).__name__}") from error


def check_size(blob: bytes) -> None:
    """Raise a `PlistLimitError` if a blob is longer than any real one."""
    if len(blob) > MAX_BYTES:
        raise PlistLimitError("a property list longer than any real one")


class Built:
    """What has been built of a list's objects, by their numbers; enforces the limits.

    Attributes:
        values: The values; None of what could not be built.
    """

    __slots__ = ("_open", "values")

    def __init__(self) -> None:
        self.values: dict[int, Any] = {}
        self._open: set[int] = set()

    def begin(self, number: int) -> None:
        """Note that an object is being built.

        Raises:
            DecodeError: If it is being built already: it holds itself.
            PlistLimitError: If it is too deep, or one too many.
        """
        if number in self._open:
            raise DecodeError("an object that holds itself")
        if len(self._open) >= MAX_DEPTH:
            raise PlistLimitError("objects nested too deep")
        if len(self.values) >= MAX_VALUES:
            raise PlistLimitError("too many values in one property list")
        self._open.add(number)

    def end(self, number: int, value: Any) -> None:
        """Keep what was built, or None where that failed."""
        self._open.discard(number)
        self.values[number] = value


class _Values:
    """The values of a binary list, each built once."""

    def __init__(self, plist: BinaryPlist, wanted: Container[object] | None) -> None:
        self._plist = plist
        self._wanted = wanted
        self._built = Built()

    def root(self) -> Any:
        return self._value(self._plist.top)

    def _any(self, number: int) -> Any:
        """Return a value inside another; None if it cannot be read."""
        built = self._built.values
        if number in built:
            return built[number]
        try:
            return self._value(number)
        except PlistLimitError:
            raise
        except DecodeError:
            self._built.end(number, None)
            return None

    def _value(self, number: int) -> Any:
        self._built.begin(number)
        reference = self._plist.reference(number)
        found: Any = plistlib.UID(reference) if reference is not None else None
        if reference is None:
            found = self._plist.read(number)
        if isinstance(found, dict):
            wanted = self._wanted
            found = {
                name: self._any(value)
                for name, value in found.items()
                if wanted is None or name in wanted
            }
        elif isinstance(found, tuple):
            found = [self._any(item) for item in found]
        self._built.end(number, found)
        return found
