"""evaluate: a model and a dataset → does it talk like the person, in figures.

Owns the parameters and the order: what leaves this computer is confirmed first, then the
models are asked, then all is measured.
"""

from __future__ import annotations

import asyncio
from functools import partial
from os import PathLike
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

from langchain_imessage.arguments import (
    EMBEDDINGS,
    EXAMPLES,
    FLAG,
    LINES,
    MAPPING,
    PATH,
    TEXT,
    WHOLE,
    check_arguments,
    or_none,
)
from langchain_imessage.datasets import Dataset
from langchain_imessage.errors import ArgumentTypeError, ArgumentValueError
from langchain_imessage.evaluation._evaluation import Evaluation
from langchain_imessage.evaluation._evaluation_settings import answers_of, settings_of
from langchain_imessage.evaluation.answers._answer_cache import ANSWERS, AnswerCache
from langchain_imessage.evaluation.answers._answer_making import make_answers
from langchain_imessage.evaluation.answers._model_kinds import (
    answering_model,
    default_name,
)
from langchain_imessage.evaluation.answers._sending_plan import confirm_sending
from langchain_imessage.evaluation.controls._controls import (
    CONTROLS,
    control_answers,
)
from langchain_imessage.evaluation.figures._measuring import PEOPLE, YOU, Measuring
from langchain_imessage.evaluation.held_out._reading_held_out import read_held_out
from langchain_imessage.evaluation.likelihood._job_likelihood import job_likelihood
from langchain_imessage.finetuning import Job
from langchain_imessage.finetuning.following._progress import ProgressLine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.embeddings import Embeddings

    from langchain_imessage.evaluation.answers._sending_plan import Confirm
    from langchain_imessage.evaluation.figures._figure_records import (
        Kind,
        SystemFigures,
    )
    from langchain_imessage.evaluation.held_out._held_out import HeldOut, HeldOutAnswer
    from langchain_imessage.evaluation.likelihood._bits_per_byte import BitsPerByte
    from langchain_imessage.finetuning.following._progress import Progress

_CONCURRENCY: Final = 8


@check_arguments(
    dataset=EXAMPLES,
    name=or_none(TEXT),
    against=or_none(MAPPING),
    controls=FLAG,
    n=WHOLE,
    seed=WHOLE,
    cache=or_none(PATH),
    concurrency=WHOLE,
    progress=LINES,
    confirm=or_none(LINES),
    embeddings=EMBEDDINGS,
)
def evaluate(
    model: Any,
    dataset: Dataset | str | PathLike[str] | Iterable[ChatSession],
    *,
    name: str | None = None,
    against: Mapping[str, Any] | None = None,
    controls: bool = True,
    n: int = 200,
    seed: int = 0,
    progress: Progress = True,
    confirm: Confirm = None,
    cache: str | PathLike[str] | None = None,
    concurrency: int = _CONCURRENCY,
    embeddings: Embeddings | None = None,
) -> Evaluation:
    """Measure whether a model talks like the owner of a dataset.

    The model answers in the owner's place in held-out conversations. Judges that have
    read none of what they judge say whether that sounds like the owner; other figures say
    whether it fits what was said, and what of it is copied. The owner, the people they
    write with, and controls that are no model at all stand in the same table.

    Where a model is not on this computer, it says first what is sent, and asks. Answers
    are kept in a private file: an evaluation that is interrupted goes on where it stopped.
    Nothing is sent to LangSmith.

    Args:
        model: A job of `fine_tune`; a chat model, which is asked with the dataset's own
            prompts; or a runnable or function of `input` and `history`.
        dataset: A dataset, its folder, or examples of `prepare`. Evaluated is what it
            holds out, by time.
        name: What the model is called in the table: "tuned" for a job, else "model".
        against: Further models by name, of the same kinds.
        controls: Whether the controls are in the table.
        n: How many held-out answers the models are asked for.
        seed: Of all that is drawn.
        progress: Whether to show progress; or a function called with each line.
        confirm: True to send what leaves this computer, a function of the plan that
            decides, or None to ask in the terminal or notebook.
        cache: The file that keeps answers; `answers.jsonl` in the dataset's folder if
            None. There a model is known by its settings, and a chain with functions in it
            has no answers, since nobody can know whether it is the same one. In a file
            named here all are known by their names in the table.
        concurrency: How many answers are asked for at once.
        embeddings: By which is judged whether an answer fits; by rare words if None.

    Returns:
        The figures; `print` shows them as a table.

    Raises:
        EvaluationError: If a model fails.
        ExportError: (a ValueError) If the dataset is none, or holds nothing out.
        FineTuningError: If sending is not confirmed, or a job has not succeeded.
        MissingDependencyError: If a job or examples need an extra that is not installed.
        TypeError: If a model is none, or a name is no text.
        ValueError: If `n` or `concurrency` is below 1, two systems have one name, or a name
            cannot be printed in a line.

    Example:
        >>> from langchain_imessage import IMessageChatLoader, prepare, write_dataset
        >>> from langchain_imessage.testing import write_sample
        >>> examples = prepare(
        ...     IMessageChatLoader(write_sample("chat.db")), sender="Tortoise"
        ... )
        >>> dataset = write_dataset(examples, "data", sink="trl", validation=0.3)
        >>> found = evaluate(lambda asked: "Slow and steady.", dataset, progress=False)
        >>> found["model"].words, found["you, again"].answers
        (3.0, 9)
        >>> found.cannot_tell
        'Too few held-out answers: 9 in 3 segments of conversation; 200 in 10 are needed'
    """
    if n < 1 or concurrency < 1:
        raise ArgumentValueError("n and concurrency must be at least 1")
    named = _named(model, name or default_name(model), against or {})
    line = ProgressLine(progress)
    try:
        line.say("Reading what is held out")
        held_out = read_held_out(dataset)
        asked = _asked(held_out, n, seed)
        models = [answering_model(name, one) for name, one in named.items()]
        kept = AnswerCache(_cache_path(dataset, cache), by_name=cache is not None)
        confirm_sending(models, asked, kept, confirm)
        ask = partial(make_answers, concurrency=concurrency, say=line.say)
        given = {one.name: ask(one, asked, kept) for one in models}
        line.say("Measuring")
        measuring = Measuring(held_out, seed=seed, embeddings=embeddings)
        made = control_answers(held_out, asked, seed=seed) if controls else {}
        return Evaluation(
            figures=_figures(measuring, asked, given, made),
            **_likelihoods(named, asked, seed, line.say),
            held_out=len(held_out.answers),
            segments=len(held_out.by_segment),
            person_auc=measuring.scale.auc,
            cannot_tell=measuring.scale.cannot_tell,
            settings=settings_of(
                held_out, models, n=n, seed=seed, embeddings=embeddings
            ),
            answers=answers_of(asked, given),
        )
    finally:
        line.end()


