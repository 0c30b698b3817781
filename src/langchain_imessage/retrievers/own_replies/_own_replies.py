"""Own replies as LangChain knows them: a retriever, and a selector of examples.

Owns what of a pair goes into a document and into an example. Searching is the index's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from langchain_core.documents import Document
from langchain_core.example_selectors import BaseExampleSelector
from langchain_core.retrievers import BaseRetriever
from pydantic import AwareDatetime, Field
from typing_extensions import override

from langchain_imessage.retrievers.own_replies._own_replies_index import OwnRepliesIndex
from langchain_imessage.retrievers.own_replies._own_replies_subsets import (
    seconds_of_moment,
)
from langchain_imessage.timestamps import datetime_from_unix

if TYPE_CHECKING:
    from datetime import datetime

    from langchain_core.callbacks import CallbackManagerForRetrieverRun

    from langchain_imessage.retrievers.own_replies._own_replies_pairs import (
        ReplyPair,
        Source,
    )

_K = 5


class OwnRepliesRetriever(BaseRetriever):
    """Retrieve what the owner answered when something like this was said before.

    A document's `page_content` is the answer, its bubbles in lines; its metadata are
    `said`, `people` (one text), `sent_at` (ISO 8601, UTC), each where it is known.

    Args:
        index: The pairs; `from_source` makes one.
        k: How many documents.
        to: Only replies in conversations with this person, named as in the pairs.
        before: Only replies sent before this moment.

    Example:
        >>> from langchain_imessage import IMessageChatLoader
        >>> from langchain_imessage.testing import write_sample
        >>> loader = IMessageChatLoader(write_sample("chat.db"))
        >>> retriever = OwnRepliesRetriever.from_source(loader, sender="Tortoise", k=1)
        >>> retriever.invoke("what is a golden thread")[0].page_content
        'The one you keep hold of when the path turns dark.'
    """

    index: OwnRepliesIndex
    k: int = Field(default=_K, ge=1)
    to: str | None = Field(default=None, repr=False)
    before: AwareDatetime | None = None

    @classmethod
    def from_source(
        cls,
        source: Source,
        *,
        k: int = _K,
        to: str | None = None,
        before: datetime | None = None,
        **options: Any,
    ) -> Self:
        """Build an index, and a retriever over it.

        Args:
            source: See `OwnRepliesIndex.build`.
            k: How many documents.
            to: See the class.
            before: Only replies sent before this moment get into the index.
            **options: What else `OwnRepliesIndex.build` takes: `embeddings`, `sender`,
                `never`, `redactor` and so on.
        """
        index = OwnRepliesIndex.build(source, before=before, **options)
        return cls(index=index, k=k, to=to)

    @override
    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        k: int | None = None,
    ) -> list[Document]:
        wanted = self.k if k is None else k
        found = self.index.search(query, wanted, to=self.to, before=self.before)
        return list(map(_document, found))


class OwnRepliesSelector(BaseExampleSelector):
    """Select own pairs as examples for a prompt: what was said is `input`, the answer `output`.

    The nearest comes last, next to the question. Where too few are near, the latest ones
    are taken: they still show how the owner writes.

    Args:
        index: The pairs.
        k: How many examples.
        to: Only replies in conversations with this person, named as in the pairs.
        before: Only replies sent before this moment.
        input_key: The prompt's variable with what has just been said.

    Raises:
        ValueError: If `before` has no time zone.

    Example:
        >>> from langchain_imessage import IMessageChatLoader
        >>> from langchain_imessage.testing import write_sample
        >>> loader = IMessageChatLoader(write_sample("again.db"))
        >>> index = OwnRepliesIndex.build(loader, sender="Tortoise")
        >>> selector = OwnRepliesSelector(index, k=1)
        >>> selector.select_examples({"input": "Which golden thread?"})[0]["output"]
        'The one you keep hold of when the path turns dark.'
    """

    def __init__(
        self,
        index: OwnRepliesIndex,
        k: int = _K,
        *,
        to: str | None = None,
        before: datetime | None = None,
        input_key: str = "input",
    ) -> None:
        if before is not None:
            seconds_of_moment(before)
        self.index = index
        self.k = k
        self._only: dict[str, Any] = {"to": to, "before": before}
        self._input_key = input_key

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.index!r}, k={self.k})"

    @override
    def add_example(self, example: dict[str, str]) -> None:
        """Add a pair to the index: `input` and `output`.

        Args:
            example: The pair.
        """
        self.index.add(example["input"], example["output"])

    @override
    def select_examples(self, input_variables: dict[str, str]) -> list[dict[str, Any]]:
        """Return the examples for what has just been said, the nearest last.

        Args:
            input_variables: The prompt's variables, with what has just been said.
        """
        found = self.index.search(
            input_variables[self._input_key], self.k, **self._only
        )
        if len(found) < self.k:
            known = {pair.key for pair in found}
            more = self.index.latest(self.k, **self._only)
            found += [pair for pair in more if pair.key not in known]
        return [
            {"input": pair.said, "output": pair.answered}
            for pair in reversed(found[: self.k])
        ]


def _document(pair: ReplyPair) -> Document:
    moment = pair.sent_at
    metadata = {
        "said": pair.said,
        "people": ", ".join(pair.people) or None,
        "sent_at": moment and datetime_from_unix(moment).isoformat(),
    }
    known = {name: value for name, value in metadata.items() if value is not None}
    return Document(id=pair.key, page_content=pair.answered, metadata=known)
