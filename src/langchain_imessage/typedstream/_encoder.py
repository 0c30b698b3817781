"""Values → a typedstream, as Messages archives them: all that writing a body needs."""

from __future__ import annotations

import struct
from typing import Any

from langchain_imessage.arguments import FLAG, check_arguments
from langchain_imessage.errors import ArgumentTypeError
from langchain_imessage.typedstream._byte_reader import (
    END,
    NEW,
    NIL,
    REFERENCE_BASE,
    SYSTEM_VERSION,
    VERSION,
)
from langchain_imessage.typedstream._values import URL, AttributedString, Date, Value

_OBJECT = (("NSObject", 0),)
_STRING = (("NSString", 1), *_OBJECT)
_MUTABLE_STRING = (("NSMutableString", 1), *_STRING)
_ATTRIBUTED = (("NSAttributedString", 0), *_OBJECT)
_MUTABLE_ATTRIBUTED = (("NSMutableAttributedString", 0), *_ATTRIBUTED)
_NUMBER = (("NSNumber", 0), ("NSValue", 0), *_OBJECT)

_SIGNATURE = b"streamtyped"
_FLOAT_FOLLOWS = 0x83
_ONE_BYTE = range(-110, 128)
_INT32 = range(-(2**31), 2**31)
_WIDTHS = ((0x81, 2, range(-(2**15), 2**15)), (0x82, 4, _INT32))
"""Head byte, width and range of the integers that do not fit one byte; what fits none of
them has eight."""

_EIGHT = (0x87, 8)

Classes = tuple[tuple[str, int], ...]


@check_arguments(mutable=FLAG)
def dumps(value: Value, *, mutable: bool = True) -> bytes:
    """Archive a value.

    Args:
        value: A string, number, dictionary, tuple, data, URL, date or attributed string.
        mutable: Whether an attributed string is archived as the mutable class: Messages
            does either.

    Returns:
        A whole little-endian stream.

    Raises:
        TypeError: If there is no class for such a value.
        OverflowError: If an integer has more than 64 bits.

    Example:
        >>> dumps("Hi")[2:13]
        b'streamtyped'
    """
    writer = _Writer(mutable=mutable)
    writer.root(value)
    return bytes(writer.out)


class _Writer:
    """Writes one stream, referring to what it has written before."""

    def __init__(self, *, mutable: bool) -> None:
        self.out = bytearray()
        self._mutable = mutable
        self._strings: dict[bytes, int] = {}
        self._objects: dict[Any, int] = {}
        self._count = 0

    def root(self, value: Value) -> None:
        self.out += bytes([VERSION, len(_SIGNATURE)]) + _SIGNATURE
        self._integer(SYSTEM_VERSION)
        self._value(value)

    def _value(self, value: Value) -> None:
        """Write a group of one object."""
        self._shared(b"@")
        # Constants and small numbers are one object wherever they occur.
        is_shared = isinstance(value, (str, int, float))
        if self._refer_or_begin((type(value), value) if is_shared else None):
            return
        if isinstance(value, str):
            self._string(_STRING, value)
        elif isinstance(value, (int, float)):
            self._number(value)
        else:
            self._composite(value)
        self.out.append(END)

    def _composite(self, value: Value) -> None:
        if isinstance(value, AttributedString):
            self._attributed_string(value)
        elif isinstance(value, dict):
            self._classes((("NSDictionary", 0), *_OBJECT))
            self._items("i", len(value), [v for item in value.items() for v in item])
        elif isinstance(value, tuple):
            self._classes((("NSArray", 0), *_OBJECT))
            self._items("i", len(value), list(value))
        elif isinstance(value, bytes):
            self._classes((("NSData", 0), *_OBJECT))
            self._items("i", len(value), [])
            self._shared(f"[{len(value)}c]".encode())
            self.out += value
        elif isinstance(value, URL):
            self._url(value)
        elif isinstance(value, Date):
            self._classes((("NSDate", 0), *_OBJECT))
            self._real(value.seconds)
        else:
            raise ArgumentTypeError(f"nothing archives a {type(value).__name__}")

    def _attributed_string(self, value: AttributedString) -> None:
        self._classes(_MUTABLE_ATTRIBUTED if self._mutable else _ATTRIBUTED)
        self._shared(b"@")
        self._refer_or_begin(None)
        self._string(_MUTABLE_STRING if self._mutable else _STRING, value.text)
        self.out.append(END)
        numbers: list[Any] = []
        for run in value.runs:
            is_new = run.attributes not in numbers
            if is_new:
                numbers.append(run.attributes)
            self._shared(b"iI")
            self._integer(numbers.index(run.attributes) + 1)
            self._integer(run.length)
            if is_new:
                self._value(dict(run.attributes))

    def _string(self, classes: Classes, value: str) -> None:
        self._classes(classes)
        self._shared(b"+")
        self._counted(value.encode("utf-8", "replace"))

    def _number(self, value: float) -> None:
        self._classes(_NUMBER)
        code = b"d"
        if isinstance(value, bool):
            code = b"c"
        elif isinstance(value, int):
            code = b"i" if value in _INT32 else b"q"
        self._shared(b"*")
        if not self._refer_or_begin(("C string", code)):
            self._shared(code)
        if isinstance(value, bool):
            self._shared(code)
            self.out.append(value)
        elif isinstance(value, int):
            self._shared(code)
            self._integer(value)
        else:
            self._real(value)

    def _real(self, value: float) -> None:
        self._shared(b"d")
        self.out.append(_FLOAT_FOLLOWS)
        self.out += struct.pack("<d", value)

    def _url(self, value: URL) -> None:
        self._classes((("NSURL", 0), *_OBJECT))
        self._shared(b"c")
        self.out.append(value.base is not None)
        if value.base is not None:
            self._value(value.base)
        self._value(value.relative)

    def _items(self, kind: str, count: int, values: list[Any]) -> None:
        self._shared(kind.encode())
        self._integer(count)
        for value in values:
            self._value(value)

    def _classes(self, classes: Classes) -> None:
        for level, (name, version) in enumerate(classes):
            if self._refer_or_begin(("class", classes[level:]), number_later=True):
                return
            self._shared(name.encode())
            self._integer(version)
            self._take_number(("class", classes[level:]))
        self.out.append(NIL)

    def _refer_or_begin(self, key: Any, *, number_later: bool = False) -> bool:
        """Write a reference to what was written before, or the mark of something new."""
        if key is not None and key in self._objects:
            self._integer(self._objects[key] - REFERENCE_BASE)
            return True
        self.out.append(NEW)
        if not number_later:
            self._take_number(key)
        return False

    def _take_number(self, key: Any) -> None:
        if key is not None:
            self._objects[key] = self._count
        self._count += 1

    def _shared(self, text: bytes) -> None:
        if text in self._strings:
            self._integer(self._strings[text] - REFERENCE_BASE)
            return
        self._strings[text] = len(self._strings)
        self.out.append(NEW)
        self._counted(text)

    def _counted(self, text: bytes) -> None:
        self._integer(len(text))
        self.out += text

    def _integer(self, value: int) -> None:
        if value in _ONE_BYTE:
            self.out.append(value & 0xFF)
            return
        head, width = next(
            ((head, width) for head, width, span in _WIDTHS if value in span), _EIGHT
        )
        self.out.append(head)
        self.out += value.to_bytes(width, "little", signed=True)
