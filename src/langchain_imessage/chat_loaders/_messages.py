"""Record → BaseMessage and ChatSession; owns the `additional_kwargs` contract.

Times are datetimes, or texts in ISO 8601 where the loader's `timestamps` is "iso".
Every message has, as in langchain_community, `message_time`, `message_time_as_datetime`,
`sender` and `is_from_me`, and beside them `sent_at`. The others occur where they apply:

| key | value |
|---|---|
| `message_time` | the date column as stored |
| `message_time_as_datetime` | the same in UTC, naive |
| `sent_at` | the same, an aware datetime |
| `sender` | `own_name`, the sender's address, or None where nobody can be named |
| `is_from_me` | whether the owner wrote it |
| `person` | the id of who wrote it, where it was somebody else who is known: the same for all their addresses, in every conversation |
| `handle` | the sender's address, where `sender` is a contact's name |
| `service` | iMessage, SMS, RCS, ... as stored |
| `is_satellite` | True, if it came or went by satellite |
| `delivered_at`, `read_at`, `played_at` | aware datetimes |
| `subject` | the line above the words; it is the first line of the content, too |
| `reply_to`, `reply_to_part` | guid of the message that began the thread it answers in, and the bubble of it |
| `edits` | earlier versions: list of dicts with `part`, `text`, `edited_at` |
| `unsent_parts` | numbers of the bubbles that were taken back |
| `reactions` | list of dicts with `kind`, `emoji`, `part`, `sender`, `is_from_me`, `sent_at`, `person` |
| `attachments` | list of dicts: the fields of `records.Attachment` |
| `mentions` | list of dicts: `name` as written, `person`, `part` |
| `links` | list of dicts: `url`, `text` (None for a preview), `title`, `summary`, `site`, `kind` |
| `styles` | list of dicts: `kind`, and `start`, `length` in the text of bubble `part` |
| `effect` | slam, confetti, invisible ink, ... |
| `app` | dict: the fields of `records.App` |
| `poll` | dict: `title`, and `options` with `id`, `text`, `creator`, `voters` |
| `one_time_codes` | codes for signing in that Messages found in the words |
| `translations` | list of dicts: `part`, `text`, `language`, `source_language` |
| `events` | what happened just before it (behind the last message: after it): list of dicts, the fields of `records.GroupEvent` |
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import fields
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from langchain_core.chat_sessions import ChatSession

from langchain_imessage.records import PollOption
from langchain_imessage.timestamps import APPLE_EPOCH, place_in_time
from langchain_imessage.transforms.messages._fast_construct import (
    human_messages_maker,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from _typeshed import DataclassInstance
    from langchain_core.messages import BaseMessage, HumanMessage

    from langchain_imessage.records import (
        Chat,
        Conversation,
        Details,
        Edit,
        Message,
        Reaction,
    )


_EPOCH = APPLE_EPOCH
_NAIVE_EPOCH = APPLE_EPOCH.replace(tzinfo=None)
"""Taking one from a moment and adding the other drops its zone eight times as fast as
`replace` does."""

_BATCH = 256
"""Messages made at once: few enough to stay in the processor's cache meanwhile."""


class ChatInfo(TypedDict):
    """Which conversation a session is, under its key `chat`.

    Attributes:
        guids: Of the chat's rows, the most recently used first; its identity.
        name: The group's title, or None.
        is_group: Whether there can be more than one other person in it.
        is_self: Whether its owner talks to themselves in it.
        participants: The others, without the owner, as `sender` names them.
        persons: The id of each participant, in the same order.
        handles: Their addresses.
        services: What it went over.
        sends_read_receipts: Whether the others see when the owner has read something;
            only where it was set for this conversation.
        is_forced_sms: Whether the owner had it go over SMS only; likewise.
        has_orphans: Whether some of its messages are in no chat of the database, and were
            put here by their group, by the message they react to, or by their sender;
            only where it is so.
    """

    guids: list[str]
    name: str | None
    is_group: bool
    is_self: bool
    participants: list[str]
    persons: list[str]
    handles: list[str]
    services: list[str]
    sends_read_receipts: NotRequired[bool]
    is_forced_sms: NotRequired[bool]
    has_orphans: NotRequired[bool]


class IMessageChatSession(ChatSession, total=False):
    """A chat session that says which conversation it is."""

    chat: ChatInfo


def to_session(conversation: Conversation, *, own_name: str) -> IMessageChatSession:
    """Make a conversation a chat session of human messages."""
    messages: list[BaseMessage] = []
    for start in range(0, len(conversation.messages), _BATCH):
        batch = conversation.messages[start : start + _BATCH]
        messages += _human_messages(batch, own_name)
    _add_events(messages, conversation, own_name)
    return IMessageChatSession(messages=messages, chat=chat_info(conversation.chat))


def with_iso_times(session: IMessageChatSession) -> IMessageChatSession:
    """Write the times of a session that was just made as texts in ISO 8601, in place."""
    for message in session["messages"]:
        message.additional_kwargs = _iso(message.additional_kwargs)
    return session


def _iso(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _iso(item) for key, item in value.items()}
    return [_iso(item) for item in value] if isinstance(value, list) else value


