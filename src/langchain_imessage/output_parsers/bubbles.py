"""One answer → the bubbles it is made of, as they come.

A burst of messages is trained on as one answer with a line for each; this takes it apart
again. Independent of any provider.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.output_parsers import BaseTransformOutputParser
from typing_extensions import override

from langchain_imessage.arguments import TEXT, require_kind
from langchain_imessage.transforms.messages._content import text_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


class BubblesOutputParser(BaseTransformOutputParser[list[AIMessage]]):
    r"""Splits an answer into messages, as it would appear in Messages.

    Streams bubble by bubble: a list of one message as soon as its line is complete. The
    lists of a stream, added up, are what `invoke` gives. Blank lines are no bubbles.

    Attributes:
        separator: What stands between two bubbles: what the runs of the training data
            were joined with.

    Example:
        >>> parser = BubblesOutputParser()
        >>> [message.content for message in parser.invoke("haha\n\non my way")]
        ['haha', 'on my way']
        >>> [[m.content for m in part] for part in parser.transform(iter(["ha", "ha\non"]))]
        [['haha'], ['on']]
    """

    separator: str = "\n"

    @property
    @override
    def _type(self) -> str:
        return "bubbles"

    @override
    def parse(self, text: str) -> list[AIMessage]:
        """Split a whole answer.

        Args:
            text: The answer.

        Returns:
            A message for each bubble.
        """
        require_kind("text", text, TEXT)
        return _messages(text.split(self.separator))

    @override
    def _transform(
        self, input: Iterator[str | BaseMessage]
    ) -> Iterator[list[AIMessage]]:
        rest = ""
        for chunk in input:
            *whole, rest = (rest + _chunk_text(chunk)).split(self.separator)
            for message in _messages(whole):
                yield [message]
        yield _messages([rest])

    @override
    async def _atransform(
        self, input: AsyncIterator[str | BaseMessage]
    ) -> AsyncIterator[list[AIMessage]]:
        rest = ""
        async for chunk in input:
            *whole, rest = (rest + _chunk_text(chunk)).split(self.separator)
            for message in _messages(whole):
                yield [message]
        yield _messages([rest])


def _messages(lines: list[str]) -> list[AIMessage]:
    return [AIMessage(line.strip()) for line in lines if line.strip()]


def _chunk_text(chunk: str | BaseMessage) -> str:
    return text_of(chunk if isinstance(chunk, str) else chunk.content)
