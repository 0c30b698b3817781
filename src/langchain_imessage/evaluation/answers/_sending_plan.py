"""What an evaluation sends, where to and how much; and its confirmation.

Owns the plan's text. The question is that of `fine_tune`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from typing_extensions import override

from langchain_imessage.finetuning._plan import require_confirmation
from langchain_imessage.preparation._tokens import estimate_tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from langchain_imessage.evaluation.answers._answer_cache import AnswerCache
    from langchain_imessage.evaluation.answers._model_kinds import AnsweringModel
    from langchain_imessage.evaluation.held_out._held_out import HeldOutAnswer

Confirm: TypeAlias = "bool | Callable[[SendingPlan], bool] | None"
"""Whether to go on: yes, no, a function that decides, or ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What one model is sent.

    Attributes:
        name: What the model is called.
        hosts: Where it is sent.
        questions: How many times it is asked.
        tokens: Tokens of all that it is asked, at most; a chain may add to them.
    """

    name: str
    hosts: tuple[str, ...]
    questions: int
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingPlan:
    """What leaves this computer for an evaluation; `str(plan)` is its text.

    Attributes:
        sendings: What each model is sent.
    """

    sendings: tuple[Sending, ...]

    @override
    def __str__(self) -> str:
        """Return the plan's text."""
        lines = ["Evaluating. What leaves this computer, of held-out conversations:"]
        lines += [
            f"  {one.questions:,} questions to {one.name}, at {' and '.join(one.hosts)}, "
            f"at most {one.tokens:,} tokens in all"
            for one in self.sendings
        ]
        lines.append("Answers are billed, too; see the price list of each provider.")
        return "\n".join(lines)


def confirm_sending(
    models: Sequence[AnsweringModel],
    answers: Sequence[HeldOutAnswer],
    cache: AnswerCache,
    confirm: Confirm,
) -> None:
    """Go on only if what leaves this computer is confirmed; if nothing does, go on.

    Args:
        models: What will be asked.
        answers: The held-out answers in whose place they answer.
        cache: The answers that are known, which nobody is asked for.
        confirm: True or False, a function that decides, or None to ask in the terminal
            or notebook.

    Raises:
        FineTuningError: If it is not confirmed, or nobody can be asked.
    """
    sendings = tuple(
        one for model in models if (one := _sending(model, answers, cache)).questions
    )
    if sendings:
        require_confirmation(SendingPlan(sendings=sendings), confirm)


def _sending(
    model: AnsweringModel, answers: Sequence[HeldOutAnswer], cache: AnswerCache
) -> Sending:
    asked = [
        answer
        for answer in answers
        if model.hosts and cache.get(cache.key(model, answer)) is None
    ]
    tokens = sum(
        estimate_tokens(text)
        for answer in asked
        for text in (*(turn.text for turn in answer.history), answer.said)
    )
    return Sending(
        name=model.name, hosts=model.hosts, questions=len(asked), tokens=tokens
    )
