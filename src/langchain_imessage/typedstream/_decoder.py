"""The stream's grammar: two tables, groups, objects, classes; bytes are `_byte_reader`'s.

Most of a stream is short strings, small integers and references of one byte. `Decoder`
reads those itself, without a call for each; all else takes the general path, which alone
knows what can be wrong. That is why it reads bytes, too.

Every value takes at least one byte, so that work and memory are bounded by the length of
the stream; nesting is bounded by `MAX_DEPTH`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_imessage.typedstream._byte_reader import (
    END,
    FIRST_REFERENCE,
    FIRST_RESERVED,
    NEW,
    NIL,
    SIGNATURES,
    SYSTEM_VERSION,
    VERSION,
    ByteReader,
)
from langchain_imessage.typedstream._classes import (
    NO_OBJECTS,
    UNFINISHED,
    ArchivedClass,
    CString,
    archived_class,
)
from langchain_imessage.typedstream._group_plans import (
    GroupPlan,
    TypeReader,
    make_plan,
)

if TYPE_CHECKING:
    from langchain_imessage.typedstream._foundation import Groups
    from langchain_imessage.typedstream._values import ClassInfo, Value

MAX_DEPTH = 64
"""Objects within one another. Message bodies have fewer than 20 levels, and Python's own
stack bears this many four times over."""

MAX_CLASSES = 32
"""Classes above one another; Foundation's deepest chain has four."""

MAX_GROUPS = 2**17
"""Groups in one stream, and half as many in an object for each level it is down: more than
the longest message has attributes. A group can be two bytes long and is a hundred in
memory."""

DEEP_GROUPS = 1024
"""Groups an object may have however deep it is."""

_GROUPS_AT = tuple(
    range(max(MAX_GROUPS >> max(depth - 1, 0), DEEP_GROUPS))
    for depth in range(MAX_DEPTH + 1)
)
"""What an object's groups are counted with, by its depth: to make one for each takes a tenth
of the time of reading a body."""


_HEADS = 0x100
"""How many values a byte has."""


class Decoder(ByteReader):
    """Reads one stream."""

    __slots__ = ("_depth", "_groups_left", "_objects", "_plans", "_strings")

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._plans: list[GroupPlan | None] = []
        self._strings: list[bytes] = []
        self._objects: list[Any] = []
        self._depth = 0
        self._groups_left = MAX_GROUPS

    def read_stream(self) -> Value:
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
        """Return the tables as they are, without the objects that differ in every stream."""
        objects = [
            o if isinstance(o, ArchivedClass | str) else UNFINISHED
            for o in self._objects
        ]
        return Tables(self._strings, objects, self._plans)

    def index_of(self, value: Value) -> int:
        """Return the position of a value among the objects."""
        return self._objects.index(value)

    def resume_from(self, tables: Tables) -> None:
        """Continue from these tables, as if all that is in them had been read."""
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
            if known.__class__ is not CString:
                raise self.fail("a reference to what is no C string")
            return known
        place = len(self._objects)
        self._objects.append(UNFINISHED)
        text = CString(self.atom() or "")
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
        if known.__class__ in NO_OBJECTS:
            raise self.fail("a reference to what is no object")
        return known

    def _new(self) -> Any:
        """Read what follows the mark of a new object."""
        if self._depth == MAX_DEPTH:
            raise self.fail("objects nested too deep")
        data, objects, position = self._data, self._objects, self.position
        place = len(objects)
        index = data[position] - FIRST_REFERENCE
        if 0 <= index < place and (class_ := objects[index]).__class__ is ArchivedClass:
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
            objects.append(UNFINISHED)
        else:
            objects.append(UNFINISHED)
            class_ = self._class()
            if class_ is None:
                raise self.fail("an object without a class")
        self._depth += 1
        value = self._finish(place, class_, [])
        self._depth -= 1
        return value

    def _finish(self, place: int, class_: ArchivedClass, groups: Groups) -> Any:
        """Read what is left of an object's groups, and make its value."""
        self._read_groups(groups)
        self._groups_left -= len(groups)
        if self._groups_left < 0:
            raise self.fail("too many values in one stream")
        try:
            value = class_.build(groups)
        except (LookupError, TypeError, ValueError) as error:
            raise self.fail("an object's values are not its class's") from error
        self._objects[place] = value
        return value

    def _read_groups(self, groups: Groups) -> None:
        """Read the groups up to an object's end; a `continue` ends a shortcut."""
        data, objects, plans = self._data, self._objects, self._plans
        position = self.position
        for _ in _GROUPS_AT[self._depth]:
            plan = plans[data[position]]
            if plan is None:
                break
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
                    if value.__class__ not in NO_OBJECTS:
                        groups.append((value,))
                        position += 1
                        continue
            elif plan.integers:
                stop = position + plan.integers
                if (raw := data[position:stop]).isascii():
                    groups.append(tuple(raw))
                    position = stop
                    continue
            self.position = position
            groups.append(plan.read(self))
            position = self.position
        else:
            raise self.fail("too many values in one object")
        self.position = position + 1

    def _class(self, below: int = 0) -> ArchivedClass | None:
        """Read a class and the ones above it; so many are below it in its chain."""
        head = self.byte()
        if head != NEW:
            return None if head == NIL else self._known_class(head)
        name = self.shared(self._strings)
        if name is None or below == MAX_CLASSES:
            raise self.fail("a class without a name, or too many of them")
        version = self.signed()
        place = len(self._objects)
        self._objects.append(UNFINISHED)
        self._objects[place] = found = archived_class(
            name, version, self._class(below + 1)
        )
        return found

    def _known_class(self, head: int) -> ArchivedClass:
        known = self.known_from(head, self._objects)
        if known.__class__ is not ArchivedClass:
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
    plans: list[GroupPlan | None]


READERS: dict[str, TypeReader] = {
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
    "S": lambda decoder: decoder.unsigned_of(16),
    "I": lambda decoder: decoder.unsigned_of(32),
    "L": lambda decoder: decoder.unsigned_of(32),
    "Q": lambda decoder: decoder.unsigned_of(64),
    "f": lambda decoder: decoder.real(4),
    "d": lambda decoder: decoder.real(8),
}
"""What reads a value, by its type's letter."""

_OBJECT = GroupPlan(read=lambda decoder: (decoder.object(),))
_TEXT = GroupPlan(read=lambda decoder: (decoder.unshared(),))
_UNKNOWN = GroupPlan(read=Decoder.rest_of_group)
_COMMON = {b"@": _OBJECT, b"+": _TEXT}
"""Recognised by their identity."""


@lru_cache(maxsize=256)
def _plan(encoding: bytes) -> GroupPlan:
    """Return how to read the values of a group."""
    return _COMMON.get(encoding) or make_plan(encoding, READERS)
