"""What is wanted of a search: whose conversations, from when to when, which messages; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from langchain_imessage.arguments import MOMENT, or_none, require_kind, require_zone
from langchain_imessage.chatdb._filters import chat_test

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import datetime

    from langchain_imessage.records import Chat
    from langchain_imessage.retrievers.messages._indexed_records import (
        IndexedConversation,
        IndexedMessage,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFilters:
    """Which messages are wanted; everything, unless something is said.

    Attributes:
        person: Only in conversations with these people: names or addresses, in any
            spelling.
        chat: Only in these conversations: titles, addresses or guids, of two people's
            also the other person.
        after: First moment; an aware datetime.
        before: First moment no longer wanted.
        own: Only the owner's messages (True), or only others' (False).
        has_attachment: Only messages with a picture, a file, ... (True), or without.

    Raises:
        ValueError: If a moment has no time zone.

    Example:
        >>> from langchain_imessage import IMessageChatLoader
        >>> from langchain_imessage.testing import write_sample
        >>> from langchain_imessage.retrievers import MessageIndex
        >>> index = MessageIndex(IMessageChatLoader(write_sample("chat.db")), ":memory:")
        >>> _ = index.update()
        >>> len(index.search("steady", filters=SearchFilters(own=True)))
        0
    """

    person: Collection[str] | None = field(default=None, repr=False)
    chat: Collection[str] | None = field(default=None, repr=False)
    after: datetime | None = None
    before: datetime | None = None
    own: bool | None = None
    has_attachment: bool | None = None

    def __post_init__(self) -> None:
        """Check the moments."""
        for name in ("after", "before"):
            moment = getattr(self, name)
            require_kind(name, moment, or_none(MOMENT))
            if moment is not None:
                require_zone(name, moment)

    @property
    def names_conversations(self) -> bool:
        """Whether only some conversations are wanted."""
        return self.person is not None or self.chat is not None

    def chat_test(self) -> Callable[[Chat], bool]:
        """Return the test of a conversation."""
        return chat_test(self.chat, people=self.person, groups=None)

    def wants_any(self, conversations: Iterable[IndexedConversation]) -> bool:
        """Return whether at least one of some conversations is wanted.

        Args:
            conversations: Those of an index.
        """
        wanted = self.chat_test()
        return any(wanted(one.chat) for one in conversations)

    def marks(self) -> list[str]:
        """Return the marks that a segment with a wanted message has."""
        found = [] if self.own is None else ["own" if self.own else "others"]
        return [*found, "attached"] if self.has_attachment else found

    def seconds(self) -> tuple[float | None, float | None]:
        """Return the first moment, and the first no longer wanted, in Unix seconds."""
        return (
            None if self.after is None else self.after.timestamp(),
            None if self.before is None else self.before.timestamp(),
        )

    def is_in_time(self, message: IndexedMessage) -> bool:
        """Return whether a message may be shown: it is of the time that was asked for.

        Args:
            message: The message.
        """
        after, before = self.seconds()
        if after is None and before is None:
            return True
        seconds = message.seconds
        return (
            seconds is not None
            and (after is None or seconds >= after)
            and (before is None or seconds < before)
        )

    def is_wanted(self, message: IndexedMessage) -> bool:
        """Return whether a message may be what is found.

        Args:
            message: The message.
        """
        if self.own is not None and message.is_from_me != self.own:
            return False
        if self.has_attachment is not None:
            return message.has_attachment == self.has_attachment
        return True
