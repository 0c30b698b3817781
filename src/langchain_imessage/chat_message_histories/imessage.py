"""IMessageChatMessageHistory: one conversation as the memory of a chain.

Reads the database once, when it is first asked for messages, and never writes to it: what
a chain adds is kept in memory only.
"""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, cast

from langchain_core.chat_history import BaseChatMessageHistory
from typing_extensions import override

from langchain_imessage.arguments import TEXT, WHOLE, check_arguments, or_none
from langchain_imessage.chat_loaders.imessage import IMessageChatLoader
from langchain_imessage.chatdb import ChatNamed
from langchain_imessage.errors import (
    ArgumentTypeError,
    ArgumentValueError,
    ConversationNotFoundError,
)
from langchain_imessage.transforms import (
    map_ai_messages,
    merge_chat_runs_in_session,
    name_speakers,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from os import PathLike
    from typing import Unpack

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

    from langchain_imessage.chat_loaders.imessage import LoaderKeywords
    from langchain_imessage.records import Chat

_LIMIT = 50
"""Turns: as many as fill a prompt of some pages."""


class IMessageChatMessageHistory(BaseChatMessageHistory):
    r"""The last turns of one conversation, for a chain to go on with.

    The database is never written to: `add_messages` and `clear` change what this object
    gives, and a new one begins with what the database holds. In a group each turn that
    is not the AI's begins with who speaks, as in `prepare`'s examples.

    Args:
        path: The database, or an iPhone backup's folder; None for this Mac's own.
        chat: Which conversation: its title, an address, an identifier or a guid, of two
            people's also the other person; or a test on `records.Chat`. Of several, the
            most recently used.
        ai_sender: Whose messages are the AI's. Defaults to the owner's: a model of one's
            own voice goes on as oneself. None makes all of them human ones, for an
            assistant that reads along.
        limit: How many of the last turns to give; None for all there are. A turn is a
            run of messages from one sender.
        delimiter: What to put between the messages of a turn.
        **options: What else `IMessageChatLoader` takes, such as `contacts` or `password`.

    Raises:
        DatabaseNotFoundError: (a FileNotFoundError) If there is no such file.
        DatabaseError: If it cannot be read, with what to do about it.
        TypeError: If the chat is neither a text nor a function, or an option is none.
        ValueError: If the limit is less than one.

    Example:
        >>> from langchain_imessage.testing import write_sample
        >>> path = write_sample("chat.db")
        >>> newest = IMessageChatLoader(path).load()[0]["chat"]
        >>> history = IMessageChatMessageHistory(
        ...     path, chat=newest["guids"][0], ai_sender="Tortoise", limit=3
        ... )
        >>> [message.type for message in history.messages]
        ['ai', 'human', 'ai']
        >>> history.add_ai_message("Race you!")
        >>> history.messages[-1].content
        'Race you!'
    """

    @check_arguments(ai_sender=or_none(TEXT), limit=or_none(WHOLE), delimiter=TEXT)
    def __init__(
        self,
        path: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
        *,
        chat: str | Callable[[Chat], bool],
        ai_sender: str | None = "Me",
        limit: int | None = _LIMIT,
        delimiter: str = "\n",
        **options: Unpack[LoaderKeywords],
    ) -> None:
        super().__init__()
        if limit is not None and limit < 1:
            raise ArgumentValueError("limit must be at least 1, or None for all turns")
        if "chats" in options:
            raise ArgumentTypeError("IMessageChatMessageHistory takes chat, not chats")
        if not (callable(chat) or isinstance(chat, str)):
            raise ArgumentTypeError("chat must be a text or a function of a Chat")
        options["chats"] = chat if callable(chat) else ChatNamed.of(chat)
        self._loader = IMessageChatLoader(path, **options)
        self._merge = partial(merge_chat_runs_in_session, delimiter=delimiter)
        self._ai_sender = ai_sender
        self._limit = limit
        self._messages: list[BaseMessage] | None = None

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show counts, never what was said or by whom."""
        state = "not read" if self._messages is None else f"{len(self._messages)} turns"
        return f"<IMessageChatMessageHistory: {state}>"

    @property
    @override
    def messages(self) -> list[BaseMessage]:  # type: ignore[override]  # is an attribute
        """The turns, oldest first, and behind them what was added.

        Raises:
            ConversationNotFoundError: (a LookupError) If there is no such conversation.
            DatabaseError: If the database cannot be read.
        """
        if self._messages is None:
            self._messages = self._read()
        return list(self._messages)

    @override
    def add_messages(self, messages: Sequence[BaseMessage]) -> None:
        """Put messages behind the others; in memory only.

        Args:
            messages: What was said.
        """
        self._messages = [*self.messages, *messages]

    @override
    def clear(self) -> None:
        """Forget everything; the database keeps it."""
        self._messages = []

    def _read(self) -> list[BaseMessage]:
        session = self._merge(self._session())
        if self._ai_sender is not None:
            (session,) = map_ai_messages([session], sender=self._ai_sender)
        (session,) = name_speakers([session])
        turns = list(session["messages"])
        return turns if self._limit is None else turns[-self._limit :]

    def _session(self) -> ChatSession:
        sessions = cast("Generator[ChatSession]", self._loader.lazy_load())
        with closing(sessions):
            session = next(sessions, None)
        if session is None:
            raise ConversationNotFoundError(
                "There is no such conversation, or nothing in it. IMessageChatLoader "
                "loads them all; a session's `chat` says how each is called."
            )
        return session
