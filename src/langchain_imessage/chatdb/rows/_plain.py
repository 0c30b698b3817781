"""The rows of one conversation → its messages; no SQL, no connection.

Decides for each row whether it is a message, and what its words are. The loop over plain
rows is the hot path of the whole package: what is rare leaves it at its first question.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from langchain_imessage.chatdb.rows._special import read_special_row
from langchain_imessage.decoding._attributed_body import has_placeholders
from langchain_imessage.decoding._compatibility_sentences import FIRST_LETTERS
from langchain_imessage.decoding.balloons._app_messages import TEMPLATE
from langchain_imessage.records import Details, Message, Reason
from langchain_imessage.timestamps import APPLE_EPOCH_UNIX, NANOSECONDS_FROM
from langchain_imessage.typedstream import plain_text
from langchain_imessage.typedstream._plain_bodies import EMPTY_BODIES

if TYPE_CHECKING:
    from langchain_imessage.chatdb.rows._row_context import Collected, ReadContext

_EMPTY = Details(reason=Reason.EMPTY)
_WORDLESS = EMPTY_BODIES | {None, b""}
"""The bodies that have no words. `Queries.messages` marks rows that have none and something
that may say why."""


def read_rows(
    rows: list[tuple[Any, ...]], context: ReadContext, found: Collected
) -> None:
    """Read some of a conversation's rows.

    Args:
        rows: As `Queries.messages` selects them, each once; they are put in order.
        context: What is known beforehand.
        found: Collects what the rows give.
    """
    if not rows:
        return
    found.expect(rows, context)
    name_of, nobody = context.people.names.get, context.sender(None)
    handle = context.handle if context.people.has_contacts else None
    person_of, no_person = context.people.persons.get, context.person(None)
    messages, moment, new = found.messages, datetime.fromtimestamp, tuple.__new__
    attachments, slow_moment = context.attachments, context.moment
    wants_wordless = context.wants_wordless
    for row in rows:
        # fmt: off
        (date, rowid, guid, text, body, own, from_, service,
         delivered, read, special) = row
        # fmt: on
        plain: Any = None
        if not (special or rowid in attachments):
            plain = plain_text(body) if body else text
        words, details = text or plain, None
        if not (
            plain
            and (words.isascii() or not has_placeholders(words))
            and TEMPLATE not in words
        ):
            if special or text or body not in _WORDLESS or rowid in attachments:
                _read_special(row, context, found)
                continue
            # There may be more of these than of all others: a flood of them is quick.
            if not wants_wordless:
                found.leave_out_empty(rowid, date, context, is_own=bool(own))
                continue
            words, details = "", _EMPTY
        elif words[0] in FIRST_LETTERS:
            found.quoting.append(len(messages))
        if date.__class__ is int and date >= NANOSECONDS_FROM:
            # As `datetime_from_apple`; no such number is beyond the calendar.
            sent_at: datetime | None = moment(date / 1e9 + APPLE_EPOCH_UNIX, UTC)
        else:
            sent_at = slow_moment(date)
        # All of a message's fields, in order: its own constructor takes twice as long.
        # fmt: off
        messages.append(new(Message, (
            rowid, guid, date, sent_at, words,
            None if own else name_of(from_, nobody), bool(own), service, None,
            slow_moment(delivered) if delivered else None,
            slow_moment(read) if read else None, (), (), details,
            None if own or handle is None else handle(from_), None,
            None if own else person_of(from_, no_person))))
        # fmt: on


def _read_special(row: tuple[Any, ...], context: ReadContext, found: Collected) -> None:
    message = read_special_row(row, context, found)
    if message is not None:
        found.quoting.append(len(found.messages))
        found.messages.append(message)
