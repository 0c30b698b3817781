"""Redacts what an agent is shown: sessions before they are indexed, titles, and questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from langchain_core.messages import HumanMessage

from langchain_imessage.text import without_format_characters
from langchain_imessage.transforms import PLACEHOLDER, Redactor
from langchain_imessage.transforms.messages._participants import (
    chat_of,
    conversation_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

    from langchain_imessage.chat_loaders.imessage import IMessageChatLoader
    from langchain_imessage.records import Chat

_TITLE = "title"
"""The id of a message that stands for a conversation's title while it is redacted."""


class RedactedSessions:
    """Redacts sessions, and remembers how their titles read then.

    Conversations are redacted as far as they are in scope, before anything of them is
    indexed: a password that a message in scope announces stays out of every result where
    it stands alone, too, and no search tells that it is there. One that was announced
    before the scope begins is no more than a word to it.

    Args:
        redactor: Finds what is private.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._titles: dict[tuple[str, ...], str] = {}

    def __call__(self, sessions: Iterable[ChatSession]) -> Iterator[ChatSession]:
        """Redact sessions, one at a time."""
        for session in sessions:
            title = chat_of(session).get("name")
            messages = [*session["messages"]]
            if title:
                messages.append(HumanMessage(str(title), id=_TITLE))
            messages = [*map(_without_typed, messages)]
            made = cast("ChatSession", {**session, "messages": messages})
            for redacted in self._redactor([made]):
                yield self._without_title(redacted)

    def title_of(self, chat: Chat) -> str:
        """Return what a conversation may be called: its title, else who is in it."""
        title = self._titles.get(chat.guids)
        return title or ", ".join(self.people_of(chat)) or "notes"

    def people_of(self, chat: Chat) -> list[str]:
        """Return the placeholders of who takes part in a conversation."""
        pairs = zip(chat.participants, chat.persons, strict=False)
        speakers = [
            HumanMessage("", additional_kwargs={"sender": name, "person": person})
            for name, person in pairs
        ]
        redacted = self._redactor.redact_messages(speakers)
        return [str(message.additional_kwargs["sender"]) for message in redacted]

    def query(self, query: str) -> str:
        """Return a query as it reads in what is indexed: placeholders for names."""
        redacted = self._redactor.redact_text(query)
        return PLACEHOLDER.sub(lambda found: f'"{found[0][1:-1]}"', redacted)

    def restored(self, text: str) -> str:
        """Put back what placeholders stand for."""
        return self._redactor.restore(text)

    def _without_title(self, session: ChatSession) -> ChatSession:
        messages = session["messages"]
        if messages and messages[-1].id == _TITLE:
            title = str(messages[-1].content)
            self._titles[conversation_of(session)] = title
            return {**session, "messages": messages[:-1]}
        return session


def _without_typed(message: BaseMessage) -> BaseMessage:
    """Return a message in which nobody has typed what looks like a placeholder.

    Else `restore` would take it for one, and say a name where none was said.
    """
    content = message.content
    if isinstance(content, str):
        plain: Any = _plain_brackets(content)
    else:
        plain = [
            {**one, "text": _plain_brackets(one["text"])}
            if isinstance(one, dict) and isinstance(one.get("text"), str)
            else one
            for one in content
        ]
    if plain == content:
        return message
    return message.model_copy(update={"content": plain})


def _plain_brackets(text: str) -> str:
    if "[" not in text:
        return text
    seen = without_format_characters(text)  # as in a result
    if not PLACEHOLDER.search(seen):
        return text
    return PLACEHOLDER.sub(lambda found: f"({found[0][1:-1]})", seen)


def redactor_for(loader: IMessageChatLoader, **options: Any) -> Redactor:
    """Return a redactor that knows everybody a loader loads, and the address book.

    Args:
        loader: The loader, without a scope: who is out of it may be spoken of in it.
        options: Further options of `Redactor`.
    """
    directory = loader.directory
    names = [*directory.contact_names, *options.pop("names", ())]
    if (own := loader.options.get("own_name", "Me")) != "Me":
        names.append(own)
    redactor = Redactor(names=names, **options)
    redactor.learn(_people(directory.chats))
    return redactor


def _people(chats: Iterable[Chat]) -> Iterator[ChatSession]:
    """Yield a session without messages for each conversation: who takes part."""
    for chat in chats:
        info = {"participants": [*chat.participants], "handles": [*chat.handles]}
        yield cast("ChatSession", {"messages": [], "chat": info})
