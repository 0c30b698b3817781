"""A conversation → the entries of its transcript: who, when, what, and what belongs to it.

Messages and events in one order, each with its reactions, the message it answers and its
earlier versions. Pure; how an entry is written is for the formats to say.
"""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING, Final

from langchain_imessage.chatdb import ANNOTATIONS, REACTION_EMOJI, annotate
from langchain_imessage.records import Attachment, Message, Reason
from langchain_imessage.timestamps import local_time, place_in_time
from langchain_imessage.transcripts._entry_types import (
    UNKNOWN,
    Quotation,
    ShownFile,
    TranscriptEntry,
    TranscriptHead,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime, tzinfo

    from langchain_imessage.records import (
        App,
        Conversation,
        GroupEvent,
        Link,
        Part,
        Poll,
        Reaction,
    )
    from langchain_imessage.transcripts._attachment_copies import FileCopy

_QUOTED: Final = 160
"""Characters of a message that is answered: enough to know which it was."""

_IN_BRACKETS = annotate({"reply": "", "reply: unknown": ""})


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
        return self._names.get(reaction.person or "", reaction.sender or UNKNOWN)


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
        sender=names.own if message.is_from_me else message.sender or UNKNOWN,
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
        sender=names.own if event.is_from_me else event.sender or UNKNOWN,
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
        sender=names.own if target.is_from_me else target.sender or UNKNOWN,
        text=_cut(text),
    )


def _cut(text: str) -> str:
    line = " ".join(text[: 8 * _QUOTED].split())
    return line if len(line) <= _QUOTED else line[: _QUOTED - 1].rstrip() + "…"


def _emoji(reaction: Reaction) -> str:
    return reaction.emoji or REACTION_EMOJI[reaction.kind]


def _local(moment: datetime | None, time_zone: tzinfo | None) -> datetime | None:
    return None if moment is None else local_time(moment, time_zone)
