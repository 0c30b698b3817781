"""One sender's messages → AIMessages: whose voice is to be learned.

Owns who the AI is, and the warning when that is nobody. Must not mutate what it is given.

Everything public is langchain_community's by name, signature and result.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, HumanMessage
from typing_extensions import override

from langchain_imessage.arguments import MAPPING, SESSIONS, TEXT, check_arguments
from langchain_imessage.garbage_collection import collection_paused
from langchain_imessage.transforms.messages._fast_construct import (
    ai_message_maker,
)
from langchain_imessage.transforms.messages._session_streams import (
    SessionStream,
    SessionTexts,
    SessionTurns,
    close_stream,
)
from langchain_imessage.transforms.tracing._tracing import warn_if_traced

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

    from langchain_imessage.transforms.messages._fast_construct import Maker


@check_arguments(chat_sessions=SESSIONS, sender=TEXT)
def map_ai_messages(
    chat_sessions: Iterable[ChatSession], sender: str
) -> Iterator[ChatSession]:
    """Return sessions in which one sender's messages are AI messages.

    Args:
        chat_sessions: Sessions; an iterator is taken from only as far as is asked for.
        sender: Whose messages; what `additional_kwargs["sender"]` has to be.

    Returns:
        Each session, as by `map_ai_messages_in_session`; lazily.

    Warns:
        UserWarning: At the end, if there were messages but none from that sender. It
            says how many senders there are, and names none: warnings end up in logs.

    Example:
        >>> from langchain_core.messages import HumanMessage
        >>> hi = HumanMessage("Hi!", additional_kwargs={"sender": "Me"})
        >>> (session,) = map_ai_messages([{"messages": [hi]}], sender="Me")
        >>> [message.type for message in session["messages"]]
        ['ai']
    """
    return MappedSessions(chat_sessions, sender)


class MappedSessions(Iterator["ChatSession"]):
    """Sessions in which one sender's messages are AI messages; or their turns.

    Args:
        chat_sessions: Sessions, or a stream of them.
        sender: Whose messages.
    """

    def __init__(self, chat_sessions: Iterable[ChatSession], sender: str) -> None:
        self._sessions = iter(chat_sessions)
        self._sender = sender
        self._messages = 0
        self._senders: Counter[str] = Counter()

    @override
    def __next__(self) -> ChatSession:
        for session in self._sessions:
            return self._mapped(session)
        self._warn_if_nobody()
        raise StopIteration

    def turns(self) -> Iterator[SessionTurns | ChatSession]:
        """Yield what is left; of a session that is texts only, who said which.

        Warns:
            UserWarning: As the iteration does.
        """
        if not isinstance(self._sessions, SessionStream):
            yield from self
            return
        for found in self._sessions.texts():
            if isinstance(found, SessionTexts):
                warn_if_traced()
                self._count(len(found.texts), _senders_of_texts(found))
                yield SessionTurns(found.is_self, _turns(found, self._sender))
            else:
                yield self._mapped(found)
        self._warn_if_nobody()

    def close(self) -> None:
        """End it early, without a warning, and close what the sessions come from."""
        self._messages = 0
        close_stream(self._sessions)

    def _mapped(self, session: ChatSession) -> ChatSession:
        self._count(len(session["messages"]), senders_of(session))
        return map_ai_messages_in_session(session, self._sender)

    def _count(self, messages: int, senders: Iterable[str]) -> None:
        """Count who there is, until the sender is found."""
        if self._sender not in self._senders:
            self._messages += messages
            self._senders.update(senders)

    def _warn_if_nobody(self) -> None:
        if self._messages and self._sender not in self._senders:
            warning = nobody(self._sender, self._senders)
            warnings.warn(warning, UserWarning, stacklevel=3)
        self._messages = 0  # what has ended does not warn again


def _senders_of_texts(session: SessionTexts) -> Iterator[str]:
    return (sender for _, sender, _ in session.texts if sender is not None)


def _turns(session: SessionTexts, sender: str) -> list[tuple[bool, str]]:
    return [(whose == sender, text) for _, whose, text in session.texts]


@check_arguments(chat_sessions=MAPPING, sender=TEXT)
def map_ai_messages_in_session(chat_sessions: ChatSession, sender: str) -> ChatSession:
    """Return a session in which one sender's messages are AI messages.

    Args:
        chat_sessions: One session, whatever its name says (it is the original's);
            neither it nor its messages are changed.
        sender: Whose messages; what `additional_kwargs["sender"]` has to be.

    Returns:
        A session in which that sender's messages are AI messages with the same content,
        `additional_kwargs`, id, name and `response_metadata`. The other messages, and
        AI messages of that sender, are the given ones; so are the session's other keys.

    Example:
        >>> from langchain_core.messages import HumanMessage
        >>> hi = HumanMessage("Hi!", additional_kwargs={"sender": "Me"})
        >>> yo = HumanMessage("Yo.", additional_kwargs={"sender": "Tortoise"})
        >>> session = map_ai_messages_in_session({"messages": [hi, yo]}, sender="Me")
        >>> [message.type for message in session["messages"]]
        ['ai', 'human']
    """
    warn_if_traced()
    make = ai_message_maker()
    with collection_paused():
        messages = [
            _as_ai(message, make)
            if message.additional_kwargs.get("sender") == sender
            else message
            for message in chat_sessions["messages"]
        ]
    return {**chat_sessions, "messages": messages}


def _as_ai(message: BaseMessage, make: Maker[AIMessage]) -> AIMessage:
    if type(message) is AIMessage:  # made anew it would lose its tool calls
        return message
    if type(message) is HumanMessage and _is_plain(message):
        return make(message.content, message.id, dict(message.additional_kwargs))
    # Validation makes new dicts of these; to copy them first would be to copy twice.
    fields: dict[str, Any] = {
        "content": message.content,
        "additional_kwargs": message.additional_kwargs,
        "response_metadata": message.response_metadata,
        "name": message.name,
        "id": message.id,
    }
    # Not getattr: where there is none, pydantic takes as long to say so as for the rest.
    extra = message.__pydantic_extra__
    if extra and extra.get("example") is not None:
        fields["example"] = extra["example"]
    return AIMessage(**fields)


def _is_plain(message: HumanMessage) -> bool:
    """Return whether a message has only text, an id and plain kwargs."""
    return (
        type(message.content) is str
        and message.name is None
        and not message.response_metadata
        and not message.__pydantic_extra__
        and "tool_calls" not in message.additional_kwargs
    )


def senders_of(chat_session: ChatSession) -> Iterator[str]:
    """Yield the sender of each message of a session."""
    for message in chat_session["messages"]:
        sender = message.additional_kwargs.get("sender")
        if isinstance(sender, str):
            yield sender


def nobody(sender: str, senders: Counter[str]) -> str:
    """Return the warning that no message is from a sender; it names none of the others."""
    if not senders:
        return f"No message is from {sender!r}: none of them says whom it is from."
    others = "is 1 sender" if len(senders) == 1 else f"are {len(senders)} senders"
    return (
        f"No message is from {sender!r}. There {others}: each message's is "
        'message.additional_kwargs["sender"]. Your own messages are from the loader\'s '
        '`own_name`, which is "Me" unless you set it.'
    )