async def aevaluate(
    model: Any,
    dataset: Dataset | str | PathLike[str] | Iterable[ChatSession],
    **settings: Any,
) -> Evaluation:
    """Run `evaluate` without blocking.

    Args:
        model: As for `evaluate`, like everything else.
        dataset: Likewise.
        **settings: Likewise.

    Returns:
        The figures.

    Example:
        >>> import asyncio
        >>> answer = lambda asked: "Slow and steady."
        >>> found = asyncio.run(aevaluate(answer, dataset, progress=False))
        >>> found["model"].words
        3.0
    """
    return await asyncio.to_thread(evaluate, model, dataset, **settings)


def _named(model: Any, name: str, against: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return all models by their names.

    Raises:
        TypeError: If a name is no text.
        ValueError: If two systems have one name, or one cannot be printed in a line.
    """
    names = [name, *against]
    if not all(isinstance(one, str) for one in names):
        raise ArgumentTypeError("The names of models must be texts")
    if taken := {YOU, PEOPLE, *CONTROLS}.intersection(names) | against.keys() & {name}:
        raise ArgumentValueError(f"{min(taken)!r} names another line of the table")
    if odd := [one for one in names if not one.isprintable()]:
        raise ArgumentValueError(f"{odd[0]!r} cannot be printed in a line of the table")
    return {name: model, **against}


def _asked(held_out: HeldOut, n: int, seed: int) -> Sequence[HeldOutAnswer]:
    """Return the answers in whose place the models answer, in order."""
    answers = held_out.answers
    chance = Random(seed)  # noqa: S311 - repeatable, not secret
    places = chance.sample(range(len(answers)), min(n, len(answers)))
    return [answers[place] for place in sorted(places)]


def _cache_path(dataset: Any, cache: str | PathLike[str] | None) -> Path | None:
    if cache is not None:
        return Path(cache)
    if isinstance(dataset, Dataset):
        return dataset.folder / ANSWERS
    return Path(dataset) / ANSWERS if isinstance(dataset, str | PathLike) else None


def _figures(
    measuring: Measuring,
    asked: Sequence[HeldOutAnswer],
    models: Mapping[str, Sequence[str]],
    controls: Mapping[str, Sequence[str]],
) -> tuple[SystemFigures, ...]:
    kinds: dict[Kind, Mapping[str, Sequence[str]]] = {
        "model": models,
        "control": controls,
    }
    return (
        measuring.person,
        measuring.people(),
        *(
            measuring.system(name, kind, asked, texts)
            for kind, systems in kinds.items()
            for name, texts in systems.items()
        ),
    )


def _likelihoods(
    named: Mapping[str, Any],
    asked: Sequence[HeldOutAnswer],
    seed: int,
    say: Callable[[str], None],
) -> dict[str, Any]:
    """Return what is known of how well the jobs' models predict real answers."""
    bits: list[BitsPerByte] = []
    notes: list[str] = []
    for name, model in named.items():
        if isinstance(model, Job):
            say(f"Measuring how well {name} predicts real answers")
            found, note = job_likelihood(model, asked, seed=seed)
            bits += found
            notes += [note] if note else []
    return {"bits_per_byte": tuple(bits), "notes": tuple(notes)}
