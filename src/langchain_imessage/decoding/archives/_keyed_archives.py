"""Keyed archives → plain values, field by field; the only place that reads them.

Independent of Messages. An archive is put together from the objects `_binary_plists`
reads; a field that cannot be read is None, and costs nothing else.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin
from uuid import UUID

from langchain_imessage.decoding.archives._binary_plists import BinaryPlist
from langchain_imessage.decoding.archives._learned_lists import LearnedLists
from langchain_imessage.decoding.archives._plists import (
    PLIST_ERRORS,
    Built,
    check_size,
)
from langchain_imessage.errors import DecodeError, PlistLimitError
from langchain_imessage.timestamps import APPLE_EPOCH

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

_Kind = TypeVar("_Kind")

MAX_GROWTH = 4
"""Letters of texts built from others, for each byte of the archive: many addresses may be
built on one long base."""

MAX_ADDRESS = 64 * 1024
"""Letters of an address that is built on another; browsers take fewer."""

CLASS = "$class"
"""Under which key an object of a class without a meaning here keeps that class's name."""


def load_archive(blob: bytes, wanted: Container[object]) -> Any:
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
        DecodeError: If it is no such archive, or breaks a limit.
    """
    check_size(blob)
    try:
        return _Archive(BinaryPlist(blob), wanted, len(blob)).root()
    except DecodeError:
        raise
    except PLIST_ERRORS as error:
        raise DecodeError(f"no keyed archive: {type(error).__name__}") from error


def learning_archives(wanted: Container[object]) -> LearnedLists:
    """Return what does as `load_archive`, and sooner for archives of known shapes."""

    def read(plist: BinaryPlist) -> Any:
        archive = _Archive(plist, wanted, 0)  # no letter for what is built on others
        return archive.root()

    return LearnedLists(partial(load_archive, wanted=wanted), read)


class _Archive:
    """The objects of one archive, put together as they are read.

    Args:
        plist: Its objects.
        wanted: The names of the fields that are read.
        size: Its bytes.
    """

    def __init__(
        self, plist: BinaryPlist, wanted: Container[object], size: int
    ) -> None:
        self._plist = plist
        self._wanted = wanted
        self._top = _checked(plist.read(plist.top), dict)
        self._objects = self._numbers(self._top["$objects"])
        self._built = Built()
        self._classes: dict[int, str] = {}
        self._letters_left = MAX_GROWTH * size

    def root(self) -> Any:
        """Return the object that holds all others.

        Raises:
            DecodeError: If it cannot be read.
        """
        number = self._object(self._plist.read(self._top["$top"])["root"])
        return None if number is None else self._build(number)

    def _object(self, number: int) -> int | None:
        """Return the number of what a reference stands for; None for nothing."""
        place = self._plist.reference(number)
        if place == 0:
            return None
        return number if place is None else self._objects[place]

    def _value(self, number: int) -> Any:
        """Return a value, with all it refers to; None if it cannot be read."""
        try:
            place = self._plist.reference(number)
            found = number if place is None else self._objects[place]
        except (DecodeError, LookupError):
            return None
        if place == 0:
            return None
        built = self._built.values
        if found in built:
            return built[found]
        try:
            return self._build(found)
        except PlistLimitError:
            raise
        except (DecodeError, *PLIST_ERRORS):
            self._built.end(found, None)
            return None

    def _build(self, number: int) -> Any:
        built = self._built
        built.check(number)
        found = self._plist.read(number)
        if isinstance(found, dict):
            built.begin(number)
            found = self._instance(found)
            built.end(number, found)
        elif isinstance(found, tuple):
            built.begin(number)
            found = [self._value(item) for item in found]
            built.end(number, found)
        else:
            built.values[number] = found
        return found

    def _instance(self, numbers: dict[str, int]) -> Any:
        """Return what an object's fields mean, by its class."""
        if CLASS not in numbers:
            return self._fields(numbers.items())
        name = self._class(numbers[CLASS])
        if name in _DICTIONARIES:
            keys = self._items(numbers["NS.keys"])
            values = self._numbers(numbers["NS.objects"])
            named = zip(keys, values, strict=True)
            return self._fields((k, v) for k, v in named if isinstance(k, str | int))
        if name in _ARRAYS:
            return self._items(numbers["NS.objects"])
        if name in _CLASSES:
            return self._made(name, numbers)
        return {**self._fields(numbers.items()), CLASS: name}

    def _made(self, name: str, numbers: dict[str, int]) -> Any:
        build, *fields = _CLASSES[name]
        values = [
            self._value(numbers[field]) if field in numbers else None
            for field in fields
        ]
        if build is _url and values[0]:
            # What is built of others is limited before it is built.
            self._letters_left -= sum(len(v) for v in values if isinstance(v, str))
            if self._letters_left < 0:
                raise PlistLimitError("an archive of addresses longer than itself")
        return build(*values)

    def _fields(self, numbers: Iterable[tuple[str | int, int]]) -> dict[Any, Any]:
        wanted = self._wanted
        return {
            name: self._value(number) if name in wanted else None
            for name, number in numbers
        }

    def _items(self, number: int) -> list[Any]:
        return [self._value(item) for item in self._numbers(number)]

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
    start: str = _checked(base or "", str)
    rest: str = _checked(relative, str)
    if not start:
        return rest
    if len(start) + len(rest) > MAX_ADDRESS:
        raise DecodeError("an address longer than any real one")
    return urljoin(start, rest)


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
