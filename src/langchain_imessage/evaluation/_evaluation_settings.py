"""What an evaluation records beside its figures: what they come of, and the answers.

Owns the keys of `Evaluation.settings`.
"""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from langchain_imessage.evaluation._evaluation import EvaluatedAnswer
from langchain_imessage.evaluation.judging._cross_fitting import FOLDS
from langchain_imessage.evaluation.judging._ranking import DRAWS
from langchain_imessage.evaluation.judging._style_judge import EPOCHS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from langchain_core.embeddings import Embeddings

    from langchain_imessage.evaluation.answers._model_kinds import AnsweringModel
    from langchain_imessage.evaluation.held_out._held_out import HeldOut, HeldOutAnswer

FORMAT: Final = 3
"""Of the figures: those of another one may be measured in another way."""

_PACKAGE: Final = "langchain-imessage"


def settings_of(
    held_out: HeldOut,
    models: Sequence[AnsweringModel],
    *,
    n: int,
    seed: int,
    embeddings: Embeddings | None,
) -> Mapping[str, Any]:
    """Return what the same figures come of.

    Args:
        held_out: What was held out.
        models: What was asked.
        n: How many answers each was asked for.
        seed: Of what was drawn.
        embeddings: By which was judged whether an answer fits.
    """
    return {
        "format": FORMAT,
        "package": _PACKAGE,
        "version": version(_PACKAGE),
        "python": platform.python_version(),
        "seed": seed,
        "n": n,
        "folds": FOLDS,
        "epochs": EPOCHS,
        "draws": DRAWS,
        "held_out_sha256": held_out.digest,
        "fits_by": "words" if embeddings is None else type(embeddings).__name__,
        "models": {
            one.name: {
                "is": one.description,
                "identity": one.identity,
                "hosts": list(one.hosts),
            }
            for one in models
        },
    }


def answers_of(
    asked: Sequence[HeldOutAnswer], given: Mapping[str, Sequence[str]]
) -> tuple[EvaluatedAnswer, ...]:
    """Return the answers of models beside the real ones.

    Args:
        asked: The held-out answers in whose place they answered.
        given: What each answered, in the same order.
    """
    return tuple(
        EvaluatedAnswer(
            id=answer.id,
            people=answer.people,
            history=tuple((turn.role, turn.text) for turn in answer.history),
            said=answer.said,
            reply=answer.reply,
            answers={name: texts[place] for name, texts in given.items()},
        )
        for place, answer in enumerate(asked)
    )
