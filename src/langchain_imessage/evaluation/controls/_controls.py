"""What was held out → the answers of each control.

Owns which controls there are. Each does one thing well that a model should do, and fails
at another.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

from langchain_imessage.evaluation.controls._gibberish import Gibberish
from langchain_imessage.retrievers import OwnRepliesIndex

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from langchain_imessage.evaluation.held_out._held_out import (
        HeldOut,
        HeldOutAnswer,
        TrainingReply,
    )

CONTROLS: Final = (
    "old answer",
    "random old answer",
    "gibberish",
    "assistant phrases",
    "echo",
)
"""Their names in the table."""

_PHRASES: Final = (
    "That sounds great! How can I assist you today?",
    "I'm sorry to hear that. Is there anything I can do to help?",
    "That's a wonderful question! There are many factors to consider.",
    "I understand how you feel. Would you like to talk about it?",
    "Thank you for sharing that with me! What would you like to do next?",
)
"""As assistants answer."""

_LATEST: Final = 20_000
"""Old answers that are searched, and 2,000 that gibberish is made of: more change nothing
but the time."""

_SPELLED: Final = 2_000


def control_answers(
    held_out: HeldOut, answers: Sequence[HeldOutAnswer], *, seed: int = 0
) -> Mapping[str, list[str]]:
    """Return the answers of each control, in the order of what they answer.

    Args:
        held_out: Has the training file's answers.
        answers: The held-out answers in whose place they stand.
        seed: Of what is drawn.
    """
    old = held_out.training[-_LATEST:]
    chance = Random(seed)  # noqa: S311 - repeatable, not secret
    made: dict[str, list[str]] = {}
    if old:
        gibberish = Gibberish(reply.reply for reply in old[-_SPELLED:])
        made["old answer"] = _nearest(old, answers)
        made["random old answer"] = [chance.choice(old).reply for _ in answers]
        made["gibberish"] = [gibberish.write(chance) for _ in answers]
    made["assistant phrases"] = [chance.choice(_PHRASES) for _ in answers]
    made["echo"] = ["\n".join(answer.partner) for answer in answers]
    return made


def _nearest(
    old: Sequence[TrainingReply], answers: Sequence[HeldOutAnswer]
) -> list[str]:
    """Return the old answer to what was most like each thing said; the last, if to none."""
    index = OwnRepliesIndex()
    for one in old:
        index.add(one.said, one.reply)
    found = [index.search(answer.said, k=1) for answer in answers]
    return [pairs[0].answered if pairs else old[-1].reply for pairs in found]
