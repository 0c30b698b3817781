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
    from collections.abc import Collection, Sequence

    from langchain_imessage.chatdb.rows._attachments import AttachmentRow
    from langchain_imessage.chatdb.rows._row_context import Collected, ReadContext
    from langchain_imessage.decoding._attributed_body import Body
    from langchain_imessage.decoding._summary_info import SummaryInfo
    from langchain_imessage.records import Mention, Part

_SATELLITE = "imessagelite"
_NO_DETAILS = Details()
_PART_NUMBER = re.compile(r"[0-9]{1,9}(?![0-9])")


def read_special_row(
    selected: tuple[Any, ...],
    plain: str | None,
    context: ReadContext,
    found: Collected,
) -> Message | None:
    """Read a special row.

    Args:
        selected: As `Queries.messages` selects it; its other fields are fetched if they
            can matter.
        plain: The text of its body, if that is certain and the body words alone.
        context: What is known beforehand.
        found: Collects what the row does to other messages.

    Returns:
        The message; None if it is none and only words are wanted. What has no words is
        counted, or marked with the reason.
    """
    if not selected[-1]:
        row = MessageRow._make(selected + NO_DETAILS)
    else:
        row = _in_full(selected, context)
        action = read_action(row, context, found)
        if action is not None:
            return _without_words(row, action, context, found)
    text, words, details = _read(row, plain, context)
    if not row.special and _lacks_something(text, words.body):
        row = _in_full(selected, context)
        text, words, details = _read(row, plain, context)
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


def _in_full(selected: tuple[Any, ...], context: ReadContext) -> MessageRow:
    """Fetch a row's other fields, whether or not it seemed to have any."""
    special = selected[-1] or 1
    return MessageRow._make((*selected[:-1], special, *context.details(selected[1])))


def _read(
    row: MessageRow, plain: str | None, context: ReadContext
) -> tuple[str, Words, Details]:
    """Read a row: its text, and all that the text was taken from."""
    words = read_words(row, plain)
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
    address, name, person = NOBODY if own else context.sender(row.handle_id)
    moment, delivered, read = context.moment, row.date_delivered, row.date_read
    # As its constructor with names, in a quarter of the time.
    # fmt: off
    return tuple.__new__(Message, (
        row.rowid, row.guid, row.date, moment(row.date), text, name, own,
        service_name(row.service), _replied_to(row) if row.reply_to else None,
        moment(delivered) if delivered else None, moment(read) if read else None,
        history.earlier if history.versions else (), (),
        details if details != _NO_DETAILS else None,
        address if context.people.has_contacts else None, None, person))
    # fmt: on


def _details(row: MessageRow, words: Words, context: ReadContext) -> Details:
    body, retracted = words.body, words.history.retracted
    if words.is_unsent:  # what other columns still have was taken back, too
        return Details(unsent_parts=retracted, reply=_reply(row), reason=Reason.UNSENT)
    parts = _parts(row, body, retracted, context)
    mentions = _mentions(body, context) if body.mentions else ()
    if not row.special:
        return Details(
            parts=parts,
            mentions=mentions,
            links=body.links,
            styles=body.styles,
            one_time_codes=body.codes,
        )
    # A subject may be left of a row whose every bubble was taken back: then it is all.
    link = app = poll = None
    if (row.balloon or row.payload) and (body.bubbles or not retracted):
        balloon = balloon_of(row)
        link = balloon if isinstance(balloon, Link) else None
        app = balloon if isinstance(balloon, App) else None
        poll = balloon if isinstance(balloon, Poll) else None
    played = row.date_played
    is_satellite = bool(row.satellite) or _is_satellite(service_name(row.service))
    # As its constructor with names, in a quarter of the time.
    # fmt: off
    return tuple.__new__(Details, (
        parts, row.subject or None, mentions,
        (*body.links, link) if link else body.links, body.styles,
        effect_name(row.effect) if row.effect else None, app, poll,
        _reply(row) if row.reply_to else None, retracted,
        context.moment(played) if played else None, is_satellite, None, None, None,
        body.codes, words.history.translations))
    # fmt: on


def _is_satellite(service: str | None) -> bool:
    if not service or len(service) > len(_SATELLITE):  # whatever a database holds
        return False
    return service.casefold() == _SATELLITE


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
    rows: Sequence[AttachmentRow] = context.attachments.get(row.rowid, ())
    if rows:
        rows = not_taken_back(rows, retracted)
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
    written = row.reply_part or ""
    if written.startswith("0:"):  # nearly all
        return Reply(guid=guid)
    # Before the first colon; what is no bubble's number, such as -1, means the first.
    part = _PART_NUMBER.match(written)
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
