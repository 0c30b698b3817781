"""What stands in the table of objects beside values: classes, C strings, a mark.

Decides by a class's chain what makes values of its objects; reads no bytes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from langchain_imessage.typedstream._foundation import BUILDERS
from langchain_imessage.typedstream._values import ClassInfo, GenericObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_imessage.typedstream._foundation import Groups
    from langchain_imessage.typedstream._values import Value


class ArchivedClass:
    """A class in the table of objects, linked to the one above it."""

    __slots__ = ("_above", "_info", "build", "is_text")

    def __init__(self, name: bytes, version: int, above: ArchivedClass | None) -> None:
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


class CString(str):
    """A C string in the table of objects, told from a string that is an object."""

    __slots__ = ()


class Unfinished:
    """Stands in the table for an object that is still being read."""


UNFINISHED = Unfinished()
NO_OBJECTS = (ArchivedClass, CString, Unfinished)
"""The types in the table of objects that no reference to an object may mean."""

archived_class = lru_cache(maxsize=256)(ArchivedClass)
"""Streams share their classes, and those are values: made once, they serve all."""
