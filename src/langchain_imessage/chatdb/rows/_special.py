"""A row that is not plain words → a message with its details, or why it is none.

Everything rare ends here, so that the loop in `_rows` stays quick. No SQL, no connection.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_imessage.chatdb.rows._attachments import fill
from langchain_imessage.chatdb.rows._polls import Ballot
from langchain_imessage.chatdb.rows._queries import NO_DETAILS, Row
from langchain_imessage.chatdb.rows._reactions import tapback_of
from langchain_imessage.decoding._attributed_body import (
    Body,
    parse_body,
    text_body,
)
from langchain_imessage.decoding._balloons import parse_balloon
from langchain_imessage.decoding._events import LOCATION, effect_name, event_kind
from langchain_imessage.decoding._summary_info import SummaryInfo, parse_summary_info
from langchain_imessage.decoding._tapbacks import is_reaction
from langchain_imessage.errors import DecodeError
from langchain_imessage.records import (
    App,
    Details,
    GroupEvent,
    Link,
    Message,
    Poll,
    Reason,
    Reply,
)
from langchain_imessage.typedstream import salvage_text

if TYPE_CHECKING:
    from langchain_imessage.chatdb.rows._reading import Reading
    from langchain_imessage.decoding._balloons import Balloon
    from langchain_imessage.records import Part, Vote

_APP_UPDATE = 3
_VOTE = 4000
"""Associated types: an app's update, a poll's vote: never words of their sender."""

_SEND_LATER = 2
_WAITING = {1, 2, 3}
"""States of a message that is still to be sent."""

_SATELLITE = "imessagelite"
_NO_HISTORY = SummaryInfo()
_NO_DETAILS = Details()
_REACTION = Details(reason=Reason.REACTION)
"""What is to be told of one where rows without words are no messages."""

_NO_BODY = Body()


class _Words(NamedTuple):
    """What a row's columns say, and how well they could be read."""

    body: Body = _NO_BODY
    is_salvaged: bool = False
    is_damaged: bool = False


def look_closer(plain: tuple[Any, ...], reading: Reading) -> Message | None:
    """Read a row that is not plain.

    Args:
        plain: As `Queries.messages` selects it; its other fields are fetched if they can
            matter.
        reading: Gathers what is found.

    Returns:
        The message; None if it is none and only words are wanted. What has no words is
        counted, or marked with the reason.
    """
    row = _in_full(plain, reading) if plain[-1] else Row(*plain, *NO_DETAILS)
    if row.special:
        reading.saw_edit(row.date_edited)
        done = _happening(row, reading)
        if done is not None:
            return _without_words(row, done, reading)
    text, words, history, details = _read(row, reading)
    if not row.special and _lacks_something(text, words.body):
        row = _in_full(plain, reading)
        text, words, history, details = _read(row, reading)
    if not text:
        reason = _why_wordless(row, words, history, details)
        return _without_words(row, details._replace(reason=reason), reading)
    reading.salvaged += words.is_salvaged
    return _message(row, text, history, details, reading)


def _in_full(plain: tuple[Any, ...], reading: Reading) -> Row:
    """Fetch a row's other fields, whether or not it seemed to have any."""
    return Row._make((*plain[:-1], 1, *reading.details(plain[1])))


def _read(row: Row, reading: Reading) -> tuple[str, _Words, SummaryInfo, Details]:
    """Read what a row says: its text, and all that text was taken from."""
    history = _history(row)
    words = _current_words(row, history)
    details = _details(row, words.body, history, reading)
    text = words.body.text
    if attachments := details.attachments:
        reading.saw_attachment(row)
        text = text or "\n".join(filter(None, (a.transcription for a in attachments)))
    if row.subject:
        text = f"{row.subject}\n{text}" if text else row.subject
    return text, words, history, details


def _lacks_something(text: str, body: Body) -> bool:
    """Tell whether words or bubbles are missing: why, other fields may say."""
    numbers = [bubble.number for bubble in body.bubbles]
    return not (text or body.slots) or numbers != [*range(len(numbers))]


def _without_words(row: Row, details: Details, reading: Reading) -> Message | None:
    reason = details.reason or Reason.EMPTY
    reading.leave_out(row, reason)
    if not reading.wants_wordless:
        return None
    return _message(row, "", _NO_HISTORY, details, reading)


def _message(
    row: Row, text: str, history: SummaryInfo, details: Details, reading: Reading
) -> Message:
    own, handle = bool(row.is_from_me), row.handle_id
    return Message(
        rowid=row.rowid,
        guid=row.guid,
        date=row.date,
        sent_at=reading.moment(row.date),
        text=text,
        sender=None if own else reading.sender(handle),
        is_from_me=own,
        service=row.service,
        reply_to=row.reply_to or None,
        delivered_at=reading.moment(row.date_delivered),
        read_at=reading.moment(row.date_read),
        edits=history.earlier,
        details=details if details != _NO_DETAILS else None,
        handle=None if own else reading.handle(handle),
    )


