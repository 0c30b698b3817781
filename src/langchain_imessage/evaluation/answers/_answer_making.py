"""Held-out answers → what each model answers in their place, in batches.

Owns how a model is asked, and what is done where it fails: what was answered is kept, and
the same call goes on from there. A model's own words may quote what it was asked, and get
into no error.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from langchain_core.messages import BaseMessage

from langchain_imessage.errors import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from langchain_imessage.evaluation.answers._answer_cache import AnswerCache
    from langchain_imessage.evaluation.answers._model_kinds import AnsweringModel
    from langchain_imessage.evaluation.held_out._held_out import HeldOutAnswer

_BATCH: Final = 16
"""Answers after which those so far are written to the file."""


def make_answers(
    model: AnsweringModel,
    answers: Sequence[HeldOutAnswer],
    cache: AnswerCache,
    *,
    concurrency: int,
    say: Callable[[str], None],
) -> list[str]:
    """Return what a model answers, in the order of what it was asked.

    Args:
        model: The model.
        answers: The held-out answers in whose place it answers.
        cache: The answers that are known; new ones are added.
        concurrency: How many are asked for at once.
        say: Shows progress.

    Raises:
        EvaluationError: If it fails.
    """
    keys = [cache.key(model, answer) for answer in answers]
    found = [cache.get(key) for key in keys]
    missing = iter([place for place, text in enumerate(found) if text is None])
    done = len(found) - found.count(None)
    for places in iter(lambda: list(islice(missing, _BATCH)), []):
        say(f"Asking {model.name}: {done} of {len(answers)} answers")
        questions = [model.question(answers[place]) for place in places]
        given = _asked(model, questions, concurrency)
        new = {}
        for place, text in zip(places, given, strict=True):
            if isinstance(text, str):
                found[place] = text
                if key := keys[place]:
                    new[key] = text
        cache.add(new)
        _check(given, model.name)
        done += len(places)
    say(f"Asking {model.name}: {done} of {len(answers)} answers")
    return [text or "" for text in found]


def _asked(
    model: AnsweringModel, questions: Sequence[Any], concurrency: int
) -> list[str | BaseException]:
    given = model.runnable.batch(
        list(questions),
        {"max_concurrency": concurrency},
        return_exceptions=True,
    )
    return [one if isinstance(one, Exception) else _text(one) for one in given]


def _text(answer: Any) -> str | BaseException:
    if isinstance(answer, BaseMessage):
        return str(answer.text).strip()
    if isinstance(answer, str):
        return answer.strip()
    return TypeError(
        f"an answer is a {type(answer).__name__}, neither text nor message"
    )


def _check(given: Sequence[str | BaseException], name: str) -> None:
    failed = [one for one in given if not isinstance(one, str)]
    if failed:
        kinds = ", ".join(sorted({type(one).__name__ for one in failed}))
        raise EvaluationError(
            f"{name} failed on {len(failed)} of {len(given)} answers ({kinds}). The "
            "answers so far are kept where there is a cache; the same call goes on there."
        )
