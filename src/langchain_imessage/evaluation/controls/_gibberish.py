"""A person's texts → further ones of the same letters, which say nothing.

Owns a model of sequences of characters. Its texts look like the person's and mean nothing:
a measure of style alone takes them for the person's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

_SEEN: Final = 4
"""Characters by which the next one is chosen: words come out, sentences do not."""

_LEAST: Final = 3
"""How often they must have occurred; else fewer characters decide."""

_MOST_CHARACTERS: Final = 300
_START, _END = "\x02", "\x03"


class Gibberish:
    """Writes texts of a person's letters.

    Args:
        texts: What the person wrote.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._next: list[defaultdict[str, Counter[str]]] = [
            defaultdict(Counter) for _ in range(_SEEN + 1)
        ]
        self._next[0][""][_END] += 1
        for text in texts:
            whole = f"{_START * _SEEN}{text}{_END}"
            for at in range(_SEEN, len(whole)):
                for seen in range(_SEEN + 1):
                    self._next[seen][whole[at - seen : at]][whole[at]] += 1

    def write(self, chance: Random) -> str:
        """Write a text."""
        text = _START * _SEEN
        while len(text) < _MOST_CHARACTERS + _SEEN:
            choices = self._choices(text)
            character = chance.choices([*choices], [*choices.values()])[0]
            if character == _END:
                break
            text += character
        return text[_SEEN:]

    def _choices(self, text: str) -> Counter[str]:
        for seen in range(_SEEN, 0, -1):
            found = self._next[seen].get(text[-seen:])
            if found and found.total() >= _LEAST:
                return found
        return self._next[0][""]
