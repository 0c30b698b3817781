"""The stream's grammar: two tables, groups, objects, classes; bytes are `_cursor`'s.

Most of a stream is short strings, small integers and references of one byte. `Decoder`
looks for those itself, without a call for each; all else goes the long way, which alone
knows what can be wrong. That is why it looks at bytes, too.

Every value takes at least one byte, so that work and memory are bounded by the length of
the stream; nesting is bounded by `MAX_DEPTH`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from langchain_imessage.typedstream._cursor import (
    END,
    FIRST_REFERENCE,
    FIRST_RESERVED,
    NEW,
    NIL,
    SIGNATURES,
    SYSTEM_VERSION,
    VERSION,
    Cursor,
)
from langchain_imessage.typedstream._encodings import Struct, Type, parse_encoding
from langchain_imessage.typedstream._foundation import BUILDERS, Groups
from langchain_imessage.typedstream._values import ClassInfo, GenericObject, Value

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


_HEADS = 0x100
"""How many values a byte has."""


class _Class:
    """A class in the table of objects, linked to the one above it."""

    __slots__ = ("_above", "_info", "build", "is_text")

    def __init__(self, name: bytes, version: int, above: _Class | None) -> None:
        self._info = ClassInfo(name.decode("utf-8", "replace"), version)
        self._above = above
        self.build: Callable[[Groups], Value] = (
            BUILDERS.get(self._info.name)
            or (above and above.known_builder)
            or self._keep_groups
        )
        self.is_text = self.build is BUILDERS["NSString"]

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

    __slots__ = ("_depth", "_objects", "_plans", "_strings")

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._plans: list[_Plan | None] = []
        self._strings: list[bytes] = []
        self._objects: list[Any] = []
        self._depth = 0

    def whole(self) -> Value:
        """Read the header and the object behind it; ignore what follows."""
        self.position = 0
        self._plans = [_UNKNOWN] * _HEADS
        self._plans[END] = None
        self._header()
        group = self.group()
        if len(group) != 1:
            raise self.fail("the stream does not begin with one object")
        value: Value = group[0]
        return value

    def tables(self) -> Tables:
        """Give the tables as they are, without the objects that every stream has others of."""
        objects = [
            o if isinstance(o, _Class | str) else _READING for o in self._objects
        ]
        return Tables(self._strings, objects, self._plans)

    def place(self, value: Value) -> int:
        """Tell which of the objects a value is."""
        return self._objects.index(value)

    def take_up(self, tables: Tables) -> None:
        """Go on from these tables, as if all that is in them had been read."""
        self._strings = tables.strings.copy()
        self._objects = tables.objects.copy()
        self._plans = tables.plans.copy()

    def _header(self) -> None:
        version = self.byte()
        signature = self.counted()
        if version != VERSION or signature not in SIGNATURES:
            raise self.fail("not a typedstream")
        if SIGNATURES[signature] == "big":
            self.byteorder = "big"
        if self.signed() != SYSTEM_VERSION:
            raise self.fail("an unknown system version")

    def group(self) -> tuple[Any, ...]:
        """Read a group: its encoding, and the values it announces.

        The plan is kept by the byte that will refer to it, so that later groups of the
        same encoding find it in one step.
        """
        strings = self._strings
        reference = self._data[self.position]
        if reference == NEW:
            reference = FIRST_REFERENCE + len(strings)
        encoding = self.shared(strings)
        if encoding is None:
            raise self.fail("a group without a type")
        plan = _plan(encoding)
        if FIRST_REFERENCE <= reference < _HEADS:
            self._plans[reference] = plan
        return plan.read(self)

    def rest_of_group(self) -> tuple[Any, ...]:
        """Read a group whose first byte has been read."""
        self.position -= 1
        return self.group()

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
        if head == NEW:
            return self._new()
        if head == NIL:
            return None
        known = self.known_from(head, self._objects)
        if known.__class__ in _NO_OBJECTS:
            raise self.fail("a reference to what is no object")
        return known

    def _new(self) -> Any:
        """Read what follows the mark of a new object."""
        if self._depth == MAX_DEPTH:
            raise self.fail("objects nested too deep")
        data, objects, position = self._data, self._objects, self.position
        place = len(objects)
        index = data[position] - FIRST_REFERENCE
        if 0 <= index < place and (class_ := objects[index]).__class__ is _Class:
            position += 1
            if class_.is_text and self._plans[data[position]] is _TEXT:
                # Half of all objects are short strings.
                size = data[position + 1]
                stop = position + 2 + size
                if size < FIRST_RESERVED and stop < self.end and data[stop] == END:
                    self.position = stop + 1
                    text = data[position + 2 : stop].decode("utf-8", "replace")
                    objects.append(text)
                    return text
            self.position = position
            objects.append(_READING)
        else:
            objects.append(_READING)
            class_ = self._class()
            if class_ is None:
                raise self.fail("an object without a class")
        self._depth += 1
        value = self._finish(place, class_, [])
        self._depth -= 1
        return value

    def _finish(self, place: int, class_: _Class, groups: Groups) -> Any:
        """Read what is left of an object's groups, and make its value.

        Each branch that ends in `continue` is a shortcut past what follows them.
        """
        data, objects, plans = self._data, self._objects, self._plans
        position = self.position
        while (plan := plans[data[position]]) is not None:
            position += 1
            if plan is _OBJECT:
                head = data[position]
                if head == NEW:
                    self.position = position + 1
                    groups.append((self._new(),))
                    position = self.position
                    continue
                index = head - FIRST_REFERENCE
                if 0 <= index < len(objects):
                    value = objects[index]
                    if value.__class__ not in _NO_OBJECTS:
                        groups.append((value,))
                        position += 1
                        continue
            elif plan.integers:
                stop = position + plan.integers
                raw = data[position:stop]
                if raw.isascii():
                    groups.append(tuple(raw))
                    position = stop
                    continue
            self.position = position
            groups.append(plan.read(self))
            position = self.position
        self.position = position + 1
        objects[place] = value = self._made(class_, groups)
        return value

    def _made(self, class_: _Class, groups: Groups) -> Value:
        if len(groups) > MAX_GROUPS:
            raise self.fail("too many values in one object")
        try:
            return class_.build(groups)
        except (LookupError, TypeError, ValueError) as error:
            raise self.fail("an object's values are not its class's") from error

    def _class(self, below: int = 0) -> _Class | None:
        """Read a class and the ones above it; so many are below it in its chain."""
        head = self.byte()
        if head != NEW:
            return None if head == NIL else self._known_class(head)
        name = self.shared(self._strings)
        if name is None or below == MAX_CLASSES:
            raise self.fail("a class without a name, or too many of them")
        version = self.signed()
        place = len(self._objects)
        self._objects.append(_READING)
        self._objects[place] = found = _class(name, version, self._class(below + 1))
        return found

    def _known_class(self, head: int) -> _Class:
        known = self.known_from(head, self._objects)
        if known.__class__ is not _Class:
            raise self.fail("a reference to what is no class")
        return known


class Tables(NamedTuple):
    """What has been read so far.

    Attributes:
        strings: The table of strings.
        objects: The table of objects; an object's class is behind it.
        plans: How to read the groups whose types are among the strings.
    """

    strings: list[bytes]
    objects: list[Any]
    plans: list[_Plan | None]


_Reader: TypeAlias = "Callable[[Decoder], Any]"

_INTEGERS = frozenset("silqSILQ")

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """How to read the values of a group.

    Attributes:
        read: Reads them.
        integers: How many they are, if they are all integers, else 0.
    """

    read: Callable[[Decoder], tuple[Any, ...]]
    integers: int = 0


_OBJECT = _Plan(read=lambda decoder: (decoder.object(),))
_TEXT = _Plan(read=lambda decoder: (decoder.unshared(),))
_UNKNOWN = _Plan(read=Decoder.rest_of_group)
_USUAL = {b"@": _OBJECT, b"+": _TEXT}
"""Told from others by their identity."""


@lru_cache(maxsize=256)
def _plan(encoding: bytes) -> _Plan:
    """Say how to read the values of a group."""
    if encoding in _USUAL:
        return _USUAL[encoding]
    kinds = parse_encoding(encoding)
    readers = tuple(map(_reader, kinds))
    return _Plan(
        read=_group_of(readers),
        integers=len(kinds) if _INTEGERS.issuperset(kinds) else 0,
    )


def _group_of(readers: tuple[_Reader, ...]) -> Callable[[Decoder], tuple[Any, ...]]:
    if len(readers) > 1:
        return lambda decoder: tuple([read(decoder) for read in readers])
    (only,) = readers
    return lambda decoder: (only(decoder),)


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
