"""Rows that are something done rather than said: events, reactions, app updates, votes.

No SQL, no connection. What they do to other messages is `assembly`'s part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.chatdb.assembly._polls import PollUpdate
from langchain_imessage.chatdb.assembly._reactions import Tapback
from langchain_imessage.chatdb.people._handles import NOBODY
from langchain_imessage.decoding._compatibility_sentences import parse_text_tapback
from langchain_imessage.decoding._events import LOCATION, event_kind
from langchain_imessage.decoding._tapbacks import (
    STICKER,
    is_reaction,
    is_removal,
    parse_target,
    reaction_kind,
)
from langchain_imessage.decoding.balloons._balloon import POLL, parse_balloon
from langchain_imessage.records import (
    App,
    Details,
    GroupEvent,
    Poll,
    Reaction,
    Reason,
    Reply,
)
from langchain_imessage.timestamps import datetime_from_apple

if TYPE_CHECKING:
    from langchain_imessage.chatdb.rows._columns import MessageRow
    from langchain_imessage.chatdb.rows._row_context import Collected, ReadContext
    from langchain_imessage.decoding.balloons._balloon import Balloon

_APP_UPDATES = {3, 4000}
"""Associated types: an app's update, a poll's vote: never words of their sender."""

_SEND_LATER = 2
_WAITING = {1, 2, 3}
"""States of a message that is still to be sent."""

_REACTION = Details(reason=Reason.REACTION)
"""The details of a reaction where rows without words are no messages."""


def read_action(
    row: MessageRow, context: ReadContext, found: Collected
) -> Details | None:
    """Return the details of a row that is an action; None if it is a message.

    What it does to other messages is added to what is found.
    """
    associated = row.associated_type or 0
    if row.item_type:
        event = _event(row, context)
        found.events.append(event)
        return Details(event=event, reason=Reason.GROUP_EVENT)
    if is_reaction(associated):
        tapback = _tapback(row, context)
        found.tapbacks.append(tapback)
        if not context.wants_wordless:
            return _REACTION
        return Details(
            reaction=tapback.reaction,
            reply=Reply(guid=str(tapback.target), part=tapback.reaction.part or 0),
            reason=Reason.REACTION,
        )
    if associated in _APP_UPDATES or (row.balloon or "").endswith(POLL):
        update = _update(row, context, found)
        if update is not None:
            return update
    if row.schedule_type == _SEND_LATER and row.schedule_state in _WAITING:
        return Details(reason=Reason.SCHEDULED)
    return None


def _update(row: MessageRow, context: ReadContext, found: Collected) -> Details | None:
    """Read an app's update, a vote or a poll with more options; None for a poll itself.

    Which of them it is, is decided by what is in it and by whether it points at another
    row: releases differ in the types, and in how they write the guid.
    """
    balloon, target = balloon_of(row), parse_target(row.associated_guid or "").guid
    is_poll = isinstance(balloon, Poll)
    if isinstance(balloon, tuple) or (is_poll and target not in {"", row.guid}):
        found.poll_updates.append(_poll_update(row, balloon, target, context))
        return Details(reason=Reason.APP)
    if is_poll or row.associated_type not in _APP_UPDATES:
        return None
    app = balloon if isinstance(balloon, App) else None
    return Details(app=app, reason=Reason.APP)


def _poll_update(
    row: MessageRow, balloon: Any, target: str, context: ReadContext
) -> PollUpdate:
    own, votes = bool(row.is_from_me), () if isinstance(balloon, Poll) else balloon
    sender = NOBODY if own else context.sender(row.handle_id)
    named = next((vote.voter for vote in votes if vote.voter), None)
    if sender.name is None and named and not own:
        sender = context.people.find(named)
    return PollUpdate(
        order=(context.nanoseconds(row.date), row.rowid),
        guid=row.guid,
        target=target or row.guid or "",
        voter=sender.name,
        person=sender.person,
        is_own=own,
        content=balloon,
    )


def _event(row: MessageRow, context: ReadContext) -> GroupEvent:
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
        sender=None if is_own else context.sender(row.handle_id).name,
        is_from_me=is_own,
        other=context.people.name_of(other),
        title=row.group_title or None,
        sent_at=context.moment(row.date),
    )


def _tapback(row: MessageRow, context: ReadContext) -> Tapback:
    own, time = bool(row.is_from_me), context.nanoseconds(row.date)
    associated_type = row.associated_type or 0
    target = parse_target(row.associated_guid or "")
    kind = reaction_kind(associated_type)
    sender = NOBODY if own else context.sender(row.handle_id)
    reaction = Reaction(
        kind=kind,
        emoji=_emoji(row) if kind == "emoji" else None,
        part=target.part,
        sender=sender.name,
        is_from_me=own,
        sent_at=datetime_from_apple(time) if time else None,
        person=sender.person,
    )
    return Tapback(
        order=(time, row.rowid),
        target=target.guid,
        is_removal=is_removal(associated_type),
        is_placed=associated_type == STICKER,
        reaction=reaction,
    )


def _emoji(row: MessageRow) -> str | None:
    """Return the emoji; before it had a column it was only in the sentence."""
    if row.associated_emoji:
        return row.associated_emoji
    said = parse_text_tapback(row.text or "")
    return said.emoji if said else None


def balloon_of(row: MessageRow) -> Balloon | None:
    """Return what a row's balloon is; None where it has none."""
    if not row.balloon and not row.payload:
        return None
    return parse_balloon(row.balloon or None, row.payload)