def _happening(row: Row, reading: Reading) -> Details | None:
    """Tell what a row is that was done rather than said; None if it is a message."""
    associated = row.associated_type or 0
    if row.item_type:
        event = _event(row, reading)
        reading.events.append(event)
        return Details(event=event, reason=Reason.GROUP_EVENT)
    if is_reaction(associated):
        sender = None if row.is_from_me else reading.sender(row.handle_id)
        tapback = tapback_of(row, sender, reading.nanoseconds(row.date))
        reading.tapbacks.append(tapback)
        if not reading.wants_wordless:
            return _REACTION
        return Details(
            reaction=tapback.reaction,
            reply=Reply(guid=str(tapback.target), part=tapback.reaction.part or 0),
            reason=Reason.REACTION,
        )
    if associated in {_APP_UPDATE, _VOTE}:
        return _update(row, reading)
    if row.schedule_type == _SEND_LATER and row.schedule_state in _WAITING:
        return Details(reason=Reason.SCHEDULED)
    return None


def _update(row: Row, reading: Reading) -> Details:
    """Read an app's update, or a vote."""
    balloon = _balloon(row)
    if isinstance(balloon, Poll | tuple):
        reading.ballots.append(_ballot(row, balloon, reading))
    app = balloon if isinstance(balloon, App) else None
    return Details(app=app, reason=Reason.APP)


def _ballot(row: Row, balloon: Poll | tuple[Vote, ...], reading: Reading) -> Ballot:
    return Ballot(
        order=(reading.nanoseconds(row.date), row.rowid),
        target=row.associated_guid or row.guid or "",
        voter=None if row.is_from_me else reading.sender(row.handle_id),
        is_own=bool(row.is_from_me),
        content=balloon,
    )


def _event(row: Row, reading: Reading) -> GroupEvent:
    is_location = row.item_type == LOCATION
    action = row.share_status if is_location else row.group_action
    # A location the owner shares is stored as received, with whom it is shared with.
    is_own = bool(
        row.is_from_me
        or (is_location and (row.other_handle or 0) > 0 and not row.share_direction)
    )
    other = row.other_handle if (row.other_handle or 0) > 0 else None
    return GroupEvent(
        kind=event_kind(
            row.item_type or 0,
            action or 0,
            is_same_person=other is not None and other == row.handle_id,
        ),
        rowid=row.rowid,
        guid=row.guid,
        sender=None if is_own else reading.sender(row.handle_id),
        is_from_me=is_own,
        other=reading.people.names.get(other),
        title=row.group_title or None,
        sent_at=reading.moment(row.date),
    )


def _history(row: Row) -> SummaryInfo:
    if not row.summary:
        return _NO_HISTORY
    try:
        return parse_summary_info(row.summary)
    except DecodeError:
        return _NO_HISTORY


def _current_words(row: Row, history: SummaryInfo) -> _Words:
    """Find what a row says today.

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


def _details(row: Row, body: Body, history: SummaryInfo, reading: Reading) -> Details:
    parts = _parts(row, body, reading)
    mentions = body.mentions
    if mentions and reading.people.name_of:
        mentions = tuple(
            [replace(m, person=reading.people.name(m.person)) for m in mentions]
        )
    if not row.special:
        return Details(
            parts=parts, mentions=mentions, links=body.links, styles=body.styles
        )
    balloon = _balloon(row)
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
        played_at=reading.moment(row.date_played),
        is_satellite=bool(row.satellite)
        or (row.service or "").casefold() == _SATELLITE,
    )


def _parts(row: Row, body: Body, reading: Reading) -> tuple[Part, ...]:
    """Put the bubbles together; one of words only, being all there is, is left out."""
    rows = reading.attachments.get(row.rowid, ())
    bubbles = body.bubbles
    if not rows and len(bubbles) <= 1 and not body.slots:
        return ()
    return fill(bubbles, rows, reading.locate, is_voice=bool(row.is_audio))


def _balloon(row: Row) -> Balloon | None:
    if not row.balloon and not row.payload:
        return None
    return parse_balloon(row.balloon or None, row.payload)


def _reply(row: Row) -> Reply | None:
    if not row.reply_to:
        return None
    part = (row.reply_part or "").partition(":")[0]
    return Reply(guid=row.reply_to, part=int(part) if part.isdecimal() else 0)


def _why_wordless(
    row: Row, words: _Words, history: SummaryInfo, details: Details
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
