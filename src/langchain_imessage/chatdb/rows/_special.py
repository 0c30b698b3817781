"""A special row → a message with its details, or the reason why it is none.

A special row is one that is not plain words. Everything rare is read here, so that the
loop in `_plain` stays quick. No SQL, no connection.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_imessage.chatdb.rows._actions import balloon_of, read_action
from langchain_imessage.chatdb.rows._attachments import fill
from langchain_imessage.chatdb.rows._columns import NO_DETAILS, MessageRow
from langchain_imessage.chatdb.rows._reading import place_of
from langchain_imessage.decoding._attributed_body import (
    Body,
    parse_body,
    text_body,
)
from langchain_imessage.decoding._events import effect_name
from langchain_imessage.decoding._summary_info import SummaryInfo, parse_summary_info
from langchain_imessage.errors import DecodeError
from langchain_imessage.records import (
    App,
    Details,
    Link,
    Message,
    Poll,
    Reason,
    Reply,
)
from langchain_imessage.typedstream import salvage_text

if TYPE_CHECKING:
    from langchain_imessage.chatdb.rows._reading import Collected, ReadContext
    from langchain_imessage.records import Part

_SATELLITE = "imessagelite"
_NO_HISTORY = SummaryInfo()
_NO_DETAILS = Details()
_NO_BODY = Body()


class _Words(NamedTuple):
    """What a row's columns say, and how well they could be read."""

    body: Body = _NO_BODY
    is_salvaged: bool = False
    is_damaged: bool = False


def read_special_row(
    plain: tuple[Any, ...], context: ReadContext, found: Collected
) -> Message | None:
    """Read a special row.

    Args:
        plain: As `Queries.messages` selects it; its other fields are fetched if they can
            matter.
        context: What is known beforehand.
        found: Collects what the row does to other messages.

    Returns:
        The message; None if it is none and only words are wanted. What has no words is
        counted, or marked with the reason.
    """
    row = _in_full(plain, context) if plain[-1] else MessageRow(*plain, *NO_DETAILS)
    if row.special:
        found.newest_edit = max(found.newest_edit, context.nanoseconds(row.date_edited))
        action = read_action(row, context, found)
        if action is not None:
            return _without_words(row, action, context, found)
    text, words, history, details = _read(row, context)
    if not row.special and _lacks_something(text, words.body):
        row = _in_full(plain, context)
        text, words, history, details = _read(row, context)
    if details.attachments:
        found.add_attachment(place_of(row, context))
    if not text:
        reason = _why_wordless(row, words, history, details)
        details = details._replace(reason=reason)
        return _without_words(row, details, context, found)
    found.salvaged += words.is_salvaged
    return _message(row, text, history, details, context)


def _in_full(plain: tuple[Any, ...], context: ReadContext) -> MessageRow:
    """Fetch a row's other fields, whether or not it seemed to have any."""
    return MessageRow._make((*plain[:-1], 1, *context.details(plain[1])))


def _read(
    row: MessageRow, context: ReadContext
) -> tuple[str, _Words, SummaryInfo, Details]:
    """Read a row: its text, and all that the text was taken from."""
    history = _history(row)
    words = _current_words(row, history)
    details = _details(row, words.body, history, context)
    text = words.body.text
    if attachments := details.attachments:
        text = text or "\n".join(filter(None, (a.transcription for a in attachments)))
    if row.subject:
        text = f"{row.subject}\n{text}" if text else row.subject
    return text, words, history, details


def _lacks_something(text: str, body: Body) -> bool:
    """Return whether words or bubbles are missing; other fields may say why."""
    numbers = [bubble.number for bubble in body.bubbles]
    return not (text or body.slots) or numbers != [*range(len(numbers))]


def _without_words(
    row: MessageRow, details: Details, context: ReadContext, found: Collected
) -> Message | None:
    reason = details.reason or Reason.EMPTY
    found.leave_out(row, reason, context)
    if not context.wants_wordless:
        return None
    return _message(row, "", _NO_HISTORY, details, context)


