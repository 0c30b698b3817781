"""A chat model, a job and a dataset → what a tuned model should be measured against.

Owns the names of the baselines and what each is made of. None is trained.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_imessage.arguments import (
    CHAIN,
    EXAMPLES,
    WHOLE,
    check_arguments,
    having,
    or_none,
)
from langchain_imessage.datasets import Dataset
from langchain_imessage.evaluation.answers._model_kinds import (
    MOST_TOKENS,
    TEMPERATURE,
)
from langchain_imessage.evaluation.held_out._reading_held_out import read_held_out
from langchain_imessage.persona import persona_prompt, with_examples
from langchain_imessage.retrievers import OwnRepliesIndex, OwnRepliesSelector

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.language_models import BaseChatModel

    from langchain_imessage.finetuning import Job


@check_arguments(
    dataset=EXAMPLES,
    base=or_none(CHAIN),
    tuned=or_none(having("chat_model", said="a Job")),
    k=WHOLE,
)
def baselines(
    dataset: Dataset | str | PathLike[str] | Iterable[ChatSession],
    *,
    base: BaseChatModel | None = None,
    tuned: Job | None = None,
    k: int = 5,
) -> dict[str, Any]:
    """Return what `evaluate` can measure a model against, by name.

    Of a chat model that was not trained: as it is, asked with the dataset's prompts
    ("plain prompt"); told how the person writes ("style prompt"); and shown old answers to
    what is most like the question, too ("style + 5 examples"). Of a job: its model with
    such examples ("tuned + 5 examples"). The examples are from the training file.

    Args:
        dataset: A dataset, its folder, or examples to learn style and answers from.
        base: The chat model.
        tuned: The job, succeeded.
        k: How many examples.

    Returns:
        Models and chains for `evaluate(against=...)`.

    Raises:
        ExportError: (a ValueError) If the folder holds no dataset.
        FineTuningError: If the job has not succeeded.

    Example:
        >>> from langchain_core.language_models import FakeListChatModel
        >>> from langchain_imessage import IMessageChatLoader, prepare
        >>> from langchain_imessage.testing import write_sample
        >>> loader = IMessageChatLoader(write_sample("chat.db"))
        >>> examples = prepare(loader, sender="Tortoise")
        >>> list(baselines(examples, base=FakeListChatModel(responses=["Later."])))
        ['plain prompt', 'style prompt', 'style + 5 examples']
    """
    index = _training_index(dataset)
    found: dict[str, Any] = {}
    if base is not None:
        found["plain prompt"] = base
        found["style prompt"] = persona_prompt(index, k=0) | base
        found[f"style + {k} examples"] = persona_prompt(index, k=k) | base
    if tuned is not None:
        prompt = with_examples(tuned.prompt_template(), OwnRepliesSelector(index, k))
        found[f"tuned + {k} examples"] = prompt | tuned.chat_model(
            temperature=TEMPERATURE, max_completion_tokens=MOST_TOKENS
        )
    return found


def _training_index(
    dataset: Dataset | str | PathLike[str] | Iterable[ChatSession],
) -> OwnRepliesIndex:
    """Return an index of the answers to train on: none that `evaluate` holds out."""
    if isinstance(dataset, Dataset):
        return OwnRepliesIndex.build(dataset)
    if isinstance(dataset, str | PathLike):
        return OwnRepliesIndex.build(Path(dataset))
    index = OwnRepliesIndex()
    for reply in read_held_out(dataset).training:
        index.add(reply.said, reply.reply)
    return index
