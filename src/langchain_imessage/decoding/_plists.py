"""Property lists and keyed archives → plain values, within limits; the only place that does.

Knows nothing of Messages. Lists are read by `plistlib`, whose dozen kinds of error end
here. Archives, ten times as many, are put together from the objects `_binary_plists` reads.
"""

from __future__ import annotations

import plistlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin
from uuid import UUID
from xml.parsers.expat import ExpatError

from langchain_imessage.decoding._binary_plists import BinaryPlist
from langchain_imessage.errors import DecodeError
from langchain_imessage.timestamps import APPLE_EPOCH

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

_Kind = TypeVar("_Kind")

MAX_BYTES = 16 * 1024 * 1024
"""Real ones are a few thousand; one with every version of a long message, or a preview's
icon inside, a few hundred thousand."""

MAX_DEPTH = 64
"""Real archives are under 20 deep."""

MAX_VALUES = 100_000
"""Values put together from one archive: a value that is referred to from many places is
one, so that a few hundred bytes cannot become a million."""

CLASS = "$class"
"""Under which key an object of a class without a meaning here keeps that class's name."""

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


def load_plist(blob: bytes) -> Any:
    """Decode a property list, binary or XML.

    Raises:
        DecodeError: If it is none, or longer than any real one.
    """
    if len(blob) > MAX_BYTES:
        raise DecodeError("a property list longer than any real one")
    try:
        return plistlib.loads(blob)
    except PLIST_ERRORS as error:
        raise DecodeError(f"no property list: {type(error).__name__}") from error


def load_archive(blob: bytes, wanted: Container[str]) -> Any:
    """Decode an NSKeyedArchiver's binary property list.

    Args:
        blob: The archive.
        wanted: The names of the fields that are, in objects and in dictionaries. Others
            are not read, and None: a link's preview is mostly pictures.

    Returns:
        Its root. Dictionaries are `dict`, arrays and sets `list`, strings and URLs `str`,
        data `bytes`, dates aware datetimes; an object of another class is a `dict` of
        its fields, with its class's name under `CLASS`.

    Raises:
        DecodeError: If it is no such archive, refers to itself, or breaks a limit.
    """
    if len(blob) > MAX_BYTES:
        raise DecodeError("an archive longer than any real one")
    try:
        return _Archive(BinaryPlist(blob), wanted).root()
    except DecodeError:
        raise
    except PLIST_ERRORS as error:
        raise DecodeError(f"no keyed archive: {type(error).__name__}") from error


class _Archive:
    """The objects of one archive, put together as they are read."""

    def __init__(self, plist: BinaryPlist, wanted: Container[str]) -> None:
        self._plist = plist
        self._wanted = wanted
        self._top = _checked(plist.read(plist.top), dict)
        self._objects = self._numbers(self._top["$objects"])
        self._done: dict[int, Any] = {}
        self._classes: dict[int, str] = {}
        self._letters = 0

    def root(self) -> Any:
        """Return the object that holds all others."""
        return self._value(self._plist.read(self._top["$top"])["root"], 0)

    def _value(self, number: int, depth: int) -> Any:
        """Return a value: what a reference stands for, with all it refers to."""
        place = self._plist.reference(number)
        if place == 0:
            return None
        if place is not None:
            number = self._objects[place]
        done = self._done
        if number in done:
            return done[number]
        if depth == MAX_DEPTH:
            raise DecodeError("an archive that refers to itself, or is too deep")
        if len(done) >= MAX_VALUES:
            raise DecodeError("an archive of too many values")
        found = self._plist.read(number)
        if isinstance(found, dict):
            found = self._built(found, depth + 1)
        elif isinstance(found, tuple):
            found = [self._value(item, depth + 1) for item in found]
        done[number] = found
        return found

    def _built(self, numbers: dict[str, int], depth: int) -> Any:
        """Return what an object's fields mean, by its class."""
        if CLASS not in numbers:
            return self._fields(numbers.items(), depth)
        name = self._class(numbers[CLASS])
        if name in _DICTIONARIES:
            keys = self._items(numbers["NS.keys"], depth)
            values = self._numbers(numbers["NS.objects"])
            return self._fields(zip(keys, values, strict=True), depth)
        if name in _ARRAYS:
            return self._items(numbers["NS.objects"], depth)
        if name in _CLASSES:
            return self._made(name, numbers, depth)
        return {**self._fields(numbers.items(), depth), CLASS: name}

    def _made(self, name: str, numbers: dict[str, int], depth: int) -> Any:
        build, *fields = _CLASSES[name]
        values = [
            self._value(numbers[field], depth) if field in numbers else None
            for field in fields
        ]
        made = build(*values)
        if isinstance(made, str):
            # Many may be made of one long text, such as the base of addresses.
            self._letters += len(made)
            if self._letters > MAX_BYTES:
                raise DecodeError("an archive of texts longer than any real ones")
        return made

    def _fields(self, numbers: Iterable[tuple[Any, int]], depth: int) -> dict[str, Any]:
        wanted = self._wanted
        return {
            name: self._value(number, depth) if name in wanted else None
            for name, number in numbers
        }

    def _items(self, number: int, depth: int) -> list[Any]:
        return [self._value(item, depth) for item in self._numbers(number)]

    def _numbers(self, number: int) -> tuple[int, ...]:
        return _checked(self._plist.read(number), tuple)

    def _class(self, number: int) -> str:
        place = _checked(self._plist.reference(number), int)
        if place not in self._classes:
            described = self._plist.read(self._objects[place])
            self._classes[place] = self._plist.text(described["$classname"])
        return self._classes[place]


def _string(text: Any, taken: Any) -> str:
    if text is None:
        return _checked(taken, bytes).decode("utf-8", "replace")
    return _checked(text, str)


def _url(base: Any, relative: Any) -> str:
    return urljoin(_checked(base or "", str), _checked(relative, str))


def _checked(value: Any, kind: type[_Kind]) -> _Kind:
    if not isinstance(value, kind):
        raise DecodeError("an archive with something else where it must have a value")
    return value


_DICTIONARIES = frozenset({"NSDictionary", "NSMutableDictionary"})
_ARRAYS = frozenset(
    {"NSArray", "NSMutableArray", "NSSet", "NSMutableSet", "NSOrderedSet"}
)
_STRING = (_string, "NS.string", "NS.bytes")
_ATTRIBUTED = (lambda text: text, "NSString")
_DATA = (lambda data: _checked(data, bytes), "NS.data")
_CLASSES: dict[str, tuple[Any, ...]] = {
    "NSString": _STRING,
    "NSMutableString": _STRING,
    "NSAttributedString": _ATTRIBUTED,
    "NSMutableAttributedString": _ATTRIBUTED,
    "NSData": _DATA,
    "NSMutableData": _DATA,
    "NSURL": (_url, "NS.base", "NS.relative"),
    "NSDate": (lambda seconds: APPLE_EPOCH + timedelta(seconds=seconds), "NS.time"),
    "NSUUID": (
        lambda data: str(UUID(bytes=_checked(data, bytes))).upper(),
        "NS.uuidbytes",
    ),
    "NSNull": (lambda: None,),
}
"""What builds an object's value, by its class, and of which of its fields."""
