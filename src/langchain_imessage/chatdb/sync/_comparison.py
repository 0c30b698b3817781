"""What an earlier pass did not deliver, or delivered in another form; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from langchain_imessage.chatdb.sync._marks import (
    is_behind,
    mark_of_recent,
    share_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from langchain_imessage.chatdb.sync._cursor import ChatMarks, Cursor
    from langchain_imessage.chatdb.sync._marks import MarkedConversation
    from langchain_imessage.records import Chat, Conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Finds what an earlier pass did not deliver, or delivered in another form.

    Attributes:
        cursor: Of that pass.
        known: By database, the ROWID up to which its rows are those of then.
        joined: ROWIDs of messages that were put in a chat since.
        present: ROWIDs of all chats there are now.
    """

    cursor: Cursor
    known: tuple[int, ...]
    joined: Collection[int]
    present: Collection[int]

    def recent_from(self, edges: Sequence[int]) -> tuple[int, ...]:
        """Return from where rows are recent in this pass or in the earlier one.

        Args:
            edges: By database, those of this pass.
        """
        before = self.cursor.recent_from[: len(edges)]
        return tuple(map(min, zip_longest(edges, before, fillvalue=0)))

    def changed(self, marked: MarkedConversation) -> set[int]:
        """Return the places of the messages that are to be delivered."""
        messages = marked.conversation.messages
        before = self._before(marked.conversation.chat)
        if before is None:
            return {*range(len(messages))}
        edges = self.cursor.recent_from
        recent = marked.recent(edges)
        now = marked.sums(before.shares, edges, recent)
        shares = {
            share
            for share in {*now, *before.sums}
            if now.get(share) != before.sums.get(share)
        }
        return {
            place
            for place, message in enumerate(messages)
            if (rowid := message.rowid) in self.joined
            or is_behind(rowid, self.known)
            or (
                mark_of_recent(*recent[rowid]) != self.cursor.recent.get(rowid)
                if rowid in recent
                else share_of(rowid, before.shares) in shares
            )
        }

    def _before(self, chat: Chat) -> ChatMarks | None:
        """Return the marks of a conversation; None if it was no such conversation."""
        rowids = {*chat.rowids}
        found = [old for old in self.cursor.chats if not rowids.isdisjoint(old.rowids)]
        if len(found) == 1 and rowids.issuperset(
            rowid for rowid in found[0].rowids if rowid in self.present
        ):
            return found[0]
        return None


def only(marked: MarkedConversation, places: Collection[int]) -> Conversation:
    """Return a conversation with some of its messages, and the events before them."""
    conversation = marked.conversation
    kept = [(p, m) for p, m in enumerate(conversation.messages) if p in places]
    events = (event for place, _ in kept for event in marked.events.get(place, ()))
    return replace(
        conversation, messages=tuple(m for _, m in kept), events=tuple(events)
    )
