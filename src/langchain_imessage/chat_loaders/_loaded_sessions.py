"""The sessions of one pass over a database: one at a time, or as their texts.

Owns when the collector rests. What a session is made of is `_messages`' part.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from typing_extensions import override

from langchain_imessage.chat_loaders._messages import (
    IMessageChatSession,
    speaker_and_sender,
)
from langchain_imessage.garbage_collection import collection_paused
from langchain_imessage.transforms.messages._session_streams import (
    SessionStream,
    SessionTexts,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from langchain_imessage.records import Conversation

_Made = TypeVar("_Made")


class LoadedSessions(SessionStream[IMessageChatSession]):
    """The sessions of a loader.

    Args:
        conversations: What is read, as it is asked for.
        to_session: Makes a session of a conversation.
        own_name: The `sender` of the owner's messages.
        runs_callers_code: Whether reading calls functions of a caller.
    """

    def __init__(
        self,
        conversations: Generator[Conversation],
        to_session: Callable[[Conversation], IMessageChatSession],
        *,
        own_name: str,
        runs_callers_code: bool,
    ) -> None:
        self._conversations = conversations
        self._to_session = to_session
        self._own_name = own_name
        self._runs_callers_code = runs_callers_code

    @override
    def __next__(self) -> IMessageChatSession:
        with self._pause():
            conversation = next(self._conversations)
            session = self._to_session(conversation)
            del conversation  # else its records would be examined at the pause's end
            return session

    @override
    def texts(self) -> Iterator[SessionTexts | IMessageChatSession]:
        return self.shaped(_texts_of)

    def shaped(
        self, make: Callable[[Conversation, str], _Made | None]
    ) -> Iterator[_Made | IMessageChatSession]:
        """Return what is made of each conversation in place of a session.

        Args:
            make: Makes it of a conversation and the owner's name; None where it cannot:
                then the session is made.
        """
        # Unlike a loop, this holds on to no session while it makes the next one.
        return iter(partial(self._next_shaped, make), None)

    @override
    def close(self) -> None:
        self._conversations.close()

    def _next_shaped(
        self, make: Callable[[Conversation, str], _Made | None]
    ) -> _Made | IMessageChatSession | None:
        with self._pause():
            conversation = next(self._conversations, None)
            if conversation is None:
                return None
            made = make(conversation, self._own_name)
            found = self._to_session(conversation) if made is None else made
            del conversation
            return found

    def _pause(self) -> AbstractContextManager[None]:
        # A caller's code runs with the collector on; else one pause does for all steps.
        return nullcontext() if self._runs_callers_code else collection_paused()


def _texts_of(conversation: Conversation, own_name: str) -> SessionTexts | None:
    """Return a conversation's texts; None if a message has another content."""
    texts = []
    for message in conversation.messages:
        content = message.text if message.content is None else message.content
        if type(content) is not str:
            return None
        texts.append((*speaker_and_sender(message, own_name), content))
    return SessionTexts(conversation.chat.is_self, texts)
