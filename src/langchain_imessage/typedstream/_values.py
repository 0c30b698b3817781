"""What a typedstream holds, as values; reprs show sizes, never text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of a text that has the same attributes.

    Attributes:
        length: In UTF-16 code units.
        attributes: By name.

    Example:
        >>> Run(length=3, attributes={"bold": 1}).length
        3
    """

    length: int
    attributes: Mapping[str, Value] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributedString:
    """A text with attributes.

    Example:
        >>> from langchain_imessage.typedstream import dumps, loads
        >>> loads(dumps(AttributedString(text="Hi!"))).text
        'Hi!'
    """

    text: str = field(repr=False)
    runs: tuple[Run, ...] = ()

    def slices(self) -> Iterator[tuple[str, Mapping[str, Value]]]:
        """Yield each run's part of the text with its attributes.

        Runs count UTF-16 code units; one that goes beyond the text ends with it, and what
        they do not reach comes last, with no attributes.
        """
        return slices(self.text, [(run.length, run.attributes) for run in self.runs])


def slices(
    text: str, runs: Iterable[tuple[int, Mapping[str, Value]]]
) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """Yield what `AttributedString.slices` does, of a text and its runs' lengths."""
    is_ascii, start = text.isascii(), 0
    # Of ASCII each character is a unit.
    units: Any = text if is_ascii else text.encode("utf-16-le", "surrogatepass")
    for length, attributes in runs:
        # None is negative: such runs would yield the same text again and again.
        stop = start + (max(length, 0) if is_ascii else 2 * max(length, 0))
        piece = units[start:stop]
        yield (
            piece if is_ascii else piece.decode("utf-16-le", "surrogatepass"),
            attributes,
        )
        start = stop
    if start < len(units):
        piece = units[start:]
        yield piece if is_ascii else piece.decode("utf-16-le", "surrogatepass"), {}


@dataclass(frozen=True, slots=True, kw_only=True)
class URL:
    """An address, possibly relative to a base."""

    base: URL | None = field(default=None, repr=False)
    relative: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """A moment, in seconds since 2001-01-01 00:00:00 UTC."""

    seconds: float


class ClassInfo(NamedTuple):
    """A class as it was archived; a tuple because every object brings several."""

    name: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GenericObject:
    """An object of a class this decoder has no meaning for.

    Attributes:
        classes: Its class and the ones above it.
        groups: Its values, as they were grouped in the stream.
    """

    classes: tuple[ClassInfo, ...]
    groups: tuple[tuple[Value, ...], ...] = field(repr=False)


Value: TypeAlias = (
    "bool | int | float | str | bytes | tuple[Value, ...] | dict[str, Value] "
    "| AttributedString | URL | Date | GenericObject | tuple[ClassInfo, ...] | None"
)
"""Strings are `str`, numbers `int`, `float` or `bool`, data `bytes`, arrays and sets
`tuple`, dictionaries `dict`; a class on its own is the tuple of its chain."""
