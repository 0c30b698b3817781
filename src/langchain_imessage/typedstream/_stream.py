"""The stream's grammar: two tables, groups, objects, classes; bytes are `_cursor`'s.

Every value takes at least one byte, so that work and memory are bounded by the length of
the stream; nesting is bounded by `MAX_DEPTH`.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from langchain_imessage.typedstream._cursor import (
    NEW,
    NIL,
    NO_MORE,
    SIGNATURES,
    SYSTEM_VERSION,
    VERSION,
    Cursor,
)
from langchain_imessage.typedstream._encodings import Struct, Type, parse_encoding
from langchain_imessage.typedstream._foundation import BUILDERS, Groups
from langchain_imessage.typedstream._values import (
    AttributedString,
    ClassInfo,
    GenericObject,
    Value,
)
from langchain_imessage.typedstream._writer import dumps

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 64
"""Objects within one another. Message bodies have fewer than 20 levels, and Python's own
stack bears this many four times over."""

MAX_CLASSES = 32
"""Classes above one another; Foundation's deepest chain has four."""

MAX_GROUPS = 200_000
"""Groups in one object: more than the longest message has attributes. A group can be one
byte long and is a hundred in memory."""


_MARK = "x"


class _Class:
    """A class in the table of objects, linked to the one above it."""

    __slots__ = ("_above", "_info", "build")

    def __init__(self, name: bytes, version: int, above: _Class | None) -> None:
        self._info = ClassInfo(name.decode("utf-8", "replace"), version)
        self._above = above
        self.build: Callable[[Groups], Value] = (
            BUILDERS.get(self._info.name)
            or (above and above.known_builder)
            or self._keep_groups
        )

    @property
    def known_builder(self) -> Callable[[Groups], Value] | None:
        """What makes values of it, if that is known."""
        return None if self.build == self._keep_groups else self.build

    @property
    def classes(self) -> tuple[ClassInfo, ...]:
        """It and the ones above it."""
        above = self._above.classes if self._above else ()
        return (self._info, *above)

    def _keep_groups(self, groups: Groups) -> Value:
        return GenericObject(classes=self.classes, groups=tuple(groups))


class _CString(str):
    """A C string in the table of objects, told from a string that is an object."""

    __slots__ = ()


class _Reading:
    """Stands in the table for an object that is still being read."""


_READING = _Reading()
_NO_OBJECTS = (_Class, _CString, _Reading)

_class = lru_cache(maxsize=256)(_Class)
"""Streams share their classes, and those are values: made once, they serve all."""


