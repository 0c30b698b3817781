"""The texts of a run → one text; pure, and linear in the length of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def merge_texts(
    texts: Iterable[tuple[str | None, str | None, str]], delimiter: str
) -> list[tuple[str | None, str | None, str]]:
    """Merge texts as `merge_chat_runs` does messages; a run's sender is its first one's."""
    runs: list[tuple[str | None, str | None, list[str]]] = []
    before = None
    for speaker, sender, text in texts:
        if speaker is not None and speaker == before:
            runs[-1][2].append(text)
        else:
            runs.append((speaker, sender, [text]))
        before = speaker
    return [
        (speaker, sender, run[0] if len(run) == 1 else join_texts(run, delimiter))
        for speaker, sender, run in runs
    ]


def join_texts(texts: Sequence[str], delimiter: str) -> str:
    """Do in linear time what `(joined + delimiter + text).strip()` does for each text.

    After its first step `joined` is stripped. If it has a character, its left end can
    lose nothing any more, and its right end only what a step adds: so each step adds its
    own part, stripped on the right, or nothing where that is blank. As long as `joined`
    is empty, the part is its own left end, and is stripped there too.
    """
    parts = [(texts[0] + delimiter + texts[1]).strip()]
    begun = bool(parts[0])
    for text in texts[2:]:
        part = delimiter + text
        part = part.rstrip() if begun else part.strip()
        begun = begun or bool(part)
        parts.append(part)
    return "".join(parts)
