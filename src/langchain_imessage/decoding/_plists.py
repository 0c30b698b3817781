"""Property lists and keyed archives → plain values, within limits; the only place that does.

Knows nothing of Messages. `plistlib` raises a dozen kinds of error on damaged bytes, and
follows references as deep as they go: both end here.
"""

from __future__ import annotations

import plistlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin
from uuid import UUID
from xml.parsers.expat import ExpatError

from langchain_imessage.errors import DecodeError
from langchain_imessage.timestamps import APPLE_EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


def load_archive(blob: bytes) -> Any:
    """Decode an NSKeyedArchiver's property list.

    Args:
        blob: The archive.

    Returns:
        Its root. Dictionaries are `dict`, arrays and sets `list`, strings and URLs `str`,
        data `bytes`, dates aware datetimes; an object of another class is a `dict` of
        its fields, with its class's name under `CLASS`.

    Raises:
        DecodeError: If it is no such archive, refers to itself, or breaks a limit.
    """
    archive = load_plist(blob)
    try:
        return _Archive(archive["$objects"]).value(archive["$top"]["root"])
    except DecodeError:
        raise
    except PLIST_ERRORS as error:
        raise DecodeError(f"no keyed archive: {type(error).__name__}") from error


class _Archive:
    """The objects of one archive, put together as they are asked for."""

    def __init__(self, objects: list[Any]) -> None:
        self._objects = objects
        self._done: dict[int, Any] = {}
        self._open: set[int] = set()
        self._values = 0

    def value(self, value: Any) -> Any:
        """Put a value together: what a reference stands for, with all it refers to."""
        self._values += 1
        if self._values > MAX_VALUES:
            raise DecodeError("an archive of too many values")
        if isinstance(value, plistlib.UID):
            return self._object(value.data)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return self._built(value) if CLASS in value else self._fields(value)
        return value

    def _object(self, index: int) -> Any:
        if index == 0:
            return None
        if index in self._done:
            return self._done[index]
        if index in self._open or len(self._open) == MAX_DEPTH:
            raise DecodeError("an archive that refers to itself, or is too deep")
        self._open.add(index)
        self._done[index] = found = self.value(self._objects[index])
        self._open.remove(index)
        return found

    def _built(self, value: dict[str, Any]) -> Any:
        """Make of an object's fields what its class stands for."""
        name = str(self._objects[value[CLASS].data]["$classname"])
        fields = self._fields({k: v for k, v in value.items() if k != CLASS})
        build = _CLASSES.get(name)
        return build(fields) if build else {**fields, CLASS: name}

    def _fields(self, value: dict[str, Any]) -> dict[str, Any]:
        return {str(key): self.value(item) for key, item in value.items()}


def _dictionary(fields: Mapping[str, Any]) -> dict[Any, Any]:
    return dict(zip(map(_key, fields["NS.keys"]), fields["NS.objects"], strict=True))


def _key(key: object) -> object:
    return key if isinstance(key, str | int | float | bytes) else str(key)


def _string(fields: Mapping[str, Any]) -> str:
    if "NS.string" in fields:
        return str(fields["NS.string"])
    return bytes(fields["NS.bytes"]).decode("utf-8", "replace")


def _url(fields: Mapping[str, Any]) -> str:
    return urljoin(str(fields.get("NS.base") or ""), str(fields["NS.relative"]))


_CLASSES: dict[str, Callable[[dict[str, Any]], Any]] = {
    **dict.fromkeys(("NSDictionary", "NSMutableDictionary"), _dictionary),
    **dict.fromkeys(
        ("NSArray", "NSMutableArray", "NSSet", "NSMutableSet", "NSOrderedSet"),
        lambda fields: list(fields["NS.objects"]),
    ),
    **dict.fromkeys(("NSString", "NSMutableString"), _string),
    **dict.fromkeys(
        ("NSAttributedString", "NSMutableAttributedString"),
        lambda fields: fields["NSString"],
    ),
    **dict.fromkeys(
        ("NSData", "NSMutableData"), lambda fields: bytes(fields["NS.data"])
    ),
    "NSURL": _url,
    "NSDate": lambda fields: APPLE_EPOCH + timedelta(seconds=fields["NS.time"]),
    "NSUUID": lambda fields: str(UUID(bytes=fields["NS.uuidbytes"])).upper(),
    "NSNull": lambda _: None,
}
