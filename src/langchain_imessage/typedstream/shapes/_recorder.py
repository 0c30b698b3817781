"""Reads a body by the general decoder's grammar, and notes where its values stand.

Only for learning: it makes no shortcut, and takes several times as long. What is done with
the places is for `_learning` to decide.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from langchain_imessage.typedstream._decoder import READERS, Decoder
from langchain_imessage.typedstream._group_plans import GroupPlan, make_plan

_LENGTH_BITS = 32
"""Of the length of a run."""


class PlacedBytes(bytes):
    """Bytes, and where they stand in the stream."""

    start: int
    stop: int

    def __bytes__(self) -> bytes:  # type: ignore[explicit-override]
        """Return itself, so that a copy has a place, too."""
        return self

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Return the text, with the place of its bytes."""
        text = PlacedText(super().decode(encoding, errors))
        text.start, text.stop = self.start, self.stop
        return text


class PlacedText(str):  # noqa: SLOT000 - few are made, and never kept
    """A text, and where its length and its bytes stand."""

    start: int
    stop: int


class PlacedNumber(int):
    """An unsigned number of 32 bits, and where it stands."""

    start: int
    stop: int


class Recorder(Decoder):
    """Reads one stream; texts that are in no table, data and run lengths have a place."""

    __slots__ = ()

    def group(self) -> tuple[Any, ...]:  # type: ignore[explicit-override]
        encoding = self.shared(self._strings)
        if encoding is None:
            raise self.fail("a group without a type")
        return _plan(encoding).read(self)

    def unshared(self) -> bytes | None:  # type: ignore[explicit-override]
        start = self.position
        found = super().unshared()
        return None if found is None else self._placed(found, start)

    def take(self, count: int) -> bytes:  # type: ignore[explicit-override]
        start = self.position
        return self._placed(super().take(count), start)

    def unsigned_of(self, bits: int) -> int:  # type: ignore[explicit-override]
        start = self.position
        if bits != _LENGTH_BITS:
            return super().unsigned_of(bits)
        number = PlacedNumber(super().unsigned_of(bits))
        number.start, number.stop = start, self.position
        return number

    def _placed(self, found: bytes, start: int) -> PlacedBytes:
        placed = PlacedBytes(found)
        placed.start, placed.stop = start, self.position
        return placed


_READERS = {**READERS, "+": Recorder.unshared}


@lru_cache(maxsize=256)
def _plan(encoding: bytes) -> GroupPlan:
    """Return how to read a group, by no shortcut."""
    return GroupPlan(read=make_plan(encoding, _READERS).read)
