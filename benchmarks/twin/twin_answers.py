"""Answers of models that were not trained, kept in a file: they are the same for each seed.

Owns the file. `evaluate` keeps answers of one table; these are for the tables of several
trainings, in each of which the models that were not trained stand again.
"""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage
from langchain_core.runnables import Runnable, RunnableLambda

if TYPE_CHECKING:
    from pathlib import Path


class KeptAnswers:
    """Remembers what models answer, by their names and what they are asked.

    Args:
        path: The file; it is read, and grows.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._known: dict[str, str] = {}
        if path.exists():
            for line in path.read_text("utf-8").splitlines():
                self._known.update(json.loads(line))

    def of(self, name: str, model: Runnable[Any, Any]) -> Runnable[Any, AIMessage]:
        """Return a model that is asked only what it was not asked before.

        Args:
            name: What its answers are kept under.
            model: The model, or a chain of a prompt and a model.
        """

        def answer(asked: Any) -> AIMessage:
            history, said = asked["history"], asked["input"]
            turns = [(turn.type, turn.content) for turn in history]
            key = json.dumps([name, turns, said])
            if key not in self._known:
                self._add(key, str(model.invoke(asked).text))
            return AIMessage(self._known[key])

        return RunnableLambda(answer)

    def _add(self, key: str, text: str) -> None:
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            self._known[key] = text
            file.write(f"{json.dumps({key: text})}\n")