def _human_messages(messages: Sequence[Message], own_name: str) -> list[HumanMessage]:
    contents, guids = [], []
    every: list[dict[str, Any]] = []
    for message in messages:
        # fmt: off
        (_, guid, date, sent_at, text, sender, own, service, reply_to, delivered, read,
         edits, reactions, details, handle, content, person) = message
        # fmt: on
        kwargs: dict[str, Any] = {
            "message_time": date,
            "message_time_as_datetime": sent_at and sent_at - _EPOCH + _NAIVE_EPOCH,
            "sent_at": sent_at,
            "sender": own_name if own else sender,
            "is_from_me": own,
            "service": service,
        }
        if not service:  # nearly all have one, and a dict is best made at its full size
            del kwargs["service"]
        if person:
            kwargs["person"] = person
        if handle:
            kwargs["handle"] = handle
        if reply_to:
            kwargs["reply_to"] = reply_to
        if delivered:
            kwargs["delivered_at"] = delivered
        if read:
            kwargs["read_at"] = read
        if edits or reactions:
            kwargs.update(_from_history(edits, reactions, own_name))
        if details:
            kwargs.update(_from_details(details, own_name))
        contents.append(text if content is None else content)
        guids.append(guid)
        every.append(kwargs)
    return human_messages_maker()(contents, guids, every)


def speaker_and_sender(
    message: Message, own_name: str
) -> tuple[str | None, str | None]:
    """Return what is equal for the messages of one person, and the `sender` of this one."""
    sender = own_name if message.is_from_me else message.sender
    return message.person or sender, sender


def _from_history(
    edits: Sequence[Edit], reactions: Sequence[Reaction], own_name: str
) -> dict[str, Any]:
    """Return what happened to a message later, each only where it occurs."""
    present: dict[str, Any] = {}
    if edits:
        present["edits"] = as_dicts(edits, own_name)
    if reactions:
        present["reactions"] = as_dicts(reactions, own_name)
    return present


def _from_details(details: Details, own_name: str) -> dict[str, Any]:
    """Return what a message has beside its words, each only where it occurs."""
    # fmt: off
    (parts, subject, mentions, links, styles, effect, app, poll, reply, unsent, played_at,
     is_satellite, _, _, _, codes, translations) = details
    # fmt: on
    found: dict[str, Any] = {
        "subject": subject,
        "unsent_parts": unsent and list(unsent),
        "attachments": parts and as_dicts(details.attachments, own_name),
        "mentions": mentions and as_dicts(mentions, own_name),
        "links": links and as_dicts(links, own_name),
        "styles": styles and as_dicts(styles, own_name),
        "effect": effect,
        "app": app and _dict(app, own_name),
        "poll": poll and _dict(poll, own_name),
        "played_at": played_at,
        "is_satellite": is_satellite,
        "one_time_codes": codes and list(codes),
        "translations": translations and as_dicts(translations, own_name),
    }
    present = {key: value for key, value in found.items() if value}
    if reply:
        present["reply_to_part"] = reply.part
    return present


def _add_events(
    messages: Sequence[BaseMessage], conversation: Conversation, own_name: str
) -> None:
    """Put each event on the message it happened before."""
    if not conversation.events or not messages:
        return
    order = [place_in_time(m.sent_at, m.rowid) for m in conversation.messages]
    for event in conversation.events:
        happened = place_in_time(event.sent_at, event.rowid)
        place = min(bisect_right(order, happened), len(messages) - 1)
        kwargs = messages[place].additional_kwargs
        kwargs.setdefault("events", []).append(_dict(event, own_name))


def as_dicts(
    records: Iterable[DataclassInstance], own_name: str
) -> list[dict[str, Any]]:
    """Make records plain; where the owner is meant, their name stands."""
    return [_dict(record, own_name) for record in records]


def _dict(record: DataclassInstance, own_name: str) -> dict[str, Any]:
    """Make a record plain; where the owner is meant, their name stands."""
    names, values, has_tuples = _fields(type(record))
    found: dict[str, Any] = dict(zip(names, values(record), strict=True))
    if has_tuples:
        for name, value in found.items():
            if isinstance(value, tuple):
                found[name] = [_plain(item, own_name) for item in value]
    if found.get("is_from_me"):
        found["sender"] = own_name
    return found


@cache
def _fields(
    kind: type[DataclassInstance],
) -> tuple[tuple[str, ...], Callable[[DataclassInstance], tuple[Any, ...]], bool]:
    """Return the names of a record's fields, what gets them, and if some are tuples."""
    names = tuple(field.name for field in fields(kind))
    has_tuples = any("tuple" in str(field.type) for field in fields(kind))
    return names, attrgetter(*names), has_tuples


def _plain(item: Any, own_name: str) -> Any:
    if isinstance(item, PollOption):
        return _dict(item, own_name)
    return own_name if item is None else item


def chat_info(chat: Chat) -> ChatInfo:
    """Return which conversation a session is."""
    info = ChatInfo(
        guids=list(chat.guids),
        name=chat.name,
        is_group=chat.is_group,
        is_self=chat.is_self,
        participants=list(chat.participants),
        persons=list(chat.persons),
        handles=list(chat.handles),
        services=list(chat.services),
    )
    if chat.sends_read_receipts is not None:
        info["sends_read_receipts"] = chat.sends_read_receipts
    if chat.is_forced_sms is not None:
        info["is_forced_sms"] = chat.is_forced_sms
    if chat.has_orphans:
        info["has_orphans"] = True
    return info
