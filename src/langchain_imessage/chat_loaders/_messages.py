"""Record → BaseMessage and ChatSession; owns the `additional_kwargs` contract.

Every message has, as in langchain_community, `message_time`, `message_time_as_datetime`,
`sender` and `is_from_me`, and beside them `sent_at`. The others occur where they apply:

| key | value |
|---|---|
| `message_time` | the date column as stored |
| `message_time_as_datetime` | the same in UTC, naive |
| `sent_at` | the same, an aware datetime |
| `sender` | `own_name`, the sender's address, or None where nobody can be named |
| `is_from_me` | whether the owner wrote it |
| `service` | iMessage, SMS, RCS, ... |
| `reply_to` | guid of the message that began the thread it answers in |
| `edits` | earlier versions: list of dicts with `part`, `text`, `edited_at` |
| `reactions` | list of dicts with `kind`, `emoji`, `part`, `sender`, `is_from_me`, `sent_at` |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from langchain_core.chat_sessions import ChatSession

from langchain_imessage.chat_loaders._human import human_message_maker
from langchain_imessage.timestamps import APPLE_EPOCH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_core.messages import BaseMessage, HumanMessage

    from langchain_imessage.records import (
        Chat,
        Conversation,
        Edit,
        Message,
        Reaction,
    )


_EPOCH = APPLE_EPOCH
_NAIVE_EPOCH = APPLE_EPOCH.replace(tzinfo=None)
"""Taking one from a moment and adding the other drops its zone eight times as fast as
`replace` does."""


class ChatInfo(TypedDict):
    """Which conversation a session is, under its key `chat`.

    Attributes:
        guids: Of the chat's rows, the most recently used first; its identity.
        name: The group's title, or None.
        is_group: Whether there can be more than one other person in it.
        is_self: Whether its owner talks to themselves in it.
        participants: Addresses of the others, without the owner.
        services: What it went over.
    """

    guids: list[str]
    name: str | None
    is_group: bool
    is_self: bool
    participants: list[str]
    services: list[str]


class IMessageChatSession(ChatSession, total=False):
    """A chat session that says which conversation it is."""

    chat: ChatInfo


def to_session(conversation: Conversation, *, own_name: str) -> IMessageChatSession:
    """Make a conversation a chat session of human messages."""
    messages: list[BaseMessage] = list(_human_messages(conversation.messages, own_name))
    return IMessageChatSession(messages=messages, chat=_chat_info(conversation.chat))


def _human_messages(
    messages: Iterable[Message], own_name: str
) -> Iterator[HumanMessage]:
    make = human_message_maker()
    for message in messages:
        # fmt: off
        (_, guid, date, sent_at, text, sender, own, service,
         reply_to, edits, reactions) = message
        # fmt: on
        kwargs: dict[str, Any] = {
            "message_time": date,
            "message_time_as_datetime": sent_at and sent_at - _EPOCH + _NAIVE_EPOCH,
            "sent_at": sent_at,
            "sender": own_name if own else sender,
            "is_from_me": own,
        }
        if service:
            kwargs["service"] = service
        if reply_to:
            kwargs["reply_to"] = reply_to
        if edits:
            kwargs["edits"] = [_edit(edit) for edit in edits]
        if reactions:
            kwargs["reactions"] = [_reaction(r, own_name) for r in reactions]
        yield make(text, guid, kwargs)


def _edit(edit: Edit) -> dict[str, Any]:
    return {"part": edit.part, "text": edit.text, "edited_at": edit.edited_at}


def _reaction(reaction: Reaction, own_name: str) -> dict[str, Any]:
    return {
        "kind": reaction.kind,
        "emoji": reaction.emoji,
        "part": reaction.part,
        "sender": own_name if reaction.is_from_me else reaction.sender,
        "is_from_me": reaction.is_from_me,
        "sent_at": reaction.sent_at,
    }


def _chat_info(chat: Chat) -> ChatInfo:
    return ChatInfo(
        guids=list(chat.guids),
        name=chat.name,
        is_group=chat.is_group,
        is_self=chat.is_self,
        participants=list(chat.participants),
        services=list(chat.services),
    )
