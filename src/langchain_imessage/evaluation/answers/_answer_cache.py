"""A private file of the answers that models gave, so that none is asked for twice.

Owns the file: a line for each answer, added as it comes, so that what was interrupted goes
on where it stopped. A line that is torn or not ours is passed over.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from langchain_imessage.files import open_private, read_private, refuse_link
from langchain_imessage.json_lines import whole_characters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from langchain_imessage.evaluation.answers._model_kinds import AnsweringModel
    from langchain_imessage.evaluation.held_out._held_out import HeldOutAnswer

ANSWERS: Final = "answers.jsonl"
"""The file's name in a dataset's folder."""


class AnswerCache:
    """Remembers answers, in a file or until the end only.

    Args:
        path: The file; None for none.
        by_name: Whether a model is known by its name, not by its settings.

    Raises:
        ExportError: If the path is a link, or no file.
    """

    def __init__(self, path: Path | None, *, by_name: bool = False) -> None:
        self._path = path
        self._by_name = by_name
        self._known: dict[str, str] = {}
        if path is not None:
            refuse_link(path)
            if path.exists():
                self._known = dict(_lines(read_private(path)))

    def key(self, model: AnsweringModel, answer: HeldOutAnswer) -> str | None:
        """Return what an answer is kept under; None if it is not kept."""
        identity = f"name {model.name}" if self._by_name else model.identity
        if identity is None:
            return None
        asked = [identity, *((turn.role, turn.text) for turn in answer.history)]
        text = json.dumps([*asked, answer.said])
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def get(self, key: str | None) -> str | None:
        """Return a known answer."""
        return None if key is None else self._known.get(key)

    def add(self, answers: Mapping[str, str]) -> None:
        """Keep answers, in the file, too."""
        new = {key: answers[key] for key in answers if key not in self._known}
        self._known.update(new)
        if self._path is None or not new:
            return
        with open(
            self._path, "a", encoding="utf-8", newline="\n", opener=open_private
        ) as file:
            if file.tell():
                file.write(
                    "\n"
                )  # the last line may have been torn; empty ones are not read
            for key, text in new.items():
                row = whole_characters({"key": key, "answer": text})
                file.write(f"{json.dumps(row)}\n")
            file.flush()
            os.fsync(file.fileno())


def _lines(data: bytes) -> Iterable[tuple[str, str]]:
    for line in data.splitlines():
        with suppress(ValueError, RecursionError):
            row: Any = json.loads(line)
            if isinstance(row, dict) and {*row} == {"key", "answer"}:
                key, answer = row["key"], row["answer"]
                if isinstance(key, str) and isinstance(answer, str):
                    yield key, answer
