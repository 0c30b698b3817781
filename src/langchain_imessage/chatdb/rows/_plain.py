"""The rows of one conversation → its messages; no SQL, no connection.

Decides for each row whether it is a message, and what its words are. The loop over plain
rows is the hot path of the whole package: what is rare leaves it at its first question.
"""

from __future__ import annotations

from datetime import UTC, datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from langchain_imessage.chatdb.people._handles import NOBODY
from langchain_imessage.chatdb.rows._columns import (
    ABOUT_ANOTHER,
    SERVICES,
    service_name,
)
from langchain_imessage.chatdb.rows._special import read_special_row
from langchain_imessage.decoding._attributed_body import WORDS_ALONE, has_placeholders
from langchain_imessage.decoding._compatibility_sentences import (
    FIRST_LETTERS,
    may_be_sentence,
)
from langchain_imessage.decoding.balloons._app_messages import TEMPLATE
from langchain_imessage.records import Details, Message, Reason
from langchain_imessage.timestamps import APPLE_EPOCH_UNIX
from langchain_imessage.typedstream._plain_bodies import EMPTY_BODIES

if TYPE_CHECKING:
    from langchain_imessage.chatdb.rows._row_context import Collected, ReadContext

_EMPTY = Details(reason=Reason.EMPTY)
_ROWID_OF = itemgetter(1)
_WORDLESS = EMPTY_BODIES | {None, b""}
"""The bodies that have no words. `Queries.messages` marks rows that have none and something
that may say why."""


def read_rows(
    rows: list[tuple[Any, ...]], context: ReadContext, found: Collected
) -> None:
    """Read some of a conversation's rows, as `Queries.messages` selects them, each once."""
    if rows:
        is_usual = found.expect(rows, context)
        texts = WORDS_ALONE.texts(
            [None if row[-1] and row[-1] == ABOUT_ANOTHER else row[4] for row in rows]
        )
        before = len(found.messages)
        _read_each(rows, texts, context, found, is_usual)
        if max(map(_ROWID_OF, rows)) > context.recent_from:
            found.note_recent(before, context)


def _read_each(
    rows: list[Any],
    texts: list[Any],
    context: ReadContext,
    found: Collected,
    is_usual: bool,  # noqa: FBT001 - passed once for 256 rows
) -> None:
    """Read rows in order, of which `texts` are those of their bodies, if certain.

    Where all their dates are usual ones, none is asked what it is.
    """
    sender_of, other = context.people.handles.get, context.other
    has_contacts, attachments = context.people.has_contacts, context.attachments
    messages, moment, new = found.messages, datetime.fromtimestamp, tuple.__new__
    moment_of, service_of, before = context.moment, SERVICES.get, None
    for row, plain in zip(rows, texts, strict=True):
        date, rowid, guid, text, body, own, who, service, delivered, read, special = row
        if date == before:
            found.has_equal_dates = True
        before = date
        words: Any = text or plain
        if (
            special
            or not (plain or (text and not body))
            or (text and not text.isascii() and has_placeholders(text))
            or rowid in attachments
            or TEMPLATE in words
        ):
            _read_rest(row, plain, context, found)
            continue
        address = name = person = None
        if not own:
            address, name, person = sender_of(who, other)
        if words[0] in FIRST_LETTERS and may_be_sentence(words):
            found.quoting.append(len(messages))
        # Dates as `moment_of`, the message as its constructor, in half the time.
        # fmt: off
        messages.append(new(Message, (
            rowid, guid, date,
            moment(date / 1e9 + APPLE_EPOCH_UNIX, UTC) if is_usual else moment_of(date),
            words, name, True if own else False,  # noqa: SIM210
            service_of(service, service), None,
            moment_of(delivered) if delivered else None,
            moment_of(read) if read else None, (), (), None,
            address if has_contacts else None, None, person)))
        # fmt: on


def _read_rest(
    row: tuple[Any, ...], plain: str | None, context: ReadContext, found: Collected
) -> None:
    """Read a row that is not words alone; its body's text may be certain all the same."""
    date, rowid, _, text, body, own, *_, special = row
    if special or text or body not in _WORDLESS or rowid in context.attachments:
        message = read_special_row(row, plain, context, found)
        if message is not None:
            found.noted.append(len(found.messages))
            found.messages.append(message)
    # There may be more of these than of all others: a flood of them is quick.
    elif context.wants_wordless:
        found.messages.append(_wordless(row, context))
    else:
        found.leave_out_empty(rowid, date, context, is_own=bool(own))


def _wordless(row: tuple[Any, ...], context: ReadContext) -> Message:
    date, rowid, guid, _, _, own, from_, service, delivered, read, _ = row
    sender = NOBODY if own else context.sender(from_)
    return Message(
        rowid=rowid,
        guid=guid,
        date=date,
        sent_at=context.moment(date),
        text="",
        sender=sender.name,
        is_from_me=bool(own),
        service=service_name(service),
        delivered_at=context.moment(delivered),
        read_at=context.moment(read),
        details=_EMPTY,
        handle=sender.address if context.people.has_contacts else None,
        person=sender.person,
    )