class Decoder(Cursor):
    """Reads one stream."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._strings: list[bytes] = []
        self._objects: list[Any] = []
        self._depth = 0

    def root(self) -> Value:
        """Read the header and the object behind it; ignore what follows."""
        for opening in _openings():
            if self.passes(opening.data):
                return self._go_on(opening)
        return self.whole()

    def whole(self) -> Value:
        """Do the same without a shortcut."""
        self._header()
        group = self._group()
        if len(group) != 1:
            raise self.fail("the stream does not begin with one object")
        value: Value = group[0]
        return value

    def opening(self, body: bytes) -> _Opening:
        """Tell what has been read of a body that is nothing but its text `_MARK`."""
        strings = self._strings[:-1]
        return _Opening(
            data=body[: body.index(bytes([NEW, 1]) + b"+")],
            strings=tuple(strings),
            objects=tuple(
                o if isinstance(o, _Class) else _READING for o in self._objects
            ),
            place=self._objects.index(_MARK),
        )

    def _go_on(self, opening: _Opening) -> Value:
        """Go on behind an opening, as if it had been read."""
        self._strings, self._objects = list(opening.strings), list(opening.objects)
        self._depth = 1
        text = self._finish(opening.place, self._objects[opening.place + 1], [])
        value: Value = self._finish(0, self._objects[1], [(text,)])
        return value

    def _header(self) -> None:
        version = self.byte()
        signature = self.counted()
        if version != VERSION or signature not in SIGNATURES:
            raise self.fail("not a typedstream")
        if SIGNATURES[signature] == "big":
            self.byteorder = "big"
        if self.signed() != SYSTEM_VERSION:
            raise self.fail("an unknown system version")

    def _group(self) -> tuple[Any, ...]:
        encoding = self.shared(self._strings)
        if encoding is None:
            raise self.fail("a group without a type")
        only, plan = _plan(encoding)
        return tuple([read(self) for read in plan]) if only is None else (only(self),)

    def char(self) -> int:
        """Read one byte as a signed number."""
        value = self.byte()
        return value - 0x100 if value > 0x7F else value  # noqa: PLR2004

    def unshared(self) -> bytes | None:
        """Read bytes that are in no table."""
        if self.byte() == NIL:
            return None
        self.position -= 1
        return self.counted()

    def atom(self) -> str | None:
        """Read a string that is in the table of strings."""
        text = self.shared(self._strings)
        return None if text is None else text.decode("utf-8", "replace")

    def c_string(self) -> str | None:
        """Read a string that is in both tables."""
        head = self.byte()
        if head == NIL:
            return None
        if head != NEW:
            known = self.known_from(head, self._objects)
            if known.__class__ is not _CString:
                raise self.fail("a reference to what is no C string")
            return known
        place = len(self._objects)
        self._objects.append(_READING)
        text = _CString(self.atom() or "")
        self._objects[place] = text
        return text

    def class_(self) -> tuple[ClassInfo, ...]:
        """Read a class on its own."""
        found = self._class()
        return found.classes if found else ()

    def object(self) -> Any:
        """Read an object, or a reference to one that has been read."""
        head = self.byte()
        if head == NIL:
            return None
        if head != NEW:
            known = self.known_from(head, self._objects)
            if isinstance(known, _NO_OBJECTS):
                raise self.fail("a reference to what is no object")
            return known
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self.fail("objects nested too deep")
        place = len(self._objects)
        self._objects.append(_READING)
        class_ = self._class()
        if class_ is None:
            raise self.fail("an object without a class")
        value = self._finish(place, class_, [])
        self._depth -= 1
        return value

    def _finish(self, place: int, class_: _Class, groups: Groups) -> Any:
        """Read what is left of an object's groups, and make its value."""
        strings, read_on, plan_of = self._strings, self.shared, _plan
        while (encoding := read_on(strings, or_end=True)) is not NO_MORE:
            if encoding is None:
                raise self.fail("a group without a type")
            only, plan = plan_of(encoding)
            groups.append(
                tuple([read(self) for read in plan]) if only is None else (only(self),)
            )
        if len(groups) > MAX_GROUPS:
            raise self.fail("too many values in one object")
        try:
            value = class_.build(groups)
        except (LookupError, TypeError, ValueError) as error:
            raise self.fail("an object's values are not its class's") from error
        self._objects[place] = value
        return value

    def _class(self) -> _Class | None:
        """Read a class and the ones above it, down the chain without recursion."""
        head = self.byte()
        if head not in {NEW, NIL}:
            return self._known_class(head)
        objects = self._objects
        place = len(objects)
        names: list[tuple[bytes, int]] = []
        above: _Class | None = None
        while head == NEW:
            name = self.shared(self._strings)
            if name is None or len(names) == MAX_CLASSES:
                raise self.fail("a class without a name, or too many of them")
            names.append((name, self.signed()))
            objects.append(_READING)
            head = self.byte()
        if head != NIL:
            above = self._known_class(head)
        for level in range(len(names) - 1, -1, -1):
            objects[place + level] = above = _class(*names[level], above)
        return above

    def _known_class(self, head: int) -> _Class:
        known = self.known_from(head, self._objects)
        if known.__class__ is not _Class:
            raise self.fail("a reference to what is no class")
        return known


class _Opening(NamedTuple):
    """How nearly all bodies begin, up to their text, and what has been read by then.

    Reading it takes half the time of an ordinary body, and gives the same each time.

    Attributes:
        data: The bytes.
        strings: The table of strings behind them.
        objects: The table of objects; an object's class is behind it.
        place: The text's place among them.
    """

    data: bytes
    strings: tuple[bytes, ...]
    objects: tuple[Any, ...]
    place: int


@cache
def _openings() -> tuple[_Opening, ...]:
    """Read the openings of both kinds of body the long way, once."""
    found = []
    for mutable in (True, False):
        body = dumps(AttributedString(text=_MARK), mutable=mutable)
        decoder = Decoder(body)
        decoder.whole()
        found.append(decoder.opening(body))
    return tuple(found)


_Reader: TypeAlias = "Callable[[Decoder], Any]"

_READERS: dict[str, _Reader] = {
    "@": Decoder.object,
    "#": Decoder.class_,
    "*": Decoder.c_string,
    "+": Decoder.unshared,
    "%": Decoder.atom,
    ":": Decoder.atom,
    "c": Decoder.char,
    "C": Decoder.byte,
    "B": Decoder.byte,
    **dict.fromkeys("silq", Decoder.signed),
    **dict.fromkeys("SILQ", Decoder.unsigned),
    "f": lambda decoder: decoder.real(4),
    "d": lambda decoder: decoder.real(8),
}


@lru_cache(maxsize=256)
def _plan(encoding: bytes) -> tuple[_Reader | None, tuple[_Reader, ...]]:
    """Say how to read the values of a group: the only one, or else all of them."""
    readers = tuple(map(_reader, parse_encoding(encoding)))
    return (readers[0] if len(readers) == 1 else None), readers


def _reader(kind: Type) -> _Reader:
    if isinstance(kind, str):
        return _READERS[kind]
    if isinstance(kind, Struct):
        members = [_reader(member) for member in kind.members]
        return lambda decoder: tuple([read(decoder) for read in members])
    if kind.item in {"c", "C"}:
        return lambda decoder: decoder.take(kind.count)
    item = _reader(kind.item)

    def array(decoder: Decoder) -> tuple[Any, ...]:
        if kind.count > decoder.end - decoder.position:
            raise decoder.fail("an array longer than the stream")
        return tuple([item(decoder) for _ in range(kind.count)])

    return array
