"""A conversation → the entries of its transcript: who, when, what, and what belongs to it.

Messages and events in one order, each with its reactions, the message it answers and its
earlier versions. Pure; how an entry is written is for the formats to say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from heapq import merge
from typing import TYPE_CHECKING, Final

from langchain_imessage.chatdb import ANNOTATIONS, REACTION_EMOJI, annotate
from langchain_imessage.records import Attachment, Message, Reason
from langchain_imessage.timestamps import place_in_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import tzinfo

    from langchain_imessage.records import (
        App,
        Conversation,
        Edit,
        GroupEvent,
        Link,
        Part,
        Poll,
        Reaction,
    )
    from langchain_imessage.transcripts._attachment_copies import FileCopy

_UNKNOWN: Final = "Unknown"
"""The sender of what nobody can be named as the sender of."""

_QUOTED: Final = 160
"""Characters of a message that is answered: enough to know which it was."""

_IN_BRACKETS = annotate({"reply": "", "reply: unknown": ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptHead:
    """What a transcript begins with.

    Attributes:
        title: What the conversation is called.
        kind: What sort it is: notes, group or direct.
        people: Who is in it, besides the owner.
        messages: How many there are.
        first: When the first one was sent, in the transcript's time zone.
        last: When the last one was.
        months: The first day of each month that has a message in it.
    """

    title: str = field(repr=False)
    kind: str
    people: tuple[str, ...] = field(default=(), repr=False)
    messages: int
    first: datetime | None = None
    last: datetime | None = None
    months: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """An attachment of an entry.

    Attributes:
        label: What it is, in brackets: "[image]".
        attachment: The attachment.
        copy: Where its copy is, from the transcript's folder on; None if it has none.
        preview: Where there is a picture of it that browsers show, if that is another.
    """

    label: str = field(repr=False)
    attachment: Attachment
    copy: str | None = field(default=None, repr=False)
    preview: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """The message an entry answers.

    Attributes:
        rowid: The ROWID of that message; None if it is not in the transcript.
        sender: Who wrote it.
        text: Its words, cut; None where they are not known.
    """

    rowid: int | None = None
    sender: str | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptEntry:
    """A message, or something that happened.

    Attributes:
        rowid: `message.ROWID`.
        guid: `message.guid`.
        sent_at: When, in the transcript's time zone; None where unknown.
        sender: Who.
        address: The sender's address; None for the owner or where unknown.
        is_own: Whether it is the owner's.
        is_event: Whether it is something that happened; `text` then says what.
        text: What it says, with what is not words in brackets.
        pieces: The same in parts: words, attachments, previews, apps and polls.
        quotation: What it answers.
        reply_to: The guid of that message.
        reactions: Those that stand: the emoji, and whose it is.
        edits: Earlier versions, oldest first.
        effect: The bubble's or the screen's effect.
        service: What it went over.
    """

    rowid: int
    guid: str | None = None
    sent_at: datetime | None = None
    sender: str = field(default=_UNKNOWN, repr=False)
    address: str | None = field(default=None, repr=False)
    is_own: bool = False
    is_event: bool = False
    text: str = field(repr=False)
    pieces: tuple[str | ShownFile | Link | App | Poll, ...] = field(
        default=(), repr=False
    )
    quotation: Quotation | None = None
    reply_to: str | None = None
    reactions: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    edits: tuple[Edit, ...] = ()
    effect: str | None = None
    service: str | None = None


def transcript_content(message: Message) -> str | None:
    """Return the content of a message in a transcript: the policy to read with.

    Reactions and events are left out: entries take them from where they belong.
    """
    details = message.details
    if details and (details.reaction or details.event or details.reason is Reason.EDIT):
        return None
    content = _IN_BRACKETS(message)
    return content if isinstance(content, str) else None


def head_of(conversation: Conversation, time_zone: tzinfo | None) -> TranscriptHead:
    """Return what the transcript of a conversation begins with."""
    chat = conversation.chat
    moments = [_local(m.sent_at, time_zone) for m in conversation.messages]
    known = sorted(moment for moment in moments if moment)
    months: dict[tuple[int, int], date] = {}
    for moment in known:
        months.setdefault((moment.year, moment.month), moment.date())
    return TranscriptHead(
        title=chat.title,
        kind=chat.kind,
        people=chat.participants,
        messages=len(conversation.messages),
        first=known[0] if known else None,
        last=known[-1] if known else None,
        months=tuple(months.values()),
    )


def entries_of(
    conversation: Conversation,
    *,
    own_name: str,
    time_zone: tzinfo | None,
    copy: Callable[[Attachment], FileCopy | None],
) -> Iterator[TranscriptEntry]:
    """Yield the entries of a conversation that was read with `transcript_content`.

    Args:
        conversation: The conversation.
        own_name: What its owner is called.
        time_zone: That of `sent_at`; None for the computer's own.
        copy: Called with each attachment; returns where its copy is, or None.
    """
    said = {m.guid: m for m in conversation.messages if m.guid}
    names = _Names(conversation, own_name)
    items: Iterator[Message | GroupEvent] = merge(
        conversation.messages,
        conversation.events,
        key=lambda item: place_in_time(item.sent_at, item.rowid),
    )
    for item in items:
        if isinstance(item, Message):
            yield _message(item, names, time_zone, said, copy)
        else:
            yield _event(item, names, time_zone)


class _Names:
    """What people are called in a conversation: a reaction knows addresses only."""

    def __init__(self, conversation: Conversation, own_name: str) -> None:
        chat = conversation.chat
        self.own = own_name
        self._names = dict(zip(chat.persons, chat.participants, strict=False))
        for message in conversation.messages:
            if message.person and message.sender:
                self._names.setdefault(message.person, message.sender)

    def of(self, reaction: Reaction) -> str:
        if reaction.is_from_me:
            return self.own
        return self._names.get(reaction.person or "", reaction.sender or _UNKNOWN)


def _message(
    message: Message,
    names: _Names,
    time_zone: tzinfo | None,
    said: dict[str, Message],
    copy: Callable[[Attachment], FileCopy | None],
) -> TranscriptEntry:
    details = message.details
    text = message.text if message.content is None else str(message.content)
    return TranscriptEntry(
        rowid=message.rowid,
        guid=message.guid,
        sent_at=_local(message.sent_at, time_zone),
        sender=names.own if message.is_from_me else message.sender or _UNKNOWN,
        address=None if message.is_from_me else message.handle or message.sender,
        is_own=message.is_from_me,
        text=text,
        pieces=tuple(_pieces(message, text, copy)),
        quotation=_quotation(message, said, names),
        reply_to=message.reply_to,
        reactions=tuple((_emoji(one), names.of(one)) for one in message.reactions),
        edits=message.edits,
        effect=details.effect if details else None,
        service=message.service,
    )


def _event(
    event: GroupEvent, names: _Names, time_zone: tzinfo | None
) -> TranscriptEntry:
    phrase = ANNOTATIONS.get(event.kind, f"[{event.kind}]")[1:-1]
    other = event.other or ANNOTATIONS["somebody"]
    text = phrase.format(name=other, title=event.title or "")
    return TranscriptEntry(
        rowid=event.rowid,
        guid=event.guid,
        sent_at=_local(event.sent_at, time_zone),
        sender=names.own if event.is_from_me else event.sender or _UNKNOWN,
        is_own=event.is_from_me,
        is_event=True,
        text=text,
        pieces=(text,),
    )


def _pieces(
    message: Message, text: str, copy: Callable[[Attachment], FileCopy | None]
) -> Iterator[str | ShownFile | Link | App | Poll]:
    details = message.details
    if details is None or details.reason is Reason.UNSENT:
        yield text
        return
    if details.subject and details.parts:
        yield details.subject
    if not details.parts and message.text:
        yield message.text
    for part in details.parts:
        yield from _bubble(part, copy)
    yield from (link for link in details.links if link.text is None)
    if details.app is not None:
        yield details.app
    if details.poll is not None:
        yield details.poll


def _bubble(
    part: Part, copy: Callable[[Attachment], FileCopy | None]
) -> Iterator[str | ShownFile]:
    for piece in part.pieces:
        if isinstance(piece, Attachment):
            yield _shown(piece, copy(piece))
        elif words := piece.strip():
            yield words


def _shown(attachment: Attachment, copy: FileCopy | None) -> ShownFile:
    return ShownFile(
        label=_label(attachment),
        attachment=attachment,
        copy=copy and copy.path,
        preview=copy and copy.preview,
    )


def _label(attachment: Attachment) -> str:
    if attachment.transcription:
        return ANNOTATIONS["voice: said"].format(text=attachment.transcription)
    if attachment.kind == "emoji" and attachment.description:
        return ANNOTATIONS["emoji: described"].format(text=attachment.description)
    return ANNOTATIONS.get(attachment.kind, ANNOTATIONS["unknown"])


def _quotation(
    message: Message, said: dict[str, Message], names: _Names
) -> Quotation | None:
    if message.reply_to is None:
        return None
    reply = message.details.reply if message.details else None
    target = said.get(message.reply_to)
    if target is None:
        return Quotation(text=_cut(reply.text) if reply and reply.text else None)
    text = (reply and reply.text) or str(target.content or target.text)
    return Quotation(
        rowid=target.rowid,
        sender=names.own if target.is_from_me else target.sender or _UNKNOWN,
        text=_cut(text),
    )


def _cut(text: str) -> str:
    line = " ".join(text[: 8 * _QUOTED].split())
    return line if len(line) <= _QUOTED else line[: _QUOTED - 1].rstrip() + "…"


def _emoji(reaction: Reaction) -> str:
    return reaction.emoji or REACTION_EMOJI[reaction.kind]


def _local(moment: datetime | None, time_zone: tzinfo | None) -> datetime | None:
    """Return a moment in a time zone, or as it is at the calendar's ends."""
    if moment is None:
        return None
    try:
        return moment.astimezone(time_zone)
    except (OverflowError, ValueError, OSError):
        return moment.replace(tzinfo=UTC)
