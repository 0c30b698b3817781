"""Evaluated answers → the trials of one person's page: their own chat, and nobody else's.

Owns who a page may show anything of, and which answers can be compared at all.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_imessage.chatdb.people._matching import WantedPeople
from langchain_imessage.errors import EvaluationError
from langchain_imessage.evaluation._evaluation import EvaluatedAnswer, Evaluation
from langchain_imessage.files import read_private
from langchain_imessage.text import text_key

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Sequence

_TURNS = 6
"""Turns before an answer that are shown: what a phone's screen holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindTrial:
    """One question of a page.

    Attributes:
        context: Who wrote each turn before ("owner" or "reader"), and its words.
        real: What the owner answered.
        model: What the model answered.

    Example:
        >>> trial = BlindTrial(context=(("reader", "Lunch?"),), real="sure", model="Yes!")
        >>> trial  # no word of a message
        BlindTrial()
    """

    context: tuple[tuple[str, str], ...] = field(repr=False)
    real: str = field(repr=False)
    model: str = field(repr=False)


def read_answers_of(
    source: Evaluation | str | os.PathLike[str],
) -> Sequence[EvaluatedAnswer]:
    """Return the answers of an evaluation, or of the file it was saved to.

    Raises:
        EvaluationError: If the file is no evaluation.
        OSError: If it cannot be read.
    """
    if isinstance(source, Evaluation):
        return source.answers
    raw = read_private(Path(source))
    with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return [_answer(one) for one in json.loads(raw)["answers"]]
    raise EvaluationError(
        "The file is not an evaluation with answers, or it is damaged"
    )


def trials_of(
    answers: Iterable[EvaluatedAnswer],
    person: str,
    *,
    model: str | None = None,
    restore: Callable[[str], str] = str,
) -> list[BlindTrial]:
    """Return the trials of somebody's page.

    Args:
        answers: Evaluated answers.
        person: Who the page is for: answers to them alone are on it, never a group's.
        model: Whose answers stand against the real ones; the first one's if None.
        restore: Puts names back into redacted texts, also into what people are called.

    Returns:
        The trials. Where both answers say the same there is none.

    Raises:
        EvaluationError: If there is no answer to that person, or none of that model.
    """
    wanted = WantedPeople.of([person])

    def is_meant(name: str) -> bool:
        return any(
            wanted.is_name(one) or wanted.is_address(one)
            for one in (name, restore(name))
        )

    found = [one for one in answers if len(one.people) == 1 and is_meant(one.people[0])]
    if not found:
        raise EvaluationError(
            "No answer to that person alone was evaluated; name them as in the examples"
        )
    trials = [trial for one in found for trial in _trials(one, model, restore)]
    if not trials:
        raise EvaluationError(
            "No model's answer differs from the real one, or none is of that model"
        )
    return trials


def _trials(
    one: EvaluatedAnswer, model: str | None, restore: Callable[[str], str]
) -> Iterator[BlindTrial]:
    name = model or next(iter(one.answers), "")
    answer = restore(one.answers.get(name, "")).strip()
    real = restore(one.reply).strip()
    if answer and real and text_key(answer) != text_key(real):
        history = [
            ("owner" if role in {"assistant", "ai"} else "reader", restore(text))
            for role, text in one.history
            if role != "system"
        ]
        context = [*history, ("reader", restore(one.said))][-_TURNS:]
        yield BlindTrial(context=tuple(context), real=real, model=answer)


def _answer(row: dict[str, Any]) -> EvaluatedAnswer:
    return EvaluatedAnswer(
        id=str(row["id"]),
        people=tuple(map(str, row["people"])),
        history=tuple((str(role), str(text)) for role, text in row["history"]),
        said=str(row["said"]),
        reply=str(row["reply"]),
        answers={str(name): str(text) for name, text in row["answers"].items()},
    )
