"""Where own replies come from: conversations, examples or a dataset → what was said, answered.

Owns what a pair is and which of a source are one's own. Preparation leaves out and
replaces, as it does for training; nothing here looks at what a text says.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from itertools import chain, groupby, pairwise, repeat
from typing import TYPE_CHECKING, Any

from langchain_imessage.arguments import TEXT, check_arguments
from langchain_imessage.datasets import Dataset, read_dataset
from langchain_imessage.datasets._example_index import EXAMPLES, read_facts
from langchain_imessage.datasets.formats._read_rows import said_in
from langchain_imessage.datasets.formats._row_marks import about
from langchain_imessage.errors import (
    ArgumentTypeError,
    ExportError,
    take_quotation,
)
from langchain_imessage.preparation import Prepared, prepare
from langchain_imessage.text import text_key
from langchain_imessage.transforms.messages._content import (
    ids_of,
    is_ai,
    is_human,
    lines_of,
)
from langchain_imessage.transforms.messages._participants import conversation_of
from langchain_imessage.transforms.messages._timestamps import seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TypeAlias

    from langchain_core.chat_loaders import BaseChatLoader
    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

    from langchain_imessage.datasets._example_index import ExampleFacts
    from langchain_imessage.datasets.formats._read_rows import Said

    Source: TypeAlias = (
        Iterable[ChatSession]
        | BaseChatLoader
        | Prepared
        | Dataset
        | str
        | os.PathLike[str]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyPair:
    r"""What somebody said, and what the owner answered.

    Attributes:
        said: The turn before, its bubbles in lines.
        answered: The owner's turn.
        sent_at: When it was answered, in Unix seconds; None where unknown.
        people: Who speaks beside the owner in this conversation, named as in the texts.
        chat: Distinguishes the conversation; no name or address.
        key: Distinguishes the pair, whatever its texts become.

    Example:
        >>> ReplyPair(said="Lunch?", answered="Gladly.", chat="1", key="1")
        ReplyPair(characters=13)
    """

    said: str
    answered: str
    sent_at: float | None = None
    people: tuple[str, ...] = field(default=())
    chat: str
    key: str

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show the size, never words or people."""
        return f"ReplyPair(characters={len(self.said) + len(self.answered)})"


def reply_pairs(source: Source, **choices: Any) -> Iterator[ReplyPair]:
    """Yield the pairs of a source, those of a conversation next to each other.

    Args:
        source: A chat loader or sessions, which are prepared; examples of `prepare`; or a
            dataset, or its folder, of which the training file is read and nothing else.
        **choices: What `prepare` takes, such as `sender`, `never` and `redactor`, for a
            loader or sessions. Nothing is replaced unless there is a `redactor`.

    Returns:
        The pairs, lazily.

    Raises:
        ExportError: (a ValueError) If the folder holds no dataset.
        TypeError: If there are choices for what has been prepared already.
    """
    if isinstance(source, Dataset | Prepared | str | os.PathLike) and choices:
        raise ArgumentTypeError(
            f"Already prepared; cannot be changed: {', '.join(choices)}"
        )
    if isinstance(source, Dataset):
        return _pairs_of_dataset(source)
    if isinstance(source, str | os.PathLike):
        return _pairs_of_dataset(read_dataset(source))
    if isinstance(source, Prepared):
        return pairs_of_examples(source)
    return pairs_of_examples(own_examples(source, **choices))


def own_examples(
    source: Iterable[ChatSession] | BaseChatLoader, **choices: Any
) -> Prepared:
    """Prepare all of a source, repetitions and long conversations too."""
    usual = {
        "redactor": None,
        "system_prompt": None,
        "groups": "field",  # nobody's name in front of what they say
        "max_tokens": None,
        "count_tokens": len,  # of no interest
        "duplicates": True,
        "max_short_replies": None,
    }
    return prepare(source, **{**usual, **choices})


def pairs_of_examples(examples: Iterable[ChatSession]) -> Iterator[ReplyPair]:
    """Yield the pairs of sessions whose own messages are AI messages."""
    for example in examples:
        chat = chat_key(example)
        people = about(example).people
        for asked, answer in pairwise(example["messages"]):
            if is_human(asked) and _is_learned(answer):
                said = lines_of(asked.content).strip()
                answered = lines_of(answer.content).strip()
                if said and answered:
                    yield ReplyPair(
                        said=said,
                        answered=answered,
                        sent_at=seconds_of(answer),
                        people=people,
                        chat=chat,
                        key=_key(answer, said, answered),
                    )


@check_arguments(said=TEXT, answered=TEXT)
def pair_of_texts(said: str, answered: str) -> ReplyPair:
    """Make a pair that is of no conversation."""
    key = _digest([said, answered])
    return ReplyPair(said=said, answered=answered, chat="", key=key)


def by_chat(pairs: Iterable[ReplyPair]) -> Iterator[tuple[str, list[ReplyPair]]]:
    """Yield what distinguishes each conversation, and its pairs that stand in a row."""
    for chat, some in groupby(pairs, key=lambda pair: pair.chat):
        yield chat, list(some)


def distinct(pairs: Iterable[ReplyPair], k: int) -> list[ReplyPair]:
    """Take so many pairs that do not say the same."""
    found: dict[tuple[str, str], ReplyPair] = {}
    for pair in pairs:
        if len(found) >= k:
            break
        found.setdefault((text_key(pair.said), text_key(pair.answered)), pair)
    return list(found.values())


def chat_key(session: ChatSession) -> str:
    """Return what distinguishes a session's conversation, and names nobody."""
    return _digest(conversation_of(session))


def _is_learned(message: BaseMessage) -> bool:
    return is_ai(message) and message.additional_kwargs.get("weight") != 0


def _key(answer: BaseMessage, said: str, answered: str) -> str:
    """Make a key that stays when further bubbles come to the answer."""
    return _digest([str(one) for one in ids_of(answer)[:1]] or [said, answered])


def _digest(parts: Sequence[str]) -> str:
    whole = "\0".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(whole, digest_size=8).hexdigest()


def _pairs_of_dataset(dataset: Dataset) -> Iterator[ReplyPair]:
    known = (
        facts
        for side, facts in read_facts(dataset.folder / EXAMPLES)
        if side == "train"
    )
    with dataset.train.open("rb") as file:
        rows = zip(file, chain(known, repeat(None)))  # noqa: B905 - endless
        for number, (line, facts) in enumerate(rows, 1):
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                take_quotation(error)
                raise ExportError(
                    "The line is not JSON", line=number, path=dataset.train
                ) from None
            yield from _pairs_of_row(said_in(row), facts)


def _pairs_of_row(
    said: Sequence[Said], facts: ExampleFacts | None
) -> Iterator[ReplyPair]:
    last = None if facts is None else facts.last
    for asked, answer in pairwise(one for one in said if not one.is_rejected):
        if asked.role != "user" or answer.role != "assistant" or not answer.is_trained:
            continue
        yield ReplyPair(
            said=asked.text.strip(),
            answered=answer.text.strip(),
            sent_at=None if last is None else datetime.fromisoformat(last).timestamp(),
            people=() if facts is None else facts.people,
            chat="" if facts is None else str(facts.chat),
            key=_digest([asked.text, answer.text]),
        )
