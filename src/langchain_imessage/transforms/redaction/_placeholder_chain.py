"""Placeholders in use: what goes to a model is redacted, what it answers is restored.

For a model that was trained on redacted conversations: it knows `[name 1]`, its user Ann.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    convert_to_messages,
)
from langchain_core.prompt_values import PromptValue

from langchain_imessage.arguments import CHAIN, check_arguments, having

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from langchain_core.language_models import LanguageModelInput
    from langchain_core.runnables import Runnable

    from langchain_imessage.transforms.redaction._redactor import Redactor


@check_arguments(
    model=CHAIN, redactor=having("redact_messages", "restore", said="a Redactor")
)
def with_placeholders(
    model: Runnable[LanguageModelInput, Any], redactor: Redactor
) -> Runnable[LanguageModelInput, BaseMessage]:
    """Return a model that reads and writes names, and sees placeholders only.

    What is private in the messages to the model is replaced, and what it answers is put
    back: with the vault of the training data, by the placeholders it was trained on. The
    system prompt goes to the model as it was trained. Streaming stays streaming.

    Args:
        model: A chat model, or a chain that ends with one.
        redactor: Redacts and restores; `Redactor(vault=read_vault("vault.json"))`.

    Returns:
        A chain that takes what the model takes, and returns its message.

    Example:
        >>> from langchain_core.language_models import FakeListChatModel
        >>> from langchain_imessage import Redactor
        >>> redactor = Redactor(names=["Ann Smith"])
        >>> model = FakeListChatModel(responses=["tell [name 1] I am late"])
        >>> with_placeholders(model, redactor).invoke("where is Ann?").content
        'tell Ann I am late'
    """
    # Here, for it takes longer to import than all that redacts and prepares.
    from langchain_core.runnables import (  # noqa: PLC0415
        RunnableGenerator,
        RunnableLambda,
    )

    restorer = _Restorer(redactor)
    restore: Runnable[Any, Any] = RunnableGenerator(
        restorer.transform, restorer.atransform, name="restore"
    )
    redact: Runnable[Any, Any] = RunnableLambda(_redaction(redactor), name="redact")
    return redact | model | restore


def _redaction(redactor: Redactor) -> Any:
    def redact(given: LanguageModelInput) -> list[BaseMessage]:
        if isinstance(given, str):
            messages: list[BaseMessage] = [HumanMessage(given)]
        elif isinstance(given, PromptValue):
            messages = given.to_messages()
        else:
            messages = convert_to_messages(given)
        head = [m for m in messages if isinstance(m, SystemMessage)]
        rest = [m for m in messages if not isinstance(m, SystemMessage)]
        return [*head, *redactor.redact_messages(rest)]

    return redact


class _Restorer:
    """Puts back what placeholders stand for, in a stream of messages."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def transform(self, messages: Iterator[Any]) -> Iterator[Any]:
        rest = ""
        for message in messages:
            restored, rest = self._next(message, rest)
            yield restored
        if rest:
            yield AIMessageChunk(content=self._redactor.restore(rest))

    async def atransform(self, messages: AsyncIterator[Any]) -> AsyncIterator[Any]:
        rest = ""
        async for message in messages:
            restored, rest = self._next(message, rest)
            yield restored
        if rest:
            yield AIMessageChunk(content=self._redactor.restore(rest))

    def _next(self, message: Any, rest: str) -> tuple[Any, str]:
        """Restore a message; keep back what may be the beginning of a placeholder."""
        if isinstance(message, str):
            text, rest = self._split(rest + message)
            return AIMessageChunk(content=text), rest
        content = message.content
        if not isinstance(content, str):
            blocks = [_restored_block(block, self._redactor) for block in content]
            return message.model_copy(update={"content": blocks}), rest
        if isinstance(message, AIMessage) and not isinstance(message, AIMessageChunk):
            whole = self._redactor.restore(rest + content)
            return message.model_copy(update={"content": whole}), ""
        text, rest = self._split(rest + content)
        return message.model_copy(update={"content": text}), rest

    def _split(self, text: str) -> tuple[str, str]:
        whole, rest = self._redactor.split_unfinished(text)
        return self._redactor.restore(whole), rest


def _restored_block(block: Any, redactor: Redactor) -> Any:
    if isinstance(block, str):
        return redactor.restore(block)
    if isinstance(block, dict) and isinstance(block.get("text"), str):
        return {**block, "text": redactor.restore(block["text"])}
    return block
