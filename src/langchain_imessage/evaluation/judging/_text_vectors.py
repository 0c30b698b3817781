"""A text → a sparse vector of its character sequences, and its style figures.

Owns the hashing: sequences of one to four characters, by CRC-32, so that the same text has
the same vector in every process. Which of them matter `_style_judge` learns.
"""

from __future__ import annotations

from collections import Counter
from math import log, sqrt
from typing import Final, NamedTuple
from zlib import crc32

from langchain_imessage.transforms.style._style_figures import style_figures

BUCKETS: Final = 1 << 18
"""Of the hash: a quarter of a million sequences, few of which collide."""

LONGEST: Final = 4
"""Characters of a sequence. Longer ones tell topics apart rather than people."""

_MOST_CHARACTERS: Final = 1_000
"""Of a text that are looked at: what is longer was pasted, and would outweigh the others."""


class TextVector(NamedTuple):
    """A text as the judge sees it.

    Attributes:
        places: The bucket of each sequence that occurs.
        weights: How much it occurs, damped.
        figures: The style figures.
    """

    places: tuple[int, ...]
    weights: tuple[float, ...]
    figures: tuple[float, ...]

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show the size, nothing of the text."""
        return f"TextVector(sequences={len(self.places)})"


class TextVectors:
    """Makes vectors, each text's once."""

    def __init__(self) -> None:
        self._known: dict[str, TextVector] = {}
        self._buckets: dict[str, int] = {}

    def of(self, text: str) -> TextVector:
        """Return the vector of a text."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._made(text)
        return found

    def _made(self, text: str) -> TextVector:
        counts = Counter(self._sequences(f"\n{text[:_MOST_CHARACTERS]}\n"))
        damped = [1 + log(number) for number in counts.values()]
        length = sqrt(sum(weight * weight for weight in damped)) or 1.0
        return TextVector(
            places=tuple(counts),
            weights=tuple(weight / length for weight in damped),
            figures=style_figures(text),
        )

    def _sequences(self, text: str) -> list[int]:
        buckets = self._buckets
        found = []
        for size in range(1, LONGEST + 1):
            for start in range(len(text) - size + 1):
                sequence = text[start : start + size]
                bucket = buckets.get(sequence)
                if bucket is None:
                    encoded = sequence.encode("utf-8", "surrogatepass")
                    bucket = buckets[sequence] = crc32(encoded) % BUCKETS
                found.append(bucket)
        return found
