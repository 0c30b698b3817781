"""How likely a model finds real answers behind different prompts: `make twin --only prompts`.

Owns which prompts: as it was trained, told how the owner writes, with old answers of theirs.
Paired by answer, so that few answers tell prompts apart that few generated answers do not.
"""

from __future__ import annotations

import random
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage.datasets.formats._read_rows import Said
from langchain_imessage.evaluation.held_out._reading_held_out import read_held_out
from langchain_imessage.evaluation.likelihood._bits_per_byte import compared, nats_of
from langchain_imessage.persona import persona_prompt, with_examples
from langchain_imessage.retrievers import OwnRepliesIndex, OwnRepliesSelector

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from langchain_core.prompts import ChatPromptTemplate

    from langchain_imessage import Dataset, Job
    from langchain_imessage.evaluation.held_out._held_out import HeldOutAnswer

EXAMPLES = (2, 5)
"""How many old answers are shown."""

_ROLES = {"human": "user", "ai": "assistant"}


def bits_by_prompt(
    model: Path, job: Job, dataset: Dataset, count: int
) -> Iterator[dict[str, Any]]:
    """Yield how well each model predicts real answers behind each prompt.

    Args:
        model: The base model's folder.
        job: What was trained of it.
        dataset: What it was trained on.
        count: How many answers, drawn from those held out.

    Yields:
        The prompt's name, and bits per byte against the base model behind a plain prompt.
    """
    held_out = read_held_out(dataset).answers
    chance = random.Random(0)  # noqa: S311 - repeatable
    answers = sorted(chance.sample(held_out, count), key=lambda one: one.id)
    before = nats_of(model, None, answers)
    for name, adapter, prompt in _prompts(job, dataset):
        after = nats_of(model, adapter, _behind(prompt, answers))
        found = compared(before, after, answers)
        yield {"prompt": name, "bits": found and asdict(found)}


def _prompts(
    job: Job, dataset: Dataset
) -> Iterator[tuple[str, str | None, ChatPromptTemplate]]:
    index = OwnRepliesIndex.build(dataset)
    plain = job.prompt_template()
    tuned = job.fine_tuned_model
    yield "style prompt", None, persona_prompt(index, k=0)
    for k in EXAMPLES:
        yield f"style + {k} examples", None, persona_prompt(index, k=k)
    yield "tuned", tuned, plain
    for k in EXAMPLES:
        prompt = with_examples(plain, OwnRepliesSelector(index, k))
        yield f"tuned + {k} examples", tuned, prompt


def _behind(
    prompt: ChatPromptTemplate, answers: Sequence[HeldOutAnswer]
) -> list[HeldOutAnswer]:
    """Return the answers with what a prompt makes of what was said before them."""
    return [replace(one, history=tuple(_turns(prompt, one))[:-1]) for one in answers]


def _turns(prompt: ChatPromptTemplate, answer: HeldOutAnswer) -> Iterator[Said]:
    history = [
        (HumanMessage if turn.role == "user" else AIMessage)(turn.text)
        for turn in answer.history
        if turn.role != "system"
    ]
    asked = prompt.invoke({"input": answer.said, "history": history})
    for message in asked.to_messages():
        yield Said(_ROLES.get(message.type, message.type), str(message.text))
