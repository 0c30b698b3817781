"""Property lists, binary and XML → plain values, within limits.

Independent of Messages and of keyed archives. A value that cannot be read is None, and
costs nothing else; a value that is referred to from many places is one.
"""

from __future__ import annotations

import plistlib
from functools import partial
from typing import TYPE_CHECKING, Any
from xml.parsers.expat import ExpatError

from langchain_imessage.decoding.archives._binary_plists import MAGIC, BinaryPlist
from langchain_imessage.decoding.archives._learned_lists import LearnedLists
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


def learning_plists(wanted: Container[object]) -> LearnedLists:
    """Return what does as `load_plist`, and sooner for binary lists of known shapes."""
    return LearnedLists(
        partial(load_plist, wanted=wanted), lambda plist: _Values(plist, wanted).root()
    )


def check_size(blob: bytes) -> None:
    """Raise a `PlistLimitError` if a blob is longer than any real one."""
    if len(blob) > MAX_BYTES:
        raise PlistLimitError("a property list longer than any real one")


_NOT_BUILT = object()


class Built:
    """What has been built of a list's objects, by their numbers; enforces the limits.

    Attributes:
        values: The values; None of what could not be built.
    """

    __slots__ = ("_open", "values")
    # A value that holds no others is checked and kept, but never open.

    def __init__(self) -> None:
        self.values: dict[int, Any] = {}
        self._open: set[int] = set()

    def check(self, number: int) -> None:
        """Look whether an object may be built.

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

    def begin(self, number: int) -> None:
        """Note that what an object holds is being built."""
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
        found = self._built.values.get(number, _NOT_BUILT)
        if found is not _NOT_BUILT:
            return found
        try:
            return self._value(number)
        except PlistLimitError:
            raise
        except DecodeError:
            self._built.end(number, None)
            return None

    def _value(self, number: int) -> Any:
        built = self._built
        built.check(number)
        reference = self._plist.reference(number)
        if reference is not None:
            built.values[number] = uid = plistlib.UID(reference)
            return uid
        found = self._plist.read(number)
        if isinstance(found, (dict, tuple)):
            built.begin(number)
            found = self._whole(found)
            built.end(number, found)
        else:
            built.values[number] = found
        return found

    def _whole(self, numbers: dict[str, int] | tuple[int, ...]) -> Any:
        """Return a dictionary or an array of the numbers of its values."""
        if isinstance(numbers, tuple):
            return [self._any(item) for item in numbers]
        wanted = self._wanted
        return {
            name: self._any(value)
            for name, value in numbers.items()
            if wanted is None or name in wanted
        }
