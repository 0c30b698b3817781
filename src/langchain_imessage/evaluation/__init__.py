"""Does a model talk like the person it learned from: figures, with controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.lazy_names import lazy_names

if TYPE_CHECKING:
    from langchain_imessage.evaluation._baselines import baselines
    from langchain_imessage.evaluation._evaluate import aevaluate, evaluate
    from langchain_imessage.evaluation._evaluation import EvaluatedAnswer, Evaluation
    from langchain_imessage.evaluation.answers._sending_plan import SendingPlan
    from langchain_imessage.evaluation.blind._blind_answers import (
        BlindAnswers,
        BlindFigures,
        read_answers,
    )
    from langchain_imessage.evaluation.blind._blind_page import blind_page
    from langchain_imessage.evaluation.blind._blind_trials import BlindTrial
    from langchain_imessage.evaluation.figures._figure_records import (
        Copied,
        SystemFigures,
    )
    from langchain_imessage.evaluation.judging._ranking import Estimate
    from langchain_imessage.evaluation.likelihood._bits_per_byte import BitsPerByte
    from langchain_imessage.evaluation.memorisation._audit import (
        MemorisationAudit,
        audit,
    )
    from langchain_imessage.evaluation.memorisation._exposure import Exposure
    from langchain_imessage.evaluation.memorisation._leaks import Leaks

__all__ = [
    "BitsPerByte",
    "BlindAnswers",
    "BlindFigures",
    "BlindTrial",
    "Copied",
    "Estimate",
    "EvaluatedAnswer",
    "Evaluation",
    "Exposure",
    "Leaks",
    "MemorisationAudit",
    "SendingPlan",
    "SystemFigures",
    "aevaluate",
    "audit",
    "baselines",
    "blind_page",
    "evaluate",
    "read_answers",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "_baselines": ("baselines",),
        "_evaluate": ("aevaluate", "evaluate"),
        "_evaluation": ("EvaluatedAnswer", "Evaluation"),
        "answers._sending_plan": ("SendingPlan",),
        "blind._blind_answers": ("BlindAnswers", "BlindFigures", "read_answers"),
        "blind._blind_page": ("blind_page",),
        "blind._blind_trials": ("BlindTrial",),
        "figures._figure_records": ("Copied", "SystemFigures"),
        "judging._ranking": ("Estimate",),
        "likelihood._bits_per_byte": ("BitsPerByte",),
        "memorisation._audit": ("MemorisationAudit", "audit"),
        "memorisation._exposure": ("Exposure",),
        "memorisation._leaks": ("Leaks",),
    },
)