def _message(
    row: MessageRow,
    text: str,
    history: SummaryInfo,
    details: Details,
    context: ReadContext,
) -> Message:
    own, handle = bool(row.is_from_me), row.handle_id
    return Message(
        rowid=row.rowid,
        guid=row.guid,
        date=row.date,
        sent_at=context.moment(row.date),
        text=text,
        sender=None if own else context.sender(handle),
        is_from_me=own,
        service=row.service,
        reply_to=row.reply_to or None,
        delivered_at=context.moment(row.date_delivered),
        read_at=context.moment(row.date_read),
        edits=history.earlier,
        details=details if details != _NO_DETAILS else None,
        handle=None if own else context.handle(handle),
        person=None if own else context.person(handle),
    )


def _history(row: MessageRow) -> SummaryInfo:
    if not row.summary:
        return _NO_HISTORY
    try:
        return parse_summary_info(row.summary)
    except DecodeError:
        return _NO_HISTORY


def _current_words(row: MessageRow, history: SummaryInfo) -> _Words:
    """Return the words a row has today.

    Never edited: the text column, else the body. Edited: the body, which has the latest
    version, else the history; the text column may still hold what was taken back.
    """
    edited = row.date_edited or history.versions or history.retracted
    found = _body_words(row.body)
    if row.text and not edited:
        said = text_body(row.text)
        is_same = found.body.bubbles and _plain(found.body) == _plain(said)
        return found if is_same else _Words(body=said)
    if found.body.text or not edited:
        return found
    if history.versions:
        return _Words(body=text_body(history.current_text))
    if row.text and not history.retracted:
        return _Words(body=text_body(row.text))
    return found


def _plain(body: Body) -> str:
    return "".join(bubble.text for bubble in body.bubbles)


def _body_words(body: bytes | None) -> _Words:
    if not body:
        return _Words()
    try:
        return _Words(body=parse_body(body))
    except DecodeError:
        text = salvage_text(body)
    if text is None:
        return _Words(is_damaged=True)
    return _Words(body=text_body(text), is_salvaged=True)


def _details(
    row: MessageRow, body: Body, history: SummaryInfo, context: ReadContext
) -> Details:
    parts = _parts(row, body, context)
    mentions = body.mentions
    if mentions and context.people.has_contacts:
        mentions = tuple(
            [replace(m, person=context.people.name(m.person)) for m in mentions]
        )
    if not row.special:
        return Details(
            parts=parts, mentions=mentions, links=body.links, styles=body.styles
        )
    balloon = balloon_of(row)
    return Details(
        parts=parts,
        subject=row.subject or None,
        mentions=mentions,
        links=(*body.links, balloon) if isinstance(balloon, Link) else body.links,
        styles=body.styles,
        effect=effect_name(row.effect),
        app=balloon if isinstance(balloon, App) else None,
        poll=balloon if isinstance(balloon, Poll) else None,
        reply=_reply(row),
        unsent_parts=history.retracted,
        played_at=context.moment(row.date_played),
        is_satellite=bool(row.satellite)
        or (row.service or "").casefold() == _SATELLITE,
    )


def _parts(row: MessageRow, body: Body, context: ReadContext) -> tuple[Part, ...]:
    """Return the bubbles; none where there is but one, of words only."""
    rows = context.attachments.get(row.rowid, ())
    bubbles = body.bubbles
    if not rows and len(bubbles) <= 1 and not body.slots:
        return ()
    return fill(bubbles, rows, context.locate, is_voice=bool(row.is_audio))


def _reply(row: MessageRow) -> Reply | None:
    if not row.reply_to:
        return None
    part = (row.reply_part or "").partition(":")[0]
    return Reply(guid=row.reply_to, part=int(part) if part.isdecimal() else 0)


def _why_wordless(
    row: MessageRow, words: _Words, history: SummaryInfo, details: Details
) -> Reason:
    has_balloon = bool(row.balloon or details.app or details.poll or details.links)
    if words.body.slots:
        return Reason.APP if has_balloon else Reason.ATTACHMENT_ONLY
    if history.retracted:
        return Reason.UNSENT
    if words.is_damaged:
        return Reason.UNDECODABLE
    if row.date_edited:
        return Reason.UNSENT
    if has_balloon:
        return Reason.APP
    if row.has_attachments or details.attachments:
        return Reason.ATTACHMENT_ONLY
    return Reason.EMPTY
