"""IMessageToolkit: a loader's messages as LangChain tools, in a scope, redacted."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from langchain_core.tools import BaseTool, StructuredTool
from langchain_core.tools.base import BaseToolkit
from pydantic import ConfigDict, PrivateAttr
from typing_extensions import override

from langchain_imessage.arguments import FLAG, ITERABLE, check_arguments, having
from langchain_imessage.errors import ArgumentValueError
from langchain_imessage.retrievers import MessageIndex
from langchain_imessage.tools._cut_quotations import without_quotations
from langchain_imessage.tools._message_tools import DESCRIPTIONS, MessageTools
from langchain_imessage.tools._redaction import RedactedSessions, redactor_for
from langchain_imessage.tools._scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from langchain_core.chat_sessions import ChatSession

    from langchain_imessage.chat_loaders.imessage import IMessageChatLoader
    from langchain_imessage.transforms import Redactor, Vault


class IMessageToolkit(BaseToolkit):
    """Tools with which an agent may look at messages, and no more.

    `search_messages`, `read_conversation` and `list_conversations` read only. What is out
    of scope is never read; what is private is replaced by placeholders before anything is
    indexed, and put back for the user by `restore`. Results are bounded, and what people
    wrote is marked as data in a way no message can imitate. Still, give an agent that can
    be talked into something no other tool that could do harm with what it reads.

    The messages in scope are indexed in memory at the first call, and brought up to date at
    each one: 100,000 messages take some seconds, redacting them as long again.

    Args:
        loader: Loads the messages.
        scope: Which conversations and times the agent may see; None for all.
        redact: Whether what is private is replaced by placeholders.
        names: Of people who take part in nothing, but may be spoken of.
        never: Who and what the agent may not see at all: names and addresses of people,
            words or phrases; see `Redactor`.
        vault: Placeholders of an earlier time, to go on with.

    Raises:
        DatabaseError: If the database cannot be read.
        MissingDependencyError: If phonenumberslite is not installed (extra `redact`).
        ValueError: If `never` is given, but nothing is to be redacted.

    Example:
        >>> from langchain_imessage import IMessageChatLoader
        >>> from langchain_imessage.testing import write_sample
        >>> loader = IMessageChatLoader(write_sample("chat.db"))
        >>> toolkit = IMessageToolkit(loader)
        >>> [tool.name for tool in toolkit.get_tools()]
        ['search_messages', 'read_conversation', 'list_conversations']
        >>> found = toolkit.get_tools()[0].invoke({"query": "motto", "limit": 1})
        >>> print(found.splitlines()[3])  # doctest: +ELLIPSIS
        {"place": 0, "sent": "...", "from": "[name 1]", "text": "Slow and steady, that's my motto.", "matches": true}
        >>> toolkit.restore("It is [name 1]'s.")
        "It is Tortoise's."
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True, ignored_types=(cached_property,)
    )
    _loader: IMessageChatLoader = PrivateAttr()
    _scope: Scope = PrivateAttr()
    _redactor: Redactor | None = PrivateAttr()

    @check_arguments(
        loader=having("directory", said="an IMessageChatLoader"),
        redact=FLAG,
        names=ITERABLE,
        never=ITERABLE,
    )
    def __init__(
        self,
        loader: IMessageChatLoader,
        *,
        scope: Scope | None = None,
        redact: bool = True,
        names: Iterable[str] = (),
        never: Iterable[str] = (),
        vault: Vault | None = None,
    ) -> None:
        super().__init__()
        never = tuple(never)
        if never and not redact:
            raise ArgumentValueError("never needs redact=True")
        self._loader = loader
        self._scope = scope or Scope()
        options: dict[str, Any] = {"names": names, "never": never, "vault": vault}
        self._redactor = redactor_for(loader, **options) if redact else None

    @override
    def __repr__(self) -> str:
        return f"IMessageToolkit({self._scope!r}, redactor={self._redactor!r})"

    __str__ = __repr__

    @property
    def vault(self) -> Vault | None:
        """All placeholders until now, and what they stand for; None without redaction."""
        return None if self._redactor is None else self._redactor.vault

    @cached_property
    def functions(self) -> MessageTools:
        """The functions behind the tools."""
        redaction = None
        if self._redactor is not None:
            redaction = RedactedSessions(self._redactor)
        loader = self._scope.of(self._loader)
        cut = without_quotations if loader.options.get("after") else None
        steps = [step for step in (cut, redaction) if step is not None]
        index = MessageIndex(
            loader,
            ":memory:",
            transform=partial(_all_of, steps) if steps else None,
        )
        return MessageTools(index, redaction)

    @override
    def get_tools(self) -> list[BaseTool]:
        """Return the tools, all of one index."""
        return [
            StructuredTool.from_function(
                function,
                name=name,
                description=DESCRIPTIONS[name],
                metadata={"read_only": True},
            )
            for name, function in self.functions.functions().items()
        ]

    def restore(self, text: str) -> str:
        """Put back what placeholders stand for, in what the agent answers to the user.

        Args:
            text: The agent's answer.

        Returns:
            The answer with what they stand for.
        """
        return self._redactor.restore(text) if self._redactor else text


def _all_of(
    steps: Sequence[Callable[[Iterable[ChatSession]], Iterable[ChatSession]]],
    sessions: Iterable[ChatSession],
) -> Iterable[ChatSession]:
    for step in steps:
        sessions = step(sessions)
    return sessions
