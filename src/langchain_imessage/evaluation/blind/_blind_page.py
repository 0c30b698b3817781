"""blind_page: one person's own chat → a page that asks which of two answers is real.

Owns the order of the answers and where it is noted: in a key beside the page, not in it, so
that whoever is asked cannot look it up.
"""

from __future__ import annotations

import json
import os
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

from langchain_imessage.arguments import (
    PATH,
    PATHS,
    PROGRESS,
    REDACTOR,
    TEXT,
    WHOLE,
    Kind,
    check_arguments,
    or_none,
)
from langchain_imessage.datasets._step_count import step_counter
from langchain_imessage.datasets.report._html_page import PageSources, new_page
from langchain_imessage.errors import ArgumentValueError, EvaluationError
from langchain_imessage.evaluation.blind._blind_trials import (
    BlindTrial,
    read_answers_of,
    trials_of,
)
from langchain_imessage.files import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from langchain_imessage.evaluation._evaluation import Evaluation
    from langchain_imessage.preparation._prepared import Progress

FORMAT: Final = 1
_PAGE: Final = PageSources(
    package="langchain_imessage.evaluation.blind",
    page="blind.html",
    style="blind.css",
    scripts=("blind.js",),
)


@check_arguments(
    evaluation=Kind(
        lambda value: PATHS.allows(value) or hasattr(value, "answers"),
        "an Evaluation, its file or trials",
    ),
    person=TEXT,
    path=PATH,
    n=WHOLE,
    model=or_none(TEXT),
    redactor=or_none(REDACTOR),
    seed=WHOLE,
    progress=PROGRESS,
)
def blind_page(
    evaluation: Evaluation | str | os.PathLike[str] | Iterable[BlindTrial],
    person: str,
    path: str | os.PathLike[str] = "blind.html",
    *,
    n: int = 40,
    model: str | None = None,
    redactor: Any = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Path:
    """Write a page on which a friend tells your answers from a model's.

    It is one file that needs nothing else, loads nothing and sends nothing; it holds
    messages of this person's chat with you alone. It asks for one of two answers, in random
    order, and in the end gives a file with the choices, without a word of a message, for
    `read_answers`. Which answer is real is noted in a key beside the page
    (`blind.key.json`): keep that one, and send only the page.

    Args:
        evaluation: What `evaluate` returned, or the file it was saved to; or trials.
        person: Who the page is for, named as in the examples, or with a redactor as in
            your contacts.
        path: The page to write or to replace; its folder must be there.
        n: How many questions, at most; 40 are enough to see that three of four are right.
        model: Whose answers stand against yours; the first one's if None.
        redactor: Puts names back into redacted texts: `Redactor(vault=...)`.
        seed: Draws the questions and their order.
        progress: Called after each question with how many are made, and how many there
            are.

    Returns:
        Where the page is.

    Raises:
        EvaluationError: If there is no answer to that person, none of that model, or no trial.
        ExportError: (a ValueError) If the path is a symbolic link, or no file.
        OSError: If a file cannot be read or written.
        ValueError: If `n` is less than 1.

    Example:
        >>> trial = BlindTrial(context=(("reader", "Lunch?"),), real="sure", model="Yes!")
        >>> blind_page([trial], person="Ann").name
        'blind.html'
    """
    if n < 1:
        raise ArgumentValueError("n must be 1 or more")
    restore = str if redactor is None else redactor.restore
    if isinstance(evaluation, str | os.PathLike) or hasattr(evaluation, "answers"):
        answers = read_answers_of(evaluation)  # type: ignore[arg-type]
        trials = trials_of(answers, person, model=model, restore=restore)
    else:
        trials = list(evaluation)
    if not trials:
        raise EvaluationError("There is no question to put on the page")
    step = step_counter(progress, min(n, len(trials)))
    return _write(Path(path), trials, person, n=n, seed=seed, step=step)


def key_of(page: Path) -> Path:
    """Return where a page's key is: no two pages of other names have the same one."""
    if page.suffix == ".html":
        return page.with_suffix(".key.json")
    return page.with_name(f"{page.name}.key.json")


def _write(
    path: Path,
    trials: Sequence[BlindTrial],
    person: str,
    *,
    n: int,
    seed: int,
    step: Callable[[], None],
) -> Path:
    # Of what is secret, too: from the seed alone a reader could draw the same order.
    secret = [[trial.context, trial.real, trial.model] for trial in trials]
    rng = Random(f"{seed} {_digest(secret)}")  # noqa: S311 - to be repeatable
    chosen = rng.sample(trials, min(n, len(trials)))
    real = [rng.randrange(2) for _ in chosen]
    shown = []
    for trial, place in zip(chosen, real, strict=True):
        shown.append(_shown(trial, place))
        step()
    page = _digest(shown)
    with new_page(path, _PAGE) as put:
        put(
            "trials",
            {"format": FORMAT, "page": page, "person": person, "trials": shown},
        )
    with replacing(key_of(path)) as file:
        json.dump({"format": FORMAT, "page": page, "real": real}, file)
        file.write("\n")
    return path


def _digest(value: Any) -> str:
    return blake2b(json.dumps(value).encode(), digest_size=8).hexdigest()


def _shown(trial: BlindTrial, place: int) -> dict[str, Any]:
    """Return a trial as the page has it, the real answer at this place of the two."""
    answers = [trial.model, trial.model]
    answers[place] = trial.real
    context = [[who, text.strip()] for who, text in trial.context]
    return {"context": context, "answers": [text.strip() for text in answers]}
