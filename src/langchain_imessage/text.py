"""One notion of a text's words, for names, opt-outs, duplicates and search; pure."""

from __future__ import annotations

import re
from typing import Final

WORD: Final = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
"""Scripts whose words are not apart, or have endings."""


def words_in(text: str) -> tuple[str, ...]:
    """Return a text's words in lower case."""
    return tuple(word.lower() for word in WORD.findall(text))


def is_unspaced(word: str) -> bool:
    """Return whether a word is of a script that writes no blanks between words."""
    return len(word) > 1 and _UNSPACED.search(word) is not None
