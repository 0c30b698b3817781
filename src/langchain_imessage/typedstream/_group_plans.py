"""A group's encoding → how to read its values; touches bytes only through a reader.

What reads a value of one type is the caller's to say, by the type's letter: this file
puts those together for arrays, structs and several values in one group.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from langchain_imessage.typedstream._encodings import Struct, Type, parse_encoding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TypeReader: TypeAlias = "Callable[[Any], Any]"
"""Reads one value; its argument is a `ByteReader`, or what extends it."""

_INTEGERS = frozenset("silqSILQ")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPlan:
    """How to read the values of a group.

    Attributes:
        read: Reads them.
        integers: How many they are, if they are all integers, else 0.
    """

    read: Callable[[Any], tuple[Any, ...]]
    integers: int = 0


def make_plan(encoding: bytes, readers: Mapping[str, TypeReader]) -> GroupPlan:
    """Make the plan of an encoding.

    Args:
        encoding: As it stands in the stream.
        readers: What reads a value, by its type's letter.

    Returns:
        How to read a group of it.

    Raises:
        TypedStreamError: If it is no encoding this format has.
    """
    types = parse_encoding(encoding)
    return GroupPlan(
        read=_group_reader([_reader(kind, readers) for kind in types]),
        integers=len(types) if _INTEGERS.issuperset(types) else 0,
    )


def _group_reader(readers: list[TypeReader]) -> Callable[[Any], tuple[Any, ...]]:
    if len(readers) > 1:
        return lambda decoder: tuple([read(decoder) for read in readers])
    (only,) = readers
    return lambda decoder: (only(decoder),)


def _reader(kind: Type, readers: Mapping[str, TypeReader]) -> TypeReader:
    if isinstance(kind, str):
        return readers[kind]
    if isinstance(kind, Struct):
        members = [_reader(member, readers) for member in kind.members]
        return lambda decoder: tuple([read(decoder) for read in members])
    if kind.item in {"c", "C"}:
        return lambda decoder: decoder.take(kind.count)
    item = _reader(kind.item, readers)

    def array(decoder: Any) -> tuple[Any, ...]:
        if kind.count > decoder.end - decoder.position:
            raise decoder.fail("an array longer than the stream")
        return tuple([item(decoder) for _ in range(kind.count)])

    return array
