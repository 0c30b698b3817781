"""A special row → a message with its details, or the reason why it is none.

A special row is one that is not plain words. Everything rare is read here, so that the
loop in `_plain` stays quick. No SQL, no connection.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from langchain_imessage.chatdb.people._handles import NOBODY
from langchain_imessage.chatdb.rows._actions import balloon_of, read_action
from langchain_imessage.chatdb.rows._attachments import fill, not_taken_back
from langchain_imessage.chatdb.rows._columns import (
    NO_DETAILS,
    MessageRow,
    service_name,
)
from langchain_imessage.chatdb.rows._final_text import NO_HISTORY, Words, read_words
from langchain_imessage.chatdb.rows._row_context import place_of
from langchain_imessage.decoding._events import effect_name
from langchain_imessage.decoding._tapbacks import parse_target
from langchain_imessage.decoding.balloons._app_messages import (
    fill_template,
    has_template,
)
from langchain_imessage.records import (
    App,
    Details,
    Link,
    Message,
    Poll,
    Reason,
    Reply,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from langchain_imessage.chatdb.rows._row_context import Collected, ReadContext
    from langchain_imessage.decoding._attributed_body import Body
    from langchain_imessage.decoding._summary_info import SummaryInfo
    from langchain_imessage.records import Mention, Part

_SATELLITE = "imessagelite"
_NO_DETAILS = Details()
_PART_NUMBER = re.compile(r"[0-9]{1,9}(?![0-9])")


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
        action = read_action(row, context, found)
        if action is not None:
            return _without_words(row, action, context, found)
    text, words, details = _read(row, context)
    if not row.special and _lacks_something(text, words.body):
        row = _in_full(plain, context)
        text, words, details = _read(row, context)
    if details.attachments:
        found.add_attachment(place_of(row, context))
    if not text:
        reason = _why_wordless(row, words, details)
        details = details._replace(reason=reason)
        if row.guid and (words.is_unsent or details.unsent_parts):
            found.unsent.add(row.guid)
        return _without_words(row, details, context, found)
    found.salvaged += words.is_salvaged
    return _message(row, text, words.history, details, context)


def _in_full(plain: tuple[Any, ...], context: ReadContext) -> MessageRow:
    """Fetch a row's other fields, whether or not it seemed to have any."""
    return MessageRow._make((*plain[:-1], 1, *context.details(plain[1])))


def _read(row: MessageRow, context: ReadContext) -> tuple[str, Words, Details]:
    """Read a row: its text, and all that the text was taken from."""
    words = read_words(row)
    details = _details(row, words, context)
    text = words.body.text
    if attachments := details.attachments:
        text = text or "\n".join(filter(None, (a.transcription for a in attachments)))
    if has_template(text):
        # An app's sentence, with places for names: nobody's own words.
        app = details.app or App(kind="app", text=fill_template(text))
        text, details = "", details._replace(app=app, parts=())
    if details.subject:
        text = f"{details.subject}\n{text}" if text else details.subject
    return text, words, details


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
    return _message(row, "", NO_HISTORY, details, context)


def _message(
    row: MessageRow,
    text: str,
    history: SummaryInfo,
    details: Details,
    context: ReadContext,
) -> Message:
    # Whose an event is can differ from what its row says.
    own = details.event.is_from_me if details.event else bool(row.is_from_me)
    sender = NOBODY if own else context.sender(row.handle_id)
    return Message(
        rowid=row.rowid,
        guid=row.guid,
        date=row.date,
        sent_at=context.moment(row.date),
        text=text,
        sender=sender.name,
        is_from_me=own,
        service=service_name(row.service),
        reply_to=_replied_to(row),
        delivered_at=context.moment(row.date_delivered),
        read_at=context.moment(row.date_read),
        edits=history.earlier,
        details=details if details != _NO_DETAILS else None,
        handle=sender.address if context.people.has_contacts else None,
        person=sender.person,
    )


def _details(row: MessageRow, words: Words, context: ReadContext) -> Details:
    body, retracted = words.body, words.history.retracted
    if words.is_unsent:  # what other columns still have was taken back, too
        return Details(unsent_parts=retracted, reply=_reply(row), reason=Reason.UNSENT)
    parts = _parts(row, body, retracted, context)
    mentions = _mentions(body, context)
    if not row.special:
        return Details(
            parts=parts,
            mentions=mentions,
            links=body.links,
            styles=body.styles,
            one_time_codes=body.codes,
        )
    # A subject may be left of a row whose every bubble was taken back: then it is all.
    balloon = balloon_of(row) if body.bubbles or not retracted else None
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
        unsent_parts=retracted,
        one_time_codes=body.codes,
        translations=words.history.translations,
        played_at=context.moment(row.date_played),
        is_satellite=bool(row.satellite)
        or (service_name(row.service) or "").casefold() == _SATELLITE,
    )


def _mentions(body: Body, context: ReadContext) -> tuple[Mention, ...]:
    """Return who is mentioned, by name where names were looked up."""
    if not context.people.has_contacts:
        return body.mentions
    name = context.people.name
    return tuple([replace(m, person=name(m.person)) for m in body.mentions])


def _parts(
    row: MessageRow, body: Body, retracted: Collection[int], context: ReadContext
) -> tuple[Part, ...]:
    """Return the bubbles; none where there is but one, of words only."""
    rows = not_taken_back(context.attachments.get(row.rowid, ()), retracted)
    bubbles = body.bubbles
    if not rows and len(bubbles) <= 1 and not body.slots:
        return ()
    voice = bool(row.is_audio)
    return fill(bubbles, rows, context.files, is_voice=voice, is_cut=bool(retracted))


def _replied_to(row: MessageRow) -> str | None:
    return parse_target(row.reply_to).guid or None if row.reply_to else None


def _reply(row: MessageRow) -> Reply | None:
    guid = _replied_to(row)
    if guid is None:
        return None
    # Before the first colon; what is no bubble's number, such as -1, means the first.
    part = _PART_NUMBER.match(row.reply_part or "")
    return Reply(guid=guid, part=int(part[0]) if part else 0)


def _why_wordless(row: MessageRow, words: Words, details: Details) -> Reason:
    if words.is_unsent:
        return Reason.UNSENT
    has_balloon = bool(row.balloon or details.app or details.poll or details.links)
    if words.body.slots:
        return Reason.APP if has_balloon else Reason.ATTACHMENT_ONLY
    if words.history.retracted:
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
