"""What several databases gave of one conversation → one; pure.

ROWIDs of a second database follow behind 2**40, of a third behind twice that, ..., so that
each is one row's only. A message is known by its guid, and there once: the richest copy,
but for what its sender took back, which is in no copy.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from langchain_imessage.chatdb.assembly._guids import guid_key, target_key
from langchain_imessage.chatdb.rows._row_context import Collected
from langchain_imessage.chatdb.sync._marks import SOURCE_BITS
from langchain_imessage.records import Reason
from langchain_imessage.timestamps import place_in_time

if TYPE_CHECKING:
    from collections.abc import Container, Hashable, Iterable, Sequence

    from langchain_imessage.chatdb.people._handles import People
    from langchain_imessage.records import Chat, GroupEvent, Message
    from langchain_imessage.timestamps import Place


def offset_of(source: int) -> int:
    """Return what the ROWIDs of a database are raised by."""
    return source << SOURCE_BITS


def source_of(rowid: int) -> int:
    """Return which database a raised ROWID is of."""
    return rowid >> SOURCE_BITS


def part_of(chat: Chat, source: int) -> Chat | None:
    """Return a conversation as one database has it, with that one's own ROWIDs."""
    offset = offset_of(source)
    rowids = [rowid - offset for rowid in chat.rowids if source_of(rowid) == source]
    return replace(chat, rowids=tuple(rowids)) if rowids else None


def people_of(people: People, source: int) -> People:
    """Return the people behind the handles of one database, by its own ROWIDs."""
    offset = offset_of(source)
    own = {h - offset: k for h, k in people.handles.items() if source_of(h) == source}
    return replace(people, handles=own)


def raised(found: Collected, source: int) -> Collected:
    """Return what a database gave, with its ROWIDs raised."""
    offset = offset_of(source)
    if not offset:
        return found
    return replace(
        found,
        messages=[m._replace(rowid=m.rowid + offset) for m in found.messages],
        events=[replace(e, rowid=e.rowid + offset) for e in found.events],
        tapbacks=[
            replace(
                t,
                order=(t.order[0], t.order[1] + offset),
                target=t.target + offset if isinstance(t.target, int) else t.target,
            )
            for t in found.tapbacks
        ],
        poll_updates=[
            replace(u, order=(u.order[0], u.order[1] + offset))
            for u in found.poll_updates
        ],
        undecodable=[rowid + offset for rowid in found.undecodable],
        left_out=[rowid + offset for rowid in found.left_out],
    )


def merge(parts: Sequence[Collected]) -> tuple[Collected, list[int]]:
    """Merge what several databases gave of one conversation.

    Args:
        parts: What each gave, its ROWIDs raised; the preferred one first.

    Returns:
        All of it, in order, and the ROWIDs of the copies of messages that were left out.
    """
    if len(parts) == 1:
        return parts[0], []
    messages = [message for part in parts for message in part.messages]
    events = {
        target_key(e.guid or e.rowid): e
        for part in reversed(parts)
        for e in part.events
    }
    tapbacks = {
        (t.order[0], target_key(t.target), t.is_removal, t.reaction): t
        for part in reversed(parts)
        for t in part.tapbacks
    }
    places = [p.first_attachment for p in parts if p.first_attachment is not None]
    unsent = {guid_key(guid) for part in parts for guid in part.unsent}
    ordered = sorted(_best_of(messages, unsent), key=_place)
    kept = {message.rowid for message in ordered}
    merged = Collected(
        messages=ordered,
        quoting=[*range(len(ordered))],
        noted=[*range(len(ordered))],
        events=sorted(events.values(), key=_place),
        tapbacks=list(tapbacks.values()),
        poll_updates=[update for part in parts for update in part.poll_updates],
        own_wordless=[time for part in parts for time in part.own_wordless],
        first_attachment=min(places, default=None),
        left_out=[rowid for part in parts for rowid in part.left_out],
        has_equal_dates=True,
    )
    return merged, [m.rowid for m in messages if m.rowid not in kept]


def _best_of(messages: Iterable[Message], unsent: Container[Hashable]) -> list[Message]:
    """Return the richest copy of each message; of unsent ones, what was left of them."""
    best: dict[Hashable, Message] = {}
    for message in messages:
        key = target_key(message.guid or message.rowid)
        if key in unsent and not _is_cut(message):
            continue  # as it was before
        best[key] = _richest(best[key], message) if key in best else message
    return [*best.values()]


def _place(record: Message | GroupEvent) -> Place:
    return place_in_time(record.sent_at, record.rowid)


def _is_cut(message: Message) -> bool:
    """Return whether a copy is what its sender left of it."""
    details = message.details
    return details is not None and (
        details.reason is Reason.UNSENT or bool(details.unsent_parts)
    )


def _richest(one: Message, other: Message) -> Message:
    """Return the copy with more in it, with the times only the other one has."""
    best, rest = (other, one) if _riches(other) > _riches(one) else (one, other)
    return best._replace(
        delivered_at=best.delivered_at or rest.delivered_at,
        read_at=best.read_at or rest.read_at,
    )


def _riches(message: Message) -> tuple[int, ...]:
    """Return what a copy has: words, versions, files that are there, bubbles.

    One of which bubbles were taken back is later than one that still has them.
    """
    details = message.details
    attachments = details.attachments if details else ()
    return (
        len(details.unsent_parts) if details else 0,
        bool(message.text),
        len(message.edits),
        sum(attachment.exists for attachment in attachments),
        len(details.parts) if details else 0,
        details is not None,
        message.sender is not None,
    )
