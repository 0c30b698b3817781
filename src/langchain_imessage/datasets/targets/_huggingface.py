"""Examples → a Hugging Face dataset, in memory: writes no file and fills no cache."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from langchain_imessage.arguments import PROGRESS, SESSIONS, check_arguments
from langchain_imessage.datasets._step_count import step_counter
from langchain_imessage.datasets.targets._plain_rows import chat_rows
from langchain_imessage.errors import MissingDependencyError
from langchain_imessage.transforms.messages._session_streams import length_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from datasets import Dataset
    from langchain_core.chat_sessions import ChatSession

    from langchain_imessage.preparation._prepared import Progress

_BATCH = 1000
"""Examples that are Python objects at a time; the rest is in Arrow's columns."""


@check_arguments(examples=SESSIONS, progress=PROGRESS)
def to_hf_dataset(
    examples: Iterable[ChatSession], *, progress: Progress | None = None
) -> Dataset:
    """Make examples a Hugging Face dataset, as TRL's `SFTTrainer` takes it.

    Nothing is uploaded and nothing written, not even to the cache of `datasets`.

    Args:
        examples: Examples, as `prepare` gives them, or mapped sessions; taken one at a
            time.
        progress: Called after each example with how many have been taken, and how many
            there are (None where that is not known).

    Returns:
        A `datasets.Dataset` with one column, `messages`: lists of `role` and `content`.

    Raises:
        MissingDependencyError: If datasets is not installed.
        ExportError: If an example holds a message that nobody says.

    Example:
        >>> from langchain_core.messages import AIMessage, HumanMessage
        >>> session = {"messages": [HumanMessage("Hi!"), AIMessage("Hello.")]}
        >>> to_hf_dataset([session])[0]["messages"][1]
        {'role': 'assistant', 'content': 'Hello.'}
    """
    try:
        from datasets import Dataset, Features, List, Value, concatenate_datasets
    except ImportError as error:
        raise MissingDependencyError("datasets", extra="datasets") from error
    message = {"role": Value("string"), "content": Value("string")}
    features = Features({"messages": List(message)})
    step = step_counter(progress, length_of(examples))
    rows = ({"messages": row} for row in chat_rows(_counted(examples, step)))
    made = [Dataset.from_dict({"messages": []}, features=features)]
    while batch := list(islice(rows, _BATCH)):
        made.append(Dataset.from_list(batch, features=features))
    return concatenate_datasets(made)


def _counted(
    examples: Iterable[ChatSession], step: Callable[[], None]
) -> Iterator[ChatSession]:
    for example in examples:
        yield example
        step()
