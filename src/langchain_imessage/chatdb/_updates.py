"""What of a conversation is to be delivered, and the counting of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.chatdb.databases._merging import source_of
from langchain_imessage.chatdb.sync._comparison import only
from langchain_imessage.records import Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from langchain_imessage.chatdb._ledger import RowCounts
    from langchain_imessage.chatdb._read_options import ReadProgress
    from langchain_imessage.chatdb.sync._marks import MarkedConversation
    from langchain_imessage.records import Chat, Conversation


class Update(NamedTuple):
    """A conversation, and what of it an earlier pass did not deliver as it is now.

    Attributes:
        marked: The conversation, whole.
        places: Of the messages to be delivered; None for all.
    """

    marked: MarkedConversation
    places: Collection[int] | None

    @property
    def conversation(self) -> Conversation:
        """The conversation, with the messages to be delivered only."""
        if self.places is None:
            return self.marked.conversation
        return only(self.marked, self.places)


def counted(chats: Sequence[Chat], progress: ReadProgress | None) -> Iterator[Chat]:
    """Yield conversations, and report each as read when the next one is asked for."""
    for done, chat in enumerate(chats, 1):
        yield chat
        if progress:
            progress(done, len(chats))


def count_messages(
    counts: Sequence[RowCounts], update: Update, *, may_lack_sender: bool
) -> None:
    """Count a conversation's messages: those delivered, and those known already."""
    messages = update.conversation.messages
    if len(counts) == 1 and len(messages) == len(update.marked.conversation.messages):
        counts[0].messages += len(messages)
    else:
        for message in update.marked.conversation.messages:
            counts[source_of(message.rowid)].reasons[Reason.FILTERED] += 1
        for message in messages:
            of_source = counts[source_of(message.rowid)]
            of_source.reasons[Reason.FILTERED] -= 1
            of_source.messages += 1
    if may_lack_sender:
        for message in messages:
            if message.sender is None and not message.is_from_me:
                counts[source_of(message.rowid)].senderless += 1
